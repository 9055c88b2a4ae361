"""What msgspec cannot check is checked as JSON Schema says; where a keyword is unknown, nothing right is refused."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime._schemas import decided, holds, same
from specmill.emit.keywords import checkable

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([0.5, 1.0, 2.5, 19.99])
    | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)
sizes = st.integers(0, 3)
DRAFT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
KNOWN: dict[str, Any] = {
    "Text": {"type": "string", "minLength": 2},
    "Node": {"type": "object", "properties": {"a": {"$ref": "#/$defs/Node"}, "b": {"$ref": "#/$defs/Text"}}},
    "Own": {"format": "own"},
}
KINDS = ["string", "integer", "number", "boolean", "null", "array", "object"]


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(inner, min_size=1, max_size=2)
    members = st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(
                ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), sizes
            ),
            **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), st.integers(-2, 2)),
            **dict.fromkeys(("not", "contains", "items", "additionalProperties", "propertyNames", "if", "then"), inner),
            **dict.fromkeys(("else", "unevaluatedItems", "unevaluatedProperties"), inner),
            **dict.fromkeys(("minContains", "maxContains"), sizes),
            "dependentSchemas": members,
            "$ref": st.sampled_from([f"#/$defs/{name}" for name in KNOWN]),
            **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), several),
            "type": st.sampled_from(KINDS) | st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True),
            "multipleOf": st.sampled_from([1, 2, 0.5, 0.01]),
            "uniqueItems": st.booleans(),
            "enum": st.lists(values, min_size=1, max_size=3),
            "const": values,
            "properties": members,
            "required": st.lists(st.sampled_from("abc"), max_size=2, unique=True),
            "dependentRequired": st.dictionaries(
                st.sampled_from("abc"), st.lists(st.sampled_from("abc"), unique=True), max_size=1
            ),
            "patternProperties": st.builds(lambda one: {"^a": one}, inner),
            "pattern": st.just("^a"),
            "format": st.sampled_from(["int32", "uuid"]),
        },
    )


schemas = st.recursive(st.booleans() | objects(st.booleans()), objects, max_leaves=4)


@given(schemas, st.lists(values, min_size=1, max_size=5))
def test_nothing_valid_is_refused_and_nothing_invalid_passes_what_is_known(schema: Any, wires: list[Any]) -> None:
    judge = jsonschema_rs.validator_for({**DRAFT, "$defs": KNOWN, "allOf": [schema]})
    ours = checkable(schema)
    for wire in wires:
        if decided(ours, KNOWN):
            assert judge.is_valid(wire) == holds(ours, wire, KNOWN)
        else:
            assert holds(ours, wire, KNOWN) or not judge.is_valid(wire)


SAME: list[tuple[Any, Any, bool]] = [
    (1, 1.0, True),
    (True, 1, False),
    (False, 0, False),
    (None, False, False),
    ([1, [True]], [1.0, [True]], True),
    ([True], [1], False),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1.0}, True),
    ({"a": True}, {"a": 1}, False),
    ("1", 1, False),
]


@pytest.mark.parametrize(("one", "other", "expected"), SAME)
def test_equality_is_that_of_json(one: Any, other: Any, expected: bool) -> None:
    assert expected is same(one, other) is same(other, one)


@pytest.mark.parametrize("schema", [{"minimum": "5"}, {"minLength": None}, {"required": 5}, {"multipleOf": 0}])
def test_a_limit_that_is_none_refuses_nothing(schema: Any) -> None:
    assert [True] * 3 == [holds(schema, wire) for wire in (3, "abc", {"a": 1})]


def test_a_pattern_translated_for_python_is_checked() -> None:
    keywords = {"pattern": r"^\p{L}$", "x-python-pattern": r"^[^\W\d_]\Z"}
    assert holds(keywords, "é")
    assert not holds(keywords, "é" + "\n")
