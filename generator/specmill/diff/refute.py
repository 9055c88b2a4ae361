"""Schemas of values that a keyword refuses: what is made for one is a good guess for a witness, and is tried anyway.

The guesses are made on the side that gives a value (the old one for requests, the new one for answers), and are to
be refused by the side that takes it, whose keyword says ``limit``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from specmill.diff.clashes import Clash, Step
from specmill.diff.views import kind_of
from specmill.schemas.made_text import texts

Guess = Mapping[str, Any]
NUMBERS = [0.5, 1.5, -0.5, 10.5, 0.1, 100.5, 1, 0, 2, 3, 5, 7, 10, 100, -1]
TEXTS = ["", "a", "A", "0", "-", " ", "no such thing", "string", "Z9", "é", "aaaaaaaaaaaaaaaa", "a/b", "1234567890"]
NAMES = ("unforeseen", "X", "0", "")
ATOMS: list[Any] = ["string", "", 0, 1, -1, 0.5, True, False]
BEYOND = {
    "minLength": ("string", "maxLength", -1),
    "maxLength": ("string", "minLength", 1),
    "minItems": ("array", "maxItems", -1),
    "maxItems": ("array", "minItems", 1),
    "minProperties": ("object", "maxProperties", -1),
    "maxProperties": ("object", "minProperties", 1),
}


def refuted(clash: Clash, given: Any, limit: Any) -> Iterator[Guess]:
    """``given`` is what the keyword says on the side that gives, ``limit`` on the one that takes."""
    keyword = clash.keyword
    if keyword in BEYOND and limit is not None:
        kind, opposite, by = BEYOND[keyword]
        yield {"type": kind, opposite: limit + by}
    elif keyword in ("minimum", "maximum") and limit is not None:
        yield from _beyond(keyword == "minimum", *limit)
    elif keyword == "minContains":
        yield {"type": "array", "minItems": given or 1, "maxItems": given or 1}
    elif keyword == "maxContains" and limit is not None:
        yield {"type": "array", "minItems": limit + 1, "minContains": limit + 1}
    elif keyword == "type":
        yield from ({"type": kind} for kind in given or () if kind != "number")
        yield from ({"type": kind, "enum": NUMBERS} for kind in given or () if kind == "number")
    elif keyword == "null":
        yield {"enum": [None]}
    elif keyword == "enum":
        yield from _unlisted(given, limit)
    elif keyword in ("pattern", "format", "multipleOf"):
        yield {"enum": NUMBERS if keyword == "multipleOf" else TEXTS}
        yield {"not": {keyword: limit}}
    elif keyword == "uniqueItems":
        yield {"type": "array", "minItems": 2}
    elif keyword in ("required", "required-property", "property"):
        yield from _with_or_without(clash, given)
    elif keyword in ("additionalProperties", "propertyNames", "unevaluatedProperties"):
        yield from (focused((("member", name),), {"enum": [atom]}) for name in NAMES for atom in ATOMS)
    elif keyword == "patternProperties":
        yield from ({"enum": [atom]} for atom in ATOMS)
    elif keyword == "alternative" and isinstance(given, dict):
        yield given
    yield {}


def _beyond(lower: bool, number: Any, further: int) -> Iterator[Guess]:
    if lower:
        yield {"type": "number", "maximum" if further else "exclusiveMaximum": number}
    else:
        yield {"type": "number", "minimum" if further else "exclusiveMinimum": number}
    yield {"enum": [number, number - 1 if lower else number + 1]}


def _unlisted(given: Any, limit: Any) -> Iterator[Guess]:
    if isinstance(limit, list):
        kinds = {kind_of(value) for value in limit}
        yield {"enum": [atom for atom in ATOMS if kind_of(atom) in kinds and atom not in limit]}
        yield {"not": {"enum": limit}}
    else:
        yield {"enum": [given]}


def _with_or_without(clash: Clash, given: Any) -> Iterator[Guess]:
    """The member is the last step of the way: the guess is about the object around it."""
    if clash.keyword == "property" or (clash.keyword == "required-property" and given is not None):
        yield {"type": "object", "required": [clash.name]}
    if clash.keyword != "property":
        yield {"type": "object", "properties": {clash.name: False}}


def way_to(clash: Clash) -> tuple[Step, ...]:
    """The steps to the value that a guess is about."""
    about_members = ("required", "required-property", "property")
    return clash.at.steps[:-1] if clash.keyword in about_members else clash.at.steps


def path_of(steps: tuple[Step, ...]) -> tuple[str | int, ...]:
    """Where in a value the steps lead."""
    return tuple(_name(step) if step[0] == "pattern" else step[1] for step in steps)


def _name(step: Step) -> str:
    return next(islice(texts({"pattern": step[1]}, None), 1), "key")


def focused(steps: tuple[Step, ...], guess: Guess) -> Guess:
    """The guess as one about the whole value: all that is on the way has to be there."""
    for step in reversed(steps):
        kind, name = step
        if kind in ("member", "pattern"):
            key = _name(step) if kind == "pattern" else str(name)
            guess = {"type": "object", "required": [key], "properties": {key: guess}}
        elif kind == "item":
            guess = {"type": "array", "minItems": 1, "items": guess}
        else:
            first = int(name)
            guess = {"type": "array", "minItems": first + 1, "prefixItems": [*[True] * first, guess]}
    return guess
