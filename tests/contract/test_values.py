"""Values that are tried: what a document allows is made, what it forbids is broken, and nothing in between is sent."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from specmill.contract.cases import PLAIN, Cases, Settings
from specmill.contract.directions import directed
from specmill.contract.judge import Judge
from specmill.contract.schemas import Schemas
from specmill.contract.valid import Makers
from specmill.contract.validator import Error, needed
from specmill.contract.values import Case
from specmill.document.api import Api, api_of
from specmill.values import Content, Operation
from tests.contract.faulty.foreign import HERE
from tests.support import config_of


@cache
def api(path: Path = HERE / "bookings" / "document.yaml") -> Api:
    return directed(api_of(config_of(path)))


def operation(name: str) -> Operation:
    return next(one for one in api().operations if one.id == name)


@cache
def cases(name: str) -> Cases:
    schemas = Schemas(api().normal.tree)
    return Cases(api(), operation(name), Judge(api()), Settings("http://localhost", {}), Makers(schemas), schemas)


@cache
def valid(name: str) -> tuple[Case, ...]:
    some = cases(name)
    drawn = [some.drawn(bytes([number, 255 - number] * 8)) for number in range(60)]
    return (*(case for case, _ in some.features()), *some.examples(), *some.pairs(), *drawn)


@cache
def broken(name: str) -> tuple[Case, ...]:
    return (*cases(name).broken_bodies(PLAIN), *cases(name).broken_parameters())


def bodies(some: tuple[Case, ...]) -> list[Any]:
    return [json.loads(case.call.body) for case in some if case.call.body is not None]


def errors_of_answer(value: Any) -> tuple[Error, ...]:
    content: Content = operation("book").responses[0].contents[0]
    return Judge(api()).validator(content.schema, content.pointer).errors(value)


BOOKING = {"id": 1, "day": "2026-01-02", "guests": ["a", "b"]}


def test_no_request_holds_what_only_answers_have() -> None:
    assert [] == [body for body in bodies(valid("book") + broken("book")) if isinstance(body, dict) and "id" in body]


def test_an_answer_need_not_hold_what_is_only_sent_and_must_not() -> None:
    assert () == errors_of_answer(BOOKING)
    assert [("/pin", "writeOnly")] == [(one.pointer, one.keyword) for one in errors_of_answer({**BOOKING, "pin": "0"})]


def test_an_answer_has_to_hold_what_is_only_read() -> None:
    assert ["required"] == [one.keyword for one in errors_of_answer({"day": "2026-01-02", "guests": ["a", "b"]})]


def test_the_plainest_list_of_different_items_has_different_items() -> None:
    assert [] == [body for body in bodies(valid("book")) if len(set(body["guests"])) != len(body["guests"])]


@pytest.mark.parametrize("name", ["book", "rooms"])
def test_all_that_is_called_valid_is(name: str) -> None:
    judge = Judge(api())
    for case in valid(name):
        for parameter in operation(name).parameters:
            value = case.values.get(f"{parameter.location} {parameter.name}")
            assert value is None or judge.validator(parameter.schema, parameter.pointer).allows(value), case.about
        assert "accepted" == case.wanted, case.about


def test_white_space_around_a_header_is_no_fault() -> None:
    sent = [text for case in broken("rooms") for name, text in case.call.fields if name in ("X-Lang", "Cookie")]
    assert sent
    assert [] == [text for text in sent if text != text.strip()]


def texts_of(member: str) -> set[str]:
    return {body[member] for body in bodies(valid("book")) if member in body}


MOMENTS = {  # a thing that a server gets wrong with times -> what a time has by which it is seen
    "29 February": "-02-29T",
    "a fraction of one digit": r"\.\dZ",
    "of two": r"\.0\dZ",
    "of three": r"\.\d{3}Z",
    "no fraction": r":\d\dZ",
    "the last second of a year": "-12-31T23:59:59",
    "the first": "-01-01T00:00:00",
    "summer": "-0[67]-",
    "winter": "-01-",
    "the hour after midnight": "T00:[1-9]",
    "the hour after noon": "T12:[1-9]",
    "the afternoon": "T(14|22):",
    "one digit a month and a day": "-0[1-9]-0[1-9]T0[1-9]",
}


@pytest.mark.parametrize("what", MOMENTS)
def test_moments_that_have_to_match_a_pattern_too_are_of_every_kind(what: str) -> None:
    assert [text for text in texts_of("at") if re.search(MOMENTS[what], text)]


def test_numbers_that_some_have_no_room_for_stand_where_anything_may() -> None:
    numbers = {body["other"] for body in bodies(valid("book")) if isinstance(body.get("other"), (int, float))}
    assert {2**63, 10**30, 1e21} <= numbers


def test_what_is_next_to_a_bound_has_to_be_accepted() -> None:
    assert {1, 2.0**-10} <= {body["discount"] for body in bodies(valid("book")) if "discount" in body}


def test_lists_of_different_items_may_differ_in_case_alone() -> None:
    assert [body for body in bodies(valid("book")) if len({one.lower() for one in body["guests"]}) == 1]


def test_a_length_is_counted_in_characters_and_blanks_are_some() -> None:
    guests = [guest for body in bodies(valid("book")) for guest in body["guests"]]
    assert {"\N{GRINNING FACE}" * 10, " "} <= set(guests)


def test_a_validator_holds_only_what_its_schema_leads_to() -> None:
    """Or each of the thousands of a large document holds all of that."""
    a, b = {"properties": {"b": {"$ref": "#/components/schemas/B"}}}, {"items": [{"$ref": "#/components/schemas/A"}]}
    components = {"schemas": {"A": a, "B": b, "C": {"type": "null"}}}
    assert {"schemas": {"A": a, "B": b}} == needed({"$ref": "#/components/schemas/A"}, components)
    assert {"schemas": {}} == needed(True, components)
    assert components == needed({"$ref": "#/components/responses/D"}, components)
