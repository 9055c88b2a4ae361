"""What the normaliser makes of a document, rule by rule: before → after."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import yaml

from specmill.document.normal import normalise
from specmill.errors import SpecmillError
from specmill.values import Change, Document, Normal, SourceFile
from tests.document.laws import offences

Tree = dict[str, Any]
FLAGSHIP = Path(__file__).parent.parent.parent / "spec" / "kafka-rest-v3.yaml"
JSON = "application/json"


def document_of(body: Any, schemas: Tree | None = None, version: str = "3.0.3", **operation: Any) -> Tree:
    post: Tree = {
        "operationId": "addThing",
        "requestBody": {"content": {JSON: {"schema": body}}},
        "responses": {"204": {"description": "Done"}},
        **operation,
    }
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"post": post}},
        "components": {"schemas": schemas or {}},
    }


def read_of(tree: Tree) -> Document:
    """The document as it would come from a file."""
    return Document(tree, (SourceFile(Path("api.json"), "api.json", json.dumps(tree, indent=2), ""),))


def normal_of(tree: Tree) -> Normal:
    normal = normalise(read_of(tree))
    assert offences(normal.tree) == []
    assert normal.tree == normalise(read_of(deepcopy(normal.tree))).tree
    return normal


def after(body: Any, schemas: Tree | None = None, version: str = "3.0.3") -> tuple[Any, Tree]:
    """The body's schema and the components of the normal form."""
    tree = normal_of(document_of(body, schemas, version)).tree
    return schema_of(tree["paths"]["/things"]["post"]["requestBody"]), tree["components"]["schemas"]


def schema_of(holder: Tree) -> Any:
    return holder["content"][JSON]["schema"]


def ref(name: str, **beside: Any) -> Tree:
    return {"$ref": f"#/components/schemas/{name}", **beside}


def struct(**properties: Any) -> Tree:
    return {"type": "object", "properties": properties}


def or_null(schema: Tree) -> Tree:
    return {"anyOf": [schema, NULL]}


NULL = {"type": "null"}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
INT64 = {"minimum": -(2**63), "maximum": 2**63 - 1}
AB = {"type": "string", "enum": ["a", "b"]}


