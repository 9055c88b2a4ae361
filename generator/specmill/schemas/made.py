"""Values made for schemas: the same each time, and valid.

What the document gives counts first: const, enum, examples, defaults. Else a value is put together of what its
keywords say, which is a guess wherever keywords hang together (oneOf, not, if …), so every value is judged, and the
next guess is made if it was wrong. Guesses are bounded: what nothing is found for in time is ``Impossible``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from specmill.document.tree import COMPONENTS, LIMIT_OF_REFERENCES, key_of
from specmill.schemas.made_merged import Merger, kinds_of
from specmill.schemas.made_numbers import numbers
from specmill.schemas.made_text import texts
from specmill.schemas.validate import Judge, matches

TRIES = 200  # guesses for one schema
FUEL = 20_000  # guesses for one value with all that is in it
ROOM = 400  # members and items of one value, until only what is required is added
DEEP = 5  # beyond which only what is required is added
DEEPEST = 24
TURNS = 100  # references and choices on the way to one value: some lead back to themselves
MOST = 1_000  # items that anybody would want
ANYTHING: tuple[Any, ...] = ("string", 0, True, {}, [], None, 1, 2, "", "a", False, 0.5, ["string"], {"a": 1})


class Impossible(Exception):
    """No value was found that the schema allows."""


class At(NamedTuple):
    """Where in a value a guess is made, and whether all that is inside of it is judged."""

    careful: bool
    depth: int = 0
    turns: int = 0

    @property
    def inside(self) -> At:
        return self._replace(depth=self.depth + 1)

    @property
    def turned(self) -> At:
        return self._replace(turns=self.turns + 1)


class Maker:
    """Remembers the schemas that it has merged, so there is one for all values of a document."""

    def __init__(self, schemas: Mapping[str, Any], judge: Judge) -> None:
        self._schemas = schemas
        self._judge = judge
        self._merger = Merger(self._target)
        self._random: Random | None = None
        self._fuel = FUEL
        self._made = 0

    def value(self, schema: Any, seed: int | None = None, *, sparse: bool = False) -> Any:
        """A valid value. With a seed it differs from those of other seeds, as far as the schema allows.

        A ``sparse`` one has nothing but what is required.
        """
        for careful in (False, True):
            self._fuel, self._made = FUEL, 0
            self._random = Random(seed) if seed is not None else None
            for one in islice(self._guesses(schema, At(careful, DEEP + 1 if sparse else 0)), TRIES if careful else 1):
                if self._judge.valid(schema, one):
                    return one
        raise Impossible

    def _one(self, schema: Any, at: At) -> Any:
        return next(self._some(schema, at), _NOTHING)

    def _some(self, schema: Any, at: At) -> Iterator[Any]:
        """Guesses for what is inside of a value; only such as are valid, if they are made carefully."""
        guesses = islice(self._guesses(schema, at), TRIES)
        return (one for one in guesses if not at.careful or self._judge.valid(schema, one))

    # --- guesses

    def _guesses(self, schema: Any, at: At) -> Iterator[Any]:
        self._fuel -= 1
        if self._fuel < 0 or at.depth > DEEPEST or at.turns > TURNS or schema is False:
            return
        if schema is True or not schema:
            yield from self._anything()
            return
        if not self._random:
            yield from _told(schema)
        if "$ref" in schema:
            beside = self._merger.without(schema, "$ref")
            target = self._target(schema)
            yield from self._guesses(self._merger.both(target, beside) if beside else target, at.turned)
        elif "const" in schema:
            yield schema["const"]
        elif "enum" in schema:
            yield from self._shuffled(schema["enum"])
        else:
            yield from self._composed(schema, at)

    def _anything(self) -> Iterator[Any]:
        yield from self._shuffled(ANYTHING)

    def _shuffled(self, values: Any) -> list[Any]:
        return self._random.sample(list(values), len(values)) if self._random else list(values)

    def _target(self, schema: Any) -> Any:
        for _ in range(LIMIT_OF_REFERENCES):
            if not isinstance(schema, dict) or not str(schema.get("$ref", "")).startswith(COMPONENTS):
                break
            schema = self._schemas.get(key_of(schema["$ref"]), True)
        return schema

    def _composed(self, schema: Mapping[str, Any], at: At) -> Iterator[Any]:
        """Each way through the choices of a schema, as a schema without them."""
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in schema:
                rest = self._merger.without(schema, keyword)
                for choice in self._choices(keyword, schema, at.depth):
                    yield from self._guesses(self._merger.all_of([rest, *choice]), at.turned)
                return
        if "if" in schema:
            rest = self._merger.without(schema, "if", "then", "else")
            for path in ([schema["if"], schema.get("then", True)], [schema.get("else", True)]):
                yield from self._guesses(self._merger.all_of([rest, *path]), at.turned)
            return
        for kind in self._shuffled(kinds_of(schema)):
            yield from islice(self._of_kind(kind, schema, at), TRIES // 4)

    def _choices(self, keyword: str, schema: Mapping[str, Any], depth: int) -> list[list[Any]]:
        branches = schema[keyword]
        if keyword == "allOf":
            return [branches]
        deep = depth > DEEP  # where what may hold itself comes last, else null does
        ordered = sorted(self._shuffled(branches), key=_may_recur if deep else _is_null)
        return [[one, self._tag(schema.get("discriminator"), one)] for one in ordered]

    def _tag(self, discriminator: Any, branch: Any) -> Any:
        """What the discriminator demands of this branch."""
        if not isinstance(discriminator, dict) or not _may_recur(branch):
            return True
        name, mapping = discriminator.get("propertyName"), discriminator.get("mapping") or {}
        tag = next((tag for tag, key in mapping.items() if key == key_of(branch["$ref"])), None)
        if name is None or tag is None:
            return True
        return self._merger.tagged(name, tag)

    def _of_kind(self, kind: str, schema: Mapping[str, Any], at: At) -> Iterator[Any]:
        if kind == "object":
            yield from self._objects(schema, at)
        elif kind == "array":
            yield from self._arrays(schema, at)
        elif kind == "string":
            yield from texts(schema, self._random)
        elif kind in ("integer", "number"):
            yield from numbers(schema, kind == "integer", self._random)
        else:
            yield from {"boolean": self._shuffled((True, False)), "null": [None]}[kind]

    # --- objects

    def _objects(self, schema: Mapping[str, Any], at: At) -> Iterator[Any]:
        known = schema.get("properties", {})
        required = [name for name in schema.get("required", ()) if not self._is_of_the_other(known.get(name))]
        optional = [name for name in known if name not in required and not self._is_of_the_other(known[name])]
        most = schema.get("maxProperties", MOST)
        if self._is_enough(at):
            optional = []
        if self._random:
            optional = [name for name in optional if self._random.random() < 0.75]
        for chosen in (optional[: max(0, most - len(required))], []):
            value = self._object(schema, {*required, *chosen}, required, at)
            if value is not None:
                yield value
        for name in optional:  # some hang together with others
            value = self._object(schema, {*required, name}, required, at)
            if value is not None:
                yield value

    def _object(self, schema: Mapping[str, Any], names: set[str], required: list[str], at: At) -> dict[str, Any] | None:
        known = schema.get("properties", {})
        further = schema.get("additionalProperties", True)
        names |= {one for name in names for one in schema.get("dependentRequired", {}).get(name, ())}
        order = [name for name in known if name in names] + sorted(name for name in names if name not in known)
        value = {}
        for name in order:
            self._made += 1
            inner = self._one(known.get(name, self._further(schema, name)), at.inside)
            if inner is not _NOTHING:
                value[name] = inner
            elif name in required:
                return None
        return self._filled(value, schema, further, at)

    def _filled(self, value: dict[str, Any], schema: Mapping[str, Any], further: Any, at: At) -> dict[str, Any]:
        """With as many members as there have to be, and one where only such without a name are described."""
        least = min(schema.get("minProperties", 0), MOST)
        if isinstance(further, dict) and not schema.get("properties") and not self._is_enough(at):
            least = max(least, 1)
        if least <= len(value):
            return value
        for name in islice(texts(schema.get("propertyNames") or {}, None), least + TRIES):
            name = {"string": "key"}.get(name, name)
            if len(value) >= least:
                break
            if name not in value:
                inner = self._one(self._further(schema, name), at.inside)
                if inner is not _NOTHING:
                    value[name] = inner
        return value

    def _further(self, schema: Mapping[str, Any], name: str) -> Any:
        known = schema.get("properties", {}).get(name)
        if known is not None:
            return known
        patterns = schema.get("patternProperties", {})
        fitting = [one for pattern, one in patterns.items() if matches(pattern, name)]
        return self._merger.all_of(fitting) if fitting else schema.get("additionalProperties", True)

    def _is_of_the_other(self, schema: Any) -> bool:
        """Whether it has a place in the other direction only: what is writeOnly has none in an answer."""
        merged = schema.get("allOf", ()) if isinstance(schema, dict) else ()
        ways = (schema, self._target(schema), *map(self._target, merged))
        return any(isinstance(one, dict) and one.get(self._judge.other) is True for one in ways)

    def _is_enough(self, at: At) -> bool:
        return at.depth > DEEP or self._made > ROOM

    # --- arrays

    def _arrays(self, schema: Mapping[str, Any], at: At) -> Iterator[Any]:
        least, most = schema.get("minItems", 0), min(schema.get("maxItems", MOST), MOST)
        if least > most:
            return
        first = [self._one(one, at.inside) for one in schema.get("prefixItems", ())]
        if _NOTHING in first:
            first = first[: first.index(_NOTHING)]
        wanted = 0 if self._is_enough(at) else self._random.randint(1, 3) if self._random else 1
        for count in dict.fromkeys((min(max(least, wanted), most), least)):
            items = [*self._contained(schema, at), *self._items(schema, count, at)]
            yield (first + items)[: max(count, min(len(first), most))]
            yield (items + first)[:most]
        if least == 0:
            yield []

    def _contained(self, schema: Mapping[str, Any], at: At) -> list[Any]:
        if "contains" not in schema:
            return []
        both = self._merger.both(schema.get("items", True), schema["contains"])
        wanted: int = min(schema.get("minContains", 1), MOST)
        found = list(islice(self._some(both, at.inside._replace(careful=False)), wanted))
        return found + found[-1:] * (wanted - len(found))

    def _items(self, schema: Mapping[str, Any], count: int, at: At) -> list[Any]:
        self._made += count
        guesses = self._some(schema.get("items", True), at.inside)
        if schema.get("uniqueItems") or self._random:
            return _distinct(guesses, count) if schema.get("uniqueItems") else list(islice(guesses, count))
        one = next(guesses, _NOTHING)
        return [] if one is _NOTHING else [one] * count


_NOTHING: Any = object()


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])


def _may_recur(schema: Any) -> bool:
    return isinstance(schema, dict) and "$ref" in schema


def _told(schema: Mapping[str, Any]) -> Iterator[Any]:
    """What the document itself gives as a value of this schema."""
    if "example" in schema:
        yield schema["example"]
    examples = schema.get("examples")
    if isinstance(examples, list):
        yield from examples
    if "default" in schema:
        yield schema["default"]


def _distinct(values: Iterator[Any], count: int) -> list[Any]:
    found: dict[str, Any] = {}
    for value in values:
        if len(found) >= count:
            break
        found.setdefault(repr(value), value)
    return list(found.values())
