"""What holds of every normal form: it is one, it is its own, and it allows exactly what the document allowed.

The documents are random but the same in every run. A thorough search is
``SPECMILL_EXAMPLES=20000 python -m pytest tests/document/test_normal_properties.py``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from specmill.document.normal import normalise
from specmill.values import Document
from tests.document import oracle
from tests.document.laws import offences
from tests.document.normals import TEXT, document_of, ref, struct
from tests.document.random_schemas import body_of, documents, values

EXAMPLES = int(os.environ.get("SPECMILL_EXAMPLES", "150"))
THE_SAME_EVERY_TIME = settings(
    max_examples=EXAMPLES,
    derandomize="SPECMILL_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
VALUES = 6  # for each document


def normal_form(tree: dict[str, Any]) -> dict[str, Any]:
    return normalise(Document(tree, ())).tree  # type: ignore[no-any-return]


def order_of(node: Any) -> list[list[str]]:
    """The names of all components and members in their order, which is that of the generated code."""
    if not isinstance(node, dict):
        return []
    named = [list(node[key]) for key in ("schemas", "properties") if isinstance(node.get(key), dict)]
    return named + [order for inner in node.values() for order in order_of(inner)]


def validator_of(tree: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    """What judges by the normal form alone: its dialect is JSON Schema's."""
    return jsonschema_rs.Draft202012Validator({**body_of(tree), "components": tree["components"]})


# What a component comes to is asked while it is worked out: a union that becomes a negation, and allows null by that.
NEGATION_IN_WORK = document_of(
    TEXT,
    {
        "Alias": ref("Whole"),
        "Whole": {"oneOf": [TEXT, {"oneOf": [ref("Closed"), ref("Node")]}, {}]},
        "Node": struct(kind={"oneOf": [ref("Alias"), ref("Whole")]}),
        "Closed": {"allOf": [struct(a=ref("Alias")), {"type": "object", "additionalProperties": TEXT}]},
    },
)

# No value is valid under one alternative of these that is listed twice, whatever the others say.
REPEATED = document_of(
    {"oneOf": [ref("Node"), ref("Node"), {**ref("Whole"), "nullable": True}, struct(b=TEXT)]},
    {"Node": struct(a=TEXT), "Whole": {"oneOf": [TEXT, {**TEXT, "nullable": True}, {"type": "integer"}]}},
)


@THE_SAME_EVERY_TIME
@given(documents())
@example(NEGATION_IN_WORK)
@example(REPEATED)
def test_normalising_a_normal_form_changes_nothing(document: dict[str, Any]) -> None:
    once = normal_form(document)
    again = normal_form(deepcopy(once))
    assert once == again
    assert order_of(once) == order_of(again)


@THE_SAME_EVERY_TIME
@given(documents())
def test_every_normal_form_obeys_the_laws(document: dict[str, Any]) -> None:
    assert offences(normal_form(document)) == []


@THE_SAME_EVERY_TIME
@given(documents())
def test_normalising_leaves_the_document_as_it_is(document: dict[str, Any]) -> None:
    before = json.dumps(document)
    normal_form(document)
    assert before == json.dumps(document)


def test_a_value_is_valid_before_exactly_when_it_is_valid_after() -> None:
    verdicts: Counter[bool] = Counter()

    @THE_SAME_EVERY_TIME
    @given(st.data())
    def judge(data: st.DataObject) -> None:
        document = data.draw(documents())
        after = validator_of(normal_form(document))
        for _ in range(VALUES):
            value = data.draw(values(document))
            before = oracle.is_valid(document, body_of(document), value)
            assert before == after.is_valid(value), f"{value!r} is {'' if before else 'in'}valid before"
            verdicts[before] += 1

    judge()
    assert min(verdicts[True], verdicts[False]) > sum(verdicts.values()) / 4, "values of one kind only prove nothing"


