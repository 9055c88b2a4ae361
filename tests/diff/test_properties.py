"""Laws of a comparison, over random documents."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specmill.diff.table import MIRRORED
from specmill.diff.values import Comparison
from specmill.errors import SpecmillError
from tests.diff.changing import ADDITIONS, SCHEMAS, Schema, narrowed, parts
from tests.diff.pairs import Pair, compared, merged, receiving, sending
from tests.document.random_schemas import documents

# A model that no operation uses is Python's alone, and who may call without credentials need not have any.
OF_NO_CALL = ("a model", "a way to prove who calls")
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def of_documents(comparison: Comparison) -> list[str]:
    return [f"{one.severity} {one.id}" for one in comparison.of("document")]


def mirrored(identity: str) -> str:
    rest, _, change = identity.rpartition("-")
    return f"{rest}-{MIRRORED[change]}"


@slow
@given(documents())
def test_a_document_beside_itself_has_no_difference(tree: Any) -> None:
    try:
        comparison = compared(Pair("", tree, deepcopy(tree)))
    except SpecmillError:
        return
    assert comparison.differences == ()


@settings(slow, max_examples=25)  # each has hundreds of differences, and every one of them its witness
@given(documents(), documents())
def test_two_documents_are_told_as_each_others_mirror(one: Any, other: Any) -> None:
    try:
        there, back = compared(Pair("", one, other)), compared(Pair("", other, one))
    except SpecmillError:
        return
    assert sorted(mirrored(each.id) for each in there.differences) == sorted(each.id for each in back.differences)


@slow
@given(narrowed())
def test_a_narrowing_of_a_request_is_always_breaking(pair: tuple[Schema, Schema]) -> None:
    assert "breaking" in {one.severity for one in compared(Pair("", *map(sending, pair))).of("document")}


@slow
@given(narrowed())
def test_a_narrowing_of_an_answer_is_never_breaking(pair: tuple[Schema, Schema]) -> None:
    assert "breaking" not in {one.severity for one in compared(Pair("", *map(receiving, pair))).of("document")}


@slow
@given(narrowed())
def test_a_widening_of_a_request_is_never_breaking(pair: tuple[Schema, Schema]) -> None:
    after, before = map(sending, pair)
    assert "breaking" not in {one.severity for one in compared(Pair("", before, after)).of("document")}


@slow
@given(SCHEMAS, st.sampled_from(sorted(ADDITIONS)))
def test_an_addition_to_an_api_is_never_breaking(schema: Schema, addition: str) -> None:
    tree = sending(schema)
    comparison = compared(Pair("", tree, merged(tree, ADDITIONS[addition])))
    assert "breaking" not in {one.severity for one in comparison.of("document")}
    assert comparison.of("document") or addition in OF_NO_CALL


@slow
@given(SCHEMAS, st.data())
def test_an_optional_member_is_never_breaking(schema: Schema, data: st.DataObject) -> None:
    changed = deepcopy(schema)
    objects = [part for part in parts(changed) if part["type"] == "object"]
    if not objects:
        return
    data.draw(st.sampled_from(objects))["properties"]["more"] = {"type": "string"}
    for build in (sending, receiving):
        found = compared(Pair("", build(schema), build(changed)))
        assert {one.severity for one in found.differences} == {"additive"}
