"""A schema at its place of use, read once: what kind of value it is, whether null is one, and what is left to say.

The façade for the engine, the annotations and the decision how a union is decoded are all made from these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from specmill.document.tree import rebuilt

Kind = Literal["ref", "any", "null", "scalar", "array", "map", "union", "literal"]

REF = "#/components/schemas/"
# What says nothing about which values are valid. ``default`` is the server's business; it is told in a comment.
ANNOTATIONS = frozenset(
    (
        *("title", "description", "default", "examples", "example", "deprecated", "readOnly", "writeOnly"),
        *("externalDocs", "xml", "discriminator", "contentMediaType", "contentSchema"),
        *("$comment", "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs"),
    )
)
OF_STRINGS = ("minLength", "maxLength", "pattern", "contentEncoding")
OF_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
OF_ARRAYS = ("items", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems")
OF_OBJECTS = (
    *("properties", "required", "additionalProperties", "minProperties", "maxProperties", "propertyNames"),
    *("patternProperties", "dependentRequired", "dependentSchemas"),
)
OF_TYPE = {
    "string": (*OF_STRINGS, "format"),
    "integer": (*OF_NUMBERS, "format"),
    "number": (*OF_NUMBERS, "format"),
    "array": OF_ARRAYS,
    "object": OF_OBJECTS,
}
KNOWN_TYPES = frozenset(OF_TYPE) | {"boolean"}
TYPED = frozenset(key for keys in OF_TYPE.values() for key in keys)  # these say nothing about values of other types
CLASSES: Mapping[str, Any] = {"string": str, "number": (int, float), "array": list, "object": dict}
INT64 = range(-(2**63), 2**63)


class Unreadable(Exception):
    """What should be a schema is none."""


@dataclass(frozen=True, slots=True)
class Use:
    """``name`` is the component of a ref or the type of a scalar; ``values`` are those of a literal."""

    kind: Kind
    name: str = ""
    format: str = ""
    nullable: bool = False
    parts: tuple[Use, ...] = ()
    values: tuple[Any, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)  # all keywords that ``kind`` and ``parts`` do not say


def use_of(schema: Any) -> Use:
    """Raises Unreadable."""
    try:
        use = _use_of(schema)
        return replace(use, rest=without_annotations(schema)) if _judged_together(schema) else use
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"this is no schema: {type(error).__name__}: {error}") from None


def _use_of(schema: Any) -> Use:
    if isinstance(schema, bool):
        return Use("any", rest={} if schema else {"not": {}})
    body = {key: value for key, value in schema.items() if not is_annotation(key)}
    given = body.pop("type", ())
    types = [given] if isinstance(given, str) else list(given)
    nullable = "null" in types
    types = [one for one in types if one != "null"]
    if "$ref" in body:
        name = body.pop("$ref").removeprefix(REF)
        return Use("ref", name, nullable=nullable, rest=_rest(body, types))
    whole = without_annotations(schema)
    if "enum" in body or "const" in body:
        return _literal(body, types, nullable, typed=bool(given)) or Use("any", rest=whole)
    for keyword in ("oneOf", "anyOf"):
        if keyword in body and (parts := _alternatives(body[keyword])):
            body.pop(keyword)
            return _union(parts, _rest(body, types), nullable or not given) or Use("any", rest=whole)
    if len(types) > 1:
        return _of_types(types, body, nullable)
    if not types:
        return Use("null", rest=_rest(_about(body, ()), [])) if nullable else Use("any", rest=_rest(body, []))
    return replace(_of_type(types[0], body), nullable=nullable)


def _judged_together(schema: Any) -> bool:
    """Whether a keyword of it depends on what the others speak about."""
    return isinstance(schema, dict) and ("unevaluatedProperties" in schema or "unevaluatedItems" in schema)


def is_annotation(keyword: str) -> bool:
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def refs_in(use: Use) -> Iterator[str]:
    """The components that a use names, outermost first."""
    if use.kind == "ref":
        yield use.name
    for part in use.parts:
        yield from refs_in(part)


def parts_of(use: Use) -> Iterator[Use]:
    """A use and all uses inside it."""
    yield use
    for part in use.parts:
        yield from parts_of(part)


def _rest(body: Mapping[str, Any], types: list[str]) -> dict[str, Any]:
    kept = {key: value for key, value in without_annotations(dict(body)).items() if key != "format"}
    return kept | ({"type": types[0] if len(types) == 1 else types} if types else {})


def without_annotations(schema: Any) -> Any:
    """A schema without its prose, inside as well. A member may be called ``title``, and a value may have one.

    Only what is sent is held to it, so what only the server may write is not required.
    """
    if not isinstance(schema, dict):
        return schema
    told = rebuilt(schema, lambda inner, _: without_annotations(inner))
    if "required" in told:
        told["required"] = required_of(schema)
    return {key: value for key, value in told.items() if not is_annotation(key)}


def required_of(schema: Mapping[str, Any]) -> list[str]:
    """The members that have to be sent."""
    properties = schema.get("properties", {})
    return [name for name in schema["required"] if not says(properties.get(name), "readOnly")]


def says(schema: Any, keyword: str) -> bool:
    return isinstance(schema, dict) and schema.get(keyword) is True


def _about(body: Mapping[str, Any], types: Iterable[str]) -> dict[str, Any]:
    """The keywords that say something about values of these types."""
    owned = {key for one in types for key in OF_TYPE.get(one, ())}
    return {key: limit for key, limit in body.items() if key not in TYPED or key in owned}


def _of_type(name: str, body: Mapping[str, Any]) -> Use:
    rest = _about(body, (name,))
    if name not in KNOWN_TYPES:
        raise Unreadable(f"{name!r} is no type of JSON Schema")
    if name == "array":
        items = rest.pop("items", {})
        # With prefixItems, ``items`` is only about what follows them.
        typed = use_of({} if "prefixItems" in rest else items)
        kept = {"items": items} if "prefixItems" in rest and items != {} else {}
        return Use("array", parts=(typed,), rest=_rest(rest | kept, []))
    if name == "object":
        values = rest.pop("additionalProperties", {})
        return _map(values, rest)
    return Use("scalar", name, format=str(rest.get("format", "")), rest=_rest(rest, []))


def _map(values: Any, rest: dict[str, Any]) -> Use:
    # A pattern or a name of its own may allow what ``additionalProperties`` does not.
    if values is False or "patternProperties" in rest or "properties" in rest:
        kept = {} if values in ({}, True) else {"additionalProperties": values}
        return Use("map", parts=(Use("any"),), rest=_rest(rest | kept, []))
    return Use("map", parts=(use_of(values),), rest=_rest(rest, []))


def _of_types(types: list[str], body: Mapping[str, Any], nullable: bool) -> Use:
    """``type: [string, integer]``: each keyword goes to the types that it is about, the others to the whole."""
    parts = tuple(_of_type(one, {key: limit for key, limit in body.items() if key in TYPED}) for one in types)
    rest = _rest(_about(body, ()), [])
    return Use("union", nullable=nullable, parts=parts, rest=rest)


def _alternatives(schemas: list[Any]) -> tuple[Use, ...]:
    """None, if they are no alternatives of type but only further conditions on one."""
    read = tuple(use_of(one) for one in schemas)
    return () if any(one.kind == "any" and one.rest for one in read) else read


def _union(read: tuple[Use, ...], rest: dict[str, Any], nullable: bool) -> Use | None:
    """None, if there is nothing that it allows."""
    parts = tuple(one for one in read if one.kind != "null")
    null = nullable and (len(parts) < len(read) or any(one.nullable for one in parts))
    if len(parts) > 1:
        return Use("union", nullable=null, parts=parts, rest=rest)
    if not parts:
        return Use("null") if nullable else None
    both = {"allOf": [parts[0].rest, rest]} if rest and parts[0].rest else rest or parts[0].rest
    return replace(parts[0], nullable=null, rest=both)


def _literal(body: dict[str, Any], types: list[str], nullable: bool, typed: bool) -> Use | None:
    """None, if there is nothing that it allows."""
    given = body.pop("enum", None)
    if given is None:
        given = [body.pop("const")]
    elif "const" in body:
        given = [one for one in given if one == body["const"]]
        body.pop("const")
    body = _about(body, types) if typed else body
    null = None in given and (nullable or not typed)
    given = [one for one in given if not typed or any(_is_of(one, type_) for type_ in types)]
    whole = types == ["integer"]
    values = [int(one) if whole and isinstance(one, float) else one for one in given if one is not None]
    rest = {key: limit for key, limit in body.items() if not all(said_by(one, key, limit) for one in values)}
    if not values:
        return Use("null") if null else None
    return Use("literal", nullable=null, values=_distinct(values), rest=_rest(rest, []))


def said_by(value: Any, keyword: str, limit: Any) -> bool:
    """Whether a listed value holds to a bound, so that the bound says nothing new."""
    if isinstance(value, str) and keyword in ("minLength", "maxLength"):
        return bool(len(value) >= limit if keyword == "minLength" else len(value) <= limit)
    if isinstance(value, (int, float)) and keyword in ("minimum", "maximum"):
        return bool(value >= limit if keyword == "minimum" else value <= limit)
    return False


def _is_of(value: Any, type_: str) -> bool:
    if isinstance(value, bool) or type_ == "boolean":
        return type_ == "boolean" and isinstance(value, bool)
    if type_ == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return isinstance(value, CLASSES[type_])


def _distinct(values: list[Any]) -> tuple[Any, ...]:
    return tuple({(type(one).__name__, repr(one)): one for one in values}.values())


def fits_literal(value: Any) -> bool:
    """Whether msgspec can have it in a ``Literal``."""
    if isinstance(value, str):
        return not any("\ud800" <= one <= "\udfff" for one in value)
    return isinstance(value, int) and not isinstance(value, bool) and value in INT64
