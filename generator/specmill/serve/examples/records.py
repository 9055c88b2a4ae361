"""Concatenated JSON, cut anywhere, as the bytes of one value after the other. Each byte is looked at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

TOKEN = re.compile(rb'["{}\[\]]')
IN_STRING = re.compile(rb'["\\]')
SPACE = b" \t\r\n"
SPACES = re.compile(rb"[ \t\r\n]*")
SCALAR = re.compile(rb'[^\s{}\[\]"]+')
LONGEST = 16 * 1024 * 1024  # bytes of one record
DEEPEST = 1000


class Unreadable(Exception):
    """Where the next record begins cannot be known any more."""


class Records:
    def __init__(self) -> None:
        self._inbox = bytearray()
        self._at = 0  # what has been looked at
        self._depth = 0
        self._in_string = False

    def feed(self, content: bytes) -> Iterator[bytes]:
        """The records that are complete now."""
        self._inbox += content
        start = 0
        try:
            while (found := self._next(start)) is not None:
                start, record = found
                if record:
                    yield record
        finally:
            del self._inbox[:start]
            self._at -= start
        if len(self._inbox) > LONGEST:
            raise Unreadable(f"a record is longer than {LONGEST} bytes")

    def end(self) -> bytes:
        """What is left when nothing more comes: a number or a word, or a record that was cut off."""
        return bytes(self._inbox).strip(SPACE)

    def _next(self, start: int) -> tuple[int, bytes] | None:
        """The end of the next record and the record; None where more has to come."""
        inbox = self._inbox
        if not self._depth and not self._in_string and self._at == start:
            spaces = SPACES.match(inbox, self._at)
            self._at = spaces.end() if spaces else self._at
            if self._at == len(inbox):
                return (self._at, b"") if self._at > start else None
            if self._at > start:
                return self._at, b""
            scalar = SCALAR.match(inbox, start)
            if scalar is not None:
                if scalar.end() == len(inbox):
                    return None
                self._at = scalar.end()
                return self._at, scalar[0]
        return self._bracketed(start)

    def _bracketed(self, start: int) -> tuple[int, bytes] | None:
        inbox = self._inbox
        while self._at < len(inbox):
            found = (IN_STRING if self._in_string else TOKEN).search(inbox, self._at)
            if found is None:
                self._at = len(inbox)
                return None
            one = found[0]
            if one == b"\\":
                if found.end() == len(inbox):
                    self._at = found.start()
                    return None
                self._at = found.end() + 1
                continue
            self._at = found.end()
            if one == b'"':
                self._in_string = not self._in_string
            else:
                self._depth += 1 if one in b"{[" else -1
                if self._depth < 0 or self._depth > DEEPEST:
                    raise Unreadable("a bracket is closed that was not opened" if self._depth < 0 else "it is too deep")
            if not self._depth and not self._in_string:
                return self._at, bytes(inbox[start : self._at])
        return None
