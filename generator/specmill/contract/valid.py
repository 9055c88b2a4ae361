"""Values that a schema allows, made by plain functions that were put together once for each schema."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from specmill.contract import strings
from specmill.contract.choices import Choices
from specmill.contract.schemas import Schemas, alternatives, members_of, types_of
from specmill.values import JSON, Schema

Make = Callable[[Choices, int], JSON]  # with how deep the value stands
MOST_CHOICES = 64  # for one more item that no other is equal to
DEEP = 6  # from here on everything that may be left out is
INTEGERS = (0, 1, -1, 7, 127, 128, -129, 255, 65536, 2**31 - 1, -(2**31), 2**53 - 1, 2**63 - 1, -(2**63))
NUMBERS = (0, 1, -1, 0.5, -0.25, 1e-7, 3.141592653589793, 1e21, -1e-300, 2**53 + 1, 2**64, -(10**30))
MEMBERS = ("a", "b c", "ä", "", "id", "type")  # of objects that say nothing about them


class Makers:
    """The makers of one document's schemas."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._made: dict[int, tuple[Any, Make]] = {}  # by identity; the schema is kept so that no other takes its place
        self._waiting: deque[Callable[[], None]] | None = None  # while one is put together

    def value(self, schema: Any, data: bytes) -> JSON:
        return self.of(schema)(Choices(data), 0)

    def of(self, schema: Any) -> Make:
        known = self._made.get(id(schema))
        if known is not None:
            return known[1]
        late: list[Make] = []  # whoever refers to it before it is there finds it here, itself included
        self._made[id(schema)] = (schema, lambda choices, depth: late[0](choices, depth))

        def put_together() -> None:
            late.append(self._compiled(schema))
            self._made[id(schema)] = (schema, late[0])

        if self._waiting is None:
            self._put_all_together(put_together)
        elif isinstance(schema, Mapping) and "$ref" in schema:  # models may refer to each other without end
            self._waiting.append(put_together)
        else:
            put_together()
        return self._made[id(schema)][1]

    def _put_all_together(self, first: Callable[[], None]) -> None:
        self._waiting = deque([first])
        try:
            while self._waiting:
                self._waiting.popleft()()
        finally:
            self._waiting = None

    def _compiled(self, given: Any) -> Make:
        if isinstance(given, Mapping) and set(given) == {"$ref"}:
            return self.of(self._schemas.components[given["$ref"].rpartition("/")[2]])
        schema = self._schemas.resolved(given)
        if "const" in schema:
            return lambda choices, depth: schema["const"]
        if "enum" in schema:
            members = tuple(schema["enum"])
            return lambda choices, depth: choices.among(members)
        if alternatives(schema):
            return self._one_of(schema)
        if "allOf" in schema:
            return self.of(_merged([self._schemas.resolved(part) for part in schema["allOf"]], schema))
        makers = tuple(self._of_type(kind, schema) for kind in _simplest_last(types_of(schema)))
        return makers[0] if len(makers) == 1 else lambda choices, depth: choices.among(makers)(choices, depth)

    def _one_of(self, schema: Schema) -> Make:
        beside = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf", "discriminator")}
        useful = {key for key in beside if key not in ("title", "description", "default", "examples", "deprecated")}
        parts = [
            self.of(_merged([self._schemas.resolved(part)], beside) if useful else part)
            for part in alternatives(schema)
        ]
        return lambda choices, depth: choices.among(parts)(choices, depth)

    def _of_type(self, kind: str, schema: Schema) -> Make:
        if kind == "null":
            return lambda choices, depth: None
        if kind == "boolean":
            return lambda choices, depth: choices.chance()
        if kind == "string":
            strings.make(schema, Choices(b""))  # finds what matches a pattern now, and not while Hypothesis draws
            return lambda choices, depth: strings.make(schema, choices)
        if kind in ("integer", "number"):
            return _number(kind, schema)
        return self._array(schema) if kind == "array" else self._object(schema)

    def _array(self, schema: Schema) -> Make:
        first = [self.of(item) for item in schema.get("prefixItems", ())]
        rest = self.of(schema.get("items", True))
        least = schema.get("minItems", 0)
        most = schema.get("maxItems", max(least, len(first)) + 3)
        if schema.get("items") is False:
            most = min(most, len(first))
        unique = schema.get("uniqueItems", False)

        def make(choices: Choices, depth: int) -> JSON:
            wanted = least if depth > DEEP else choices.count(least, most)
            found: list[JSON] = []
            for number in range(wanted):
                of = first[number] if number < len(first) else rest
                value = of(choices, depth + 1)
                found.append(_another(of, found, value, depth) if unique and value in found else value)
            return found

        return make

    def _object(self, schema: Schema) -> Make:
        required = frozenset(schema.get("required", ()))
        known = {name: self.of(part) for name, part in members_of(schema).items()}
        known |= {name: self.of(True) for name in required - known.keys()}
        extra = schema.get("additionalProperties", True)
        others = None if extra is False else self.of(extra)
        opens = not known or isinstance(extra, Mapping)
        least, most = schema.get("minProperties", 0), schema.get("maxProperties", math.inf)

        def make(choices: Choices, depth: int) -> JSON:
            found: dict[str, JSON] = {}
            for name, value in known.items():
                wanted = name in required or (depth <= DEEP and choices.chance() and len(found) < most)
                if wanted:
                    found[name] = value(choices, depth + 1)
            if others is not None and (opens or len(found) < least):
                self._others(found, others, choices, depth, least, most)
            return found

        return make

    @staticmethod
    def _others(found: dict[str, JSON], others: Make, choices: Choices, depth: int, least: int, most: float) -> None:
        wanted = 0 if depth > DEEP else choices.count(0, 3)
        number = 0
        while len(found) < least or (wanted > 0 and len(found) < most):
            name = choices.among(MEMBERS) if number < len(MEMBERS) else f"member {number}"
            found[name if name not in found else f"{name}{number}"] = others(choices, depth + 1)
            number += 1
            wanted -= 1


