"""Each place of use has the type that says the same as its schema."""

from __future__ import annotations

from typing import Any

import pytest

from specmill.emit.models import schema_key
from tests.emit.modelling import INT32, INT64, STRING, WHEN, annotations_of, models_of, or_null, ref, source_of, struct

PLACES: list[tuple[str, Any, str]] = [
    ("text", STRING, "str"),
    ("boolean", {"type": "boolean"}, "bool"),
    ("number", {"type": "number"}, "float"),
    ("integer", {"type": "integer"}, "int"),
    ("int32", INT32, "Int32"),
    ("int64", INT64, "Int64"),
    ("narrowed", INT32 | {"minimum": 0}, "Annotated[int, Meta(ge=0, le=2147483647)]"),
    ("bytes", {"type": "string", "format": "byte"}, "bytes"),
    ("bytes of 3.1", {"type": "string", "contentEncoding": "base64"}, "bytes"),
    ("binary", {"type": "string", "format": "binary"}, "bytes"),
    ("moment", WHEN, "DateTime"),
    ("day", {"type": "string", "format": "date"}, "datetime.date"),
    ("uuid", {"type": "string", "format": "uuid"}, "UUID"),
    ("email", {"type": "string", "format": "email"}, "str"),
    ("time", {"type": "string", "format": "time"}, "str"),
    ("decimal", {"type": "string", "format": "decimal"}, "str"),
    ("own format", {"type": "string", "format": "phone-number"}, "str"),
    ("own format of numbers", {"type": "number", "format": "currency"}, "float"),
    ("anything", {}, "Any"),
    ("anything at all", True, "Any"),
    ("null", {"type": "null"}, "None"),
    ("array", {"type": "array", "items": STRING}, "list[str]"),
    ("array of anything", {"type": "array"}, "list[Any]"),
    ("array of models or null", {"type": "array", "items": or_null(ref("Leaf"))}, "list[Leaf | None]"),
    ("map", {"type": "object", "additionalProperties": INT32}, "dict[str, Int32]"),
    ("free map", {"type": "object"}, "dict[str, Any]"),
    ("map of maps", {"type": "object", "additionalProperties": {"type": "object"}}, "dict[str, dict[str, Any]]"),
    ("null or text", {"type": ["string", "null"], "maxLength": 3}, "Annotated[str, Meta(max_length=3)] | None"),
    (
        "null or array",
        {"type": ["array", "null"], "items": STRING, "minItems": 1},
        "Annotated[list[str], Meta(min_length=1)] | None",
    ),
    ("null or map", {"type": ["object", "null"], "additionalProperties": ref("Leaf")}, "dict[str, Leaf] | None"),
    ("null or model", or_null(ref("Leaf")), "Leaf | None"),
    ("null or enum", or_null(ref("Kind")), "Kind | None"),
    (
        "several types",
        {"type": ["string", "integer", "boolean", "null"], "minLength": 1, "minimum": 2},
        "Annotated[str, Meta(min_length=1)] | Annotated[int, Meta(ge=2)] | bool | None",
    ),
    ("both numbers", {"type": ["integer", "number"]}, "int | float"),
    ("constant", {"const": "x"}, "Literal['x']"),
    ("enum in place", {"enum": ["a", 1, None]}, "Literal['a', 1] | None"),
    ("enum against its type", {"type": ["integer", "null"], "enum": ["a", 1.0, None]}, "Literal[1] | None"),
    ("true only", {"type": "boolean", "enum": [True]}, "Annotated[bool, Meta(extra_json_schema={'enum': [True]})]"),
    ("listed numbers", {"enum": [1.5, "a"]}, "Annotated[float | str, Meta(extra_json_schema={'enum': [1.5, 'a']})]"),
    ("listed objects", {"enum": [{"a": 1}]}, "Annotated[Any, Meta(extra_json_schema={'enum': [{'a': 1}]})]"),
    ("huge listed number", {"enum": [2**70]}, f"Annotated[int, Meta(extra_json_schema={{'enum': [{2**70}]}})]"),
    ("bounds", {"type": "number", "exclusiveMinimum": 0, "maximum": 5}, "Annotated[float, Meta(gt=0.0, le=5.0)]"),
    (
        "two lower bounds",
        {"type": "integer", "minimum": 1, "exclusiveMinimum": 3},
        "Annotated[int, Meta(ge=1, extra_json_schema={'exclusiveMinimum': 3})]",
    ),
    (
        "bound beyond int64",
        {"type": "integer", "minimum": 2**64},
        f"Annotated[int, Meta(extra_json_schema={{'minimum': {2**64}}})]",
    ),
    ("broken bound", {"type": "integer", "minimum": 1.5}, "Annotated[int, Meta(extra_json_schema={'minimum': 1.5})]"),
    ("whole multiple", {"type": "number", "multipleOf": 5}, "Annotated[float, Meta(multiple_of=5)]"),
    (
        "broken multiple",
        {"type": "number", "multipleOf": 0.01},
        "Annotated[float, Meta(extra_json_schema={'multipleOf': 0.01})]",
    ),
    ("pattern", {"type": "string", "pattern": r"^\d+$"}, r"Annotated[str, Meta(pattern='^[0-9]+\\Z')]"),
    (
        "pattern without translation",
        {"type": "string", "pattern": "(?i)a"},
        "Annotated[str, Meta(extra_json_schema={'pattern': '(?i)a'})]",
    ),
    (
        "pattern of a uuid",
        {"type": "string", "format": "uuid", "pattern": "^a"},
        "Annotated[UUID, Meta(extra_json_schema={'pattern': '^a', 'x-python-pattern': '^a'})]",
    ),
    (
        "pattern beside an array",
        {"type": ["string", "array"], "pattern": "^a"},
        "Annotated[str, Meta(extra_json_schema={'pattern': '^a', 'x-python-pattern': '^a'})] | list[Any]",
    ),
    (
        "length of base64",
        {"type": "string", "format": "byte", "maxLength": 8},
        "Annotated[bytes, Meta(extra_json_schema={'maxLength': 8})]",
    ),
    (
        "unique items",
        {"type": "array", "items": STRING | {"minLength": 2}, "uniqueItems": True},
        "Annotated[list[Annotated[str, Meta(min_length=2)]], Meta(extra_json_schema={'uniqueItems': True})]",
    ),
    (
        "tuple",
        {"type": "array", "prefixItems": [STRING], "items": INT32},
        f"Annotated[list[Any], Meta(extra_json_schema={{'prefixItems': [{{'type': 'string'}}], 'items': {INT32!r}}})]",
    ),
    ("size of a map", {"type": "object", "minProperties": 1}, "Annotated[dict[str, Any], Meta(min_length=1)]"),
    (
        "names of a map",
        {"type": "object", "propertyNames": {"maxLength": 2, "description": "short"}},
        "Annotated[dict[str, Any], Meta(extra_json_schema={'propertyNames': {'maxLength': 2}})]",
    ),
    ("negation", {"not": {"type": "string"}}, "Annotated[Any, Meta(extra_json_schema={'not': {'type': 'string'}})]"),
    (
        "limits of other types, listed",
        {"type": "string", "enum": ["ab"], "items": ref("Leaf"), "minLength": 2},
        "Literal['ab']",
    ),
    ("limits of other types", {"type": "integer", "minLength": 3, "items": {}}, "int"),
    (
        "reference with a limit",
        ref("Text") | {"maxLength": 2},
        "Annotated[Text, Meta(extra_json_schema={'maxLength': 2})]",
    ),
    ("remarks", {"type": "string", "title": "T", "description": "D", "deprecated": True, "x-note": 1}, "str"),
]
COMPONENTS = {
    "Leaf": struct({"name": STRING}, "name"),
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "Text": STRING | {"minLength": 1},
}


@pytest.fixture(scope="module")
def every_place() -> dict[str, str]:
    members = {name: schema for name, schema, _ in PLACES}
    made = models_of(COMPONENTS | {"Holder": struct(members, *members)}, sent=tuple(members.values()))
    names = made.fields["Holder"]
    written = annotations_of(source_of(made), "Holder")
    # A type is the same wherever it is used.
    for name, schema in members.items():
        assert written[names[name]].replace(" ", "") == made.types[schema_key(schema)].replace(" ", "").replace(
            '"', "'"
        )
    return {name: written[names[name]] for name in members}


@pytest.mark.parametrize(("name", "annotation"), [(name, annotation) for name, _, annotation in PLACES])
def test_a_place_of_use_has_the_type_that_says_the_same(
    every_place: dict[str, str], name: str, annotation: str
) -> None:
    assert annotation == every_place[name]
