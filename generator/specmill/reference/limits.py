"""What a schema demands of a value beyond its type, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from specmill.reference.markdown import code

RANGES = {"int32": "32 bits", "int64": "64 bits"}
FORMATS = {
    "date-time": "with an offset from UTC",
    "byte": "base64 on the wire",
    "binary": "bytes as they are",
    "password": "a secret",
}
TOLD_BY_TYPE = ("date", "float", "double", "uuid")
BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
}
SIZES = {
    ("minLength", "maxLength"): ("character", "characters"),
    ("minItems", "maxItems"): ("item", "items"),
    ("minProperties", "maxProperties"): ("member", "members"),
}
COMPLEX = (
    *("not", "if", "contains", "propertyNames", "patternProperties", "dependentRequired", "dependentSchemas"),
    *("unevaluatedProperties", "unevaluatedItems", "prefixItems"),
)
DEEPEST = 3
LONGEST = 200  # letters of a value that is shown in a table


def limits(schema: Any, depth: int = 0) -> Iterator[str]:
    """Each demand as a few words: ``at least 1``, ``up to 255 characters``."""
    if not isinstance(schema, Mapping):
        return
    yield from _format(schema)
    told = set() if not _is_range(schema) else {"minimum", "maximum"}
    yield from (
        words.format(code(_value(schema[key]))) for key, words in BOUNDS.items() if schema.keys() - told >= {key}
    )
    yield from _sizes(schema)
    if schema.get("uniqueItems") is True:
        yield "no two alike"
    if "pattern" in schema:
        yield f"matches {code(str(schema['pattern']))}"
    if "enum" in schema and depth == 0 and not _is_literal(schema["enum"]):
        yield f"one of {', '.join(code(_value(one)) for one in schema['enum'][:12])}"
    yield from (f"see the keyword {code(key)} of its schema" for key in COMPLEX if key in schema)
    yield from (demand for part in schema.get("allOf", ()) for demand in limits(part, depth))
    if depth < DEEPEST:
        yield from (f"each {demand}" for demand in limits(schema.get("items"), depth + 1))
        yield from (f"each {demand}" for demand in limits(schema.get("additionalProperties"), depth + 1))


def remarks(schema: Any) -> Iterator[str]:
    """What is said about a member besides: who may give it, and what the server takes in its place."""
    if not isinstance(schema, Mapping):
        return
    if schema.get("readOnly") is True:
        yield "only in answers"
    if schema.get("writeOnly") is True:
        yield "only in requests"
    if schema.get("deprecated") is True:
        yield "deprecated"
    if "default" in schema and len(shown := _value(schema["default"])) <= LONGEST:
        yield f"the server's default: {code(shown)}"


def _format(schema: Mapping[str, Any]) -> Iterator[str]:
    name = schema.get("format")
    if not isinstance(name, str) or name in TOLD_BY_TYPE:
        return
    yield RANGES.get(name) or FORMATS.get(name) or f"format {code(name)}"


def _is_range(schema: Mapping[str, Any]) -> bool:
    """Whether its bounds are but those of its format."""
    name = schema.get("format")
    if name not in RANGES:
        return False
    half = 2 ** (int(str(name)[3:]) - 1)
    return (schema.get("minimum"), schema.get("maximum")) == (-half, half - 1)


def _sizes(schema: Mapping[str, Any]) -> Iterator[str]:
    for (least_key, most_key), (one, many) in SIZES.items():
        least, most = schema.get(least_key, 0), schema.get(most_key)
        if most is not None:
            yield _size(least, most, one, many)
        elif least:
            yield f"at least {least} {one if least == 1 else many}"


def _size(least: Any, most: Any, one: str, many: str) -> str:
    if least == most:
        return f"exactly {most} {one if most == 1 else many}"
    return f"{least} to {most} {many}" if least else f"up to {most} {one if most == 1 else many}"


def _is_literal(values: Any) -> bool:
    return all(isinstance(one, str | int | bool | None) for one in values)


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
