"""``Prefer`` as users of Prism know it."""

from __future__ import annotations

import pytest

from specmill.serve.examples import examples
from specmill.serve.prefer import NONE, BadPreference, Preference, preference
from specmill.serve.server import Server
from tests.serve.asking import FLAGSHIP, Asked, Told, api, ask

RECORDS = "/kafka/v3/clusters/cluster-1/topics/orders/records"
JSON = {"Authorization": "Basic a2V5OnNlY3JldA==", "Content-Type": "application/json"}

READ = [
    (None, (), NONE),
    ("", (), NONE),
    ("return=minimal, respond-async", (), NONE),
    ("code=404", (), Preference("404")),
    ("code=404, example=gone", (), Preference("404", "gone")),
    ("code=404 example=gone; dynamic=true", (), Preference("404", "gone", True)),
    ('example="not found", Code=5xx', (), Preference("5XX", "not found")),
    ("dynamic=false", (), NONE),
    ("dynamic=true, seed=7", (), Preference(None, None, True, "7")),
    ("dynamic", (), Preference(dynamic=True)),
    ("code=404, dynamic", (), Preference("404", None, True)),
    (None, [("__code", "429"), ("code", "1")], Preference("429")),
    (None, [("__dynamic", "true"), ("__example", "gone")], Preference(None, "gone", True)),
    ("code=404", [("__code", "429"), ("__example", "gone")], Preference("404")),
    ("respond-async", [("__code", "429")], Preference("429")),
]


@pytest.mark.parametrize(("header", "query", "expected"), READ)
def test_a_preference_is_read(header: str | None, query: list[tuple[str, str]], expected: Preference) -> None:
    assert expected == preference(header, query)


@pytest.mark.parametrize("header", ["code", "code=x", "code=99", "code=1000", "dynamic=yes"])
def test_a_preference_that_means_nothing_is_told(header: str) -> None:
    with pytest.raises(BadPreference):
        preference(header)


def preferring(prefer: str, body: bytes = b"{}", query: str = "", **fields: str) -> Told:
    with Server(examples(api(FLAGSHIP))) as server:
        return ask(server.url, Asked("POST", RECORDS + query, {**JSON, "Prefer": prefer, **fields}, body))


CHOSEN = [
    ("code=404", 404, {"error_code": 404, "message": "HTTP 404 Not Found"}),
    ("code=404, example=cluster_not_found", 404, {"error_code": 404, "message": "Cluster my-cluster cannot be found."}),
    ("code=401", 401, {"error_code": 40101, "message": "Authentication failed"}),
    ("code=503", 503, {"error_code": 500, "message": "Internal Server Error"}),
    ("code=5XX", 500, {"error_code": 500, "message": "Internal Server Error"}),
    (
        *("example=produce_record_bad_binary_data", 200),
        {"error_code": 400, "message": "Bad Request: data=1 is not a base64 string."},
    ),
]


@pytest.mark.parametrize(("prefer", "status", "value"), CHOSEN)
def test_code_and_example_choose_the_answer(prefer: str, status: int, value: object) -> None:
    told = preferring(prefer)
    assert (status, value) == (told.status, told.value)


UNKNOWN = [
    ("code=418", 404, "there is no answer 418, but 200, 400, 401, 403, 404, 413, 415, 422, 429, 5XX"),
    ("code=400, example=nope", 404, "has no example 'nope', but header_not_base64_encoded"),
    ("code=abc", 422, "code is a status such as 404 or 5XX, not 'abc'"),
    ("dynamic=maybe", 422, "dynamic is true or false, not 'maybe'"),
]


@pytest.mark.parametrize(("prefer", "status", "wanted"), UNKNOWN)
def test_an_unknown_one_is_told_what_there_is(prefer: str, status: int, wanted: str) -> None:
    told = preferring(prefer)
    assert (status, "application/problem+json") == (told.status, told.fields["content-type"])
    assert wanted in told.value["detail"]


def test_the_page_of_429_is_html() -> None:
    told = preferring("code=429")
    assert (429, "text/html") == (told.status, told.fields["content-type"])
    assert told.body.startswith(b"<html>")


def test_a_preference_may_stand_in_the_query() -> None:
    assert 403 == preferring("", query="?__code=403").status


def test_dynamic_answers_differ_by_request_and_by_seed_and_are_the_same_for_the_same() -> None:
    bodies = [b"{}", b"{}", b'{"partition_id":1}']
    one, again, other = (preferring("dynamic=true", body).body for body in bodies)
    assert one == again != other
    seeded = {preferring(f"dynamic=true, seed={seed}", body).body for seed in (1, 2) for body in bodies}
    assert 2 == len(seeded)


def test_a_request_that_does_not_hold_is_refused_whatever_it_prefers() -> None:
    assert 400 == preferring("code=200", b"[]").status
