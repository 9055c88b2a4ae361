"""One connection, as bytes: reads HTTP/1.1 requests and writes answers. It knows no document."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote

LINGER = 1.0  # seconds for a caller to read an answer that came before its request was complete
HEAD_END = b"\r\n\r\n"
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;.*)?\r\n")


class Malformed(Exception):
    """What came is no HTTP/1.1."""


class Gone(Exception):
    """The connection ended inside a request."""


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: Mapping[str, str]  # the names in lower case

    @property
    def segments(self) -> tuple[str, ...]:
        """The path, cut at its slashes and then unquoted."""
        path = self.target.partition("?")[0]
        return tuple(unquote(part) for part in path.split("/")[1:])

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def media_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def chunked(self) -> bool:
        return self.headers.get("transfer-encoding", "").lower() == "chunked"

    @property
    def length(self) -> int:
        return int(self.headers.get("content-length", "0"))

    @property
    def has_body(self) -> bool:
        return self.chunked or self.length > 0

    @property
    def last(self) -> bool:
        return self.headers.get("connection", "").lower() == "close"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def json_answer(status: int, value: object, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, {"Content-Type": "application/json"} | named, json.dumps(value).encode())


@dataclass
class Wire:
    """The socket with what was read too early, and the time until which the next byte is waited for."""

    sock: socket.socket
    idle: float
    until: float = 0.0
    ahead: bytearray = field(default_factory=bytearray)

    def renew(self) -> None:
        self.until = time.monotonic() + self.idle

    def request(self) -> Request | None:
        """The next head, or None when the caller has no more."""
        self.renew()
        while HEAD_END not in self.ahead:
            if not self._more():
                if self.ahead:
                    raise Gone
                return None
        head, _, rest = bytes(self.ahead).partition(HEAD_END)
        self.ahead[:] = rest
        return _parsed(head)

    def pieces(self, request: Request) -> Iterator[bytes]:
        """The body, cut where a chunk or what came at once ended."""
        if not request.chunked:
            yield from self._counted(request.length)
            return
        while size := self._chunk_size():
            yield from self._counted(size)
            self._line()
        while self._line() != b"\r\n":
            pass  # trailers, which say nothing here

    def send(self, data: bytes) -> None:
        self.sock.settimeout(self.idle)
        self.sock.sendall(data)

    def linger(self) -> None:
        """Says that nothing comes any more and waits for the caller to see it; a reset could overtake the answer."""
        self.sock.shutdown(socket.SHUT_WR)
        self.until = time.monotonic() + LINGER
        while self._more():
            self.ahead.clear()

    def _counted(self, size: int) -> Iterator[bytes]:
        while size:
            if not self.ahead:
                self._need()
            piece = bytes(self.ahead[:size])
            del self.ahead[:size]
            size -= len(piece)
            yield piece

    def _chunk_size(self) -> int:
        match = CHUNK_SIZE.fullmatch(self._line())
        if match is None:
            raise Malformed("a chunk without a size")
        return int(match[1], 16)

    def _line(self) -> bytes:
        while (end := self.ahead.find(b"\r\n")) < 0:
            self._need()
        line = bytes(self.ahead[: end + 2])
        del self.ahead[: end + 2]
        return line

    def _need(self) -> None:
        if not self._more():
            raise Gone

    def _more(self) -> bool:
        self.sock.settimeout(max(self.until - time.monotonic(), 0.001))
        data = self.sock.recv(65536)
        self.ahead += data
        return bool(data)


def _parsed(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] != "HTTP/1.1":
        raise Malformed(f"no request line of HTTP/1.1: {first[:80]}")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise Malformed(f"no header: {line[:80]}")
        headers[name.lower()] = value.strip(" \t")
    if not re.fullmatch("[0-9]+", headers.get("content-length", "0")):
        raise Malformed("a length that is no number")
    if "content-length" in headers and "transfer-encoding" in headers:
        raise Malformed("two lengths")
    return Request(words[0], words[1], headers)


def head_of(status: int, headers: Mapping[str, str]) -> bytes:
    reason = HTTPStatus(status).phrase
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk_of(data: bytes) -> bytes:
    return b"%X\r\n%b\r\n" % (len(data), data)


LAST_CHUNK = b"0\r\n\r\n"


def reply(wire: Wire, request: Request, answer: Answer) -> bool:
    """Whether the connection can take another request: not when a body is still on its way."""
    keep = not request.has_body and not request.last
    length = {} if answer.status == 204 else {"Content-Length": str(len(answer.body))}  # RFC 9110, 8.6
    headers = {**answer.headers, **length}
    if not keep:
        headers["Connection"] = "close"
    body = b"" if request.method == "HEAD" else answer.body
    wire.send(head_of(answer.status, headers) + body)
    return keep
