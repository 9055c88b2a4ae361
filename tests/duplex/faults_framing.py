"""Framing at the edge of what HTTP allows, and beyond; answers that are no JSON or no answers at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.duplex import wire
from tests.duplex.conversation import Conversation
from tests.duplex.expected import AFTER, Expected, Fault, exactly
from tests.duplex.faults_end import begun, stored_silently
from tests.duplex.reports import DELIMITER, accepted, written

# What HTTP allows


@dataclass(frozen=True, slots=True)
class Framed:
    """An honest answer whose chunks are written in another way."""

    size_line: Callable[[int], bytes]
    end: bytes = wire.LAST_CHUNK

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        while (record := talk.record()) is not None:
            for piece in (report(talk, record), DELIMITER):
                talk.raw(self.size_line(len(piece)) + b"\r\n" + piece + b"\r\n")
        talk.raw(self.end)
        talk.flush()
        talk.linger()


def report(talk: Conversation, record: Any) -> bytes:
    return written(accepted(record, talk.store(record), *talk.place))


FRAMINGS: dict[str, Framed] = {
    "sizes in lower case": Framed(lambda size: b"%x" % size),
    "sizes in upper case": Framed(lambda size: b"%X" % size),
    "leading zeros in sizes": Framed(lambda size: b"%016x" % size, end=b"0000000000000000\r\n\r\n"),
    "extensions of chunks": Framed(lambda size: b"%X;a=b;c" % size, end=b"0;last\r\n\r\n"),
    "blanks in extensions of chunks": Framed(lambda size: b"%X; a = b" % size, end=b"0; last\r\n\r\n"),
    "quoted extensions of chunks": Framed(lambda size: b'%X;a="}{; 5"' % size),
    "blanks behind sizes": Framed(lambda size: b"%X \t" % size),
    "trailers": Framed(lambda size: b"%X" % size, end=b"0\r\nX-Sum: 1\r\nX-More: }{\r\n\r\n"),
    "trailers of 10 kB": Framed(lambda size: b"%X" % size, end=b"0\r\nX: " + b"x" * 10_000 + b"\r\n\r\n"),
}


def close_delimited(talk: Conversation) -> None:
    talk.read_head()
    talk.head(framing="close")
    while (record := talk.record()) is not None:
        talk.report(record)
    talk.end()
    talk.linger()


def close_delimited_and_cut(talk: Conversation) -> None:
    """A cut that looks like an end: only the count tells."""
    talk.read_head()
    talk.head(framing="close")
    for record in talk.records(AFTER):
        talk.report(record)
    stored_silently(talk)
    talk.half_close()
    talk.linger()


def of_known_length(talk: Conversation) -> None:
    talk.read_head()
    text = b"".join(report(talk, record) + DELIMITER for record in talk.records())
    talk.head(framing=len(text))
    talk.raw(text)
    talk.end()
    talk.linger()


def shorter_than_announced(talk: Conversation) -> None:
    talk.read_head()
    text = b"".join(report(talk, record) + DELIMITER for record in talk.records())
    talk.head(framing=len(text) + 1)
    talk.raw(text)
    talk.half_close()
    talk.linger()


@dataclass(frozen=True, slots=True)
class Heralded:
    """Something ahead of the head; all else is honest."""

    words: bytes

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        talk.raw(self.words)
        talk.flush()
        talk.head()
        while (record := talk.record()) is not None:
            talk.report(record)
        talk.end()
        talk.linger()


HERALDS = {
    "100 ahead of the head": b"HTTP/1.1 100 Continue\r\n\r\n",
    "102 and 103 ahead of the head": b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
    "many 100 ahead of the head": b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
}


@dataclass(frozen=True, slots=True)
class HeadOf:
    """A head of about so many bytes, in one header or in many."""

    size: int
    lines: int

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        filler = {f"X-Filler-{number}": "x" * (self.size // self.lines) for number in range(self.lines)}
        talk.raw(wire.answer_head(200, {**filler, **wire.CHUNKED}))
        while (record := talk.record()) is not None:
            talk.report(record)
        talk.end()
        talk.linger()


def second_answer(talk: Conversation) -> None:
    """Nobody asked for the second: it belongs to no record and to no later request."""
    talk.read_head()
    talk.head()
    while (record := talk.record()) is not None:
        talk.report(record)
    talk.raw(wire.LAST_CHUNK)
    talk.head()
    talk.chunk(b'{"error_code":200,"offset":-7}\r\n')
    talk.end()
    talk.linger()


# What HTTP does not allow


def endless_head(talk: Conversation) -> None:
    talk.read_head()
    talk.raw(b"HTTP/1.1 200 OK\r\n")
    for number in count():
        talk.raw(b"X-%d: %b\r\n" % (number, b"x" * 1000))


def endless_size_line(talk: Conversation) -> None:
    begun(talk)
    while True:
        talk.raw(b"5;" + b"x" * 1000)


def endless_trailers(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    talk.raw(b"0\r\n")
    for number in count():
        talk.raw(b"X-%d: %b\r\n" % (number, b"x" * 1000))


def endless_report(talk: Conversation) -> None:
    begun(talk)
    talk.chunk(b'{"error_code":200,"note":"')
    while True:
        talk.chunk(b"x" * 100_000)


def surplus_report(talk: Conversation) -> None:
    """One more at the end, when certainly nothing is in flight any more."""
    talk.read_head()
    talk.head()
    records = talk.records()
    for record in records:
        talk.report(record)
    talk.report(accepted(records[-1], 2**40))
    talk.end()
    talk.linger()


@dataclass(frozen=True, slots=True)
class BadBytes:
    """Good reports, then bytes that break the framing, then nothing more."""

    bytes: bytes

    def __call__(self, talk: Conversation) -> None:
        begun(talk)
        stored_silently(talk)
        talk.raw(self.bytes)
        talk.flush()
        talk.linger()


@dataclass(frozen=True, slots=True)
class BadContent:
    """Good reports, then well framed content that is no report, then a proper end."""

    content: bytes

    def __call__(self, talk: Conversation) -> None:
        begun(talk)
        stored_silently(talk)
        talk.chunk(self.content)
        talk.end()
        talk.linger()


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The first thing that comes back is no head of an answer to a stream."""

    words: bytes

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        stored_silently(talk)
        talk.raw(self.words)
        talk.half_close()
        talk.linger()