def _another(make: Make, found: list[JSON], value: JSON, depth: int) -> JSON:
    """One that is not there as yet, whatever choices are left; the value itself if there is none."""
    made = (make(Choices(bytes([number] * 4)), depth + 1) for number in range(MOST_CHOICES))
    return next((one for one in made if one not in found), value)


def _simplest_last(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Null is the simplest value, but the least telling: it comes behind the others. A number may be an integer."""
    ordered = sorted(kinds, key=lambda kind: (kind == "null", kind in ("array", "object")))
    return tuple(ordered)


def _number(kind: str, schema: Schema) -> Make:
    low, high = _bounds(schema, kind)
    step = schema.get("multipleOf")
    if step:
        first = math.ceil(low / step) if low > -math.inf else 0
        last = math.floor(high / step) if high < math.inf else first + 1000
        return lambda choices, depth: _as_number((first + choices.below(max(1, last - first + 1))) * step)
    pool = INTEGERS if kind == "integer" else NUMBERS
    known = tuple(dict.fromkeys(number for number in (*pool, *_edges(low, high, kind)) if low <= number <= high))
    if not known:
        return lambda choices, depth: (low + high) / 2
    return lambda choices, depth: choices.among(known)


def _as_number(number: float) -> float:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _bounds(schema: Schema, kind: str) -> tuple[float, float]:
    low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    nudge = 1 if kind == "integer" else 1e-9
    if (bound := schema.get("exclusiveMinimum")) is not None:
        low = max(low, bound + max(nudge, abs(bound) * 1e-12 if kind == "number" else 0))
    if (bound := schema.get("exclusiveMaximum")) is not None:
        high = min(high, bound - max(nudge, abs(bound) * 1e-12 if kind == "number" else 0))
    return low, high


def _edges(low: float, high: float, kind: str) -> tuple[float, ...]:
    found = [bound for bound in (low, high) if abs(bound) < math.inf]
    if kind == "integer":
        return tuple(int(math.ceil(bound) if bound == low else math.floor(bound)) for bound in found)
    return tuple(found)


def _merged(parts: list[Schema], beside: Schema) -> Schema:
    """Roughly what all of them allow together; whatever it lets through too much, a validator stops."""
    found: dict[str, Any] = {key: value for key, value in beside.items() if key != "allOf"}
    for part in parts:
        for key, value in part.items():
            if key == "properties":
                found[key] = {**found.get(key, {}), **value}
            elif key == "required":
                found[key] = [*dict.fromkeys([*found.get(key, ()), *value])]
            elif key == "type" and key in found:
                both = [kind for kind in types_of(found) if kind in types_of(part)]
                found[key] = both or found[key]
            else:
                found.setdefault(key, value)
    return found
