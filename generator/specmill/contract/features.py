"""Values that a schema allows, each with one thing about it and as little else as can be.

When a server refuses one, that one thing is what it does not take: the failure names itself. Whatever else has the
same feature is refused for the same reason, so it is no second failure.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from specmill.contract import strings
from specmill.contract.broken import Fault
from specmill.contract.choices import Choices
from specmill.contract.positions import Position, changed, positions, value_at
from specmill.contract.schemas import Schemas, alternatives, members_of, types_of
from specmill.contract.valid import Makers
from specmill.contract.validator import Validator
from specmill.values import JSON, Schema

LONG = "y" * 12_000
LETTERS = (("characters", "x"), ("characters of four bytes", "\N{GRINNING FACE}"), ("blanks", " "))
MOST_STRINGS = 24  # of one format or pattern
TEXTS = ("text", "", "ä€\N{GRINNING FACE}", '}{"\\', " text ", LONG)
SMALL = (0, 1, -1)
LARGE = (2**53 + 1, 2**63, -(2**64) - 1, 10**30, 1e21, -1.5e-9)  # numbers that some read into too little room
ANYTHING: tuple[JSON, ...] = (
    None,
    False,
    0,
    "",
    [],
    {},
    True,
    -1.5,
    "text",
    "ä€\N{GRINNING FACE}",
    [1, {"a": None}],
    *LARGE,
)
DRAWS = 24  # of one place, for what no keyword names
MOST_ITEMS = 40
UNKNOWN = "another"
Holds = Callable[[JSON], bool]
Way = tuple[str, str, JSON]  # keyword, words, value


@dataclass(frozen=True, slots=True)
class Feature:
    fault: Fault  # the place and the keyword that are met, in the form in which they could be broken
    value: JSON  # a whole value
    holds: Holds  # of other values: whether they have it too


def features(schema: Any, schemas: Schemas, makers: Makers, validator: Validator) -> Iterator[Feature]:
    """Those that can be had, the plainest first. The validator has the last word on whether a value is valid."""
    places = positions(schema, schemas)
    found = [_alternatives(schema, places, schemas, makers)]
    found += [_without(position, makers) for position in places]
    found += [_of(position, makers, schemas) for position in places]
    for path, keyword, words, value, holds in itertools.chain(*found):
        if validator.allows(value):
            yield Feature(Fault(path, keyword, words), value, holds)


Found = Iterator[tuple[Any, str, str, JSON, Holds]]


def _alternatives(schema: Any, places: tuple[Position, ...], schemas: Schemas, makers: Makers) -> Found:
    """Each of a union as a whole, so that one that is not taken is told once."""
    resolved = schemas.resolved(schema)
    keyword = "oneOf" if "oneOf" in resolved else "anyOf"
    for position in places if alternatives(resolved) else ():
        if not position.steps:
            one = Validator(position.root, {"schemas": schemas.components})
            title = position.root.get("title", "an alternative")
            yield (), keyword, f"{title}, as plain as can be", position.base(makers, Choices(b"")), one.allows


def _without(position: Position, makers: Makers) -> Found:
    """Everything but one member that may be missing."""
    path, whole = position.path, _full(position, makers)
    for name in _optional(position.schema):
        if name in value_at(whole, path):
            less = copy.deepcopy(whole)
            del value_at(less, path)[name]
            yield (*path, name), "required", f"without {name!r}", less, _absent(path, name)


def _of(position: Position, makers: Makers, schemas: Schemas) -> Found:
    path, whole = position.path, _full(position, makers)
    for keyword, words, value in _levels(position, makers, schemas):
        base = position.base(makers, Choices(b""))
        yield path, keyword, words, changed(base, path, value), _equal(path, value)
    if _may_have_more(position.schema) and isinstance(value_at(whole, path), dict):
        more = changed(position.base(makers, Choices(b"")), path, {**value_at(whole, path), UNKNOWN: 1})
        yield path, "additionalProperties", "with a member that has no name there", more, _has_unknown(position)


def _full(position: Position, makers: Makers) -> JSON:
    """As plain as can be, with every member at this place."""
    value = position.base(makers, Choices(b""))
    here = value_at(value, position.path)
    if isinstance(here, dict):
        for name, part in members_of(position.schema).items():
            here.setdefault(name, makers.of(part)(Choices(b""), len(position.path) + 1))
    return value


def _may_have_more(schema: Schema) -> bool:
    return types_of(schema) == ("object",) and schema.get("additionalProperties", True) is not False


def _optional(schema: Schema) -> tuple[str, ...]:
    if types_of(schema) != ("object",):
        return ()
    required = schema.get("required", ())
    return tuple(name for name in members_of(schema) if name not in required)


def _levels(position: Position, makers: Makers, schemas: Schemas) -> Iterator[Way]:
    """Values at one place: null, members, bounds, and some that are typical."""
    schema = position.schema
    if (position.steps and position.steps[-1].nullable) or schemas.allows_null(schema):
        yield "type", "null", None
    if "const" in schema:
        yield "const", f"{schema['const']!r}", schema["const"]
    elif "enum" in schema:
        yield from (("enum", f"the member {member!r}", member) for member in schema["enum"])
    elif not set(schema) & {"type", "properties", "items", "format", "pattern"}:
        yield from (("type", _short(value), copy.deepcopy(value)) for value in ANYTHING)
    else:
        for kind in types_of(schema):
            yield from LEVELS.get(kind, _nothing)(schema, makers)


def _nothing(schema: Schema, makers: Makers) -> Iterator[Way]:
    return iter(())


def _strings(schema: Schema, makers: Makers) -> Iterator[Way]:
    for keyword in ("format", "pattern"):
        if (keyword == "pattern" and keyword in schema) or schema.get(keyword) in strings.FORMATS:
            yield from ((keyword, f"{text!r}", text) for text in strings.known(schema)[:MOST_STRINGS])
            return
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is not None:
        yield from (("maxLength", f"{most} {what}", text * most) for what, text in LETTERS)
    if least:
        yield from (("minLength", f"{least} {what}", text * least) for what, text in LETTERS)
    yield from (("type", _short(text), text) for text in TEXTS)


def _numbers(schema: Schema, makers: Makers) -> Iterator[Way]:
    for keyword in ("minimum", "maximum"):
        if (bound := schema.get(keyword)) is not None:
            yield keyword, f"{bound} itself", bound
    for keyword, side in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
        if (bound := schema.get(keyword)) is not None:
            nearest = side if "integer" in types_of(schema) else side * 2.0**-10
            yield keyword, f"{bound + nearest}, next to {bound}", bound + nearest
    numbers = dict.fromkeys([*SMALL, *(one for one in _drawn(schema, makers) if not isinstance(one, bool))])
    yield from (("type", f"{number}", number) for number in numbers)


def _booleans(schema: Schema, makers: Makers) -> Iterator[Way]:
    yield "type", "true", True
    yield "type", "false", False


def _arrays(schema: Schema, makers: Makers) -> Iterator[Way]:
    item = makers.of(schema.get("items", True))
    made = [item(Choices(bytes([number, number])), 2) for number in range(MOST_ITEMS)]
    different = list({repr(one): one for one in made}.values())
    most = schema.get("maxItems")
    yield "type", "no item", []
    yield "type", "one item", [item(Choices(b""), 2)]
    yield "type", "two equal items", [item(Choices(b""), 2), item(Choices(b""), 2)]
    yield "type", "two items", different[:2]
    yield from (("type", "two items that differ in case alone", pair) for pair in _in_other_case(made))
    if most is not None and most <= MOST_ITEMS:
        yield "maxItems", f"{most} items", different[:most]
    for keyword in ("minItems", "maxItems"):
        if (bound := schema.get(keyword)) is not None and bound <= MOST_ITEMS:
            yield keyword, f"{bound} items", [copy.deepcopy(made[number]) for number in range(bound)]


def _in_other_case(made: list[JSON]) -> Iterator[JSON]:
    text = next((one for one in made if isinstance(one, str) and one.swapcase() != one), None)
    if text is not None:
        yield [text, text.swapcase()]


def _objects(schema: Schema, makers: Makers) -> Iterator[Way]:
    least = {name: makers.of(schema["properties"][name])(Choices(b""), 2) for name in _required(schema)}
    yield "required", "as few members as can be", least
    for keyword in ("minProperties", "maxProperties"):
        if (bound := schema.get(keyword)) is not None and len(least) < bound <= MOST_ITEMS:
            yield keyword, f"{bound} members", _with_members(schema, makers, least, bound)


def _with_members(schema: Schema, makers: Makers, least: dict[str, JSON], count: int) -> JSON:
    """Those that have a name, and if they are too few others as far as there may be any."""
    named = {name: makers.of(part)(Choices(b""), 2) for name, part in members_of(schema).items()}
    found = dict(list((least | named).items())[:count])
    rest, number = schema.get("additionalProperties", True), 0
    while len(found) < count and rest is not False:
        found.setdefault(f"{UNKNOWN} {number}", makers.of(rest)(Choices(b""), 2))
        number += 1
    return found


def _required(schema: Schema) -> list[str]:
    return [name for name in schema.get("required", ()) if name in members_of(schema)]


LEVELS: dict[str, Callable[[Schema, Makers], Iterator[Way]]] = {
    "string": _strings,
    "integer": _numbers,
    "number": _numbers,
    "boolean": _booleans,
    "array": _arrays,
    "object": _objects,
}


def _drawn(schema: Schema, makers: Makers) -> list[JSON]:
    found: list[JSON] = []
    for number in range(DRAWS):
        value = makers.of({**schema})(Choices(bytes([number, number * 7 % 256, number])), 2)
        if not any(type(value) is type(one) and value == one for one in found) and value is not None:
            found.append(value)
    return found[:8]


def _short(value: JSON) -> str:
    text = repr(value)
    return text if len(text) < 50 else f"{text[:20]}… ({len(value)} characters)"


# --- whether another value has the same feature


def _everywhere(value: JSON, path: tuple[Any, ...]) -> list[JSON]:
    """What stands at a place, any item of a list counting as the one."""
    found = [value]
    for token in path:
        if isinstance(token, int):
            found = [item for one in found if isinstance(one, list) for item in one]
        else:
            found = [one[token] for one in found if isinstance(one, dict) and token in one]
    return found


def _absent(path: tuple[Any, ...], name: str) -> Callable[[JSON], bool]:
    return lambda value: any(isinstance(one, dict) and name not in one for one in _everywhere(value, path))


def _equal(path: tuple[Any, ...], wanted: JSON) -> Callable[[JSON], bool]:
    return lambda value: any(type(one) is type(wanted) and one == wanted for one in _everywhere(value, path))


def _has_unknown(position: Position) -> Callable[[JSON], bool]:
    known, path = position.schema.get("properties", {}), position.path
    return lambda value: any(isinstance(one, dict) and bool(one.keys() - known) for one in _everywhere(value, path))
