"""Bodies as bytes, cut anywhere."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.serve.body import Body, Chunked, Sized, body_of


def read(body: Body, *pieces: bytes) -> tuple[bytes, bytes]:
    """What the pieces say, and what was left in the inbox."""
    inbox, content = bytearray(), b""
    for piece in pieces:
        inbox += piece
        content += body.take(inbox)
    return content, bytes(inbox)


def byte_by_byte(text: bytes) -> list[bytes]:
    return [text[place : place + 1] for place in range(len(text))]


GOOD = {
    "nothing": (b"0\r\n\r\n", b""),
    "two chunks": (b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", b"hello world"),
    "sizes with zeros ahead": (b"0005\r\nhello\r\n000\r\n\r\n", b"hello"),
    "hex of both cases": (b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", b"01234567890123456789"),
    "line ends inside": (b"4\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n"),
    "extensions": (b'5 ; a="b;c"\r\nhello\r\n0;last\r\n\r\n', b"hello"),
    "trailers": (b"2\r\nhi\r\n0\r\nA: b\r\nC: d\r\n\r\n", b"hi"),
}
BAD = {
    "no size": (b"\r\nhello", b""),
    "no hex": (b"5\r\nhello\r\ng\r\n", b"hello"),
    "a sign": (b"+5\r\nhello", b""),
    "a prefix": (b"0x5\r\nhello", b""),
    "a space ahead": (b" 5\r\nhello", b""),
    "a space behind": (b"5 \r\nhello", b""),
    "a size of sixteen digits": (b"0000000000000005\r\nhello", b""),
    "a bare line feed behind a size": (b"5\nhello\r\n0\r\n\r\n", b""),
    "a bare line feed behind a chunk": (b"5\r\nhello\n0\r\n\r\n", b"hello"),
    "a bare carriage return in an extension": (b"5;a\rb\r\nhello", b""),
    "NUL in an extension": (b"5;\0\r\nhello", b""),
    "a chunk longer than its size": (b"4\r\nhello\r\n0\r\n\r\n", b"hell"),
    "an endless size": (b"5\r\nhello\r\n" + b"0" * 5000, b"hello"),
    "an endless extension": (b"5;" + b"a" * 5000, b""),
    "endless trailers": (b"2\r\nhi\r\n0\r\n" + b"A: b\r\n" * 5000, b"hi"),
    "an endless trailer": (b"2\r\nhi\r\n0\r\nA: " + b"b" * 5000, b"hi"),
    "a trailer with a bare line feed": (b"2\r\nhi\r\n0\r\nA: b\n\r\n\r\n", b"hi"),
}


@pytest.mark.parametrize(("text", "content"), GOOD.values(), ids=GOOD)
def test_chunks_say_the_same_however_they_are_cut_and_whatever_follows(text: bytes, content: bytes) -> None:
    for pieces in ([text], byte_by_byte(text), *([text[:cut], text[cut:]] for cut in range(len(text)))):
        body = Chunked()
        assert (content, b"") == read(body, *pieces)
        assert body.done
    assert (content, b"GET /next") == read(Chunked(), text + b"GET /next")


@pytest.mark.parametrize(("text", "content"), BAD.values(), ids=BAD)
def test_a_broken_body_gives_what_came_ahead_however_it_is_cut(text: bytes, content: bytes) -> None:
    for pieces in ([text], byte_by_byte(text), *([text[:cut], text[cut:]] for cut in range(min(len(text), 200)))):
        body = Chunked()
        assert content == read(body, *pieces)[0]
        assert body.broken
        assert not body.done


def test_an_unfinished_body_is_neither_done_nor_broken() -> None:
    text = GOOD["trailers"][0]
    for cut in range(len(text)):
        body = Chunked()
        read(body, text[:cut])
        assert (False, "") == (body.done, body.broken)


@given(chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=8), cuts=st.lists(st.integers(0, 400), max_size=6))
def test_any_chunks_cut_anywhere_are_what_was_said(chunks: list[bytes], cuts: list[int]) -> None:
    text = b"".join(b"%X\r\n%b\r\n" % (len(one), one) for one in chunks) + b"0\r\n\r\n"
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    body = body_of(None)
    content, left = read(body, *(text[a:b] for a, b in itertools.pairwise(places)))
    assert (b"".join(chunks), b"", True) == (content, left, body.done)


def test_a_body_of_a_known_length_ends_there() -> None:
    body = Sized(5)
    assert (b"hello", b" world") == read(body, b"hel", b"lo world")
    assert body.done
    assert (b"", b"x") == read(body_of(0), b"x")
