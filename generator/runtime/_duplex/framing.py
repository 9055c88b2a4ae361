"""The body of an answer without what it is framed in: bytes of the wire in, content out (RFC 9112, section 6).

Each framing has ``feed``, which gives the content of some more bytes, ``done``, whether the body is complete,
``fault``, what is wrong behind the content that it gave, and ``ended``, which hears that the connection was closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .runs import Run

SIZE_LINE = re.compile(rb"0*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
SIZE_LINE_SO_FAR = re.compile(rb"0*[0-9A-Fa-f]{0,16}[ \t]*(?:;[^\n]*)?\r?")
# A length behind the body contradicts its chunks, so none may stand there (RFC 9110, section 6.5.1).
TRAILER = re.compile(rb"(?!content-length:)[!#$%&'*+\-.^_`|~0-9a-z]+:[^\x00-\x08\x0a-\x1f\x7f]*\r\n", re.IGNORECASE)
LONGEST_LINE = 16 * 1024  # a size line with its extensions, or one trailer
LONGEST_TRAILERS = 64 * 1024
MOST_KEPT = 1024  # size lines whose meaning is remembered
FEWEST = 8  # repetitions that must at least seem to follow, or a run is not worth a try
NOTHING = b"\0"  # no chunk begins like this
SMALL = 8  # bytes in a chunk that may be a separator


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
        self._sizes: dict[bytes, int] = {}  # servers repeat their size lines
        self._echo = NOTHING  # a small chunk with its framing, which may be the separator that follows each report
        self._echoed = b""
        self._passed_over = 0  # bytes of trailers
        self._state: Callable[[bytes, int, list[bytes]], int] = self._chunks

    def feed(self, data: bytes) -> bytes:
        if self.fault:
            return b""
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
        """All chunks that are there as a whole."""
        sizes, starts, end = self._sizes, data.startswith, len(data)
        while at < end:
            begin, stop = at, data.find(b"\n", at) + 1
            line = data[at:stop] if stop else b""
            size = sizes.get(line) or self._size_of(line, data, at)
            if size is None:
                break
            if not size:
                self._state = self._trailers
                return stop
            after = stop + size
            if not starts(b"\r\n", after):
                return self._cut_chunk(data, stop, after, content)
            content.append(data[stop:after])
            at = after + 2
            separator = b""
            if starts(self._echo, at):
                separator = self._echoed
                content.append(separator)
                at += len(self._echo)
            elif size <= SMALL:
                self._echo, self._echoed = data[begin:at], data[stop:after]
            # Where the same line stands once more, and further on too, it may stand there again and again.
            if starts(line, at) and starts(line, at + FEWEST * (at - begin)):
                at = self._run(data, begin, at, separator, content)
        return at

    def _run(self, data: bytes, begin: int, at: int, separator: bytes, content: list[bytes]) -> int:
        """The chunks from ``begin`` to here, as often as they are repeated."""
        run = Run(data[begin:at], separator)
        length = run.length(data, at)
        if length:
            content.append(run.content(memoryview(data)[at : at + length]))
        return at + length

    def _size_of(self, line: bytes, data: bytes, at: int) -> int | None:
        """None for a line that is not there as a whole yet."""
        found = SIZE_LINE.fullmatch(line)
        if found is None:
            _refuse_no_size(data, at)
            return None
        size = int(found[1], 16)
        if size and len(self._sizes) < MOST_KEPT:
            self._sizes[line] = size
        return size

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
        line = data[at:end]
        self.done = line == b"\r\n"
        if not self.done and not TRAILER.fullmatch(line):
            raise Malformed(f"this is no trailer: {line[:40]!r}")
        self._passed_over += end - at
        if self._passed_over > LONGEST_TRAILERS:
            raise Malformed(f"there are more than {LONGEST_TRAILERS} bytes of trailers")
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


def _refuse_no_size(data: bytes, at: int) -> None:
    """The begin of a size line may be what has come so far; anything else is no chunk."""
    line = data[at : at + LONGEST_LINE]
    if b"\n" in line or not SIZE_LINE_SO_FAR.fullmatch(line):
        raise Malformed(f"this is no size of a chunk: {line[:40]!r}")
