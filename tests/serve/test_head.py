"""Heads as bytes: each example whole, at each cut, and with bytes trailing."""

from __future__ import annotations

import pytest

from specmill.serve.head import Refused, Request, take_head

LONGEST = 300
HOST = b"Host: h\r\n"


def read(*pieces: bytes) -> tuple[Request | int | None, bytes]:
    """What comes of the pieces, a status for what is refused, and what was left in the inbox."""
    inbox = bytearray()
    for piece in pieces:
        inbox += piece
        try:
            request = take_head(inbox, LONGEST)
        except Refused as refused:
            return refused.status, bytes(inbox)
        if request is not None:
            return request, bytes(inbox)
    return None, bytes(inbox)


def byte_by_byte(text: bytes) -> list[bytes]:
    return [text[place : place + 1] for place in range(len(text))]


def head(*lines: bytes, first: bytes = b"POST /x HTTP/1.1", host: bytes = HOST) -> bytes:
    return first + b"\r\n" + host + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


GOOD: dict[str, tuple[bytes, int | None]] = {
    "nothing but a host": (head(), 0),
    "a length": (head(b"Content-Length: 12"), 12),
    "a length with zeros ahead": (head(b"Content-Length: 0012"), 12),
    "spaces around a value": (head(b"Content-Length: \t 12 \t"), 12),
    "chunks": (head(b"Transfer-Encoding: chunked"), None),
    "chunks in capitals": (head(b"TRANSFER-ENCODING: Chunked"), None),
    "blank lines ahead": (b"\r\n\r\n" + head(), 0),
    "HTTP/1.0 without a host": (head(first=b"GET / HTTP/1.0", host=b""), 0),
    "bytes above ASCII in a value": (head("X: é".encode()), 0),
    "an empty value": (head(b"X:"), 0),
}
BAD: dict[str, tuple[bytes, int]] = {
    "two lengths": (head(b"Content-Length: 5", b"Content-Length: 6"), 400),
    "the same length twice": (head(b"Content-Length: 5", b"Content-Length: 5"), 400),
    "a list of lengths": (head(b"Content-Length: 5, 5"), 400),
    "a length with a sign": (head(b"Content-Length: +5"), 400),
    "a negative length": (head(b"Content-Length: -5"), 400),
    "a length in hex": (head(b"Content-Length: 0x5"), 400),
    "a length with underscores": (head(b"Content-Length: 1_0"), 400),
    "a length in other digits": (head("Content-Length: \u0665".encode()), 400),
    "an empty length": (head(b"Content-Length:"), 400),
    "an endless length": (head(b"Content-Length: " + b"9" * 19), 400),
    "length and chunks": (head(b"Content-Length: 5", b"Transfer-Encoding: chunked"), 400),
    "chunks and length": (head(b"Transfer-Encoding: chunked", b"Content-Length: 5"), 400),
    "chunks in HTTP/1.0": (head(b"Transfer-Encoding: chunked", first=b"POST / HTTP/1.0"), 400),
    "chunks twice": (head(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), 501),
    "another coding": (head(b"Transfer-Encoding: gzip, chunked"), 501),
    "chunks that are not last": (head(b"Transfer-Encoding: chunked, identity"), 501),
    "a coding with a tab inside": (head(b"Transfer-Encoding: \x0bchunked"), 400),
    "a coding in quotes": (head(b'Transfer-Encoding: "chunked"'), 501),
    "an empty coding": (head(b"Transfer-Encoding:"), 501),
    "a space ahead of the colon": (head(b"Content-Length : 5"), 400),
    "a tab ahead of the colon": (head(b"Transfer-Encoding\t: chunked"), 400),
    "a folded line": (head(b"X: a", b" b"), 400),
    "a line folded by a tab": (head(b"X: a", b"\tTransfer-Encoding: chunked"), 400),
    "a field without a colon": (head(b"X"), 400),
    "a field without a name": (head(b": x"), 400),
    "a name with bytes above ASCII": (head("é: x".encode()), 400),
    "NUL in a value": (head(b"X: a\0b"), 400),
    "NUL in a name": (head(b"X\0: a"), 400),
    "a bare carriage return in a value": (head(b"X: a\rTransfer-Encoding: chunked"), 400),
    "a bare line feed in a value": (head(b"X: a\nTransfer-Encoding: chunked"), 400),
    "line feeds alone": (b"GET / HTTP/1.1\nHost: h\n\n", 400),
    "a bare line feed first": (b"\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400),
    "no host": (head(host=b""), 400),
    "two hosts": (head(b"Host: i"), 400),
    "a list of hosts": (head(host=b"Host: h, i\r\n"), 400),
    "two spaces": (head(first=b"GET  / HTTP/1.1"), 400),
    "a space behind": (head(first=b"GET / HTTP/1.1 "), 400),
    "a space in the target": (head(first=b"GET /a b HTTP/1.1"), 400),
    "a control in the target": (head(first=b"GET /\x01 HTTP/1.1"), 400),
    "no version": (head(first=b"GET /"), 400),
    "a version in small letters": (head(first=b"GET / http/1.1"), 400),
    "HTTP/1.2": (head(first=b"GET / HTTP/1.2"), 400),
    "HTTP/2 by prior knowledge": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "HTTP/0.9": (head(first=b"GET / HTTP/0.9"), 505),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "JSON": (b'{"value": 1}', 400),
    "five blank lines": (b"\r\n" * 5 + head(), 400),
    "a head that is too long": (head(b"X: " + b"x" * LONGEST), 431),
    "a line that has no end": (b"GET /" + b"x" * LONGEST, 431),
}


@pytest.mark.parametrize(("text", "length"), GOOD.values(), ids=GOOD)
def test_a_head_is_the_same_however_it_is_cut_and_whatever_follows(text: bytes, length: int | None) -> None:
    whole, left = read(text)
    assert isinstance(whole, Request)
    assert (length, b"") == (whole.length, left)
    assert (whole, b"") == read(*byte_by_byte(text))
    assert (whole, b"GET /next") == read(text + b"GET /next")
    for cut in range(len(text)):
        assert (whole, b"") == read(text[:cut], text[cut:])


@pytest.mark.parametrize(("text", "status"), BAD.values(), ids=BAD)
def test_what_two_servers_could_read_in_two_ways_is_refused_however_it_is_cut(text: bytes, status: int) -> None:
    assert status == read(text)[0]
    assert status == read(*byte_by_byte(text))[0]
    assert status == read(text + b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")[0]
    for cut in range(len(text)):
        assert status == read(text[:cut], text[cut:])[0]


def test_the_limit_counts_the_head_and_not_what_follows() -> None:
    room = LONGEST - len(head(b"X: ")) + 4  # the empty line at the end is not counted
    assert isinstance(read(head(b"X: " + b"x" * room) + b"y" * 10_000)[0], Request)
    assert 431 == read(head(b"X: " + b"x" * (room + 1)))[0]


@pytest.mark.parametrize(
    ("target", "path", "query", "segments"),
    [
        ("/a/b", "/a/b", "", ("a", "b")),
        ("/a%2Fb/c%20d?x=1&y=/?", "/a%2Fb/c%20d", "x=1&y=/?", ("a/b", "c d")),
        ("/", "/", "", ("",)),
        ("*", "*", "", ()),
        ("http://proxy.example:80/a?b", "/a", "b", ("a",)),
        ("http://proxy.example", "/", "", ("",)),
        ("//a", "//a", "", ("", "a")),
    ],
)
def test_a_target_has_a_path_and_a_query(target: str, path: str, query: str, segments: tuple[str, ...]) -> None:
    request = Request("GET", target, 1, ())
    assert (path, query, segments) == (request.path, request.query, request.segments)


@pytest.mark.parametrize(
    ("first", "connection", "keeps"),
    [
        (b"GET / HTTP/1.1", b"", True),
        (b"GET / HTTP/1.1", b"Connection: close", False),
        (b"GET / HTTP/1.1", b"Connection: Foo, CLOSE", False),
        (b"GET / HTTP/1.0", b"", False),
        (b"GET / HTTP/1.0", b"Connection: Keep-Alive", True),
    ],
)
def test_a_connection_goes_on_unless_it_is_said(first: bytes, connection: bytes, keeps: bool) -> None:
    request, _ = read(head(*filter(None, [connection]), first=first))
    assert isinstance(request, Request)
    assert keeps == request.keeps_alive
