"""Two schemas that both have to hold, as one, as far as that is easily said: what it makes is judged anyway."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import zip_longest
from typing import Any

NAMED = ("properties", "patternProperties", "dependentSchemas")
INNER = ("items", "additionalProperties", "propertyNames", "contains", "unevaluatedProperties")
UPPER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains", "multipleOf")
LOWER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
CHOICES = ("anyOf", "oneOf", "not", "if")
KINDS = ("object", "array", "string", "number", "integer", "boolean", "null")
SPEAKS_OF = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "uniqueItems"),
    "string": ("pattern", "minLength", "format"),
    "number": ("minimum", "exclusiveMinimum", "multipleOf", "maximum", "exclusiveMaximum"),
}


class Merger:
    """Remembers what it has merged: the same two give the same schema."""

    def __init__(self, target: Callable[[Any], Any]) -> None:
        self._target = target
        self._known: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def all_of(self, schemas: list[Any]) -> Any:
        return reduce(self.both, schemas, True)

    def both(self, one: Any, other: Any) -> Any:
        if other is True or other == {} or one is False:
            return one
        if one is True or one == {} or other is False:
            return other
        return self._once((id(one), id(other)), (one, other), lambda: self._merged(one, other))

    def without(self, schema: Mapping[str, Any], *keywords: str) -> Any:
        def rest() -> Any:
            return {key: value for key, value in schema.items() if key not in (*keywords, "example", "examples")}

        return self._once((id(schema), keywords), schema, rest)

    def tagged(self, name: str, tag: str) -> Any:
        return self._once((name, tag), None, lambda: {"properties": {name: {"const": tag}}, "required": [name]})

    def _once(self, key: tuple[Any, ...], held: Any, make: Callable[[], Any]) -> Any:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (held, make())  # held, so that the ids stay theirs
        return found[1]

    def _merged(self, one: Any, other: Any) -> Any:
        first, second = self._target(one), self._target(other)
        if not isinstance(first, dict) or not isinstance(second, dict):
            return False if False in (first, second) else first if isinstance(first, dict) else second
        one = {**first, **{key: value for key, value in one.items() if key != "$ref"}}
        merged = dict(one)
        for keyword, value in {**second, **{key: value for key, value in other.items() if key != "$ref"}}.items():
            merged[keyword] = self._keyword(keyword, one[keyword], value) if keyword in one else value
        clashes = [key for key in CHOICES if key in one and key in second and one[key] != second[key]]
        for key in clashes:
            merged[key] = one[key]
            merged["allOf"] = [*merged.get("allOf", ()), {key: second[key]}]
        return False if merged.get("enum") == [] or merged.get("type") == [] else merged

    def _keyword(self, keyword: str, one: Any, other: Any) -> Any:
        if keyword in NAMED:
            return {name: self._member(name, one, other) for name in {**one, **other}}
        if keyword in INNER:
            return self._inner(one, other)
        if keyword == "prefixItems":
            return [self._inner(*pair) for pair in zip_longest(one, other, fillvalue=True)]
        if keyword in UPPER:
            return max(one, other)
        if keyword in LOWER:
            return min(one, other)
        if keyword == "required":
            return list(dict.fromkeys((*one, *other)))
        if keyword == "enum":
            return [value for value in one if value in other]
        if keyword == "type":
            return _common(_list(one), _list(other))
        if keyword == "allOf":
            return [*one, *other]
        return other

    def _member(self, name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Any:
        if name in one and name in other:
            return self._inner(one[name], other[name])
        return one.get(name, other.get(name))

    def _inner(self, one: Any, other: Any) -> Any:
        """A reference inside may lead back to what is being merged: it is followed when a value is made for it."""
        if not any(isinstance(schema, dict) and "$ref" in schema for schema in (one, other)):
            return self.both(one, other)
        return self._once(("allOf", id(one), id(other)), (one, other), lambda: {"allOf": [one, other]})


def _list(types: Any) -> list[str]:
    return [types] if isinstance(types, str) else list(types)


def _common(one: list[str], other: list[str]) -> list[str]:
    found = [kind for kind in one if kind in other]
    if "integer" not in found and "integer" in (*one, *other) and "number" in (*one, *other):
        found.append("integer")
    return found


def kinds_of(schema: Mapping[str, Any]) -> list[str]:
    """The types a value may have, null last; where none is said those that the keywords speak of come first."""
    if "type" in schema:
        types = _list(schema["type"])
        return sorted(types, key=lambda kind: kind == "null")
    spoken = [kind for kind, words in SPEAKS_OF.items() if any(word in schema for word in words)]
    return list(dict.fromkeys((*spoken, "string", *KINDS)))