def cases(table: dict[str, Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """One test for each row of a table whose keys are sentences."""
    rows = [pytest.param(*row, id=name.replace(" ", "-")) for name, row in table.items()]
    width = len(next(iter(table.values())))
    return pytest.mark.parametrize(("before", "expected", "schemas")[:width], rows)  # type: ignore[return-value]


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


# References and null

THING = struct(a=TEXT)

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


# allOf

BASE = {**struct(id=WHOLE), "required": ["id"]}

ALL_OF: dict[str, tuple[Tree, Tree, Tree]] = {
    "members and what is required are united": (
        {"allOf": [ref("Base"), {**struct(name=TEXT), "required": ["name"]}]},
        {**struct(id=WHOLE, name=TEXT), "required": ["id", "name"]},
        {"Base": BASE},
    ),
    "what stands beside it counts": (
        {"allOf": [ref("Base")], **struct(name=TEXT)},
        {**struct(id=WHOLE, name=TEXT), "required": ["id"]},
        {"Base": BASE},
    ),
    "only what is required": (
        {"allOf": [ref("Base"), {"required": ["more"]}]},
        {**struct(id=WHOLE), "required": ["id", "more"]},
        {"Base": BASE},
    ),
    "the same member twice has the narrower type": (
        {"allOf": [ref("Base"), struct(id={"type": "integer", "minimum": 1})]},
        {**struct(id={"type": "integer", "minimum": 1}), "required": ["id"]},
        {"Base": BASE},
    ),
    "the outermost description": (
        {"description": "Outer", "allOf": [{"description": "Inner", **struct(a=TEXT)}, struct(b=TEXT)]},
        {**struct(a=TEXT, b=TEXT), "description": "Outer"},
        {},
    ),
    "through several floors": (
        {"allOf": [ref("Middle"), struct(c=TEXT)]},
        {**struct(id=WHOLE, b=TEXT, c=TEXT), "required": ["id"]},
        {"Middle": {"allOf": [ref("Base"), struct(b=TEXT)]}, "Base": BASE},
    ),
    "no further members": (
        {"allOf": [{**struct(a=TEXT), "additionalProperties": False}, {"required": ["a"]}]},
        {**struct(a=TEXT), "additionalProperties": False, "required": ["a"]},
        {},
    ),
}


@cases(ALL_OF)
def test_allof_is_merged(before: Tree, expected: Tree, schemas: Tree) -> None:
    _, components = after(ref("Merged"), {"Merged": before, **schemas})
    merged = {**components["Merged"], "required": sorted(components["Merged"].get("required", []))}
    assert {**expected, "required": sorted(expected.get("required", []))} == merged | {
        "properties": dict(sorted(merged["properties"].items()))
    }


def test_what_no_single_schema_can_say_stays_an_allof_and_is_told() -> None:
    parts = [{"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "b$"}]
    normal = normal_of(document_of(ref("Both"), {"Both": {"allOf": parts}}))
    assert {"allOf": parts} == normal.tree["components"]["schemas"]["Both"]
    assert [(change.rule, change.pointer) for change in normal.changes] == [("all-of", "/components/schemas/Both")]


# Unions

CAT = {**struct(kind=TEXT, a=TEXT), "required": ["kind"]}
DOG = {**struct(kind=TEXT, b=TEXT), "required": ["kind"]}

MAPPINGS: dict[str, tuple[Tree, Tree]] = {
    "by name of the component": ({}, {"Cat": "Cat", "Dog": "Dog"}),
    "by reference": ({"meow": "#/components/schemas/Cat"}, {"meow": "Cat", "Dog": "Dog"}),
    "by name": ({"woof": "Dog"}, {"woof": "Dog", "Cat": "Cat"}),
    "several values for one": ({"a": "Cat", "b": "Cat", "c": "Dog"}, {"a": "Cat", "b": "Cat", "c": "Dog"}),
}


@cases(MAPPINGS)
def test_a_discriminator_names_every_alternative(before: Tree, expected: Tree) -> None:
    discriminator = {"propertyName": "kind", **({"mapping": before} if before else {})}
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": discriminator}
    _, components = after(ref("Pet"), {"Pet": pet, "Cat": CAT, "Dog": DOG})
    assert {"propertyName": "kind", "mapping": expected} == components["Pet"]["discriminator"]


def test_a_mapping_follows_a_renamed_component() -> None:
    pet = {"oneOf": [ref("big-cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
    _, components = after(ref("Pet"), {"Pet": pet, "big-cat": CAT, "Dog": DOG})
    assert components["Pet"]["discriminator"]["mapping"] == {"big-cat": "BigCat", "Dog": "Dog"}


def test_an_inline_union_of_structs_is_a_component() -> None:
    body, components = after(struct(pet={"anyOf": [ref("Cat"), ref("Dog")]}), {"Cat": CAT, "Dog": DOG})
    assert ref("AddThingRequest") == body
    assert struct(pet=ref("AddThingRequestPet")) == components["AddThingRequest"]
    assert {"anyOf": [ref("Cat"), ref("Dog")]} == components["AddThingRequestPet"]


def test_oneof_of_listed_values_is_one_list() -> None:
    union = {"oneOf": [{"const": "a", "title": "First"}, {"const": "b"}]}
    assert after(ref("Kind"), {"Kind": union}, "3.1.0")[1]["Kind"] == AB


# Names

NAMES: dict[str, tuple[Tree, set[str]]] = {
    "after the operation": (struct(a=TEXT), {"AddThingRequest"}),
    "after the title": ({"title": "some thing", **struct(a=TEXT)}, {"SomeThing"}),
    "after owner and member": (
        {"title": "Owner", **struct(**{"the-inner": struct(a=TEXT)})},
        {"Owner", "OwnerTheInner"},
    ),
    "items after their owner": ({"type": "array", "items": struct(a=TEXT)}, {"AddThingRequestItem"}),
    "items of a member": (
        {"title": "Owner", **struct(inner={"type": "array", "items": struct(a=TEXT)})},
        {"Owner", "OwnerInnerItem"},
    ),
    "values of a map": (
        {"title": "Owner", **struct(inner={"type": "object", "additionalProperties": struct(a=TEXT)})},
        {"Owner", "OwnerInnerValue"},
    ),
    "the same structure under the same title once": (
        {"title": "Owner", **struct(one={"title": "Same", **struct(a=TEXT)}, two={"title": "Same", **struct(a=TEXT)})},
        {"Owner", "Same"},
    ),
    "descriptions and examples make no difference": (
        {
            "title": "Owner",
            **struct(
                one={"title": "Same", "description": "One", **struct(a={**TEXT, "example": 1})},
                two={"title": "Same", "description": "Two", **struct(a={**TEXT, "x-own": 1})},
            ),
        },
        {"Owner", "Same"},
    ),
    "nullable makes no difference": (
        {
            "title": "Owner",
            **struct(
                one={"title": "Same", "nullable": True, **struct(a=TEXT)}, two={"title": "Same", **struct(a=TEXT)}
            ),
        },
        {"Owner", "Same"},
    ),
    "another structure under the same title is named by its owner": (
        {"title": "Owner", **struct(one={"title": "Same", **struct(a=TEXT)}, two={"title": "Same", **struct(b=TEXT)})},
        {"Owner", "Same", "OwnerTwoSame"},
    ),
    "reserved words give way": ({"title": "client", **struct(a=TEXT)}, {"ClientModel"}),
    "a title that is no name": ({"title": "日本", **struct(a=TEXT)}, {"AddThingRequest"}),
}


@cases(NAMES)
def test_models_are_named(before: Tree, expected: set[str]) -> None:
    assert expected == set(after(before)[1])


def test_keys_of_components_are_kept_as_far_as_python_lets_them() -> None:
    schemas = {"tree-node": THING, "TreeNode": struct(b=TEXT), "treenode": struct(c=TEXT), "2nd": WHOLE, "list": TEXT}
    _, components = after(TEXT, schemas)
    assert list(components) == ["TreeNode", "TreeNode2", "Treenode3", "Model2Nd", "List"]


def test_a_name_by_number_is_told() -> None:
    normal = normal_of(document_of(TEXT, {"Thing": THING, "thing": struct(b=TEXT)}))
    assert [change.pointer for change in normal.changes if change.rule == "name"] == ["/components/schemas/thing"]


def test_answers_of_different_structure_are_named_after_their_status() -> None:
    def answer(**properties: Any) -> Tree:
        return {"description": "", "content": {JSON: {"schema": struct(**properties)}}}

    responses = {"200": answer(a=TEXT), "404": answer(b=TEXT), "5XX": answer(b=TEXT), "default": answer(a=TEXT)}
    tree = normal_of(document_of(TEXT, responses=responses)).tree
    used = {status: schema_of(each) for status, each in tree["paths"]["/things"]["post"]["responses"].items()}
    assert ref("AddThingResponse") == used["200"] == used["default"]
    assert ref("AddThingResponse404") == used["404"]
    assert {"AddThingResponse", "AddThingResponse404"} <= set(tree["components"]["schemas"])


def test_origins_say_what_each_name_stands_for() -> None:
    body = struct(one={"title": "Same", **struct(a=TEXT)}, two={"title": "Same", **struct(a=TEXT)}, three=ref("Thing"))
    at = "/paths/~1things/post/requestBody/content/application~1json/schema"
    origins = normal_of(document_of(body, {"Thing": THING})).origins
    assert (f"{at}/properties/one", f"{at}/properties/two") == origins["Same"]
    assert (at,) == origins["AddThingRequest"]
    assert origins["Thing"] == ("/components/schemas/Thing",)


# Operations and the document as a whole


def test_everything_but_schemas_is_written_out_where_it_is_used() -> None:
    tree = document_of(TEXT)
    tree["components"] |= {
        "parameters": {
            "Page": {
                "name": "page",
                "in": "query",
                "schema": WHOLE,
                "examples": {"one": {"$ref": "#/components/examples/One"}},
            }
        },
        "requestBodies": {"Thing": {"content": {JSON: {"schema": TEXT}}}},
        "responses": {"Gone": {"description": "Gone", "headers": {"X-Why": {"$ref": "#/components/headers/Why"}}}},
        "headers": {"Why": {"schema": TEXT}},
        "examples": {"One": {"value": 1}},
        "pathItems": {
            "Item": {"get": {"operationId": "getThing", "responses": {"404": {"$ref": "#/components/responses/Gone"}}}}
        },
    }
    tree["paths"]["/item"] = {"$ref": "#/components/pathItems/Item"}
    post = tree["paths"]["/things"]["post"]
    post["parameters"] = [{"$ref": "#/components/parameters/Page"}]
    post["requestBody"] = {"$ref": "#/components/requestBodies/Thing"}
    paths = normal_of(tree).tree["paths"]
    assert paths["/things"]["post"]["parameters"][0]["examples"] == {"one": {"value": 1}}
    assert schema_of(paths["/things"]["post"]["requestBody"]) == TEXT
    assert paths["/item"]["get"]["responses"]["404"]["headers"]["X-Why"]["schema"] == TEXT


def test_a_path_shares_its_parameters_servers_and_summary_with_its_operations() -> None:
    tree = document_of(TEXT, parameters=[{"name": "page", "in": "query", "required": True, "schema": TEXT}])
    tree["servers"] = [{"url": "https://document"}]
    tree["paths"]["/things"] |= {
        "summary": "Things",
        "servers": [{"url": "https://path"}],
        "parameters": [
            {"name": "page", "in": "query", "schema": WHOLE},
            {"name": "page", "in": "header", "schema": WHOLE},
        ],
    }
    item = normal_of(tree).tree["paths"]["/things"]
    told = [(each["in"], each["required"], each["schema"]) for each in item["post"]["parameters"]]
    assert told == [("query", True, TEXT), ("header", False, WHOLE)]
    assert list(item) == ["post"]
    assert (item["post"]["summary"], item["post"]["servers"]) == ("Things", [{"url": "https://path"}])


STYLES = {
    "path": ("simple", False),
    "query": ("form", True),
    "header": ("simple", False),
    "cookie": ("form", True),
}


@pytest.mark.parametrize("location", STYLES)
def test_every_parameter_says_its_style(location: str) -> None:
    parameter = {"name": "p", "in": location, "required": True, "schema": TEXT}
    tree = document_of(TEXT, parameters=[parameter])
    tree["paths"] = {"/things/{p}": tree["paths"]["/things"]}
    (told,) = normal_of(tree).tree["paths"]["/things/{p}"]["post"]["parameters"]
    assert STYLES[location] == (told["style"], told["explode"])


def test_a_style_explodes_only_where_it_is_form() -> None:
    parameters = [
        {"name": "a", "in": "query", "style": "pipeDelimited", "schema": TEXT},
        {"name": "b", "in": "query", "style": "form", "explode": False, "schema": TEXT},
        {"name": "c", "in": "query", "style": "deepObject", "explode": True, "schema": TEXT},
    ]
    told = normal_of(document_of(TEXT, parameters=parameters)).tree["paths"]["/things"]["post"]["parameters"]
    assert [(p["style"], p["explode"]) for p in told] == [
        ("pipeDelimited", False),
        ("form", False),
        ("deepObject", True),
    ]


def test_an_operation_without_an_id_is_called_after_method_and_path() -> None:
    tree = document_of(TEXT)
    del tree["paths"]["/things"]["post"]["operationId"]
    tree["paths"]["/things/{id}"] = {"get": {"responses": {"204": {"description": ""}}}}
    paths = normal_of(tree).tree["paths"]
    assert paths["/things"]["post"]["operationId"] == "post_things"
    assert paths["/things/{id}"]["get"]["operationId"] == "get_things_by_id"


SECURITY: dict[str, tuple[Any, Any]] = {
    "that of the document": (None, [{"key": []}]),
    "its own": ([{"other": ["read"]}, {}], [{"other": ["read"]}, {}]),
    "none, if it says so": ([], []),
}


@cases(SECURITY)
def test_an_operation_has_the_security(before: Any, expected: Any) -> None:
    tree = document_of(TEXT, **({} if before is None else {"security": before}))
    tree["security"] = [{"key": []}]
    assert expected == normal_of(tree).tree["paths"]["/things"]["post"]["security"]


def test_variables_of_servers_are_filled_in() -> None:
    tree = document_of(TEXT)
    tree["servers"] = [
        {
            "url": "https://{region}.example/{version}",
            "variables": {"region": {"default": "eu"}, "version": {"default": "v3"}},
        }
    ]
    assert [each["url"] for each in normal_of(tree).tree["paths"]["/things"]["post"]["servers"]] == [
        "https://eu.example/v3"
    ]


def test_methods_of_3_2_are_operations_like_others() -> None:
    tree = document_of(TEXT, version="3.2.0")
    answer = {"responses": {"204": {"description": ""}}}
    tree["paths"]["/things"] |= {"query": dict(answer), "additionalOperations": {"COPY": dict(answer)}}
    item = normal_of(tree).tree["paths"]["/things"]
    assert {"post", "query", "COPY"} == set(item)
    assert (item["query"]["operationId"], item["COPY"]["operationId"]) == ("query_things", "copy_things")


def test_a_stream_keeps_its_mark_and_its_items_are_models() -> None:
    content = {"application/jsonl": {"itemSchema": {"title": "Record", **struct(a=TEXT)}}}
    tree = document_of(TEXT, version="3.2.0", **{"x-stream": {"verdict": "code"}}, requestBody={"content": content})
    normal = normal_of(tree).tree
    post = normal["paths"]["/things"]["post"]
    assert {"itemSchema": ref("Record")} == post["requestBody"]["content"]["application/jsonl"]
    assert post["x-stream"] == {"verdict": "code"}


def test_what_no_client_needs_is_left_out_of_the_document() -> None:
    tree = document_of(TEXT)
    tree |= {"tags": [{"name": "x"}], "webhooks": {}, "externalDocs": {"url": "x"}, "x-own": 1}
    tree["components"] |= {
        "links": {},
        "callbacks": {},
        "securitySchemes": {"key": {"type": "http", "scheme": "basic"}},
    }
    normal = normal_of(tree).tree
    assert {"openapi", "info", "servers", "security", "components", "paths", "x-own"} == set(normal)
    assert normal["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "basic"}}


def test_changes_of_overlays_come_first() -> None:
    overlaid = Change("overlay", "/info", "because")
    normal = normalise(read_of(document_of(struct(a=TEXT))), (overlaid,))
    assert overlaid == normal.changes[0] and len(normal.changes) > 1


# The flagship as it is published, flaws and all

FLAGSHIP_MODELS = {
    *("ProduceRequest", "ProduceRequestHeader", "ProduceRequestData", "ProduceRequestDataType"),
    *("ProduceResponse", "ProduceResponseData", "Error", "ErrorSource"),
}


@pytest.fixture(scope="module")
def flagship() -> Normal:
    return normal_of(yaml.load(FLAGSHIP.read_text(), yaml.BaseLoader) and load_json_like(FLAGSHIP.read_text()))


def load_json_like(text: str) -> Tree:
    """YAML as JSON would read it: dates are text, and status codes are names."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [each for each in resolvers if "timestamp" not in each[0]]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader)  # type: ignore[no-any-return]


def test_the_flagship_has_exactly_its_models(flagship: Normal) -> None:
    assert set(flagship.tree["components"]["schemas"]) == FLAGSHIP_MODELS


def test_null_of_the_flagship_stands_where_it_is_used(flagship: Normal) -> None:
    schemas = flagship.tree["components"]["schemas"]
    for model in ("ProduceRequest", "ProduceResponse"):
        for member in ("key", "value"):
            assert or_null(ref(f"{model}Data")) == schemas[model]["properties"][member]
    assert {"type": "object", "type_": ref("ProduceRequestDataType"), "data": {"title": "AnyValue"}} == {
        "type": schemas["ProduceRequestData"]["type"],
        "type_": schemas["ProduceRequestData"]["properties"]["type"],
        "data": schemas["ProduceRequestData"]["properties"]["data"],
    }
    assert schemas["ProduceRequestDataType"]["enum"] == ["BINARY", "JSON", "STRING"]
    assert schemas["ProduceRequestHeader"]["properties"]["value"] == {"type": ["string", "null"], "format": "byte"}
    assert schemas["ProduceRequest"]["properties"]["partition_id"] == {
        "type": ["integer", "null"],
        "format": "int32",
        **INT32,
    }
    assert schemas["ProduceResponse"]["properties"]["offset"] == {"type": "integer", "format": "int64", **INT64}


def test_every_answer_of_the_flagship_arrives(flagship: Normal) -> None:
    ((post,),) = [list(item.values()) for item in flagship.tree["paths"].values()]
    assert list(post["responses"]) == ["200", "400", "401", "403", "404", "413", "415", "422", "429", "5XX"]
    used = {status: next(iter(each["content"].items())) for status, each in post["responses"].items()}
    assert {"200": "ProduceResponse", "429": None} | dict.fromkeys(used.keys() - {"200", "429"}, "Error") == {
        status: content["schema"].get("$ref", "").rpartition("/")[2] or None for status, (_, content) in used.items()
    }
    assert used["429"][0] == "text/html"


def test_every_error_of_the_flagship_is_one_model_with_eight_places(flagship: Normal) -> None:
    assert len(flagship.origins["Error"]) == 8


# Cost and hostility


ENOUGH = 1_000_000  # calls: about half a second


def calls_of(tree: Tree) -> int:
    """How much work normalising is, in calls of functions: the same on every machine."""
    document = read_of(tree)
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"
        assert count < ENOUGH, "this takes too long"

    sys.setprofile(counted)
    try:
        normalise(document)
    finally:
        sys.setprofile(None)
    return count


def many_things(size: int) -> Tree:
    """Components that build on each other and operations with models of their own, all under one title."""
    schemas: Tree = {"Base": BASE}
    paths: Tree = {}
    for index in range(size):
        inner = {"title": "Inner", **struct(**{f"m{index}": TEXT})}
        schemas[f"Thing{index}"] = {"allOf": [ref("Base"), struct(inner=inner, next=ref(f"Thing{(index + 1) % size}"))]}
        answer = {
            "200": {
                "description": "",
                "content": {JSON: {"schema": {"title": "Answer", **struct(thing=ref(f"Thing{index}"))}}},
            }
        }
        paths[f"/things/{index}"] = {"get": {"responses": answer}}
    return {**document_of(TEXT, schemas), "paths": paths}


def chain_of_references(size: int) -> Tree:
    schemas = {f"Thing{index}": {"allOf": [ref(f"Thing{index + 1}")], "nullable": True} for index in range(size)}
    return document_of(ref("Thing0"), {**schemas, f"Thing{size}": THING})


def one_title_many_structures(size: int) -> Tree:
    members = {f"m{index}": {"title": "Same", **struct(**{f"n{index}": TEXT})} for index in range(size)}
    return document_of(struct(**members))


def one_large_enum(size: int) -> Tree:
    return document_of({"oneOf": [{"type": "string", "enum": [f"v{index}"]} for index in range(size)]})


@pytest.mark.parametrize("grown", [many_things, chain_of_references, one_title_many_structures, one_large_enum])
def test_the_work_grows_like_the_document(grown: Callable[[int], Tree]) -> None:
    assert calls_of(grown(400)) < 5 * calls_of(grown(100))


def nested(inner: Callable[[Any], Tree], depth: int) -> Any:
    schema: Any = TEXT
    for _ in range(depth):
        schema = inner(schema)
    return schema


HOSTILE: dict[str, Tree] = {
    "200 objects inside each other": document_of(nested(lambda schema: struct(a=schema), 95)),
    "200 arrays inside each other": document_of(nested(lambda schema: {"type": "array", "items": schema}, 190)),
    "200 compositions inside each other": document_of(
        nested(lambda schema: {"allOf": [schema, {"nullable": True}]}, 95)
    ),
    "200 unions inside each other": document_of(nested(lambda schema: {"oneOf": [schema, WHOLE]}, 95)),
    "200 negations inside each other": document_of(nested(lambda schema: {"not": schema}, 190)),
    "allOf that doubles on each floor": document_of(
        ref("T0"), {f"T{n}": {"allOf": [ref(f"T{n + 1}"), ref(f"T{n + 1}")]} for n in range(40)} | {"T40": THING}
    ),
    "different allOf that doubles on each floor": document_of(
        ref("T0"),
        {
            f"T{n}": {"allOf": [ref(f"T{n + 1}"), {"allOf": [ref(f"T{n + 1}")], **struct(**{f"m{n}": TEXT})}]}
            for n in range(40)
        }
        | {"T40": THING},
    ),
    "anyOf that doubles on each floor": document_of(
        ref("T0"),
        {f"T{n}": {"anyOf": [ref(f"T{n + 1}"), {"items": ref(f"T{n + 1}")}]} for n in range(40)} | {"T40": TEXT},
    ),
    "allOf of many unions": document_of(
        {"allOf": [{"oneOf": [struct(**{f"a{n}": TEXT}), struct(**{f"b{n}": WHOLE})]} for n in range(40)]}
    ),
    "null asked of unions that double": document_of(
        ref("T0"),
        {f"T{n}": {"oneOf": [ref(f"T{n + 1}"), ref(f"T{n + 1}"), {"type": "string"}]} for n in range(40)}
        | {"T40": {"enum": [None, 1, 2]}},
    ),
    "members merged on many floors": document_of(
        ref("T0"),
        {
            f"T{n}": {
                "allOf": [
                    struct(a=ref(f"T{n + 1}"), b=ref(f"T{n + 1}")),
                    struct(a=ref(f"T{n + 1}"), b=ref(f"T{n + 1}")),
                ]
            }
            for n in range(40)
        }
        | {"T40": TEXT},
    ),
    "members merged with others on many floors": document_of(
        ref("T0"),
        {f"T{n}": {"allOf": [struct(a=ref(f"T{n + 1}")), struct(a=ref(f"U{n + 1}"))]} for n in range(40)}
        | {f"U{n}": {"allOf": [struct(a=ref(f"T{n + 1}")), struct(a=ref(f"U{n + 1}"), c=TEXT)]} for n in range(40)}
        | {"T40": struct(t=TEXT), "U40": struct(u=TEXT)},
    ),
    "a struct that merges itself with another": document_of(
        ref("A"),
        {
            "A": {"allOf": [struct(next=ref("A")), struct(next=ref("B"))]},
            "B": {"allOf": [struct(next=ref("B"), b=TEXT), struct(next=ref("A"))]},
        },
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_ends_soon(name: str) -> None:
    assert calls_of(HOSTILE[name]) < ENOUGH


LOOPS: dict[str, tuple[Tree]] = {
    "itself": ({"A": ref("A")},),
    "each other": ({"A": ref("B"), "B": ref("A")},),
    "allOf of itself": ({"A": {"allOf": [ref("A"), THING]}},),
    "anyOf of itself": ({"A": {"anyOf": [ref("A"), TEXT]}},),
    "allOf of each other": ({"A": {"allOf": [ref("B")]}, "B": {"allOf": [ref("A")], **THING}},),
    "oneOf of each other, nullable": (
        {"A": {"oneOf": [ref("B"), TEXT], "nullable": True}, "B": {"oneOf": [ref("A"), WHOLE]}},
    ),
}


@cases(LOOPS)
def test_a_schema_that_means_itself_ends_in_a_normal_form_or_a_clear_error(before: Tree) -> None:
    try:
        normal_of(document_of(ref("A"), before))
    except SpecmillError as error:
        assert error.place is not None and error.hint
