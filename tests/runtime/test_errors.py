"""What an answer means: its value, or the exception it stands for, whatever the server sends."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from runtime import errors
from runtime._calls import answer_of
from runtime._facts import Answer, Headers, Operation, Request

JSON = {"content-type": "application/json"}
HTML = {"content-type": "text/html; charset=iso-8859-1"}
REQUEST = Request("GET", "http://host/pets?key=secret", {"Authorization": "Bearer secret"})


class Pet(Struct, kw_only=True):
    name: str


class Problem(Struct, kw_only=True):
    title: str = ""
    detail: str | None = None


FIND: Operation[Any] = Operation(
    id="findPet",
    method="GET",
    path="/pets/{id}",
    returns={
        "200": Pet,
        "201": {"application/xml": bytes, "text/plain": str, "application/json": Pet},
        "202": {"*/*": Pet},
        "203": {"*/*": Any},
        "204": None,
        "205": Pet,
        "206": {"image/*": bytes},
        "207": {"application/octet-stream": bytes},
    },
    errors={
        "400": Problem,
        "404": {"application/problem+json": Problem},
        "409": None,
        "429": {"text/html": str},
        "4XX": {"*/*": Problem},
        "5XX": Problem,
        "default": str,
    },
)


def answer(status: int, headers: Mapping[str, str], raw: bytes, operation: Operation[Any] = FIND) -> Answer[Any]:
    return answer_of(operation, REQUEST, status, headers, raw)


def error(status: int, headers: Mapping[str, str], raw: bytes, operation: Operation[Any] = FIND) -> errors.ApiError:
    with pytest.raises(errors.ApiError) as raised:
        answer(status, headers, raw, operation)
    return raised.value


@pytest.mark.parametrize(
    ("status", "media_type", "raw", "value"),
    [
        (200, "application/json", b'{"name":"Rex"}', Pet(name="Rex")),
        (200, "Application/JSON; charset=utf-8", b'{"name":"Rex","new":1}', Pet(name="Rex")),
        (200, None, b'{"name":"Rex"}', Pet(name="Rex")),
        (201, "application/json", b'{"name":"Rex"}', Pet(name="Rex")),
        (201, "text/plain", b"Rex", "Rex"),
        (201, "application/xml", b"<Rex/>", b"<Rex/>"),
        (201, None, b'{"name":"Rex"}', Pet(name="Rex")),
        (202, "application/hal+json", b'{"name":"Rex"}', Pet(name="Rex")),
        (202, None, b'{"name":"Rex"}', Pet(name="Rex")),
        (203, "application/json", b"[1]", [1]),
        (203, "text/csv", b"a,b", "a,b"),
        (203, "image/png", b"\xff", b"\xff"),
        (204, None, b"", None),
        (204, "application/json", b"", None),
        (205, "application/json", b"", None),
        (200, "application/vnd.pets+json", b'{"name":"Rex"}', Pet(name="Rex")),
        (200, "text/plain", b'{"name":"Rex"}', Pet(name="Rex")),
        (200, "application/octet-stream", b'{"name":"Rex"}', Pet(name="Rex")),
        (207, "image/png", b"\xff", b"\xff"),
        (207, "application/json", b"{}", b"{}"),
        (206, "image/png", b"\xff", b"\xff"),
    ],
)
def test_a_success_is_read_by_its_status_and_content_type(
    status: int, media_type: str | None, raw: bytes, value: Any
) -> None:
    headers = {"content-type": media_type} if media_type else {}
    got = answer(status, headers, raw)
    assert (value, status, headers, raw) == (got.value, got.status, got.headers, got.raw)


@pytest.mark.parametrize(
    ("status", "headers", "raw", "kind", "body"),
    [
        (400, JSON, b'{"title":"Bad"}', errors.BadRequest, Problem(title="Bad")),
        (
            404,
            {"content-type": "application/problem+json"},
            b'{"title":"Gone"}',
            errors.NotFound,
            Problem(title="Gone"),
        ),
        (404, JSON, b'{"title":"Gone"}', errors.NotFound, Problem(title="Gone")),
        (409, JSON, b'{"any":1}', errors.Conflict, {"any": 1}),
        (429, HTML, b"<p>na\xefve</p>", errors.TooManyRequests, "<p>naïve</p>"),
        (429, JSON, b'{"title":"slow"}', errors.TooManyRequests, {"title": "slow"}),
        (418, JSON, b'{"title":"tea"}', errors.ApiError, Problem(title="tea")),
        (400, HTML, b"<h1>Bad</h1>", errors.BadRequest, "<h1>Bad</h1>"),
        (400, JSON, b"<h1>Bad</h1>", errors.BadRequest, "<h1>Bad</h1>"),
        (400, JSON, b"", errors.BadRequest, None),
        (400, {}, b'{"title":"Bad"}', errors.BadRequest, Problem(title="Bad")),
        (400, {}, b"plain", errors.BadRequest, "plain"),
        (400, {"content-type": "text/html; charset=nonsense"}, b"\xc3\xa9", errors.BadRequest, "é"),
        (400, {"content-type": "image/png"}, b"\xff\xd8", errors.BadRequest, b"\xff\xd8"),
        (503, JSON, b'{"title":"Busy"}', errors.ServiceUnavailable, Problem(title="Busy")),
        (520, HTML, b"<html>", errors.ServerError, "<html>"),
        (302, {"location": "/x"}, b"", errors.Redirected, None),
        (304, {}, b"", errors.Redirected, None),
    ],
)
def test_a_failure_has_its_class_and_its_body_as_well_as_it_can_be_read(
    status: int, headers: Mapping[str, str], raw: bytes, kind: type[errors.ApiError], body: Any
) -> None:
    got = error(status, headers, raw)
    assert (kind, body, status, raw, REQUEST.without_credentials()) == (
        type(got),
        got.body,
        got.status,
        got.raw,
        got.request,
    )


EXACT: Operation[Any] = Operation(id="op", method="GET", path="/", returns={"200": Pet}, errors={"418": Problem})


@pytest.mark.parametrize(
    ("status", "kind", "documented"),
    [
        (418, errors.ApiError, True),
        (404, errors.NotFound, False),
        (499, errors.UndocumentedStatus, False),
        (500, errors.InternalServerError, False),
        (599, errors.ServerError, False),
        (201, errors.UndocumentedStatus, False),
        (204, errors.UndocumentedStatus, False),
        (300, errors.Redirected, False),
        (999, errors.UndocumentedStatus, False),
    ],
)
def test_a_status_that_is_not_documented_says_so(status: int, kind: type[errors.ApiError], documented: bool) -> None:
    got = error(status, JSON, b'{"title":"x"}', EXACT)
    assert (kind, documented) == (type(got), got.documented)
    assert got.body == (Problem(title="x") if documented else {"title": "x"})


CREATE: Operation[Any] = Operation(
    id="createPet",
    method="POST",
    path="/pets",
    returns={"200": {"application/json": Pet, "text/csv": str}, "204": None},
    errors={"default": Problem},
)


@pytest.mark.parametrize(
    ("status", "media_type", "raw", "value"),
    [
        (201, "application/json", b'{"name":"Rex","new":1}', Pet(name="Rex")),
        (202, "text/csv", b"Rex", "Rex"),
        (202, "", b'{"name":"Rex"}', Pet(name="Rex")),
        (205, "", b"", None),
        (202, "application/json", b"", None),
    ],
)
def test_a_success_that_is_not_listed_is_like_one_that_is(status: int, media_type: str, raw: bytes, value: Any) -> None:
    assert value == answer(status, {"content-type": media_type}, raw, CREATE).value


@pytest.mark.parametrize(
    ("media_type", "raw", "body"),
    [
        ("application/json", b'{"title":"queued"}', Problem(title="queued")),
        ("application/json", b'{"name":5}', Problem()),
        ("application/json", b"<html>", "<html>"),
        ("text/html", b"<html>", "<html>"),
    ],
)
def test_a_success_that_is_like_no_other_is_raised_as_default_describes_it(
    media_type: str, raw: bytes, body: Any
) -> None:
    got = error(202, {"content-type": media_type}, raw, CREATE)
    assert (errors.ApiError, True, body, raw) == (type(got), got.documented, got.body, got.raw)


@pytest.mark.parametrize(
    ("status", "media_type", "raw", "body"),
    [
        (200, "application/json", b"<html>login</html>", "<html>login</html>"),
        (200, "text/html", b"<html>login</html>", "<html>login</html>"),
        (200, "text/plain", b'{"name":5}', '{"name":5}'),
        (200, "application/json", b"", ""),
        (202, "application/xml", b"<Rex/>", "<Rex/>"),
        (206, "application/json", b'{"a":1}', {"a": 1}),
    ],
)
def test_a_success_that_is_not_what_was_promised_is_an_error_with_the_body(
    status: int, media_type: str, raw: bytes, body: Any
) -> None:
    got = error(status, {"content-type": media_type}, raw)
    assert (errors.InvalidAnswer, body, raw) == (type(got), got.body, got.raw)


def test_an_empty_answer_says_that_it_is_empty() -> None:
    assert str(error(200, JSON, b"")) == "GET /pets/{id}: there is no content where JSON is promised: 200 OK"


def test_default_is_a_success_where_the_document_names_no_other() -> None:
    only: Operation[Any] = Operation(id="op", method="GET", path="/", returns={"default": Pet}, errors={"default": Pet})
    assert Pet(name="x") == answer(200, JSON, b'{"name":"x"}', only).value
    assert Pet(name="x") == error(500, JSON, b'{"name":"x"}', only).body


def test_any_success_will_do_where_the_document_describes_none() -> None:
    silent: Operation[Any] = Operation(id="op", method="GET", path="/", errors={"404": Problem})
    assert answer(200, JSON, b'{"a":1}', silent).value == {"a": 1}
    assert answer(204, {}, b"", silent).value is None


def test_an_answer_to_head_has_no_value() -> None:
    head: Operation[None] = Operation(id="op", method="HEAD", path="/", returns={"200": Pet}, errors={"404": Pet})
    assert answer(200, {**JSON, "content-length": "14"}, b"", head).value is None
    assert error(404, JSON, b"", head).body is None


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"title":"No such\\n pet"}', ": No such pet"),
        (b'{"title":"T","detail":"the pet ran away"}', ": the pet ran away"),
        (b'{"title":""}', ""),
        (b"[1,2]", ""),
        (b"null", ""),
    ],
)
def test_the_message_says_which_call_failed_and_why(body: bytes, told: str) -> None:
    expected = f"GET /pets/{{id}}: 404 Not Found{told}"
    assert expected == str(error(404, JSON, body))


def test_a_long_body_is_cut_and_a_page_is_left_out_of_the_message() -> None:
    assert str(error(400, {"content-type": "text/plain"}, b"x" * 1000)).endswith("x" * 300 + "…")
    assert str(error(400, HTML, b" <html>long page</html>")) == "GET /pets/{id}: 400 Bad Request"


@settings(deadline=None)
@given(
    st.integers(200, 999),
    st.sampled_from(
        [
            None,
            "application/json",
            "text/html",
            "image/png",
            "x",
            ";;",
            "text/plain; charset=\x00",
            "text/plain; charset=idna",
            "*/*",
        ]
    ),
    st.binary() | st.sampled_from([b"null", b"[]", b'{"title":5}', b'{"detail":{}}', b"{" * 5000]),
)
def test_no_answer_whatsoever_ends_in_another_exception(status: int, media_type: str | None, raw: bytes) -> None:
    headers = {"content-type": media_type} if media_type is not None else {}
    try:
        assert answer(status, headers, raw).status == status
    except errors.ApiError as got:
        assert (status, raw) == (got.status, got.raw)


def test_no_message_and_no_repr_holds_the_credentials() -> None:
    got = error(401, JSON, b"{}")
    assert "secret" not in f"{got} {got!r} {got.request} {got.request!r} {got.args} {got.request.headers}"


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ClientError)]


def one_of(kind: type[errors.ClientError]) -> errors.ClientError:
    headers = Headers([("Content-Type", "application/json"), ("X-A", "1"), ("x-a", "2")])
    if issubclass(kind, errors.ApiError):
        return kind("GET /pets", 400, Problem(title="Bad"), headers, REQUEST, raw=b"{}", documented=False)
    if issubclass(kind, errors.ConnectionFailed):
        return kind("GET /pets: gone", REQUEST, sent=False)
    if kind is errors.TokenRefused:
        return errors.TokenRefused("refused", 401, "invalid_client")
    if kind is errors.RecordRefused:
        return errors.RecordRefused("not accepted", Problem(title="Bad"))
    if kind is errors.InvalidRecord:
        return errors.InvalidRecord("wrong", Problem(title="Bad"), [1, 2], [3])
    if kind is errors.UnreadRefusals:
        return errors.UnreadRefusals(((1, Problem(title="Bad")),))
    return kind("wrong")


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_keeps_all_it_holds_when_it_is_pickled(kind: type[errors.ClientError]) -> None:
    got = one_of(kind)
    got.attempts = 3
    got.add_note("a note")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(got, protocol))
        assert (type(got), str(got), got.args, vars(got)) == (type(copy), str(copy), copy.args, vars(copy))


def test_the_headers_of_a_pickled_error_are_found_in_any_case() -> None:
    copy = pickle.loads(pickle.dumps(one_of(errors.BadRequest)))
    assert ("1, 2", "1, 2") == (copy.headers["X-A"], copy.headers["x-a"])
    assert (("Content-Type", "application/json"), ("X-A", "1"), ("x-a", "2")) == copy.headers.pairs


def test_the_tree_of_the_module_is_the_tree_of_its_classes() -> None:
    drawn: dict[str, str] = {}
    parents = {0: "ClientError"}
    for line in (errors.__doc__ or "").splitlines():
        if "──" in line:
            depth, name = line.index("──") // 4, line.split("── ")[1].split()[0]
            drawn[name] = parents[depth - 1]
            parents[depth] = name
    actual = {
        name: kind.__bases__[0].__name__
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.ClientError) and kind is not errors.ClientError
    }
    assert actual == drawn
