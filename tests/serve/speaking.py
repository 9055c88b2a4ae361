"""A client that says bytes and a responder that says back what it was told."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from specmill.serve.exchange import Exchange, Lost
from specmill.serve.server import Server
from tests.duplex.certificates import authority_file

SECONDS = 30  # generous: nothing waits for them unless it fails


@dataclass
class Heard:
    """A listener that remembers, and does something at the end."""

    exchange: Exchange
    at_end: Callable[[Heard], None] = lambda heard: heard.echo()
    content: bytes = b""
    ends: list[str] = field(default_factory=list)

    def echo(self) -> None:
        self.exchange.answer(200, {}, self.content)

    def received(self, content: bytes) -> None:
        self.content += content

    def ended(self) -> None:
        self.ends.append("ended")
        self.at_end(self)

    def lost(self, why: Lost, told: str) -> None:
        self.ends.append(why.name)
        if why is not Lost.GONE:
            self.exchange.answer(400, {}, told.encode())

    def drained(self) -> None:
        self.ends.append("drained")


class Echo:
    """Answers with what it heard, or does what is given once the request is there."""

    def __init__(self, at_end: Callable[[Heard], None] = Heard.echo) -> None:
        self.heard: list[Heard] = []
        self.at_end = at_end

    def begin(self, exchange: Exchange) -> Heard:
        self.heard.append(Heard(exchange, self.at_end))
        return self.heard[-1]


def request(body: bytes = b"", *fields: str, method: str = "POST", target: str = "/x") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: here", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def chunked(*chunks: bytes) -> bytes:
    head = b"POST /x HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in chunks)


@contextmanager
def connected(server: Server, room: int | None = None) -> Iterator[socket.socket]:
    """With ``room``, the client's kernel takes about as many bytes that nobody has read."""
    with socket.socket(socket.AF_INET6 if ":" in server.host else socket.AF_INET) as plain:
        if room is not None:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        plain.settimeout(SECONDS)
        plain.connect((server.host, server.port))
        if not server.url.startswith("https"):
            yield plain
            return
        context = ssl.create_default_context(cafile=str(authority_file()))
        with context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as secret:
            yield secret


def heard(client: socket.socket) -> tuple[bytes, str]:
    """All that comes, and how it ended."""
    said = bytearray()
    while True:
        try:
            piece = client.recv(65536)
        except ssl.SSLEOFError:
            return bytes(said), "cut"
        except ConnectionResetError:
            return bytes(said), "reset"
        if not piece:
            return bytes(said), "end"
        said += piece


def heard_until(client: socket.socket, mark: bytes) -> bytes:
    said = bytearray()
    while mark not in said:
        piece = client.recv(65536)
        assert piece, f"it ended before {mark!r}: {bytes(said)!r}"
        said += piece
    return bytes(said)


def exchanged(server: Server, said: bytes) -> tuple[bytes, str]:
    with connected(server) as client:
        client.sendall(said)
        return heard(client)


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def said_by(server: Server, side: str, what: str) -> bool:
    return any((one.side, one.what) == (side, what) for one in server.transcript)


def wait_for(what: Callable[[], bool]) -> None:
    """Looks until it is so; what never is fails by the generous limit."""
    turns = threading.Event()
    for _ in range(200 * SECONDS):
        if what():
            return
        turns.wait(0.005)
    raise AssertionError("it never came to be")
