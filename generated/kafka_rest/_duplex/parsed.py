"""Which framing a body has; chunks are read by httptools where it is installed, since reports of
changing lengths cost it a quarter of what they cost us.

It is no dependency, so nothing is said when it is missing or too old. Both take and refuse the same; only of trailers
this one takes fewer, since it sees no lines: 16 KiB without content end the stream. It knows no blanks inside of the
extensions of chunks, which HTTP allows, so a body whose first chunk has any is read by ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from .framing import LONGEST_LINE, Chunked, Counted, Cut, Malformed, UntilClose

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"  # the parser wants one, and ours is read already


class Parsed:
    """Chunked transfer coding through the parser of httptools, which calls the methods that begin with ``on``."""

    fault: Malformed | None = None

    def __init__(self, parser: Callable[[Any], Any]) -> None:
        self.done = False
        self._first: bytes | None = b""  # what has come of the first size line, until that is complete
        self._ours: Chunked | None = None
        self._content: list[bytes] = []
        self.on_body = self._content.append
        self._idle = 0  # bytes without content: of a size line or trailers, which must not go on for ever
        self._parse = parser(self).feed_data
        self._parse(HEAD)

    def feed(self, data: bytes) -> bytes:
        if self.fault or self.done:
            return b""
        if self._first is not None:
            data = self._first_line(data)
        if self._ours is not None:
            return self._by_ours(data, self._ours)
        try:
            self._parse(data)
        except Exception as error:  # it has no other way to stop, not even at an end that is right
            if not self.done:
                self.fault = Malformed(f"this is no chunk ({error})")
        content = b"".join(self._content)
        self._content.clear()
        self._idle = 0 if content else self._idle + len(data)
        if self._idle > LONGEST_LINE and not self.done and not self.fault:
            self.fault = Malformed(f"{self._idle} bytes of size lines or trailers hold no content")
        return content

    def ended(self) -> None:
        raise Cut("the connection ended before the last chunk")

    def _first_line(self, data: bytes) -> bytes:
        """What to read, which is nothing until the first line says by whom."""
        data = (self._first or b"") + data
        line, found, _ = data.partition(b"\n")
        if not found and len(data) <= LONGEST_LINE:
            self._first = data
            return b""
        self._first = None
        self._ours = Chunked() if b";" in line else None
        return data

    def _by_ours(self, data: bytes, ours: Chunked) -> bytes:
        content = ours.feed(data)
        self.done, self.fault = ours.done, ours.fault
        return content

    def on_message_begin(self) -> None:
        if self.done:
            raise Malformed("what follows the last chunk belongs to nobody")

    def on_message_complete(self) -> None:
        self.done = True


Framing = Chunked | Parsed | Counted | UntilClose


def framing_of(status: int, headers: Mapping[str, str]) -> Framing:
    """How the body behind this head is framed (RFC 9112, section 6.3)."""
    if status in (204, 304):
        return Counted(0)
    coding = headers.get("transfer-encoding", "").lower()
    if coding:
        if coding.rpartition(",")[2].strip() != "chunked":
            return UntilClose()
        if coding.strip() != "chunked":
            raise Malformed(f"this transfer coding was not asked for: {coding}")
        return chunked()
    length = headers.get("content-length")
    if length is None:
        return UntilClose()
    lengths = {one.strip() for one in length.split(",")}
    if len(lengths) > 1 or not length.isascii() or not min(lengths).isdigit():
        raise Malformed(f"this is no length of a body: {length!r}")
    return Counted(int(min(lengths)))


def chunked() -> Chunked | Parsed:
    parser = parser_of_httptools()
    return Parsed(parser) if parser else Chunked()


@cache
def parser_of_httptools() -> Callable[[Any], Any] | None:
    """Makes a parser that takes the blanks that ours takes; None without a suitable httptools."""
    try:
        made: Callable[[Any], Any] = import_module("httptools").HttpResponseParser

        def parser(callbacks: Any) -> Any:
            parser = made(callbacks)
            parser.set_dangerous_leniencies(lenient_spaces_after_chunk_size=True)
            return parser

        parser(object())
    except (ImportError, AttributeError, TypeError):
        return None
    return parser
