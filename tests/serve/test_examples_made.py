"""Values made for schemas are valid, the same each time, and what the document gives counts first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specmill.schemas.made import Impossible, Maker
from specmill.schemas.validate import Direction, Judge
from tests.document.normals import normal_of
from tests.document.random_schemas import body_of, documents
from tests.serve.asking import DOCUMENTS, api


def made(schema: Any, seed: int | None = None, **schemas: Any) -> Any:
    judge = Judge(schemas, "answer")
    value = Maker(schemas, judge).value(schema, seed)
    assert judge.fault(schema, value, "made") is None
    return value


REF = {"$ref": "#/components/schemas/Node"}
MADE = [
    ({}, "string"),
    ({"type": "string"}, "string"),
    ({"type": "string", "minLength": 10}, "stringxxxx"),
    ({"type": "string", "maxLength": 3}, "str"),
    ({"type": "string", "format": "date-time"}, "2021-02-05T19:00:00Z"),
    ({"type": "string", "pattern": "^AC[0-9a-f]{4}$"}, "ACaaaa"),
    ({"type": "string", "pattern": "^(a|b)+c?$", "minLength": 3}, "aac"),
    ({"type": ["null", "string"]}, "string"),
    ({"type": "integer"}, 0),
    ({"type": "integer", "minimum": 3, "multipleOf": 5}, 5),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    ({"type": "number", "minimum": 0.1, "multipleOf": 0.1}, 0.1),
    ({"type": "integer", "maximum": -7}, -7),
    ({"type": "boolean"}, True),
    ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2, "uniqueItems": True}, ["a", "b"]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [0, 1, 2]),
    ({"type": "array", "items": {"type": "string"}}, ["string"]),
    ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "minItems": 2}, [1, 2]),
    ({"type": "array", "contains": {"const": 3}}, [3]),
    ({"type": "array", "contains": {"const": 3}, "minContains": 2, "minItems": 2}, [3, 3]),
    ({"const": {"a": 1}}, {"a": 1}),
    ({"type": "string", "example": "told"}, "told"),
    ({"type": "string", "default": "usual"}, "usual"),
    ({"type": "string", "examples": ["first", "second"]}, "first"),
    ({"type": "integer", "example": "wrong"}, 0),
    ({"type": "object", "properties": {"a": {"type": "integer", "example": "wrong"}}}, {"a": 0}),
    ({"type": "object", "properties": {"a": {"type": "string", "writeOnly": True}}, "required": ["a"]}, {}),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, {"key": 0}),
    ({"type": "object", "properties": {"a": {}}, "dependentRequired": {"a": ["b"]}}, {"a": "string", "b": "string"}),
    ({"type": "object", "required": ["x"], "patternProperties": {"^x": {"const": 1}}}, {"x": 1}),
    ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 0),
    ({"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}], "minimum": 1}, 1),
    ({"not": {"type": "string"}}, {}),
    ({"if": {"const": 1}, "then": {"const": 2}, "type": "integer"}, 2),
]


@pytest.mark.parametrize(("schema", "expected"), MADE, ids=str)
def test_what_is_made_is_plain(schema: Any, expected: Any) -> None:
    assert expected == made(schema)


def test_what_holds_itself_comes_to_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"anyOf": [REF, {"type": "null"}]}}, "required": ["next"]}
    value, depth = made(REF, Node=node), 0
    while value is not None:
        value, depth = value["next"], depth + 1
    assert 1 <= depth < 20


def test_a_discriminator_has_the_tag_of_what_is_made() -> None:
    kinds: dict[str, Any] = {
        name: {"type": "object", "properties": {"kind": {"type": "string"}}} for name in ("Cat", "Dog")
    }
    choice = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat", "dog": "Dog"}},
    }
    assert {"kind": "cat"} == made(choice, **kinds)


@pytest.mark.parametrize(
    "schema", [False, {"type": "integer", "minimum": 2, "maximum": 1}, {"type": "string", "not": {}}, {"enum": []}]
)
def test_what_nothing_can_be_is_impossible(schema: Any) -> None:
    with pytest.raises(Impossible):
        made(schema)


def test_what_could_only_be_endless_is_impossible_in_bounded_time() -> None:
    node = {"type": "object", "properties": {"a": REF, "b": REF}, "required": ["a", "b"]}
    with pytest.raises(Impossible):
        made(REF, Node=node)


OTHER = {"$ref": "#/components/schemas/Other"}
LOOPS = [  # a schema of Node, of Other, what is asked for, what is made of it
    ({"anyOf": [REF, {"type": "string"}]}, {}, REF, "string"),
    ({"oneOf": [OTHER, {"type": "integer"}]}, {"anyOf": [REF, {"type": "string"}]}, REF, "string"),
    ({"properties": {"a": REF}}, {"properties": {"a": OTHER}, "maxProperties": 0}, {"allOf": [REF, OTHER]}, {}),
    (
        {"items": REF, "type": "array", "minItems": 1, "maxItems": 2},
        {"items": OTHER, "anyOf": [{"type": "string"}, {"maxItems": 0}]},
        {"anyOf": [{"allOf": [REF, OTHER]}, {"const": 0}]},
        0,
    ),
]


@pytest.mark.parametrize(("node", "other", "asked", "expected"), LOOPS)
def test_references_that_lead_back_are_followed_as_far_as_a_value_needs(
    node: Any, other: Any, asked: Any, expected: Any
) -> None:
    assert expected == made(asked, Node=node, Other=other)


def test_two_schemas_that_hold_themselves_are_both_kept_all_the_way_down() -> None:
    node = {"type": "object", "properties": {"next": REF}, "required": ["a"]}
    other = {"type": "object", "properties": {"next": OTHER, "a": {"type": "integer"}}}
    value, depth = made({"allOf": [REF, OTHER]}, Node=node, Other=other), 0
    while "next" in value:
        assert 0 == value["a"]
        value, depth = value["next"], depth + 1
    assert 1 <= depth < 20


def test_what_is_only_for_requests_is_left_out_also_where_two_schemas_describe_it() -> None:
    secret = {"type": "string", "writeOnly": True}
    parts = [{"properties": {"a": {"$ref": "#/components/schemas/Secret"}}}, {"properties": {"a": {"minLength": 1}}}]
    assert {} == made({"type": "object", "allOf": parts}, Secret=secret)


def test_a_schema_that_is_itself_and_more_is_impossible() -> None:
    with pytest.raises(Impossible):
        made(REF, Node={"allOf": [REF, {"type": "string"}]})


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.parent.name)
def test_every_schema_of_a_document_has_a_value(document: Path) -> None:
    schemas = api(document).normal.tree["components"]["schemas"]
    for key in schemas:
        for seed in (None, 1, 2):
            made({"$ref": f"#/components/schemas/{key}"}, seed, **schemas)


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(documents(), st.none() | st.integers(0, 3))
def test_what_is_made_for_a_random_schema_is_valid_and_the_same_each_time(document: Any, seed: int | None) -> None:
    tree = normal_of(document).tree
    schemas, schema = tree["components"]["schemas"], body_of(tree)
    judge = Judge(schemas, "answer")
    try:
        value = Maker(schemas, judge).value(schema, seed)
    except Impossible:
        return
    assert judge.valid(schema, value)
    assert value == Maker(schemas, judge).value(schema, seed)


@pytest.mark.parametrize(("direction", "expected"), [("request", {"secret": "string"}), ("answer", {"id": 0})])
def test_a_value_has_what_its_direction_has(direction: Direction, expected: object) -> None:
    members = {"id": {"type": "integer", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}}
    schema = {"type": "object", "required": ["id", "secret"], "properties": members}
    assert Maker({}, Judge({}, direction)).value(schema) == expected
