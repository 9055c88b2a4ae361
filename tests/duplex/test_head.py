"""Heads: what is written holds the request and nothing else; what comes is read through every door."""

from __future__ import annotations

import pytest

from runtime._duplex.framing import Malformed
from runtime._duplex.head import LONGEST_HEAD, HeadReader, written
from runtime._facts import Request
from runtime.errors import InvalidArgument
from tests.duplex.doors import doors

GOOD: list[tuple[bytes, int, dict[str, str]]] = [
    (b"HTTP/1.1 200 OK\r\n\r\n", 200, {}),
    (b"HTTP/1.1 200\r\nA: b\r\n\r\n", 200, {"a": "b"}),
    (b"HTTP/1.0 404 Not Found\r\nX-Empty:\r\nB:  spaced out \t\r\n\r\n", 404, {"x-empty": "", "b": "spaced out"}),
    (b"HTTP/1.1 200 OK\nA: b\n\n", 200, {"a": "b"}),
    (b"HTTP/1.1 200 OK\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n", 200, {"set-cookie": "a, b"}),
    (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
        200,
        {"a": "b"},
    ),
    (b"HTTP/1.1 200 OK\r\nName: J\xf6rg\r\n\r\n", 200, {"name": "Jörg"}),
]
BAD = [
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"HTTP/2 200\r\n\r\n",
    b"HTTP/1.1 20 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nna me: x\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nA: b\r\n folded: yes\r\n\r\n",
    b"\x15\x03\x01\x00\x02\x02\x50",
    b"HTTP/1.1 200 OK\r\nA: " + b"x" * LONGEST_HEAD + b"x",
]


def read(pieces: list[bytes]) -> tuple[int, dict[str, str], bytes]:
    reader, found, rest = HeadReader(), None, b""
    for piece in pieces:
        if found is None:
            found = reader.feed(piece)
        else:
            rest += piece
    assert found is not None
    return found[0].status, dict(found[0].headers), found[1] + rest


@pytest.mark.parametrize(("wire", "status", "headers"), GOOD)
@pytest.mark.parametrize("trailing", [b"", b"3\r\nabc\r\n", b"\r\n\r\n"])
def test_a_head_is_read_through_every_door(wire: bytes, status: int, headers: dict[str, str], trailing: bytes) -> None:
    for pieces in doors(wire + trailing):
        assert (status, headers, trailing) == read(pieces)


@pytest.mark.parametrize("wire", BAD)
def test_what_is_no_head_is_malformed(wire: bytes) -> None:
    for size in (len(wire), 7, 4096):
        with pytest.raises(Malformed):
            reader = HeadReader()
            for at in range(0, len(wire), size):
                reader.feed(wire[at : at + size])


def test_a_head_larger_than_64_kib_is_read() -> None:
    wire = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %b\r\n" % (n, b"v" * 1000) for n in range(200)) + b"\r\n"
    status, headers, _ = read([wire[at : at + 1000] for at in range(0, len(wire), 1000)])
    assert (200, 200) == (status, len(headers))


def test_a_request_says_that_its_body_comes_in_chunks_and_its_answer_is_read_at_once() -> None:
    request = Request(
        "POST",
        "https://user@example.com:8443/a%20b?x=1&y=2#z",
        {
            "Content-Type": "application/json",
            "Accept-Encoding": "gzip",
            "Expect": "100-continue",
            "Content-Length": "5",
        },
    )
    lines = written(request).decode().split("\r\n")
    assert "POST /a%20b?x=1&y=2 HTTP/1.1" == lines[0]
    assert {
        "host: example.com:8443",
        "accept-encoding: identity",
        "transfer-encoding: chunked",
        "Content-Type: application/json",
        "",
    } == set(lines[1:])


@pytest.mark.parametrize("odd", ["\r\nInjected: yes", "\nInjected: yes", "\0", "\x7f", "\ud800"], ids=repr)
def test_a_header_that_is_none_is_refused_without_its_value(odd: str) -> None:
    for headers in ({"authorization": f"secret{odd}"}, {f"x{odd}": "secret"}):
        with pytest.raises(InvalidArgument) as caught:
            written(Request("POST", "http://a/b", headers))
        assert "secret" not in repr(caught.value)
        assert caught.value.__cause__ is None


def test_a_header_may_be_in_any_script() -> None:
    head = written(Request("POST", "http://a/b", {"x-team": "\u0141\xf3d\u017a"}))
    assert "x-team: \u0141\xf3d\u017a\r\n".encode() in head
