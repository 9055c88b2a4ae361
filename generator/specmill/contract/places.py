"""Places of a valid value where something else may stand, found by trying: any value, any number, any text."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from specmill.contract.choices import Choices
from specmill.contract.valid import Makers
from specmill.contract.validator import Validator
from specmill.document.pointers import join
from specmill.values import JSON

HOLE = "~fingerprint~"
DRAWS = 400
NUMBERS: tuple[JSON, ...] = (1, 31)
TEXTS: tuple[JSON, ...] = ("x", "", "€")
ANYTHING: tuple[JSON, ...] = (*NUMBERS, *TEXTS, 0.5, True, None, [1], {"specmill": 1})


@dataclass(frozen=True, slots=True)
class Place:
    """A value with a hole in it."""

    before: bytes
    behind: bytes
    pointer: str
    sized: bool = False  # whether its report tells just how many bytes the text has

    def record(self, value: JSON) -> bytes:
        return self.with_raw(encoded(value))

    def with_raw(self, raw: bytes) -> bytes:
        return self.before + raw + self.behind


@dataclass(frozen=True, slots=True)
class Holes:
    """Of the values of one schema, where there are such places."""

    value: Place | None = None  # for any value, or else for any number
    text: Place | None = None  # for any text


def holes_of(schema: Any, makers: Makers, validator: Validator) -> Holes:
    values = list(drawn(schema, makers, validator, DRAWS // 4))
    free = next(places(values, validator, ANYTHING), None) or next(places(values, validator, NUMBERS), None)
    return Holes(free, next(places(values, validator, TEXTS), None))


def places(
    values: Iterable[JSON], validator: Validator, some: Iterable[JSON], told: set[str] | None = None
) -> Iterator[Place]:
    """Where each of them may stand, every place once; those in ``told`` not again."""
    told = set() if told is None else told
    for value in values:
        for tokens in _leaves(value):
            pointer = join(tokens)
            if pointer not in told and all(validator.allows(with_value(value, tokens, one)) for one in some):
                before, behind = encoded(with_value(value, tokens, HOLE)).split(json.dumps(HOLE).encode())
                told.add(pointer)
                yield Place(before, behind, pointer)


def _leaves(value: JSON) -> Iterator[list[str]]:
    """Of objects; what stands in an array has no name by which an answer could be compared."""
    for name, part in value.items() if isinstance(value, dict) else ():
        if isinstance(part, dict):
            yield from ([name, *rest] for rest in _leaves(part))
        elif not isinstance(part, list):
            yield [name]


def with_value(record: JSON, tokens: list[str], value: JSON) -> JSON:
    """With the objects that lead there."""
    if not tokens:
        return value
    here = record if isinstance(record, dict) else {}
    return {**here, tokens[0]: with_value(here.get(tokens[0]), tokens[1:], value)}


def encoded(value: JSON) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def drawn(schema: Any, makers: Makers, validator: Validator, count: int = DRAWS) -> Iterator[JSON]:
    """Valid values, the simplest first."""
    for number in range(count):
        value = makers.of(schema)(Choices(random.Random(number).randbytes(40) if number else b""), 0)
        if validator.allows(value):
            yield value
