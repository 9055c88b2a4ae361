"""A client as plain as can be: it says bytes, a piece at a time, and reads what is answered."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 30.0


def head(method: str, target: str, *fields: str) -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: peer", *fields, "", ""]).encode()


def chunk(content: bytes) -> bytes:
    return b"%X\r\n%b\r\n" % (len(content), content) if content else b""


LAST = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    head: bytes
    body: bytes  # as it was framed
    end: str  # eof or reset

    @property
    def status(self) -> int:
        return int(self.head.split(b" ", 2)[1])

    @property
    def content(self) -> bytes:
        """Of a chunked answer."""
        found, left = b"", self.body
        while b"\r\n" in left:
            size, _, left = left.partition(b"\r\n")
            found, left = found + left[: int(size, 16)], left[int(size, 16) + 2 :]
        return found


def connected(url: str) -> socket.socket:
    address = urlsplit(url)
    connection = socket.create_connection((str(address.hostname), address.port or 80), timeout=TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(url: str, pieces: Iterable[bytes]) -> Answer:
    """Says all of it, and reads to the end of the connection."""
    with connected(url) as connection:
        with suppress(OSError):  # it may have been answered before
            for piece in pieces:
                connection.sendall(piece)
        return listen(connection)


def listen(connection: socket.socket) -> Answer:
    data, end = b"", "eof"
    try:
        while piece := connection.recv(65536):
            data += piece
    except ConnectionResetError:
        end = "reset"
    first, _, rest = data.partition(b"\r\n\r\n")
    return Answer(first, rest, end)


class Line:
    """What an exchange says goes here, and time is what a test says it is."""

    def __init__(self) -> None:
        self.said = b""
        self.clock = 0.0
        self.calls: list[tuple[float, Callable[[], None]]] = []
        self.how: Any = None
        self.unsent = 0

    def answer(self) -> Answer:
        first, _, body = self.said.partition(b"\r\n\r\n")
        return Answer(first, body, "eof")

    def write(self, data: bytes) -> None:
        self.said += data

    def later(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        mine = (self.clock + seconds, call)
        self.calls.append(mine)
        return lambda: None if mine not in self.calls else self.calls.remove(mine)

    def answered(self) -> None:
        self.how = "answered"

    def finish(self, how: Any) -> None:
        self.how = how

    def hold(self, still: bool) -> None:
        pass

    def now(self) -> float:
        return self.clock
