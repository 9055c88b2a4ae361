"""Answers are read the same however they are cut, and what is wrong with them is noted, not raised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from specmill.contract.answers import LONGEST_LINE, Reader

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@dataclass(frozen=True)
class Example:
    name: str
    came: bytes
    content: bytes = b""
    faults: tuple[str, ...] = ()
    complete: bool = True
    method: str = "POST"
    behind: bytes = b""


EXAMPLES = (
    Example("a length", HEAD + b"Content-Length: 3\r\n\r\nabc", b"abc"),
    Example("no content", HEAD + b"Content-Length: 0\r\n\r\n"),
    Example("chunks", CHUNKED + b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", b"abcd"),
    Example("an extension", CHUNKED + b'3;a="b c"\r\nabc\r\n0;x\r\n\r\n', b"abc"),
    Example("capitals and zeros in a size", CHUNKED + b"00A\r\n0123456789\r\n000\r\n\r\n", b"0123456789"),
    Example("trailers", CHUNKED + b"0\r\nA: b\r\n\r\n"),
    Example("the end of the connection", HEAD + b"\r\nabc", b"abc"),
    Example("an interim answer", b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + HEAD + b"Content-Length: 1\r\n\r\na", b"a"),
    Example("no reason", b"HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"),
    Example("HEAD", HEAD + b"Content-Length: 3\r\n\r\n", method="HEAD"),
    Example("204", b"HTTP/1.1 204 No Content\r\n\r\n"),
    Example("304", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n"),
    Example(
        "another answer behind it",
        HEAD + b"Content-Length: 1\r\n\r\naHTTP/1.1 201",
        b"a",
        ("bytes behind the end of the answer: b'HTTP/1.1 201'",),
        behind=b"HTTP/1.1 201",
    ),
    Example(
        "a body for HEAD",
        HEAD + b"Content-Length: 3\r\n\r\nabc",
        faults=("a body where none may be: b'abc'",),
        method="HEAD",
        behind=b"abc",
    ),
    Example(
        "a body for 204",
        b"HTTP/1.1 204 No Content\r\n\r\nab",
        faults=("a body where none may be: b'ab'",),
        behind=b"ab",
    ),
    Example(
        "204 with a length",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        faults=("204 has a Content-Length or a Transfer-Encoding",),
    ),
    Example(
        "two lengths of two kinds",
        HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        b"a",
        ("both a Content-Length and a Transfer-Encoding",),
    ),
    Example(
        "two lengths that differ",
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na",
        b"a",
        ("more than one Content-Length: 1, 2",),
    ),
    Example("a length that is none", HEAD + b"Content-Length: +1\r\n\r\na", b"a", ("this is no Content-Length: '+1'",)),
    Example(
        "an unknown coding",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\na",
        b"a",
        ("nobody asked for the Transfer-Encoding 'gzip'",),
    ),
    Example(
        "chunks in HTTP/1.0",
        CHUNKED.replace(b"1.1", b"1.0") + b"0\r\n\r\n",
        faults=("HTTP/1.0 has no Transfer-Encoding",),
    ),
    Example(
        "no type",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
        b"a",
    ),
    Example(
        "two types",
        HEAD + b"Content-Type: c/d\r\nContent-Length: 1\r\n\r\na",
        b"a",
        ("more than one Content-Type",),
    ),
    Example(
        "a bare line feed",
        b"HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
        faults=("the status line: a line ends with a bare line feed",),
    ),
    Example(
        "a bare line feed behind a size",
        CHUNKED + b"1\na\r\n0\r\n\r\n",
        b"a",
        ("the size of a chunk: a line ends with a bare line feed",),
    ),
    Example(
        "a status alone",
        b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n",
        faults=("the status line lacks the space behind the status",),
    ),
    Example(
        "a field folded",
        HEAD + b"A: b\r\n c\r\nContent-Length: 0\r\n\r\n",
        faults=("a field of the head is folded over two lines",),
    ),
    Example("no field", HEAD + b"A b\r\nContent-Length: 0\r\n\r\n", faults=("this is no header field: 'A b'",)),
    Example(
        "a space before the colon",
        HEAD + b"A : b\r\nContent-Length: 0\r\n\r\n",
        faults=("this is no header field: 'A : b'",),
    ),
    Example("no HTTP", b"SSH-2.0\r\n", faults=("this is no status line of HTTP/1.1: 'SSH-2.0'",), complete=False),
    Example(
        "HTTP/2",
        b"HTTP/2.0 200 OK\r\n",
        faults=("this is no status line of HTTP/1.1: 'HTTP/2.0 200 OK'",),
        complete=False,
    ),
    Example("no size", CHUNKED + b"xy\r\n", faults=("this is no size of a chunk: 'xy'",), complete=False),
    Example("an empty size", CHUNKED + b"\r\n", faults=("this is no size of a chunk: ''",), complete=False),
    Example("nothing", b"", faults=("the connection ended without an answer",), complete=False),
    Example(
        "an end in the head", HEAD, faults=("the connection ended in place of the fields of the head",), complete=False
    ),
    Example(
        "an end in a body of known length",
        HEAD + b"Content-Length: 3\r\n\r\nab",
        b"ab",
        ("the connection ended in place of a body of known length",),
        complete=False,
    ),
    Example(
        "an end in a chunk",
        CHUNKED + b"3\r\nab",
        b"ab",
        ("the connection ended in place of a chunk",),
        complete=False,
    ),
    Example(
        "no last chunk",
        CHUNKED + b"1\r\na\r\n",
        b"a",
        ("the connection ended in place of the size of a chunk",),
        complete=False,
    ),
    Example(
        "an end in the trailers",
        CHUNKED + b"0\r\n",
        faults=("the connection ended in place of the trailers",),
        complete=False,
    ),
)


def cuts(came: bytes) -> Iterator[list[bytes]]:
    """Whole, byte by byte, and in two at every place."""
    yield [came]
    yield [came[place : place + 1] for place in range(len(came))]
    for place in range(1, len(came)):
        yield [came[:place], came[place:]]


def read(pieces: list[bytes], method: str) -> tuple[Reader, bytes]:
    reader = Reader(method)
    content = b"".join([reader.feed(piece) for piece in pieces])
    reader.end()
    reader.expect_nothing_behind()
    return reader, content


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_answer_is_read_the_same_however_it_is_cut(example: Example) -> None:
    for pieces in cuts(example.came):
        reader, content = read(pieces, example.method)
        assert (example.content, list(example.faults)) == (content, reader.faults), pieces
        assert (example.complete, example.behind) == (reader.complete, reader.behind), pieces


def test_a_chunk_that_is_longer_than_its_size_ends_the_reading() -> None:
    reader, content = read([CHUNKED + b"2\r\nabc\r\n0\r\n\r\n"], "POST")
    assert (b"ab", False) == (content, reader.complete)
    assert ["a chunk is longer than its size says: b'c\\r\\n0\\r\\n\\r\\n'"] == reader.faults


def test_a_line_without_end_is_not_waited_for() -> None:
    reader, _ = read([b"HTTP/1.1 200 OK\r\nA: ", b"x" * (LONGEST_LINE + 1)], "POST")
    assert [f"the fields of the head is longer than {LONGEST_LINE} bytes"] == reader.faults


def test_the_answer_behind_is_read_next() -> None:
    reader, _ = read([HEAD + b"Content-Length: 1\r\n\r\na" + CHUNKED + b"0\r\n\r\n"], "POST")
    following = reader.next()
    assert (True, b"") == (following.complete, reader.behind)


def test_what_the_head_says_is_kept_as_it_came() -> None:
    reader, _ = read([b"HTTP/1.1 299 So so\r\nA: 1\r\nb:  2 \r\na: 3\r\nContent-Length: 0\r\n\r\n"], "GET")
    assert reader.head is not None
    assert (299, "So so", 1) == (reader.head.status, reader.head.reason, reader.head.minor)
    assert (("A", "1"), ("b", "2"), ("a", "3")) == reader.head.fields[:3]
    assert (("1", "3"), "2", None) == (reader.head.all("a"), reader.head.field("b"), reader.head.field("c"))
