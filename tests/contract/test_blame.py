"""Who is to blame: features, causes and meanings, each by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from specmill.contract.causes import with_their_causes
from specmill.contract.features import features
from specmill.contract.folded import folded, guilty
from specmill.contract.marks import Marks
from specmill.contract.meaning import meaning, verdict_is_known
from specmill.contract.reduce import reduced, telling_place
from specmill.contract.schemas import Schemas
from specmill.contract.values import Finding
from tests.contract.grounds import api, makers, marks, stream, validator

GIVEN = {"cluster_id": "c", "topic_name": "t"}
RECORD = {"partition_id": 1, "value": {"type": "BINARY", "data": "Zm9v"}}
REPORT = {"cluster_id": "c", "topic_name": "t", "partition_id": 1, "value": {"type": "BINARY", "size": 3}}


def failure(check: str, place: str = "", keyword: str = "", sent: str = "x") -> Finding:
    return Finding(check, "op", place, keyword, sent, "that", "this")


def having(letter: str) -> Callable[[str], bool]:
    return lambda one: letter in one


def test_a_feature_is_to_blame_only_if_all_that_has_it_fails() -> None:
    values = ["a", "ab", "b", "bc", "c"]
    failed = [False, True, True, True, False]
    assert [2] == guilty(values, failed, [having(letter) for letter in values])


def test_what_no_feature_explains_is_told_by_itself() -> None:
    assert [0, 1] == guilty(["x", "y"], [True, True], [None, None])


def test_nearly_all_that_fails_is_told_once() -> None:
    many = [failure("refuses", f"/{number}", "type", "x" * number) for number in range(1, 20)]
    (one,) = folded(many, 20)
    assert ("nothing is refused", "") == (one.keyword, one.place)
    assert one.sent.startswith("x, and 18 more of 20 cases")


def test_what_fails_here_and_there_is_told_each() -> None:
    some = [failure("refuses", "/a", "type"), failure("refuses", "/b", "type"), failure("refuses", "/a", "type")]
    assert ["/a", "/b"] == [one.place for one in folded(some, 20)]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (failure("schema", "/partition_id", "type"), failure("echo", "/partition_id")),
        (failure("json"), failure("stream", "count", "2")),
        (failure("accepts", "/value", "type"), failure("accepts", "body")),
        (failure("stream", "count", "2"), failure("stream", "order", "4")),
        (failure("echo", "/key/type"), failure("echo", "/value/type")),
        (failure("schema", "/key/type", "enum"), failure("schema", "/value/type", "enum")),
        (failure("refuses", "/a", "type", "a is 1"), failure("schema", "/in/a", "type", "a is 1")),
        (
            failure("refuses", "", "required", "required at the root: without 'a'"),
            failure("refuses", "/a", "type", "type at /a: null in place of string"),
        ),
        (failure("refuses", "", "nothing is refused"), failure("refuses", "", "json")),
        (
            failure("accepts", "body text", "json", "a body with every letter as an escape"),
            failure("accepts", "/a", "type", '{"a": "\\u0000"}'),
        ),
        (failure("server error", "/a", "type"), failure("status", "status")),
        (
            failure("accepts", "/a", "required", "{} (required at /a: without 'a')"),
            failure("accepts", "/a", "type", '{"a": null} (type at /a: null)'),
        ),
    ],
    ids=lambda one: f"{one.check}-{one.keyword or one.place}",
)
def test_what_follows_from_a_failure_stands_with_it(first: Finding, then: Finding) -> None:
    for order in ((first, then), (then, first)):
        (one,) = with_their_causes(order, ["/error_code"])
        assert (first.key, 1) == (one.key, len(one.also))


def test_a_place_that_nobody_looks_at_is_one_failure() -> None:
    places = ["/a/0", "/a/0", "/a/0/b", "/c", "/c"]
    found = [
        failure("refuses", "/a/0", "type"),
        failure("refuses", "/a/0", "minLength", "y"),
        failure("refuses", "/a/0/b", "enum"),
        failure("refuses", "/c", "type"),
    ]
    told = {one.place: one for one in folded(found, len(places), places)}
    assert {"/a/0", "/c"} == set(told)
    assert ("type", 2) == (told["/a/0"].keyword, len(told["/a/0"].also))
    assert [] == [one for one in with_their_causes([told["/a/0"], found[1]], [])[1:]]


OF_ALL = {
    "a keyword of the document": ("schema", "/a", "type", "/components/schemas/A/properties/a/type"),
    "an answer that operations share": ("media type", "Content-Type", "", "/components/responses/Bad"),
    "credentials": ("authentication", "security key", "", ""),
    "HTTP": ("http", "Allow at 405", "", ""),
    "a status": ("status", "status", "", ""),
}


@pytest.mark.parametrize("reason", OF_ALL)
def test_what_fails_in_several_operations_for_one_reason_is_one_failure(reason: str) -> None:
    check, place, keyword, pointer = OF_ALL[reason]
    one = Finding(check, "first", place, keyword, "x", "that", "this", pointer)
    (told,) = with_their_causes([one, replace(one, operation="second"), replace(one, operation="third")], [])
    assert ("first", ("in second", "in third")) == (told.operation, told.also)


def test_what_has_reasons_of_its_own_in_each_operation_is_told_in_each() -> None:
    one = Finding("accepts", "first", "/a", "type", "x", "that", "this", "/paths/~1a/get/requestBody/type")
    assert 2 == len(with_their_causes([one, replace(one, operation="second", pointer="/paths/~1b/type")], []))


def test_what_comes_out_as_it_came_in_is_to_blame_on_its_way_in() -> None:
    pointer = "/components/schemas/A/properties/a/type"
    out = Finding("schema", "get", "/a", "type", "a call", "type", "this", pointer)
    into = Finding("refuses", "put", "/a", "type", "a is 1", "to be refused", "200", pointer)
    (told,) = with_their_causes([out, into], [])
    assert ("refuses", ("in get",)) == (told.check, told.also)


def test_what_may_be_refused_is_one_note_of_the_least() -> None:
    some = [replace(failure("may refuse", f"/{name}", "type", name), kind="observation") for name in ("bb", "a", "cc")]
    (told,) = with_their_causes(some, [])
    assert ("/a", ("may refuse type /bb", "may refuse type /cc")) == (told.place, told.also)


def test_two_that_explain_each_other_are_told_as_one_and_none_is_lost() -> None:
    some = [failure("stream", "hostile framing", "8"), failure("echo", "/timestamp"), failure("refuses", "/a", "type")]
    kept = with_their_causes(some, ["/error_code"])
    assert [0, 1] == sorted(len(one.also) for one in kept)


def test_observations_stay() -> None:
    noted = replace(failure("echo", "/a"), kind="observation")
    assert (noted,) == with_their_causes([noted], [])


def test_a_report_that_means_the_right_thing() -> None:
    assert [] == list(meaning(RECORD, REPORT, marks(), GIVEN))


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"topic_name": "u"}, ("echo", "/topic_name")),
        ({"partition_id": 2}, ("echo", "/partition_id")),
        ({"value": {"type": "BINARY", "size": 4}}, ("sizes", "/value/size")),
        ({"value": {"type": "JSON", "size": 3}}, ("echo", "/value/type")),
    ],
)
def test_a_report_that_does_not(changed: dict[str, object], wanted: tuple[str, str]) -> None:
    assert [wanted] == [(one.check, one.place) for one in meaning(RECORD, {**REPORT, **changed}, marks(), GIVEN)]


def test_moments_may_be_spelt_otherwise() -> None:
    record = {"timestamp": "2001-02-03T04:05:06Z"}
    report = {"cluster_id": "c", "topic_name": "t", "timestamp": "2001-02-03T05:05:06.000+01:00"}
    assert [] == list(meaning(record, report, marks(), GIVEN))


@pytest.mark.parametrize(
    ("sent", "told", "right"),
    [
        ("2001-07-05T12:30:00.123456Z", "2001-07-05T12:30:00.123Z", True),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", True),
        ("2001-07-05T12:30:00.5Z", "2001-07-05T12:30:00Z", False),
        ("2001-07-05T12:30:00.05Z", "2001-07-05T12:30:00.049Z", False),
        ("2001-07-05T12:30:00Z", "2001-07-05T14:30:00Z", False),
        ("2001-07-05T12:30:00Z", None, False),
    ],
)
def test_moments_are_told_to_the_millisecond(sent: str, told: str | None, right: bool) -> None:
    report = {"cluster_id": "c", "topic_name": "t", **({"timestamp": told} if told else {})}
    found = [one.place for one in meaning({"timestamp": sent}, report, marks(), GIVEN)]
    assert ([] if right else ["/timestamp"]) == found


VERDICTS = [200, 404, 40401, 599, None, "4"]
NO_VERDICTS = [0, 4, 40, 201, 4000, 399, 600, 400001, 60001, -400]


@pytest.mark.parametrize(
    ("code", "known"), [*((code, True) for code in VERDICTS), *((code, False) for code in NO_VERDICTS)]
)
def test_a_verdict_is_success_or_an_error_in_a_way_that_the_marks_name(code: object, known: bool) -> None:
    assert known == verdict_is_known(code, stream(), marks())


@pytest.mark.parametrize(("code", "known"), [(200, True), (201, False), (4000, True), (None, True)])
def test_without_marks_a_verdict_reads_as_one(code: object, known: bool) -> None:
    assert known == verdict_is_known(code, stream(), Marks())


def test_every_feature_is_valid_and_has_itself() -> None:
    body = api().operations[0].body
    assert body is not None
    schema = body.contents[0].schema
    from specmill.contract.validator import Validator

    whole = Validator(schema, api().normal.tree["components"])
    found = list(features(schema, Schemas(api().normal.tree), makers(), whole))
    assert len(found) > 60
    assert [] == [str(one.fault) for one in found if not whole.allows(one.value) or not one.holds(one.value)]
    assert validator().allows({})


def test_the_least_is_found_and_its_place_told() -> None:
    value = {"a": 1, "b": {"c": [1, {"d": "long text"}]}}
    least = reduced(value, lambda one: "d" in str(one))
    assert "/b/c/0/d" == telling_place(least)
