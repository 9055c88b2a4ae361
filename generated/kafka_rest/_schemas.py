"""JSON values against JSON Schema, for the keywords that no type of a model expresses.

A schema in which a keyword is not listed here says nothing about a value, so nothing right is ever refused: ``holds``
is false only for what is certainly invalid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

Schema = Mapping[str, Any]
Definitions = Mapping[str, Any]  # the schemas that references name

DEFINITIONS = "$defs"
PATTERN = "x-python-pattern"  # beside the document's own, whose language is ECMA-262
PATTERNS = "x-python-patterns"  # the same for those of ``patternProperties``: theirs -> Python's
# Words that only say how other words beside them are meant, or how a number is stored.
BESIDE = frozenset((DEFINITIONS, PATTERN, PATTERNS, "then", "else", "minContains", "maxContains", "contentEncoding"))
NUMERIC_FORMATS = re.compile(r"u?int[0-9]*|float|double|double-int")


def holds(schema: Any, wire: Any, known: Definitions | None = None) -> bool:
    """Whether a JSON value is valid, as far as the keywords are known."""
    if isinstance(schema, bool):
        return schema
    definitions: Definitions = schema.get(DEFINITIONS, {}) if known is None else known
    return all(keyword_holds(keyword, schema, wire, definitions) for keyword in schema)


def keyword_holds(keyword: str, schema: Schema, wire: Any, known: Definitions) -> bool:
    limit = schema[keyword]
    if keyword in ASSERTIONS:
        return _passes(*ASSERTIONS[keyword], limit, wire)
    if keyword in APPLICATORS:
        kind, applies = APPLICATORS[keyword]
        return not isinstance(wire, kind) or applies(schema, wire, known)
    return True


def _passes(kind: Any, test: Callable[[Any, Any], bool], limit: Any, wire: Any) -> bool:
    if not isinstance(wire, kind) or (isinstance(wire, bool) and kind is NUMBER):
        return True
    try:
        return test(limit, wire)
    except TypeError:
        return True  # the limit itself is none


# --- whether everything about a schema is known


def decided(schema: Any, known: Definitions, seen: set[str] | None = None) -> bool:
    """Whether every keyword is known, so that failing to break the schema means to hold to it."""
    seen = set() if seen is None else seen
    if isinstance(schema, bool):
        return True
    if not all(_is_known(keyword, schema) for keyword in schema):
        return False
    if "$ref" in schema:
        name = _name(schema["$ref"])
        if name not in known:
            return False
        if name not in seen:
            seen.add(name)
            if not decided(known[name], known, seen):
                return False
    return all(decided(one, known, seen) for one in inner_schemas(schema))


def _is_known(keyword: str, schema: Schema) -> bool:
    if keyword == "pattern":
        return PATTERN in schema
    if keyword == "patternProperties":
        return all(pattern in schema.get(PATTERNS, {}) for pattern in schema[keyword])
    if keyword == "format":
        return NUMERIC_FORMATS.fullmatch(str(schema[keyword])) is not None
    return keyword in ASSERTIONS or keyword in APPLICATORS or keyword in BESIDE


def inner_schemas(schema: Schema) -> Iterator[Any]:
    """The schemas right inside of one."""
    for keyword in ONE:
        if keyword in schema:
            yield schema[keyword]
    for keyword in SEVERAL:
        yield from schema.get(keyword, ())
    for keyword in NAMED:
        yield from schema.get(keyword, {}).values()


ONE = (
    *("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas")


# --- keywords that look at nothing but the value


def same(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1, but 1.0 is."""
    return bool(_key(one) == _key(other))


def _key(wire: Any) -> Any:
    """What is equal, and can be looked up, exactly for equal JSON."""
    if isinstance(wire, bool):
        return (bool, wire)
    if isinstance(wire, dict):
        return (dict, frozenset((name, _key(one)) for name, one in wire.items()))
    if isinstance(wire, (list, tuple)):
        return (list, tuple(map(_key, wire)))
    return wire


def _multiple(limit: float, wire: float) -> bool:
    # As fractions of their texts, since 19.99 is a multiple of 0.01 although the nearest floats are not.
    return limit == 0 or Fraction(repr(wire)) % Fraction(repr(limit)) == 0


def _is_type(limit: str | list[str], wire: Any) -> bool:
    return any(_is_kind(kind, wire) for kind in ([limit] if isinstance(limit, str) else limit))


