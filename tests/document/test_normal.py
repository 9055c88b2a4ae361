"""What the normaliser makes of a schema, rule by rule: before → after."""

from __future__ import annotations

from typing import Any

from tests.document.normals import (
    AB,
    INT32,
    INT64,
    NULL,
    TEXT,
    THING,
    WHOLE,
    Tree,
    after,
    cases,
    document_of,
    normal_of,
    or_null,
    ref,
    struct,
)

# One schema at its place of use, OpenAPI 3.0

SCHEMAS_OF_3_0 = {
    "a nullable scalar is a list of types": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "nullable false says nothing": ({"type": "string", "nullable": False}, TEXT),
    "a nullable array": (
        {"type": "array", "items": TEXT, "nullable": True},
        {"type": ["array", "null"], "items": TEXT},
    ),
    "a nullable map": (
        {"type": "object", "additionalProperties": TEXT, "nullable": True},
        {"type": ["object", "null"], "additionalProperties": TEXT},
    ),
    "nullable without a type changes nothing": ({"nullable": True, "title": "AnyValue"}, {"title": "AnyValue"}),
    "nullable applies to a type that is assumed": (
        {"maxLength": 2, "nullable": True},
        {"type": ["string", "null"], "maxLength": 2},
    ),
    "a boolean bound": (
        {"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 9, "exclusiveMaximum": False},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 9},
    ),
    "a boolean bound without its number": ({"type": "number", "exclusiveMaximum": True}, {"type": "number"}),
    "int32 is a range": ({"type": "integer", "format": "int32"}, {"type": "integer", "format": "int32", **INT32}),
    "uint8 is a range": (
        {"type": "integer", "format": "uint8"},
        {"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255},
    ),
    "uint64 is a range": (
        {"type": "integer", "format": "uint64"},
        {"type": "integer", "format": "uint64", "minimum": 0, "maximum": 2**64 - 1},
    ),
    "int64 is a range": ({"type": "integer", "format": "int64"}, {"type": "integer", "format": "int64", **INT64}),
    "the document's own bounds are narrower": (
        {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2**40},
        {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2**31 - 1},
    ),
    "an exclusive bound of an int32": (
        {"type": "integer", "format": "int32", "minimum": 0, "exclusiveMinimum": True},
        {"type": "integer", "format": "int32", "exclusiveMinimum": 0, "maximum": 2**31 - 1},
    ),
    "an exclusive bound outside of int32": (
        {"type": "integer", "format": "int32", "maximum": 2**40, "exclusiveMaximum": True},
        {"type": "integer", "format": "int32", **INT32},
    ),
    "a format is kept": ({"type": "string", "format": "byte"}, {"type": "string", "format": "byte"}),
    "an example is one of the examples": ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
    "what is told is kept": (
        {
            "type": "string",
            "title": "T",
            "description": "D",
            "default": "x",
            "deprecated": True,
            "readOnly": True,
            "x-own": [1],
        },
        {
            "type": "string",
            "title": "T",
            "description": "D",
            "default": "x",
            "deprecated": True,
            "readOnly": True,
            "x-own": [1],
        },
    ),
    "data that looks like a reference is data": (
        {"type": "object", "x-own": {"$ref": "nowhere"}, "example": {"$ref": "#/nowhere"}},
        {"type": "object", "x-own": {"$ref": "nowhere"}, "examples": [{"$ref": "#/nowhere"}]},
    ),
    "further members that may be anything": (
        {"type": "object", "additionalProperties": True},
        {"type": "object", "additionalProperties": {}},
    ),
    "values that are forbidden beside the list": (
        {"type": "string", "enum": ["a", "bb", 1], "maxLength": 1},
        {"type": "string", "const": "a"},
    ),
    "words about other types": (
        {"type": "string", "minimum": 1, "items": TEXT, "required": ["a"], "maxLength": 2},
        {"type": "string", "maxLength": 2},
    ),
    "an array without items": ({"type": "array", "minItems": 1}, {"type": "array", "items": {}, "minItems": 1}),
    "one listed value is a const": ({"type": "string", "enum": ["a"]}, {"type": "string", "const": "a"}),
    "one listed value or null": (
        {"type": "string", "enum": ["a", None], "nullable": True},
        or_null({"type": "string", "const": "a"}),
    ),
    "only null": ({"enum": [None]}, NULL),
    "a list of all booleans is boolean": ({"type": "boolean", "enum": [True, False]}, {"type": "boolean"}),
    "members make an object": ({"additionalProperties": TEXT}, {"type": "object", "additionalProperties": TEXT}),
    "items make an array": ({"items": TEXT}, {"type": "array", "items": TEXT}),
    "a pattern makes a string": ({"pattern": "^a"}, {"type": "string", "pattern": "^a"}),
    "a bound makes a number": ({"minimum": 1}, {"type": "number", "minimum": 1}),
    "nothing said is anything": ({}, {}),
    "no members are no struct": ({"type": "object", "properties": {}, "required": []}, {"type": "object"}),
    "allOf of one scalar": ({"allOf": [TEXT], "description": "D"}, {"type": "string", "description": "D"}),
    "allOf of scalars has the narrower bounds": (
        {"allOf": [{"type": "string", "minLength": 1, "maxLength": 9}, {"minLength": 2, "maxLength": 10}]},
        {"type": "string", "minLength": 2, "maxLength": 9},
    ),
    "allOf of an integer and a number": (
        {"allOf": [{"type": "number", "maximum": 5}, {"type": "integer"}]},
        {"type": "integer", "maximum": 5},
    ),
    "null only where all parts allow it": (
        {"allOf": [{"type": "string", "nullable": True}, {"type": "string", "maxLength": 2}]},
        {"type": "string", "maxLength": 2},
    ),
    "oneOf of one": ({"oneOf": [TEXT]}, TEXT),
    "nested anyOf of one": ({"anyOf": [{"anyOf": [TEXT]}], "nullable": True}, {"type": ["string", "null"]}),
    "scalars that a decoder tells apart": ({"oneOf": [TEXT, WHOLE]}, {"type": ["string", "integer"]}),
    "constrained scalars that a decoder tells apart": (
        {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "boolean"}], "nullable": True},
        {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "boolean"}, NULL]},
    ),
    "anyOf with something free is free": ({"anyOf": [TEXT, {}], "description": "D"}, {"description": "D"}),
}


