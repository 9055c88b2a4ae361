"""One request and its answer, as a responder sees them. No socket, no thread and no clock of its own.

A responder is told of a request by ``begin`` and gives a listener, which is told of the body as it comes. Whoever has
the exchange may answer at any time: ahead of the body, while it comes, or long after, from ``later``. All of it
happens in one thread, and nothing of it blocks.

    class Echo:                                  # a responder, and a listener
        def begin(self, exchange):
            exchange.head(200, {"Content-Type": "text/plain"})
            return Lines(exchange)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from email.utils import formatdate
from enum import Enum
from functools import lru_cache
from http import HTTPStatus
from time import time
from typing import Any, Literal, Protocol

from specmill.serve.head import Request

Framing = Literal["chunked", "length", "close"]
BODILESS = frozenset((204, 304))
FOREVER = float("inf")
END_OF_LINE = re.compile(r"[\r\n\0]")


class Lost(Enum):
    """Why the rest of a request's body does not come."""

    HALF_CLOSED = "the client ended its side inside of the body; it can still be answered"
    BAD_FRAMING = "the framing of the body is broken; it can still be answered"
    SILENT = "nothing came for too long; it can still be answered"
    GONE = "the connection is gone"


class Ending(Enum):
    """How a connection ends before its time, behind everything that was sent."""

    CLOSE = "FIN, and what the client still sends is read for a while, so that it can read what was said"
    CUT = "FIN as if a cable were cut: over TLS without its farewell"
    RESET = "RST"


class Listener(Protocol):
    """What is told of one exchange after its head."""

    def received(self, content: bytes) -> None:
        """A piece of the body, cut anywhere, never empty."""

    def ended(self) -> None:
        """The body is complete."""

    def lost(self, why: Lost, told: str) -> None:
        """The body will not be complete, or the client is gone while it was answered."""

    def drained(self) -> None:
        """The client has taken everything, after there was too much."""


class Deaf:
    """Of an exchange that has been answered."""

    def received(self, content: bytes) -> None:
        pass

    def ended(self) -> None:
        pass

    def lost(self, why: Lost, told: str) -> None:
        pass

    def drained(self) -> None:
        pass


class Responder(Protocol):
    def begin(self, exchange: Exchange) -> Listener: ...


class Line(Protocol):
    """What an exchange needs of its connection."""

    def write(self, data: bytes) -> None: ...

    def later(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]: ...

    def answered(self) -> None: ...

    def finish(self, how: Ending) -> None: ...

    def hold(self, still: bool) -> None: ...

    @property
    def unsent(self) -> int: ...

    def now(self) -> float: ...


class Exchange:
    """``request`` and what may be said to it. Once it is over or lost, whatever is said is thrown away."""

    def __init__(self, request: Request, line: Line, whole: bool) -> None:
        self.request = request
        self.whole = whole  # whether the body had come with the head
        self.begun = False  # whether the head of the answer is out
        self.over = False
        self.keeps = request.keeps_alive
        """Whether the connection may go on to another request. A head that was sent has said so."""
        self.patience = FOREVER
        """Seconds of silence inside of the body, or of an answer that nobody reads, until it is lost."""
        self.added: Mapping[str, str] = {}
        """What every answer says beside what its responder does."""
        self._line = line
        self._framing: Framing = "chunked"
        self._bodiless = False

    # --- answering

    def answer(self, status: int, fields: Mapping[str, str], body: bytes = b"") -> None:
        """A whole answer of a known length."""
        length = {} if status in BODILESS else {"Content-Length": str(len(body))}
        self.head(status, {**fields, **length}, "length")
        self.send(body)
        self.end()

    def answer_json(self, status: int, value: Any, fields: Mapping[str, str] | None = None) -> None:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self.answer(status, {"Content-Type": "application/json", **(fields or {})}, body)

    def head(self, status: int, fields: Mapping[str, str], framing: Framing = "chunked") -> None:
        """The head of an answer. One that is ended by close ends the connection, and HTTP/1.0 knows no chunks."""
        if framing == "chunked" and self.request.minor == 0:
            framing = "close"
        keeps = self.keeps and framing != "close"
        told = joined(fields, self.added) if self.added else tuple(fields.items())
        data = _head(status, told, framing, _connection(keeps, self.request.minor), int(time()))
        self.keeps, self._framing, self.begun = keeps, framing, True
        self._bodiless = self.request.method == "HEAD" or status in BODILESS
        self.raw(data)

    def head_as(self, status: int, fields: Sequence[tuple[str, str]], framing: Framing) -> None:
        """A head in these very lines, among them what its framing needs. One that says close ends the connection."""
        told = (*fields, *self.added.items())
        lines = [f"HTTP/1.1 {status} {reason(status)}", *(f"{name}: {value}" for name, value in told)]
        closes = any(name.lower() == "connection" and "close" in value.lower() for name, value in fields)
        self.keeps = self.keeps and framing != "close" and not closes
        self._framing, self.begun = framing, True
        self._bodiless = self.request.method == "HEAD" or status in BODILESS
        self.raw("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def send(self, content: bytes) -> None:
        """Content of the answer; in a chunk of its own if the answer is chunked."""
        if content and not self._bodiless:
            self.raw(b"%X\r\n%b\r\n" % (len(content), content) if self._framing == "chunked" else content)

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        if data and not self.over:
            self._line.write(data)

    def end(self) -> None:
        """The answer is complete. If the body of the request is not, the connection ends too."""
        if self.over:
            return
        if self._framing == "chunked" and not self._bodiless:
            self.raw(b"0\r\n\r\n")
        self.over = True
        self._line.answered()

    def finish(self, how: Ending) -> None:
        """Ends the connection, whatever was or was not said."""
        if not self.over:
            self.over = True
            self._line.finish(how)

    # --- the connection

    def later(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        """Calls then, unless what is returned is called first, or the exchange is over."""
        return self._line.later(seconds, lambda: None if self.over else call())

    def hold(self, still: bool = True) -> None:
        """No more is read from the client until it is called with False."""
        self._line.hold(still)

    @property
    def unsent(self) -> int:
        """How many bytes of the answer the client has not taken."""
        return self._line.unsent

    def now(self) -> float:
        """Seconds on a clock that only goes forward."""
        return self._line.now()


def joined(fields: Mapping[str, str], added: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Both, with one field for each name: what both say of it is a list."""
    both = {name: f"{value}, {added[name]}" if name in added else value for name, value in fields.items()}
    return tuple({**added, **both}.items())


@lru_cache(maxsize=64)
def _head(status: int, fields: tuple[tuple[str, str], ...], framing: Framing, connection: str, second: int) -> bytes:
    """As bytes; within one second most answers have the same."""
    added = {"Date": formatdate(second, usegmt=True)}
    if framing == "chunked" and status not in BODILESS:
        added["Transfer-Encoding"] = "chunked"
    if connection:
        added["Connection"] = connection
    lines = [f"HTTP/1.1 {status} {reason(status)}"]
    lines += [f"{name}: {value}" for name, value in {**added, **dict(fields)}.items()]
    if END_OF_LINE.search("".join(lines)):
        raise ValueError("a field of an answer has more than one line")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _connection(keeps: bool, minor: int) -> str:
    """What has to be said of it."""
    if not keeps:
        return "close"
    return "" if minor else "keep-alive"


def reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
