"""The body of an answer without what it is framed in: bytes of the wire in, content out (RFC 9112, section 6).

Each framing has ``feed``, which gives the content of some more bytes, ``done``, whether the body is complete,
``fault``, what is wrong behind the content that it gave, and ``ended``, which hears that the connection was closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
LONGEST_LINE = 16 * 1024  # a size line with its extensions, or one trailer
NO_LINE = b"\0"  # no size line begins like this


class Malformed(ValueError):
    """What came is not what HTTP or JSON allows here."""


class Cut(ValueError):
    """The connection ended inside of the answer."""


class Chunked:
    """Chunked transfer coding: size lines with or without extensions, and trailers, which are passed over."""

    def __init__(self) -> None:
        self.done = False
        self.fault: Malformed | None = None
        self._kept = b""  # the begin of a line
        self._left = 0  # bytes of content that the chunk which was cut still has
        self._last = NO_LINE, 0  # the size line before, and what it says
        self._state: Callable[[bytes, int, list[bytes]], int] = self._chunks

    def feed(self, data: bytes) -> bytes:
        if self._kept:
            data, self._kept = self._kept + data, b""
        content: list[bytes] = []
        at, before = 0, -1
        try:
            while before < at < len(data) and not self.done:
                before, at = at, self._state(data, at, content)
            if not self.done and at < len(data):
                self._keep(data[at:])
        except Malformed as fault:
            self.fault = fault
        return content[0] if len(content) == 1 else b"".join(content)

    def ended(self) -> None:
        raise Cut("the connection ended before the last chunk")

    def _keep(self, line: bytes) -> None:
        if len(line) > LONGEST_LINE:
            raise Malformed(f"this is no size of a chunk: {line[:40]!r}")
        self._kept = line

    def _chunks(self, data: bytes, at: int, content: list[bytes]) -> int:
        """All chunks that are there as a whole. Servers repeat their size lines, so the one before is tried first."""
        line, size = self._last
        end, starts, take = len(data), data.startswith, content.append
        while at < end:
            if starts(line, at):
                first = at + len(line)
            else:
                found = SIZE_LINE.match(data, at)
                if found is None:
                    _refuse_no_size(data, at)
                    break
                line, size, first = found[0], int(found[1], 16), found.end()
                if not size:
                    self._state = self._trailers
                    at = first
                    break
            after = first + size
            if not starts(b"\r\n", after):
                at = self._cut_chunk(data, first, after, content)
                break
            take(data[first:after])
            at = after + 2
        self._last = line, size
        return at

    def _cut_chunk(self, data: bytes, first: int, after: int, content: list[bytes]) -> int:
        content.append(data[first:after])
        at = min(after, len(data))
        self._left = after - at
        self._state = self._content if self._left else self._line_end
        return at if self._left else self._line_end(data, at, content)

    def _content(self, data: bytes, at: int, content: list[bytes]) -> int:
        content.append(data[at : at + self._left])
        self._left -= len(content[-1])
        if not self._left:
            self._state = self._line_end
        return at + len(content[-1])

    def _line_end(self, data: bytes, at: int, content: list[bytes]) -> int:
        if data.startswith(b"\r\n", at):
            self._state = self._chunks
            return at + 2
        if data[at:] not in (b"", b"\r"):
            raise Malformed("a chunk is longer than its size line says")
        return at

    def _trailers(self, data: bytes, at: int, content: list[bytes]) -> int:
        """Line by line, to the empty one."""
        end = data.find(b"\n", at) + 1
        if not end:
            return at
        self.done = data[at:end] in (b"\r\n", b"\n")
        return end


class Counted:
    """A body whose length was told beforehand."""

    fault: Malformed | None = None

    def __init__(self, length: int) -> None:
        self.done = length == 0
        self._left = length

    def feed(self, data: bytes) -> bytes:
        content = data[: self._left]
        self._left -= len(content)
        self.done = self._left == 0
        return content

    def ended(self) -> None:
        raise Cut(f"the connection ended {self._left} bytes before the end of the answer")


class UntilClose:
    """A body that ends with its connection: whether it was cut, nothing in it tells."""

    fault: Malformed | None = None

    def __init__(self) -> None:
        self.done = False

    def feed(self, data: bytes) -> bytes:
        return data

    def ended(self) -> None:
        self.done = True


Framing = Chunked | Counted | UntilClose


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
        return Chunked()
    length = headers.get("content-length")
    if length is None:
        return UntilClose()
    lengths = {one.strip() for one in length.split(",")}
    if len(lengths) > 1 or not length.isascii() or not min(lengths).isdigit():
        raise Malformed(f"this is no length of a body: {length!r}")
    return Counted(int(min(lengths)))


def _refuse_no_size(data: bytes, at: int) -> None:
    """The begin of a size line may be what has come so far; anything else is no chunk."""
    line = data[at : at + LONGEST_LINE]
    if b"\n" in line or not re.fullmatch(rb"[0-9A-Fa-f]{0,16}[ \t]*(?:;[^\n]*)?\r?", line):
        raise Malformed(f"this is no size of a chunk: {line[:40]!r}")