@cases(SCHEMAS_OF_3_0)
def test_a_schema_of_3_0_in_place(before: Tree, expected: Tree) -> None:
    assert (expected, {}) == after(before)


BINARY = {"type": "string", "format": "binary"}
SCHEMAS_OF_3_1 = {
    "a list of one type": ({"type": ["string"]}, TEXT),
    "a list with null": ({"type": ["null", "string"]}, {"type": ["string", "null"]}),
    "only null": ({"type": "null"}, NULL),
    "const null": ({"const": None}, NULL),
    "integer and number": ({"type": ["integer", "number"]}, {"type": "number"}),
    "true": (True, {}),
    "a const says its type": ({"const": "a"}, {"type": "string", "const": "a"}),
    "null that the values do not list": (
        {"type": ["string", "null"], "enum": ["a"]},
        {"type": "string", "const": "a"},
    ),
    "null has to pass what stands beside the type": (
        {"type": ["string", "null"], "not": NULL},
        {"type": "string", "not": NULL},
    ),
    "then without if": ({"type": "string", "then": {"maxLength": 1}}, TEXT),
    "int64 of several types": (
        {"type": ["integer", "string"], "format": "int64"},
        {
            "anyOf": [
                {"type": "integer", **INT64, "format": "int64"},
                {"type": "string", "format": "int64"},
            ]
        },
    ),
    "bytes without a type": ({"contentMediaType": "image/png"}, {"contentMediaType": "image/png", **BINARY}),
    "bytes or null": (
        {"type": ["string", "null"], "contentMediaType": "image/png"},
        {"contentMediaType": "image/png", "type": ["string", "null"], "format": "binary"},
    ),
    "text of a media type": (
        {"type": "string", "contentMediaType": "image/svg+xml"},
        {"type": "string", "contentMediaType": "image/svg+xml"},
    ),
    "bytes in an encoding": (
        {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
        {"type": "string", "contentMediaType": "image/png", "contentEncoding": "base64"},
    ),
    "a media type of what is no string": (
        {"type": "integer", "contentMediaType": "image/png"},
        {"type": "integer", "contentMediaType": "image/png"},
    ),
    "examples stay": ({"type": "string", "examples": ["a"]}, {"type": "string", "examples": ["a"]}),
    "exclusive bounds stay": ({"type": "number", "exclusiveMinimum": 0}, {"type": "number", "exclusiveMinimum": 0}),
    "a choice with null": ({"anyOf": [TEXT, NULL]}, {"type": ["string", "null"]}),
    "words about one of several types": (
        {"type": ["string", "integer", "null"], "maxLength": 2, "minimum": 1},
        {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "integer", "minimum": 1}, NULL]},
    ),
    "oneOf of const": (
        {"oneOf": [{"const": 1}, {"const": "a"}, NULL]},
        or_null(ref("AddThingRequest")),
        {"AddThingRequest": {"enum": [1, "a"]}},
    ),
}


@cases({name: (*row, {})[:3] for name, row in SCHEMAS_OF_3_1.items()})
def test_a_schema_of_3_1_in_place(before: Any, expected: Tree, schemas: Tree) -> None:
    assert (expected, schemas) == after(before, version="3.1.0")


# Values that are lost

