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
from collections.abc import Callable, Mapping
from email.utils import formatdate
from enum import Enum
from http import HTTPStatus
from typing import Any, Literal, Protocol

from specmill.serve.head import Request

Framing = Literal["chunked", "length", "close"]
BODILESS = frozenset((204, 304))


class Lost(Enum):
    """Why the rest of a request's body does not come."""

    HALF_CLOSED = "the client ended its side inside of the body; it can still be answered"
    BAD_FRAMING = "the framing of the body is broken; it can still be answered"
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
        self._line = line
        self._framing: Framing = "chunked"

    # --- answering

    def answer(self, status: int, fields: Mapping[str, str], body: bytes = b"") -> None:
        """A whole answer of a known length."""
        length = {} if status in BODILESS else {"Content-Length": str(len(body))}
        self.head(status, {**fields, **length}, "length")
        self.raw(b"" if self.request.method == "HEAD" or status in BODILESS else body)
        self.end()

    def answer_json(self, status: int, value: Any, fields: Mapping[str, str] | None = None) -> None:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        self.answer(status, {"Content-Type": "application/json", **(fields or {})}, body)

    def head(self, status: int, fields: Mapping[str, str], framing: Framing = "chunked") -> None:
        """The head of an answer. One that is ended by close ends the connection."""
        self._framing = framing
        self.begun = True
        if framing == "close":
            self.keeps = False
        added = {"Date": formatdate(usegmt=True)}
        if framing == "chunked":
            added["Transfer-Encoding"] = "chunked"
        if not self.keeps:
            added["Connection"] = "close"
        lines = [f"HTTP/1.1 {status} {reason(status)}"]
        lines += [f"{name}: {value}" for name, value in ({**added, **fields}).items()]
        self.raw("\r\n".join([*lines, "", ""]).encode("latin-1"))

    def send(self, content: bytes) -> None:
        """Content of the answer; in a chunk of its own if the answer is chunked."""
        if content:
            self.raw(b"%X\r\n%b\r\n" % (len(content), content) if self._framing == "chunked" else content)

    def raw(self, data: bytes) -> None:
        """Bytes as they are."""
        if data and not self.over:
            self._line.write(data)

    def end(self) -> None:
        """The answer is complete. If the body of the request is not, the connection ends too."""
        if self.over:
            return
        if self._framing == "chunked":
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


def reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
