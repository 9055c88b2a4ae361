"""The values that stand one after the other in a body, from pieces that are cut anywhere.

It splits, and does not judge: a value ends with the bracket that closes it, or, if it has none, where white space or
another value begins. So broken text is split in one way too, whatever the pieces it comes in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SPACE = re.compile(rb"[ \t\r\n]*")
NEXT = re.compile(rb'["{}\[\]]')
STRING_END = re.compile(rb'(?:[^"\\]|\\.)*"', re.DOTALL)
WORD_END = re.compile(rb'[ \t\r\n"{}\[\]]')
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Root:
    """One value of a body and where it stands there."""

    text: bytes
    start: int
    end: int


class Roots:
    def __init__(self) -> None:
        self._text = bytearray()  # from the beginning of the value that is not complete
        self._start = 0  # where that is in the body
        self._place = 0  # how far it has been looked at
        self._depth = 0
        self._string = False

    @property
    def rest(self) -> bytes:
        """What has come of the next value."""
        return bytes(self._text)

    def begun(self, length: int) -> bytes:
        """The first bytes of that. All of it again and again would be much, of a value that never ends."""
        return bytes(self._text[:length])

    @property
    def rest_start(self) -> int:
        return self._start

    def feed(self, content: bytes) -> list[Root]:
        """The values that are complete now."""
        self._text += content
        found: list[Root] = []
        begin = 0
        while True:
            if self._place == begin and not self._depth and not self._string:
                begin = self._place = self._begin(begin)
            end = self._end(begin)
            if end is None:
                break
            found.append(Root(bytes(self._text[begin:end]), self._start + begin, self._start + end))
            begin = self._place = end
        del self._text[:begin]
        self._start += begin
        self._place -= begin
        return found

    def finish(self) -> list[Root]:
        """The body has ended: what there is of a value is all of it."""
        text, start = bytes(self._text), self._start
        self._text.clear()
        return [Root(text, start, start + len(text))] if text else []

    def _begin(self, place: int) -> int:
        if self._start + place == 0 and self._text.startswith(BOM):
            place = len(BOM)
        found = SPACE.match(self._text, place)
        return found.end() if found else place

    def _end(self, begin: int) -> int | None:
        """Where the value ends that begins there; None while it has not come."""
        if begin == len(self._text):
            return None
        while self._place < len(self._text):
            if self._string:
                if not self._skip_string():
                    return None
                if not self._depth:
                    return self._place
                continue
            if not self._depth and self._place == begin and self._text[begin] not in b'{["':
                return self._word_end(begin)
            found = NEXT.search(self._text, self._place)
            if found is None:
                self._place = len(self._text)
                return None
            self._place = found.end()
            if found[0] == b'"':
                self._string = True
            elif found[0] in (b"{", b"["):
                self._depth += 1
            else:
                self._depth -= 1
                if not self._depth:
                    return self._place
        return None

    def _skip_string(self) -> bool:
        found = STRING_END.match(self._text, self._place)
        if found is None:
            self._place = self._unescaped_end()
            return False
        self._place = found.end()
        self._string = False
        return True

    def _unescaped_end(self) -> int:
        """Not behind half an escape."""
        backslashes = 0
        while backslashes < len(self._text) - self._place and self._text[-1 - backslashes] == 0x5C:
            backslashes += 1
        return len(self._text) - backslashes % 2

    def _word_end(self, begin: int) -> int | None:
        if self._text[begin] in b"}]":
            return begin + 1
        found = WORD_END.search(self._text, begin)
        return found.start() if found else None


def roots_of(content: bytes, ended: bool) -> tuple[tuple[Root, ...], bytes]:
    """The values of a whole body, and what there is of one more."""
    roots = Roots()
    found = roots.feed(content)
    if ended:
        found += roots.finish()
    return tuple(found), roots.rest
