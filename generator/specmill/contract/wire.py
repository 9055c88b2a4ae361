"""A client for testing servers: bytes out and in on one socket, with both directions logged on one clock.

One owner and no thread: whatever is called pumps both directions, so that it sends while it reads. It sends bytes as
they are given, since half of what a tester says no ordinary client would let through.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from specmill.contract.answers import Reader
from specmill.contract.values import Call, Event, Side
from specmill.errors import Place, SpecmillError

How = Literal["complete", "closed", "cut", "reset", "silent"]
PIECE = 65536
PATIENCE = 10.0  # seconds for a connection
LAST_CHUNK = b"0\r\n\r\n"
AT_ONCE = struct.pack("ii", 1, 0)  # of SO_LINGER: what is closed is reset


class Unreachable(SpecmillError):
    """Nobody listens there, or no longer."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens, and how it is trusted."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.tls else 80
        return host if self.port == usual else f"{host}:{self.port}"


def address_of(url: str, cacert: Path | None = None, verify: bool = True) -> Address:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise SpecmillError(f"this is no address of a server: {error}", place=Place(url)) from error
    if parts.scheme not in ("http", "https") or not host:
        raise SpecmillError("this is no address of a server", place=Place(url), hint="like http://127.0.0.1:8082")
    if parts.scheme == "http":
        return Address(host, port or 80)
    return Address(host, port or 443, _trust(cacert, verify))


def _trust(cacert: Path | None, verify: bool) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=str(cacert) if cacert is not None else None)
    except (OSError, ssl.SSLError) as error:
        raise SpecmillError(f"these certificates cannot be read: {error}", place=Place(str(cacert))) from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class Dialogue:
    """One connection. ``answer`` is the one that is being read, ``content`` what it has brought."""

    def __init__(
        self, address: Address, method: str = "POST", *, patience: float = PATIENCE, window: int | None = None
    ) -> None:
        self.address = address
        self.events: list[Event] = []
        self.answer = Reader(method)
        self.content: list[bytes] = []
        self.on_content: Callable[[bytes, float], None] | None = None  # hears it in place of ``content``
        self.ended: Literal["", "end", "reset"] = ""  # of what the server says
        self.deaf = False  # while set nothing is read
        self._began = time.monotonic()
        self._outbox = bytearray()
        self._half_closed = False
        self._socket = self._connected(patience, window)
        self._log("client", "opened")

    def now(self) -> float:
        return time.monotonic() - self._began

    # --- what one says

    def say(self, data: bytes) -> None:
        """Sends as much as goes at once; the rest goes while one waits."""
        self._outbox += data
        self._send()

    def settle(self, quiet: float, seconds: float) -> None:
        """Without reading, until nothing has moved in either direction for a while."""
        self.deaf = True
        deadline = self.now() + seconds
        known = (-1, -1)
        while known != (known := (self.unsent, self._lying_ready())) and self.now() < deadline:
            self.pause(quiet)

    def _lying_ready(self) -> int:
        """How many bytes have come and were not read; of TLS nobody can say."""
        if isinstance(self._socket, ssl.SSLSocket):
            return 0
        try:
            return len(self._socket.recv(64 * PIECE, socket.MSG_PEEK))
        except OSError:
            return 0

    def listen(self) -> None:
        """Reads again, and as fast as can be."""
        self.deaf = False
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * PIECE)

    def hang_up(self) -> None:
        """Says that nothing more will come, and goes on to listen."""
        self._half_closed = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._log("client", "end")

    def reset(self) -> None:
        """Ends the connection as one does that crashes."""
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._log("client", "reset")
        self._socket.close()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Dialogue:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    @property
    def unsent(self) -> int:
        return len(self._outbox)

    # --- what one hears

    def until(self, predicate: Callable[[], bool], seconds: float) -> bool:
        """Pumps both directions until it holds, the server has ended, or time is up. Whether it holds."""
        deadline = time.monotonic() + seconds
        while not predicate():
            left = deadline - time.monotonic()
            if self.ended or left <= 0:
                return False
            self._pump(left)
        return True

    def pause(self, seconds: float) -> None:
        """Lets what was said arrive on its own, before more is said."""
        self.until(lambda: False, seconds)

    def next_answer(self, method: str = "POST") -> None:
        """The one read so far is done with."""
        self.content.clear()
        self.answer = self.answer.next(method)

    def how(self) -> How:
        """How the answer ended, as far as is known now."""
        if self.answer.complete:
            return "closed" if self.ended == "end" and not self.answer.framed else "complete"
        if self.ended == "reset":
            return "reset"
        if self.ended:
            return "cut" if self.answer.begun else "closed"
        return "silent"

    # --- the socket

    def _connected(self, patience: float, window: int | None) -> socket.socket:
        try:
            found = socket.create_connection((self.address.host, self.address.port), patience)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if window is not None:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            if self.address.tls is not None:
                found = self.address.tls.wrap_socket(found, server_hostname=self.address.host)
        except OSError as error:
            raise Unreachable(
                f"cannot be reached: {error.strerror or error}",
                place=Place(self.address.authority),
                hint="is the server running, and is this its address?",
            ) from error
        found.setblocking(False)
        return found

    def _pump(self, seconds: float) -> None:
        writes = bool(self._outbox)
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        if not pending or self.deaf:
            interest = (0 if self.deaf else select.POLLIN) | (select.POLLOUT if writes else 0)
            poll = select.poll()
            poll.register(self._socket, interest)
            poll.poll(max(1, min(seconds, 1.0) * 1000))
        if writes:
            self._send()
        if not self.deaf:
            self._receive()

    def _send(self) -> None:
        while self._outbox and not self._half_closed:
            try:
                sent = self._socket.send(bytes(self._outbox[:PIECE]))
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                self._outbox.clear()  # the server hears nothing more, but may have said why
                return
            self._log("client", "data", bytes(self._outbox[:sent]))
            del self._outbox[:sent]

    def _receive(self) -> None:
        try:
            data = self._socket.recv(PIECE)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            data = b""
        except OSError:
            self.ended = "reset"
            self._log("server", "reset")
            self.answer.end()
            return
        if not data:
            self.ended = "end"
            self._log("server", "end")
            self.answer.end()
            return
        self._log("server", "data", data)
        self._hear(self.answer.feed(data))

    def _hear(self, content: bytes) -> None:
        if not content:
            return
        if self.on_content is not None:
            self.on_content(content, self.events[-1].at)
        else:
            self.content.append(content)

    def _log(self, side: Side, what: Literal["opened", "data", "end", "reset"], data: bytes = b"") -> None:
        self.events.append(Event(self.now(), side, what, data))


# --- requests


def head_of(method: str, target: str, fields: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("utf-8", "surrogateescape")


def chunk_of(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def request_of(address: Address, call: Call) -> bytes:
    """With what every request has, unless the call says otherwise."""
    given = {name.lower() for name, _ in call.fields}
    usual = [("Host", address.authority), ("Accept", "*/*"), ("Accept-Encoding", "identity")]
    if call.body is not None and "transfer-encoding" not in given:
        usual.append(("Content-Length", str(len(call.body))))
    fields = [(name, value) for name, value in usual if name.lower() not in given]
    return head_of(call.method, call.target, [*fields, *call.fields]) + (call.body or b"")
