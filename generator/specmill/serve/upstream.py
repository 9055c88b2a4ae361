"""The other side of a proxy: one request to a live server, its answer told as it comes.

The answer's framing is read and not passed on, but where its chunks began and ended is told with their content.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast
from urllib.parse import urlsplit

from specmill.errors import Place, SpecmillError
from specmill.serve.body import LONGEST_LINE, SIZE_LINE
from specmill.serve.exchange import BODILESS, Framing
from specmill.serve.head import END, FIELD

STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?")
LONGEST_HEAD = 256 * 1024
SWITCHING = 101
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a live server is."""

    host: str
    port: int
    path: str  # that every target begins with, "" for none
    tls: ssl.SSLContext | None

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.tls else 80
        return host if self.port == usual else f"{host}:{self.port}"


def origin(url: str, cacert: str | None = None) -> Origin:
    """A URL as somebody typed it. The certificate is checked, against one's own authorities if there are any."""
    place = Place("--upstream")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SpecmillError(f"this is no URL: {error}", place=place, text=url) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        hint = "such as https://api.example.com/base"
        raise SpecmillError("this is no URL of a server", place=place, text=url, hint=hint)
    if parts.username is not None:
        raise SpecmillError("credentials come from the client, in its requests, not from here", place=place)
    tls = _tls(cacert) if parts.scheme == "https" else None
    return Origin(parts.hostname, port or (443 if tls else 80), parts.path.rstrip("/"), tls)


def _tls(cacert: str | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=None if cacert is None else str(Path(cacert)))
    except (OSError, ssl.SSLError) as error:
        raise SpecmillError(f"this holds no certificates: {error}", place=Place("--cacert"), text=str(cacert)) from None
    context.set_alpn_protocols(["http/1.1"])
    return context


class Hearer(Protocol):
    """Who is told of an answer."""

    def connected(self) -> None: ...

    def interim(self, status: int, fields: Fields) -> None: ...

    def headed(self, status: int, fields: Fields, framing: Framing) -> None: ...

    def said(self, content: bytes, more: bool) -> None:
        """``more``: the chunk that this is of goes on."""

    def completed(self) -> None: ...

    def broken(self, how: Literal["cut", "reset"], why: str) -> None: ...

    def full(self, still: bool) -> None:
        """No more is to be sent, for now; or again."""


class Upstream(asyncio.Protocol):
    def __init__(self, hearer: Hearer, method: str) -> None:
        self._hearer = hearer
        self._method = method
        self._inbox = bytearray()
        self._body: Chunks | Counted | Rest | None = None
        self._over = False

    # --- to the server

    def send(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)

    def cut(self) -> None:
        """The client has ended its side in the middle."""
        if self._transport.can_write_eof() and not self._transport.is_closing():
            self._transport.write_eof()
        else:
            self.abort()

    def abort(self) -> None:
        self._over = True
        self._transport.abort()

    def listen(self, wanted: bool) -> None:
        if self._transport.is_closing():
            return
        if wanted:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    # --- told by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._hearer.connected()

    def data_received(self, data: bytes) -> None:
        if self._over:
            return
        self._inbox += data
        try:
            while not self._over and self._step():
                pass
        except ValueError as error:
            self._break("cut", f"the answer is no HTTP: {error}")

    def eof_received(self) -> bool:
        if isinstance(self._body, Rest) and not self._over:
            self._complete()
        elif not self._over:
            self._break("cut", "the server closed the connection inside its answer")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._over:
            self._break("reset", str(exc or "the connection is gone"))

    def pause_writing(self) -> None:
        self._hearer.full(True)

    def resume_writing(self) -> None:
        self._hearer.full(False)

    # --- the answer

    def _step(self) -> bool:
        if self._body is None:
            return self._head()
        for content, more in self._body.take(self._inbox):
            self._hearer.said(content, more)
        if self._body.done:
            self._complete()
        return False

    def _head(self) -> bool:
        end = self._inbox.find(END)
        if end < 0:
            if len(self._inbox) > LONGEST_HEAD:
                raise ValueError("its head has no end")
            return False
        first, *lines = bytes(self._inbox[:end]).split(b"\r\n")
        del self._inbox[: end + len(END)]
        status, fields = _status(first), tuple(_field(line) for line in lines)
        if status < 200 and status != SWITCHING:
            self._hearer.interim(status, fields)
            return True
        if status == SWITCHING:
            raise ValueError("it changes to another protocol")
        self._body, framing = body_of(self._method, status, fields)
        self._hearer.headed(status, fields, framing)
        return True

    def _complete(self) -> None:
        self._over = True
        self._hearer.completed()
        self._transport.abort()

    def _break(self, how: Literal["cut", "reset"], why: str) -> None:
        self._over = True
        self._hearer.broken(how, why)
        self._transport.abort()


