"""Which pages may ask the server from a browser, and that to all others it is as if there were no such thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http.client import HTTPConnection, HTTPMessage

import pytest

from specmill.errors import SpecmillError
from specmill.serve.exchange import Responder
from specmill.serve.origins import origin_of
from specmill.serve.server import Server
from specmill_kafka import emulator
from tests.serve.speaking import Echo, Heard

WISH = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


def asked(
    origins: Iterable[str], fields: Mapping[str, str], method: str = "POST", responder: Responder | None = None
) -> tuple[int, HTTPMessage]:
    with Server(responder or Echo(), origins=origins) as server:
        connection = HTTPConnection(server.host, server.port, timeout=30)
        connection.request(method, "/x", b"{}" if method == "POST" else None, dict(fields))
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, answer.headers


def said(headers: HTTPMessage) -> set[str]:
    return {name.lower() for name in headers if name.lower().startswith("access-control")}


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (["null"], "null", True),
        (["null"], "http://127.0.0.1:8000", False),
        (["http://127.0.0.1:8000"], "http://127.0.0.1:8000", True),
        (["http://127.0.0.1:8000"], "http://127.0.0.1:8001", False),
        (["http://a.example", "null"], "null", True),
        (["*"], "https://anything.example", True),
        ([], "null", False),
    ],
)
def test_a_page_may_ask_where_its_origin_is_named(origins: list[str], origin: str, allowed: bool) -> None:
    asking = {"Origin": origin, **WISH}
    for method, fields in (("POST", {"Origin": origin}), ("OPTIONS", asking)):
        _, headers = asked(origins, fields, method)
        assert headers["Access-Control-Allow-Origin"] == (origin if allowed else None)


def test_a_browser_is_allowed_what_it_asks_for_without_the_responder() -> None:
    echo = Echo()
    status, headers = asked(["null"], {"Origin": "null", **WISH}, "OPTIONS", echo)
    assert ([], 204) == (echo.heard, status)
    assert "POST" == headers["Access-Control-Allow-Methods"]
    assert "authorization,content-type" == headers["Access-Control-Allow-Headers"]
    assert None is headers["Access-Control-Allow-Private-Network"]


def test_a_page_of_the_internet_may_ask_a_server_in_a_private_network_if_it_is_named() -> None:
    asking = {"Origin": "null", **WISH, "Access-Control-Request-Private-Network": "true"}
    assert "true" == asked(["null"], asking, "OPTIONS")[1]["Access-Control-Allow-Private-Network"]


@pytest.mark.parametrize("origins", [(), ("null",), ("*",)], ids=str)
def test_who_is_no_page_sees_nothing_of_it(origins: tuple[str, ...]) -> None:
    echo = Echo()
    for method in ("POST", "OPTIONS"):
        assert set() == said(asked(origins, WISH, method, echo)[1])
    assert ["POST", "OPTIONS"] == [heard.exchange.request.method for heard in echo.heard]


def test_an_options_of_the_document_is_answered_by_the_responder() -> None:
    echo = Echo()
    status, headers = asked(["null"], {"Origin": "null"}, "OPTIONS", echo)
    assert (1, 200, "null") == (len(echo.heard), status, headers["Access-Control-Allow-Origin"])


def test_what_both_say_of_a_header_is_one_list() -> None:
    answer = Echo(lambda heard: heard.exchange.answer(200, {"Vary": "Accept-Encoding"}))
    assert ["Accept-Encoding, Origin"] == asked(["null"], {"Origin": "null"}, responder=answer)[1].get_all("Vary")


def test_an_answer_in_its_own_lines_has_the_permission_behind_them() -> None:
    def in_lines(heard: Heard) -> None:
        heard.exchange.head_as(200, [("content-length", "0")], "length")
        heard.exchange.end()

    _, headers = asked(["null"], {"Origin": "null"}, responder=Echo(in_lines))
    assert ["content-length", "Access-Control-Allow-Origin"] == list(headers)[:2]


def test_the_emulator_refuses_a_page_that_nobody_named() -> None:
    status, headers = asked([], {"Origin": "null", **WISH}, "OPTIONS", emulator({}))
    assert (404, set()) == (status, said(headers))


@pytest.mark.parametrize("given", ["null", "*", "http://127.0.0.1:8000", "https://Docs.Example", "http://[::1]:80"])
def test_an_origin_is_taken_as_browsers_spell_it(given: str) -> None:
    assert given.lower() == origin_of(given)


@pytest.mark.parametrize("given", ["", "localhost", "http://", "http://a/", "http://a/b", "http://u@a", "http://[::1 "])
def test_what_is_no_origin_is_told(given: str) -> None:
    with pytest.raises(SpecmillError, match="an origin is a scheme with a host"):
        origin_of(given)
