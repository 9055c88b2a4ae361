"""What makers and breakers ask of a schema of the normal form, with every reference followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specmill.values import JSON, Schema

COMPONENTS = "#/components/schemas/"
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")
OF_TYPE = {  # the keywords by which a schema without a type says what it is about
    "string": ("minLength", "maxLength", "pattern", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"),
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
}


class Schemas:
    """The components of a document, by which references are followed."""

    def __init__(self, tree: JSON) -> None:
        self.components: Mapping[str, Schema] = tree.get("components", {}).get("schemas", {})

    def resolved(self, schema: Any) -> Schema:
        """Without a reference at its top; what stands beside the reference counts too."""
        seen: set[str] = set()
        while isinstance(schema, Mapping) and "$ref" in schema:
            name = schema["$ref"]
            if name in seen:
                return {}
            seen.add(name)
            target = self.components[name.removeprefix(COMPONENTS)]
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        if schema is True:
            return {}
        return {"not": {}} if schema is False else schema

    def allows_null(self, schema: Any) -> bool:
        resolved = self.resolved(schema)
        if "enum" in resolved:
            return None in resolved["enum"]
        parts = alternatives(resolved)
        return any(map(self.allows_null, parts)) if parts else "null" in types_of(resolved)


def types_of(schema: Schema) -> tuple[str, ...]:
    """The types that a value may have, as far as ``type`` or the other keywords say; all if they say nothing."""
    given = schema.get("type")
    if isinstance(given, str):
        return (given,)
    if given:
        return tuple(given)
    found = [kind for kind, keywords in OF_TYPE.items() if any(keyword in schema for keyword in keywords)]
    return tuple(found) or TYPES


def alternatives(schema: Schema) -> tuple[Any, ...]:
    return tuple(schema.get("oneOf") or schema.get("anyOf") or ())


def away_as(word: str) -> Schema:
    """The schema of a member that has no place in this direction, and why: it is readOnly or writeOnly."""
    return {"not": {"$comment": word}}


def members_of(schema: Schema) -> Mapping[str, Any]:
    """The members that are named and may be there."""
    return {name: part for name, part in schema.get("properties", {}).items() if not _is_away(part)}


def _is_away(part: Any) -> bool:
    denied = part.get("not") if isinstance(part, Mapping) else None
    return isinstance(denied, Mapping) and denied.keys() == {"$comment"}