def _status(line: bytes) -> int:
    found = STATUS_LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"it begins with {line[:80]!r}")
    return int(found[1])


def _field(line: bytes) -> tuple[str, str]:
    found = FIELD.fullmatch(line)
    if found is None:
        raise ValueError(f"its head has the line {line[:80]!r}")
    return found[1].decode(), found[2].strip(b" \t").decode("latin-1")


class Counted:
    """A body of a known length."""

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def done(self) -> bool:
        return not self._left

    def take(self, inbox: bytearray) -> list[tuple[bytes, bool]]:
        content = bytes(inbox[: self._left])
        del inbox[: len(content)]
        self._left -= len(content)
        return [(content, False)] if content else []


class Rest:
    """A body that ends with the connection."""

    done = False

    def take(self, inbox: bytearray) -> list[tuple[bytes, bool]]:
        content = bytes(inbox)
        inbox.clear()
        return [(content, False)] if content else []


class Chunks:
    """A chunked body of which it is to be known where each chunk ends."""

    def __init__(self) -> None:
        self.done = False
        self._left = 0
        self._behind = self._last = False

    def take(self, inbox: bytearray) -> list[tuple[bytes, bool]]:
        found: list[tuple[bytes, bool]] = []
        place = 0
        while not self.done:
            if self._left:
                content = bytes(inbox[place : place + self._left])
                if not content:
                    break
                place += len(content)
                self._left -= len(content)
                self._behind = not self._left
                found.append((content, bool(self._left)))
                continue
            end = inbox.find(b"\r\n", place, place + LONGEST_LINE + 2)
            if end < 0:
                if len(inbox) - place > LONGEST_LINE:
                    raise ValueError("a line of its chunks has no end")
                break
            self._line(bytes(inbox[place:end]))
            place = end + 2
        del inbox[:place]
        return found

    def _line(self, line: bytes) -> None:
        if self._behind:
            if line:
                raise ValueError("a chunk is longer than its size says")
            self._behind = False
        elif self._last:  # a trailer, which nobody asked for
            self.done = not line
        else:
            size = SIZE_LINE.fullmatch(line)
            if size is None:
                raise ValueError(f"this is no size of a chunk: {line[:40]!r}")
            self._left = int(size[1], 16)
            self._last = not self._left


def body_of(method: str, status: int, fields: Fields) -> tuple[Chunks | Counted | Rest, Framing]:
    """How the body of an answer ends (RFC 9112, 6.3)."""
    lower = {name.lower(): value for name, value in fields}
    chunked = lower.get("transfer-encoding", "").lower() == "chunked"
    if method == "HEAD" or status in BODILESS:
        return Counted(0), "chunked" if chunked else "length"
    if chunked:
        return Chunks(), "chunked"
    length = lower.get("content-length")
    if length is not None:
        if not (length.isascii() and length.isdigit()):
            raise ValueError(f"this is no Content-Length: {length[:80]!r}")
        return Counted(int(length)), "length"
    return Rest(), "close"
