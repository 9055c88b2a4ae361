"""Cuts the bytes of a stream into records: concatenated JSON, with or without white space in between."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLANK = b" \t\r\n"
STRUCTURE = re.compile(rb'["{}\[\]]')
IN_STRING = re.compile(rb'["\\]')
WORD = re.compile(rb"[-+.0-9A-Za-z]*")
WORD_STARTS = b"-0123456789tfn"
CLOSES = {ord("}"): ord("{"), ord("]"): ord("[")}


class Broken(Exception):
    """The bytes are no JSON, so nobody can say where the next record begins: the stream is at its end."""


class Framer:
    """A record is complete with its closing brace. Where the pieces were cut makes no difference."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.restart()

    def restart(self) -> None:
        """What is in the buffer now is the start of a record."""
        self.at = 0  # so much of the buffer has been looked at
        self.stack = bytearray()  # of brackets that are open
        self.in_string = False

    def records(self, piece: bytes) -> Iterator[bytes]:
        """All records that are complete with this piece."""
        self.buffer += piece
        while (end := self.end()) is not None:
            record = bytes(self.buffer[:end])
            del self.buffer[:end]
            self.restart()
            yield record

    def rest(self) -> bytes:
        """What is left when the body ends. A number or a literal needs no end of its own."""
        return bytes(self.buffer)

    def end(self) -> int | None:
        """Where the first record in the buffer ends, None if it is not yet complete."""
        if not self.at and not self.started():
            return None
        if not self.stack and not self.in_string:
            return self.end_of_word()
        while self.at < len(self.buffer):
            if not (self.step_in_string() if self.in_string else self.step()):
                return None
            if not self.stack and not self.in_string:
                return self.at
        return None

    def started(self) -> bool:
        """Whether a record has begun; then its first byte has been looked at."""
        del self.buffer[: len(self.buffer) - len(self.buffer.lstrip(BLANK))]
        if not self.buffer:
            return False
        first = self.buffer[0]
        if first in b"{[":
            self.stack.append(first)
        elif first == ord('"'):
            self.in_string = True
        elif first not in WORD_STARTS:
            raise Broken(f"Unexpected character {chr(first)!r} where a record should begin")
        self.at = 1
        return True

    def end_of_word(self) -> int | None:
        match = WORD.match(self.buffer)
        end = match.end() if match else 0
        return end if end < len(self.buffer) else None

    def step(self) -> bool:
        """To the next bracket or quote, if there is one."""
        match = STRUCTURE.search(self.buffer, self.at)
        self.at = match.end() if match else len(self.buffer)
        if match is None:
            return False
        found = match[0][0]
        if found == ord('"'):
            self.in_string = True
        elif found in b"{[":
            self.stack.append(found)
        elif self.stack[-1] != CLOSES[found]:
            raise Broken(f"Unexpected character {chr(found)!r} inside a record")
        else:
            self.stack.pop()
        return True

    def step_in_string(self) -> bool:
        """To the end of the string or over one escape, if they are there."""
        match = IN_STRING.search(self.buffer, self.at)
        if match is None:
            self.at = len(self.buffer)
            return False
        if match[0] == b'"':
            self.in_string = False
            self.at = match.end()
            return True
        self.at = match.start()
        if match.end() == len(self.buffer):
            return False
        self.at = match.end() + 1
        return True
