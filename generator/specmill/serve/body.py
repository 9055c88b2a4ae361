"""A request's body without what it is framed in, from pieces that are cut anywhere."""

from __future__ import annotations

import re

SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?")
LONGEST_LINE = 1024  # of a chunk's size with its extensions
LONGEST_TRAILERS = 8192


class BadFraming(Exception):
    """What came is no body of HTTP; nothing behind it can be understood."""


class Sized:
    """A body of a known length; with length 0 none at all."""

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def done(self) -> bool:
        return self._left == 0

    def take(self, inbox: bytearray) -> bytes:
        """The content that has come, which is taken out of the inbox with its framing."""
        content = bytes(inbox[: self._left])
        del inbox[: len(content)]
        self._left -= len(content)
        return content


class Chunked:
    """Chunks, their extensions read over, up to the end of the trailers."""

    def __init__(self) -> None:
        self.done = False
        self._left = 0  # of the chunk that is being read
        self._behind = False  # a chunk whose line end has not come
        self._trailers: int | None = None  # how many bytes of them have come; None before the last chunk

    def take(self, inbox: bytearray) -> bytes:
        """The content that has come, which is taken out of the inbox with its framing."""
        pieces: list[bytes] = []
        place = 0
        try:
            while not self.done:
                if self._left:
                    piece = bytes(inbox[place : place + self._left])
                    if not piece:
                        break
                    pieces.append(piece)
                    place += len(piece)
                    self._left -= len(piece)
                    self._behind = not self._left
                    continue
                end = self._line_end(inbox, place)
                if end < 0:
                    break
                self._line(bytes(inbox[place:end]))
                place = end + 2
        finally:
            del inbox[:place]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

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
