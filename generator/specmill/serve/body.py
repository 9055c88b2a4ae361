"""A request's body without what it is framed in, from pieces that are cut anywhere."""

from __future__ import annotations

import re

SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
LONGEST_LINE = 1024  # of a chunk's size with its extensions
LONGEST_TRAILERS = 8192


class BadFraming(Exception):
    """What came is no body of HTTP; nothing behind it can be understood."""


def _taken(inbox: bytearray, first: int, end: int) -> bytes:
    with memoryview(inbox) as view, view[first:end] as part:  # a slice of the inbox would copy it twice
        return bytes(part)


class Sized:
    """A body of a known length; with length 0 none at all."""

    broken = ""

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def done(self) -> bool:
        return self._left == 0

    def take(self, inbox: bytearray) -> bytes:
        """The content that has come, which is taken out of the inbox with its framing."""
        content = _taken(inbox, 0, self._left)
        del inbox[: len(content)]
        self._left -= len(content)
        return content


class Chunked:
    """Chunks, their extensions read over, up to the end of the trailers.

    ``broken`` says what is wrong once something is. What came whole ahead of it has been given by then, however the
    bytes were cut.
    """

    def __init__(self) -> None:
        self.done = False
        self.broken = ""
        self._left = 0  # of the chunk that is being read
        self._behind = False  # a chunk whose line end has not come
        self._trailers: int | None = None  # how many bytes of them have come; None before the last chunk

    def take(self, inbox: bytearray) -> bytes:
        """The content that has come, which is taken out of the inbox with its framing."""
        pieces: list[bytes] = []
        place = 0
        try:
            while not (self.done or self.broken):
                before = place
                place = self._chunk(inbox, place, pieces) if self._left else self._between(inbox, place)
                if place == before:
                    break
        except BadFraming as bad:
            self.broken = str(bad)
        del inbox[:place]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _chunk(self, inbox: bytearray, place: int, pieces: list[bytes]) -> int:
        end = min(place + self._left, len(inbox))
        if end == place:
            return place
        pieces.append(_taken(inbox, place, end))
        self._left -= end - place
        self._behind = not self._left
        return end

    def _between(self, inbox: bytearray, place: int) -> int:
        end = self._line_end(inbox, place)
        if end < 0:
            return place
        self._line(bytes(inbox[place:end]))
        return end + 2

    def _line_end(self, inbox: bytearray, place: int) -> int:
        end = inbox.find(b"\n", place, place + LONGEST_LINE + 2)
        if end < 0:
            if len(inbox) - place > LONGEST_LINE + 1:
                raise BadFraming("a line of the chunked body has no end")
            if self._behind and len(inbox) > place and inbox[place] != 0x0D:
                raise BadFraming("a chunk is longer than its size says")
            return -1
        if end == place or inbox[end - 1] != 0x0D:
            raise BadFraming("a line of the chunked body ends with a bare line feed")
        return end - 1

    def _line(self, line: bytes) -> None:
        if self._behind:
            if line:
                raise BadFraming("a chunk is longer than its size says")
            self._behind = False
        elif self._trailers is not None:
            self._trailer(line)
        else:
            found = SIZE_LINE.fullmatch(line)
            if found is None:
                raise BadFraming(f"this is no size of a chunk: {line[:40]!r}")
            self._left = int(found[1], 16)
            if not self._left:
                self._trailers = 0

    def _trailer(self, line: bytes) -> None:
        if not line:
            self.done = True
            return
        self._trailers = (self._trailers or 0) + len(line)
        if self._trailers > LONGEST_TRAILERS:
            raise BadFraming(f"the trailers are longer than {LONGEST_TRAILERS} bytes")


Body = Sized | Chunked


def body_of(length: int | None) -> Body:
    return Chunked() if length is None else Sized(length)
