"""What the alternatives of a union come to together, whatever stands around it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from specmill.document.passes.dialect import listed, with_values
from specmill.document.passes.merge import core_of
from specmill.document.tree import AT, Schema, is_annotation

SCALARS = ("string", "integer", "number", "boolean")


def nested(alternative: Schema) -> list[Schema]:
    words = core_of(alternative).keys()
    if words == {"anyOf"} and "discriminator" not in alternative:
        return list(alternative["anyOf"])
    if words == {"type"} and isinstance(alternative["type"], list):
        return [{"type": kind, AT: alternative.get(AT, "")} for kind in alternative["type"]]
    return [alternative]


def spelled_without_annotations(schema: Schema) -> str:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(inner) for key, inner in value.items() if not is_annotation(key)}
        return [bare(inner) for inner in value] if isinstance(value, list) else value

    return json.dumps(bare(schema), sort_keys=True)


def by_repetition(alternatives: list[Schema]) -> tuple[list[Schema], list[Schema]]:
    """Those that are there once, and one of each that is there more often."""
    counts = Counter(map(spelled_without_annotations, alternatives))
    distinct = {spelled_without_annotations(item): item for item in reversed(alternatives)}
    once = [item for spelled, item in distinct.items() if counts[spelled] == 1]
    repeated = [item for spelled, item in distinct.items() if counts[spelled] > 1]
    return once[::-1], repeated[::-1]


def one_list(alternatives: list[Schema], word: str) -> Schema | None:
    """A choice between listed values is one list of values."""
    values: list[Any] = []
    for core in map(core_of, alternatives):
        if not core.keys() <= {"const", "enum", "type"} or listed(core) is None:
            return None
        values += listed(core) or []
    result = with_values({}, values)
    distinct = listed(result)
    return None if distinct is None or (word == "oneOf" and len(distinct) < len(values)) else result


def told_apart(alternatives: list[Schema]) -> bool:
    """Scalars of different kinds: a JSON decoder sees which one it is, so at most one of them can be meant."""
    kinds = [item.get("type") for item in alternatives]
    if any(kind not in SCALARS or "enum" in item for kind, item in zip(kinds, alternatives, strict=True)):
        return False
    folded = ["number" if kind == "integer" else kind for kind in kinds]
    return len(set(folded)) == len(folded)