def _is_kind(kind: str, wire: Any) -> bool:
    if isinstance(wire, bool) or kind == "boolean":
        return kind == "boolean" and isinstance(wire, bool)
    if kind == "integer":
        return isinstance(wire, int) or (isinstance(wire, float) and wire.is_integer())
    return isinstance(wire, JSON_KINDS.get(kind, object))


def _dependent(limit: Mapping[str, list[str]], wire: dict[str, Any]) -> bool:
    return all(name in wire for key, names in limit.items() if key in wire for name in names)


NUMBER = (int, float)
JSON_KINDS: dict[str, Any] = {
    "string": str, "number": NUMBER, "object": dict, "array": list, "null": type(None),
}  # fmt: skip
ASSERTIONS: dict[str, tuple[Any, Callable[[Any, Any], bool]]] = {
    "type": (object, _is_type),
    "enum": (object, lambda limit, wire: any(same(one, wire) for one in limit)),
    "const": (object, same),
    "minimum": (NUMBER, lambda limit, wire: wire >= limit),
    "maximum": (NUMBER, lambda limit, wire: wire <= limit),
    "exclusiveMinimum": (NUMBER, lambda limit, wire: wire > limit),
    "exclusiveMaximum": (NUMBER, lambda limit, wire: wire < limit),
    "multipleOf": (NUMBER, _multiple),
    "minLength": (str, lambda limit, wire: len(wire) >= limit),
    "maxLength": (str, lambda limit, wire: len(wire) <= limit),
    PATTERN: (str, lambda limit, wire: re.search(limit, wire) is not None),
    "minItems": (list, lambda limit, wire: len(wire) >= limit),
    "maxItems": (list, lambda limit, wire: len(wire) <= limit),
    "uniqueItems": (list, lambda limit, wire: not limit or len({_key(one) for one in wire}) == len(wire)),
    "minProperties": (dict, lambda limit, wire: len(wire) >= limit),
    "maxProperties": (dict, lambda limit, wire: len(wire) <= limit),
    "required": (dict, lambda limit, wire: all(name in wire for name in limit)),
    "dependentRequired": (dict, _dependent),
}


# --- keywords that apply other schemas


def _reference(schema: Schema, wire: Any, known: Definitions) -> bool:
    return holds(known.get(_name(schema["$ref"]), True), wire, known)


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _one_of(schema: Schema, wire: Any, known: Definitions) -> bool:
    fitting = [one for one in schema["oneOf"] if holds(one, wire, known)]
    return len(fitting) == 1 or (len(fitting) > 1 and not all(decided(one, known) for one in fitting))


def _not(schema: Schema, wire: Any, known: Definitions) -> bool:
    return not holds(schema["not"], wire, known) or not decided(schema["not"], known)


def _if(schema: Schema, wire: Any, known: Definitions) -> bool:
    if not holds(schema["if"], wire, known):
        return holds(schema.get("else", True), wire, known)
    return holds(schema.get("then", True), wire, known) or not decided(schema["if"], known)


def _contains(schema: Schema, wire: list[Any], known: Definitions) -> bool:
    fitting = sum(holds(schema["contains"], one, known) for one in wire)
    few, many = fitting < schema.get("minContains", 1), fitting > schema.get("maxContains", fitting)
    return not few and (not many or not decided(schema["contains"], known))


def _prefix(schema: Schema, wire: list[Any], known: Definitions) -> bool:
    return all(holds(one, item, known) for one, item in zip(schema["prefixItems"], wire, strict=False))


def _items(schema: Schema, wire: list[Any], known: Definitions) -> bool:
    return all(holds(schema["items"], item, known) for item in wire[len(schema.get("prefixItems", ())) :])


def _properties(schema: Schema, wire: dict[str, Any], known: Definitions) -> bool:
    return all(holds(one, wire[name], known) for name, one in schema["properties"].items() if name in wire)


def _pattern_properties(schema: Schema, wire: dict[str, Any], known: Definitions) -> bool:
    pairs = ((_matching(pattern, schema, wire), one) for pattern, one in schema["patternProperties"].items())
    return all(holds(one, wire[name], known) for names, one in pairs for name in names or ())


