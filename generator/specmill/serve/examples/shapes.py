"""What a schema lets text become: ``5`` is a number where one may stand, and text where only text may."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.document.tree import COMPONENTS, LIMIT_OF_REFERENCES, key_of

INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,308})")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
KINDS: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
DEPTH = 3  # of what is looked at inside of a schema, which may hold itself


@dataclass(frozen=True, slots=True)
class Shape:
    kinds: frozenset[str]  # empty where the document does not say
    items: Shape | None = None
    members: Mapping[str, Shape] | None = None
    further: Shape | None = None  # of members without a name
    binary: bool = False


TEXT = Shape(frozenset(("string",)))


def shape_of(schema: Any, schemas: Mapping[str, Any], depth: int = DEPTH) -> Shape:
    alternatives = list(_alternatives(schema, schemas, depth))
    inner = depth - 1
    if inner == 0:
        return Shape(frozenset(_kinds(alternatives)))
    items = next((one["items"] for one in alternatives if isinstance(one.get("items"), dict)), None)
    further = next((one["additionalProperties"] for one in alternatives if "additionalProperties" in one), None)
    named = {name: value for one in alternatives for name, value in one.get("properties", {}).items()}
    return Shape(
        frozenset(_kinds(alternatives)),
        items=shape_of(items, schemas, inner) if items is not None else None,
        members={name: shape_of(value, schemas, inner) for name, value in named.items()},
        further=shape_of(further, schemas, inner) if isinstance(further, dict) else None,
        binary=any(one.get("format") == "binary" for one in alternatives),
    )


def _alternatives(schema: Any, schemas: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    """The schema itself, and all that it lets choose from."""
    for _ in range(LIMIT_OF_REFERENCES):
        if not isinstance(schema, dict) or not str(schema.get("$ref", "")).startswith(COMPONENTS):
            break
        schema = schemas.get(key_of(schema["$ref"]), {})
    if not isinstance(schema, dict):
        return
    yield schema
    if depth > 0:
        for keyword in ("allOf", "anyOf", "oneOf"):
            for one in schema.get(keyword, ()):
                yield from _alternatives(one, schemas, depth - 1)


def _kinds(alternatives: list[Mapping[str, Any]]) -> Iterator[str]:
    for one in alternatives:
        types = one.get("type", [])
        yield from [types] if isinstance(types, str) else types
        if not types:
            values = one.get("enum", [one["const"]] if "const" in one else [])
            yield from (KINDS.get(type(value), "null") for value in values)


def value_of(text: str, shape: Shape) -> Any:
    """What the text is, of all that it may be."""
    kinds = shape.kinds
    if not kinds or (len(kinds) == 1 and "string" in kinds):
        return text
    if text in CONSTANTS and ("null" if text == "null" else "boolean") in kinds:
        return CONSTANTS[text]
    if "integer" in kinds and INTEGER.fullmatch(text):
        return int(text)
    if "number" in kinds and NUMBER.fullmatch(text):
        return int(text) if INTEGER.fullmatch(text) else float(text)
    if kinds & {"array", "object"} and text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