BAD_FRAMING = {
    "a size that is no number": b"xyz\r\n{}\r\n",
    "a negative size": b"-5\r\n{}\r\n",
    "a signed size": b"+2\r\n{}\r\n",
    "a size with a prefix": b"0x2\r\n{}\r\n",
    "a size with an underscore": b"0_2\r\n{}\r\n",
    "a size in other digits": "٢\r\n{}\r\n".encode(),
    "a size beyond 64 bits": b"F" * 17 + b"\r\n{}\r\n",
    "no size": b"\r\n{}\r\n",
    "no end of a chunk": b"2\r\n  2\r\n  \r\n",
    "more in a chunk than its size": b"2\r\n    \r\n",
    "garbage for a last chunk": b"0\r\nno trailer\r\n\r\n",
}

BAD_CONTENT = {
    "no JSON": b'{"error_code":200,}\r\n',
    "JSON without its end": b'{"error_code":200,"note":"\r\n',
    "a report that the last chunk cuts": b'{"error_code":200,"cluster_id":"clu',
    "words between reports": b"and now\r\n",
    "HTML": b"<html><body>Sign in</body></html>\r\n",
    "an array": b'[{"error_code":200}]\r\n',
    "a number": b"200\r\n",
    "null": b"null\r\n",
    "a raw control character": b'{"error_code":200,"note":"\x00"}\r\n',
    "a surplus brace": b"}\r\n",
    "a comma between reports": b",\r\n",
    "too deep": b'{"error_code":200,"note":' + b"[" * 100_000 + b"\r\n",
}

NO_ANSWERS = {
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a status that is no number": b"HTTP/1.1 OK 200\r\n\r\n",
    "a protocol to switch to": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18,
    "a header without colon": b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length that is no number": b"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
    "a coding that nobody asked for": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "gzip in spite of identity": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
}


def faults() -> Iterator[Fault]:
    for name, behaviour in FRAMINGS.items():
        yield Fault(name, behaviour, exactly("clean"))
    yield Fault("an answer that ends by close", close_delimited, exactly("clean"))
    yield Fault("an answer that ends by close, cut", close_delimited_and_cut, exactly("early", AFTER))
    yield Fault("an answer with a length", of_known_length, exactly("clean"))
    yield Fault("an answer shorter than its length", shorter_than_announced, exactly("broken"))
    for name, words in HERALDS.items():
        yield Fault(name, Heralded(words), exactly("clean"))
    yield Fault("a head of 48 kB in many headers", HeadOf(48_000, 40), exactly("clean"))
    yield Fault("a head of 100 kB in one header", HeadOf(100_000, 1), exactly("clean"))
    yield Fault("a head of 100 kB in many headers", HeadOf(100_000, 50), exactly("clean"))
    yield Fault("a second answer after the first", second_answer, exactly("clean"))
    yield Fault("a head without end", endless_head, exactly("protocol", 0, ()))
    yield Fault("a size line without end", endless_size_line, exactly("protocol", AFTER))
    yield Fault("trailers without end", endless_trailers, exactly("protocol", AFTER))
    yield Fault("a report without end", endless_report, exactly("protocol", AFTER))
    yield Fault("more reports than records", surplus_report, exactly("protocol"))
    for name, bad in BAD_FRAMING.items():
        yield Fault(f"bad framing: {name}", BadBytes(bad), exactly("protocol", AFTER))
    for name, bad in BAD_CONTENT.items():
        yield Fault(f"in place of a report: {name}", BadContent(bad), exactly("protocol", AFTER))
    for name, words in NO_ANSWERS.items():
        yield Fault(f"in place of a head: {name}", NoAnswer(words), Expected("protocol", 0, 0, codes=()))