def _matching(pattern: str, schema: Schema, wire: dict[str, Any]) -> list[str] | None:
    """The names that a pattern matches; None if nobody knows."""
    translated = schema.get(PATTERNS, {}).get(pattern)
    return None if translated is None else [name for name in wire if re.search(translated, name)]


def _additional(schema: Schema, wire: dict[str, Any], known: Definitions) -> bool:
    spoken_of = _members(schema, wire)
    return all(holds(schema["additionalProperties"], wire[name], known) for name in wire.keys() - spoken_of)


def _members(schema: Schema, wire: dict[str, Any]) -> set[str]:
    """The members that ``properties`` and ``patternProperties`` speak about."""
    found = {name for name in schema.get("properties", {}) if name in wire}
    for pattern in schema.get("patternProperties", ()):
        names = _matching(pattern, schema, wire)
        found |= wire.keys() if names is None else {*names}
    return found


def _dependent_schemas(schema: Schema, wire: dict[str, Any], known: Definitions) -> bool:
    return all(holds(one, wire, known) for name, one in schema["dependentSchemas"].items() if name in wire)


def _unevaluated(keyword: str) -> Callable[[Schema, Any, Definitions], bool]:
    def unevaluated(schema: Schema, wire: Any, known: Definitions) -> bool:
        others = {name: one for name, one in schema.items() if name != keyword}
        places = set(wire if isinstance(wire, dict) else range(len(wire)))
        return all(holds(schema[keyword], wire[place], known) for place in places - _evaluated(others, wire, known))

    return unevaluated


def _evaluated(schema: Any, wire: Any, known: Definitions) -> set[Any]:
    """The members, or the indexes of the items, that a schema which the value holds to speaks about."""
    if isinstance(schema, bool):
        return set()
    found = _members_evaluated(schema, wire) if isinstance(wire, dict) else _items_evaluated(schema, wire, known)
    return found.union(*(_evaluated(one, wire, known) for one in _in_place(schema, wire, known)))


def _members_evaluated(schema: Schema, wire: dict[str, Any]) -> set[Any]:
    whole = "additionalProperties" in schema or "unevaluatedProperties" in schema
    return set(wire) if whole else _members(schema, wire)


def _items_evaluated(schema: Schema, wire: list[Any], known: Definitions) -> set[Any]:
    if "items" in schema or "unevaluatedItems" in schema:
        return set(range(len(wire)))
    inside = schema.get("contains", False)
    containing = {index for index, one in enumerate(wire) if holds(inside, one, known)}
    return containing | set(range(min(len(wire), len(schema.get("prefixItems", ())))))


def _in_place(schema: Schema, wire: Any, known: Definitions) -> Iterator[Any]:
    """The schemas inside of one that are about the same value, and that it holds to."""
    if "$ref" in schema:
        yield known.get(_name(schema["$ref"]), {"additionalProperties": True, "items": True})
    for keyword in ("allOf", "anyOf", "oneOf"):
        yield from (one for one in schema.get(keyword, ()) if holds(one, wire, known))
    yield from (one for name, one in schema.get("dependentSchemas", {}).items() if name in wire)
    if "if" in schema:
        met = holds(schema["if"], wire, known)
        yield from (schema["if"], schema.get("then", True)) if met else ()
        if not met or not decided(schema["if"], known):
            yield schema.get("else", True)


APPLICATORS: dict[str, tuple[Any, Callable[[Schema, Any, Definitions], bool]]] = {
    "$ref": (object, _reference),
    "allOf": (object, lambda schema, wire, known: all(holds(one, wire, known) for one in schema["allOf"])),
    "anyOf": (object, lambda schema, wire, known: any(holds(one, wire, known) for one in schema["anyOf"])),
    "oneOf": (object, _one_of),
    "not": (object, _not),
    "if": (object, _if),
    "contains": (list, _contains),
    "prefixItems": (list, _prefix),
    "items": (list, _items),
    "unevaluatedItems": (list, _unevaluated("unevaluatedItems")),
    "properties": (dict, _properties),
    "patternProperties": (dict, _pattern_properties),
    "additionalProperties": (dict, _additional),
    "propertyNames": (
        dict,
        lambda schema, wire, known: all(holds(schema["propertyNames"], one, known) for one in wire),
    ),
    "dependentSchemas": (dict, _dependent_schemas),
    "unevaluatedProperties": (dict, _unevaluated("unevaluatedProperties")),
}