AT_VALUES = "/paths/~1things/post/requestBody/content/application~1json/schema"
LEFT_OUT: dict[str, tuple[Tree, list[tuple[str, str]]]] = {
    "of another type": ({"type": "string", "enum": ["a", 1, "b", True]}, [("/enum/1", "1"), ("/enum/3", "true")]),
    "all of another type": ({"type": "integer", "enum": ["a", "b"]}, [("/enum/0", '"a"'), ("/enum/1", '"b"')]),
    "beside all booleans": ({"type": "boolean", "enum": [True, False, "no"]}, [("/enum/2", '"no"')]),
    "out of bounds": ({"type": "string", "enum": ["a", "bb"], "maxLength": 1}, [("/enum/1", '"bb"')]),
    "null where it is not allowed": ({"type": "string", "enum": ["a", None]}, [("/enum/1", "null")]),
    "null where it is allowed": ({"type": "string", "enum": ["a", None], "nullable": True}, []),
    "what is listed twice is not lost": ({"type": "string", "enum": ["a", "b", "a"]}, []),
    "other than the const": ({"enum": ["a", "b"], "const": "b"}, [("/enum/0", '"a"')]),
    "a const": ({"type": "string", "const": 1}, [("/const", "1")]),
    "a trick on a terminal": ({"type": "integer", "enum": [1, "\x1b[2J"]}, [("/enum/1", r'"\u001b[2J"')]),
    "a long one": ({"type": "integer", "enum": [1, "x" * 99]}, [("/enum/1", '"' + "x" * 59 + "…")]),
}


@cases(LEFT_OUT)
def test_each_value_that_is_left_out_is_named_with_its_place(before: Tree, expected: list[tuple[str, str]]) -> None:
    changes = normal_of(document_of(before, version="3.1.0" if "const" in before else "3.0.3")).changes
    told = [(change.pointer, change.note) for change in changes if change.rule == "enum"]
    assert [
        (AT_VALUES + place, f"{value} is left out: what stands beside it forbids it") for place, value in expected
    ] == told


# References and null

REFERENCES: dict[str, tuple[Any, Any, Tree]] = {
    "a reference to a struct": (ref("Thing"), ref("Thing"), {"Thing": THING}),
    "in 3.0 nothing counts beside a reference": (
        ref("Thing", nullable=True, type="string"),
        ref("Thing"),
        {"Thing": THING},
    ),
    "a nullable reference by allOf": (
        {"allOf": [ref("Thing")], "nullable": True, "description": "D"},
        {**or_null(ref("Thing")), "description": "D"},
        {"Thing": THING},
    ),
    "a described reference by allOf": (
        {"allOf": [ref("Thing")], "description": "D"},
        {**ref("Thing"), "description": "D"},
        {"Thing": THING},
    ),
    "a nullable enum": (
        {"type": "string", "enum": ["a", "b", None], "nullable": True, "title": "Kind"},
        or_null(ref("Kind")),
        {},
    ),
}


@cases(REFERENCES)
def test_a_reference_at_its_place_of_use(before: Tree, expected: Tree, schemas: Tree) -> None:
    assert expected == after(before, schemas)[0]


def test_a_component_is_not_nullable_itself_but_where_it_is_used() -> None:
    schemas = {
        "Thing": {**THING, "nullable": True},
        "Kind": {**AB, "nullable": True},
        "Text": {**TEXT, "nullable": True},
        "Holder": struct(thing=ref("Thing"), kind=ref("Kind"), texts={"type": "array", "items": ref("Text")}),
    }
    body, components = after(ref("Thing"), schemas)
    assert or_null(ref("Thing")) == body
    assert {
        "Thing": THING,
        "Kind": AB,
        "Text": TEXT,
        "Holder": struct(
            thing=or_null(ref("Thing")),
            kind=or_null(ref("Kind")),
            texts={"type": "array", "items": or_null(ref("Text"))},
        ),
    } == components


def test_null_leaves_a_union_too() -> None:
    schemas = {
        "Either": {"oneOf": [ref("Cat"), ref("Dog")]},
        "Cat": {**struct(a=TEXT), "required": ["a"], "nullable": True},
        "Dog": {**struct(b=TEXT), "required": ["b"]},
    }
    body, components = after(ref("Either"), schemas)
    assert or_null(ref("Either")) == body
    assert {"oneOf": [ref("Cat"), ref("Dog")]} == components["Either"]


def test_null_under_two_alternatives_of_oneof_is_invalid() -> None:
    schemas = {
        "Either": {"oneOf": [ref("Cat"), ref("Dog")]},
        "Cat": {**struct(a=TEXT), "nullable": True},
        "Dog": {**struct(b=TEXT), "nullable": True},
    }
    assert ref("Either") == after(ref("Either"), schemas)[0]


def test_a_reference_to_elsewhere_in_the_document_makes_a_component() -> None:
    schemas = {"Thing": struct(inner=struct(a=TEXT)), "Other": struct(same=ref("Thing/properties/inner"))}
    _, components = after(ref("Other"), schemas)
    assert components["Thing"]["properties"]["inner"] == components["Other"]["properties"]["same"] == ref("ThingInner")
    assert {"Thing", "Other", "ThingInner"} == set(components)
