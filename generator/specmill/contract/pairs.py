"""Values in which any two members have each pair of their notable values: absent, null, listed, lowest, highest."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from specmill.contract.choices import Choices
from specmill.contract.schemas import Schemas, members_of, types_of
from specmill.contract.valid import Makers
from specmill.values import JSON

LEVELS = 8  # of one member


def pairwise(schema: Any, schemas: Schemas, makers: Makers) -> Iterator[tuple[str, JSON]]:
    """Objects in which every two levels of every two members meet; the members' own members by turns."""
    resolved = schemas.resolved(schema)
    if types_of(resolved) != ("object",):
        return
    levels = {name: _levels(name, part, resolved, makers) for name, part in members_of(resolved).items()}
    done: set[tuple[str, int, str, int]] = set()
    for first, second in itertools.combinations(levels, 2):
        for left, right in itertools.product(range(len(levels[first])), range(len(levels[second]))):
            if (first, left, second, right) in done:
                continue
            row = {first: left, second: right}
            for turn, name in enumerate(levels):
                row.setdefault(name, (left + right + turn) % len(levels[name]))
            done |= {(a, row[a], b, row[b]) for a, b in itertools.combinations(levels, 2)}
            chosen = {name: levels[name][number] for name, number in row.items()}
            value = {name: one[1][0] for name, one in chosen.items() if one[1]}
            yield ", ".join(f"{name} {one[0]}" for name, one in chosen.items()), value


def _levels(name: str, part: Any, parent: Any, makers: Makers) -> list[tuple[str, tuple[JSON, ...]]]:
    """Absent, and a few values, the simplest first: null, members of an enum and bounds are among the simplest."""
    found: list[tuple[str, tuple[JSON, ...]]] = [] if name in parent.get("required", ()) else [("absent", ())]
    seen: list[JSON] = []
    for number in range(64):
        value = makers.of(part)(Choices(bytes([number % 8, number // 8, number, number * 7 % 256])), 1)
        if not any(type(value) is type(one) and value == one for one in seen):
            seen.append(value)
            found.append((json.dumps(value)[:40], (value,)))
        if len(found) >= LEVELS:
            break
    return found
