"""The heads of one exchange: that of the request as bytes, that of the answer as a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from .._facts import Request
from ..errors import InvalidArgument
from .framing import Malformed

LONGEST_HEAD = 1024 * 1024  # some servers send a cookie for every service that they know
STATUS_LINE = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\r\n]*)?\r?\n")
FIELD = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\n]*?)[ \t]*\r?\n")
UNWRITTEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
END = re.compile(rb"\r?\n\r?\n")


class Head(Struct, frozen=True):
    """Status and headers of an answer; the names are in lower case, those that came twice are joined."""

    status: int
    headers: Mapping[str, str]


class HeadReader:
    """Collects the bytes of a head, however they are cut; answers of 1XX that come before it are passed over."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> tuple[Head, bytes] | None:
        """The head and what came behind it, once it is complete."""
        self._kept += data
        while found := END.search(self._kept, self._searched):
            head = parsed(bytes(self._kept[: found.end()]))
            del self._kept[: found.end()]
            self._searched = 0
            if head.status >= 200 or head.status == 101:
                return head, bytes(self._kept)
        if len(self._kept) > LONGEST_HEAD:
            raise Malformed(f"the head of the answer is longer than {LONGEST_HEAD} bytes")
        if not b"HTTP/1.".startswith(self._kept[:7]):
            raise Malformed(f"this is no answer of HTTP/1: {bytes(self._kept[:40])!r}")
        self._searched = max(0, len(self._kept) - 3)
        return None


def parsed(text: bytes) -> Head:
    status = STATUS_LINE.match(text)
    if status is None:
        raise Malformed(f"this is no answer of HTTP/1: {text[:40]!r}")
    headers: dict[str, str] = {}
    at = status.end()
    while field := FIELD.match(text, at):
        name, value = field[1].decode("ascii").lower(), field[2].decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
        at = field.end()
    if text[at:] not in (b"\r\n", b"\n"):
        raise Malformed(f"this is no header: {text[at : at + 40]!r}")
    return Head(int(status[1]), headers)


def written(request: Request) -> bytes:
    """The head of a request whose body is sent in chunks while its answer is read.

    What cannot be written is refused as a single call does, and where no variable holds a value: it may be a secret.
    """
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # An answer that is compressed would come when it is complete; an early answer needs no leave to continue.
    own = {"host": parts.netloc.rpartition("@")[2], "accept-encoding": "identity", "transfer-encoding": "chunked"}
    left_out = {*own, "content-length", "expect", "connection"}
    for name in request.headers:
        if UNWRITTEN.search(name) or UNWRITTEN.search(request.headers[name]):
            raise InvalidArgument(f"the header {name!r} holds a line's end or another character that none may hold")
    given = {name: value for name, value in request.headers.items() if name.lower() not in left_out}
    lines = (f"{name}: {value}" for name, value in (*own.items(), *given.items()))
    return "\r\n".join([f"{request.method} {target} HTTP/1.1", *lines, "", ""]).encode()
