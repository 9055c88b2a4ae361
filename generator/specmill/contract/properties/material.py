"""What a stream is tried with: records that every server has to accept, and some that none may."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from specmill.contract.broken import breakers
from specmill.contract.choices import Choices
from specmill.contract.fingerprints import Fingerprint, candidates, size_is_known
from specmill.contract.marks import Marks
from specmill.contract.places import Place, drawn, encoded, places
from specmill.contract.schemas import Schemas
from specmill.contract.valid import Makers
from specmill.contract.validator import Validator, told_by
from specmill.values import JSON, Schema

SOME = 3
MOST_BAD = 8
FULL = 40
HOSTILE = (
    "unbalanced { and [",
    "unbalanced } and ]",
    "}{",
    'quotes " and "{"',
    "a backslash at the end \\",
    "two backslashes \\\\",
    'a backslash and a quote \\"',
    "\n\r\t\x00\x1f",
    "4 bytes: \U0001f600 3: \u20ac 2: \u00e9",
    "\u2028 and \ufeff",
)
LARGE = (70_000, 130_000)
DEEP = 100


@dataclass(frozen=True, slots=True)
class Material:
    fingerprints: tuple[Fingerprint, ...]  # that the marks allow
    full: tuple[JSON, ...]  # records with as many members as there are
    plain: JSON  # and one with as few
    bad: tuple[bytes, ...]  # that the schema of the body refuses
    texts: tuple[Place, ...]  # where any string may stand
    anythings: tuple[Place, ...]  # where any value may
    numbers: tuple[tuple[str, ...], ...]  # members of a record that are integers, such as a partition

    @property
    def text(self) -> Place | None:
        return next(iter(self.texts), None)

    @property
    def anything(self) -> Place | None:
        return next(iter(self.anythings), None)


def material_of(record: Any, marks: Marks, schemas: Schemas, makers: Makers, validator: Validator) -> Material:
    """``record`` is the schema of one in the document, ``validator`` that of what every server accepts."""
    accepts = marks.accepts if marks.accepts is not None else record
    values = list(drawn(accepts, makers, validator, 300))
    by_size = sorted(values, key=_members_of)
    some_of = by_size[: SOME * 30]
    texts = [*HOSTILE, "x", "", "y" * LARGE[-1]]
    fingerprints = tuple(candidates(marks, accepts, makers, validator))
    fullest = _fullest([*(json.loads(one.record(3)) for one in fingerprints), *by_size[::-1]], validator)
    return Material(
        fingerprints,
        (*by_size[::-1][:FULL], fullest),
        by_size[0] if by_size else {},
        tuple(_bad(record, fullest, schemas, makers)),
        (*_some(_texts(by_size, marks, validator, texts)), *_some(places(some_of, validator, texts))),
        _some(places(some_of, validator, [nested(DEEP), "x", 1, True])),
        tuple((name,) for name, part in _members(record, schemas) if _is_integer(part, schemas)),
    )


def _some(found: Iterator[Place]) -> tuple[Place, ...]:
    return tuple(itertools.islice(found, SOME))


def nested(depth: int) -> JSON:
    value: JSON = 1
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def _members_of(value: JSON) -> int:
    """How many it has; null is as good as none."""
    return sum(one is not None for one in value.values()) if isinstance(value, dict) else 0


def _fullest(values: list[JSON], validator: Validator) -> JSON:
    """With every member that one of them has, each of the first that has it."""
    found: dict[str, JSON] = {}
    for value in values:
        for name, part in value.items() if isinstance(value, dict) else ():
            if part is not None and name not in found and validator.allows({**found, name: part}):
                found[name] = part
    return found


def _texts(values: list[JSON], marks: Marks, validator: Validator, some: list[JSON]) -> Iterator[Place]:
    """Places whose size a report tells."""
    told: set[str] = set()
    for value in values:
        known = {size.of for size in marks.sizes.values() if size_is_known(value, size)} - told
        for one in places([value], validator, some, told) if known else ():
            if one.pointer in known:
                yield replace(one, sized=True)


def _bad(record: Any, full: JSON, schemas: Schemas, makers: Makers) -> Iterator[bytes]:
    """Of each place and keyword one, as far as a validator agrees; all else that a record can have is right."""
    validator = Validator(record, {"schemas": schemas.components})
    seen: set[tuple[str, str]] = set()
    for breaker in breakers(record, schemas):
        fault = breaker.fault
        if (fault.pointer, fault.keyword) in seen or not fault.pointer:
            continue
        value = breaker.value(makers, Choices(b""))
        for one in (_amid(value, full, fault.path), value):
            error = told_by(validator.errors(one))
            if error is not None and error.pointer == fault.pointer:
                seen.add((fault.pointer, fault.keyword))
                yield encoded(one)
                break
        if len(seen) >= MOST_BAD:
            return


def _amid(value: JSON, full: JSON, path: tuple[Any, ...]) -> JSON:
    """A full record with only the member in which the fault is."""
    if not isinstance(value, dict) or not isinstance(full, dict) or not path:
        return value
    others = {name: one for name, one in full.items() if name != path[0]}
    return {**others, **({path[0]: value[path[0]]} if path[0] in value else {})}


def _members(record: Any, schemas: Schemas) -> Iterator[tuple[str, Schema]]:
    yield from schemas.resolved(record).get("properties", {}).items()


def _is_integer(part: Any, schemas: Schemas) -> bool:
    resolved = schemas.resolved(part)
    parts = resolved.get("oneOf") or resolved.get("anyOf") or (resolved,)
    kinds = [schemas.resolved(one).get("type") for one in parts]
    return any(kind == "integer" or (isinstance(kind, list) and "integer" in kind) for kind in kinds)