EVERY_KIND: tuple[Any, ...] = (
    None,
    True,
    0,
    1,
    1.5,
    2**31,
    "",
    "a",
    "ab",
    [],
    ["a"],
    [None],
    {},
    {"a": "a"},
    {"a": None},
    {"b": 1},
)
NOTHING: dict[str, Any] = {"allOf": [{"type": "string"}, {"type": "integer"}]}
REF: dict[str, Any] = {"$ref": "#/components/schemas/Thing"}
STRICT, MODERN = "3.0.3", "3.1.0"
TRAPS: dict[str, tuple[str, Any, Any]] = {
    "an alternative that is there twice": (STRICT, {"oneOf": [REF, REF]}, {"type": "string"}),
    "... and another that it overlaps": (
        STRICT,
        {"oneOf": [REF, {"type": "string", "minLength": 2}, REF, {"type": "integer"}]},
        {"type": "string", "maxLength": 2},
    ),
    "... and null in one of the two": (
        STRICT,
        {"oneOf": [{"type": "string"}, {"type": "string", "nullable": True}, {"type": "integer"}]},
        {},
    ),
    "... and null in both": (
        STRICT,
        {"oneOf": [REF, REF, {"type": "integer", "nullable": True}]},
        {"type": "string", "nullable": True},
    ),
    "... and null in another": (MODERN, {"oneOf": [REF, {"type": ["integer", "null"]}, REF]}, {"minimum": 1}),
    "... which null is valid under for want of a type": (MODERN, {"oneOf": [{"minimum": 1}, {"minimum": 1}, REF]}, {}),
    "null that two alternatives allow, one of them by saying nothing": (
        STRICT,
        {"oneOf": [{"not": {"type": "string"}}, {"type": "integer", "nullable": True}]},
        {},
    ),
    "null that a reference and another allow": (
        STRICT,
        {"oneOf": [REF, {"type": "string", "nullable": True}]},
        {"type": "object", "nullable": True},
    ),
    "null that the reference allows but not what stands beside the union": (
        STRICT,
        {"type": "object", "anyOf": [REF, {"type": "string"}]},
        {"type": "object", "nullable": True},
    ),
    "null that has to pass a condition": (
        MODERN,
        {"type": ["string", "null"], "if": {"type": "null"}, "then": {"type": "string"}},
        {},
    ),
    "a nullable condition": (
        STRICT,
        {"type": "object", "nullable": True, "if": {"not": {"required": ["a"]}}, "then": {"required": ["b"]}},
        {},
    ),
    "null, nothing else": (STRICT, {"type": "string", "enum": [None], "nullable": True}, {}),
    "null beside nothing at all": (
        MODERN,
        {"anyOf": [NOTHING, REF]},
        None,
    ),
    "null in what is negated": (STRICT, {"not": REF}, {"type": "string", "nullable": True}),
    "null in a negated union": (
        STRICT,
        {"not": {"oneOf": [REF, {"enum": [None, 1]}]}},
        {"enum": ["a"], "nullable": True},
    ),
    "items and members that are null": (
        STRICT,
        {"anyOf": [{"type": "array", "items": REF}, {"type": "object", "additionalProperties": REF}]},
        {"type": "string", "maxLength": 1, "nullable": True},
    ),
    "one and only one of overlapping numbers": (STRICT, {"oneOf": [{"type": "number"}, {"type": "integer"}]}, {}),
    "a whole number as a fraction": (STRICT, {"enum": [1.0, "a"]}, {}),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_no_value_of_any_kind_changes_sides(trap: str) -> None:
    version, body, thing = TRAPS[trap]
    post = {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": {}}
    schemas = {"Thing": {"type": "null"} if thing is None else thing}
    document = {"openapi": version, "paths": {"/things": {"post": post}}, "components": {"schemas": schemas}}
    after = validator_of(normal_form(document))
    expected = [value for value in EVERY_KIND if oracle.is_valid(document, body, value)]
    assert [value for value in EVERY_KIND if after.is_valid(value)] == expected
