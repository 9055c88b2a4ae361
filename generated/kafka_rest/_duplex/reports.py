"""Concatenated JSON, cut into the reports that it holds: with any separator or none, cut anywhere, spread over lines.

msgspec reads a whole batch of values one after the other, once it is known where the last one ends. That is guessed
first, since servers are regular, and where the guess is wrong a scanner finds it. However the content is cut, every
byte is looked at a bounded number of times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, Generic, TypeVar

import msgspec

from .._json import UndecodableAnswer, codec
from .framing import Malformed

A = TypeVar("A")
TEXTS = msgspec.json.Decoder(msgspec.Raw)
LONGEST = 16 * 1024 * 1024  # bytes of one report
SPACE = b" \t\r\n"
# Whole texts are passed over in one step; a quote alone begins one that has not ended yet.
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|["{}\[\]]', re.DOTALL)
REST_OF_TEXT = re.compile(rb'(?:[^"\\]|\\.)*+(")?', re.DOTALL)
SCALAR = re.compile(rb'[^\s{}\[\]"]+')


class Reports(Generic[A]):
    """Content in, reports out; ``fault`` says what is wrong behind the last of them."""

    def __init__(self, type_: Any) -> None:
        self.fault: Malformed | None = None
        self._codec = codec(type_)
        self._read_all: Callable[[bytes], list[Any]] = self._codec.decode_all
        self._as_text = False
        self._class = type_ if isinstance(type_, type) and issubclass(type_, msgspec.Struct) else None
        self._scanner = Scanner()
        self._parts: list[bytes] = []  # of a value that has begun
        self._size = 0  # of these

    def stay_text(self) -> None:
        """Reports come as their JSON from now on, which costs half as much; ``decoded`` makes reports of it."""
        self._as_text = True
        self._read_all = TEXTS.decode_lines

    def decoded(self, reports: list[Any]) -> list[A]:
        """What ``feed`` gave, as reports. Raises UndecodableAnswer for the first that is none."""
        if not self._as_text:
            return reports
        found = self._whole(b"\n".join(reports), self._codec.decode_all)
        return [self._one(bytes(text)) for text in reports] if found is None else found

    def feed(self, content: bytes) -> list[A]:
        """The reports that are complete now."""
        if self._parts:
            self._parts.append(content)
            self._size += len(content)
            if not self._ends_in(content):
                return []
            content = b"".join(self._parts)
            self._parts = []
        if content.endswith(b"\n") and (found := self._whole(content, self._read_all)) is not None:
            return found
        cut = _last(content)
        if cut and (found := self._whole(content[:cut], self._read_all)) is not None:
            found += self._scanned(content[cut:])
            return found
        return self._scanned(content)

    def finish(self) -> list[A]:
        """Nothing follows: a number, say, is complete only because of that, and half a report is a fault."""
        rest, self._parts = b"".join(self._parts), []
        return self._each([rest]) if rest.strip(SPACE) else []

    @staticmethod
    def _whole(content: bytes, read_all: Callable[[bytes], list[A]]) -> list[A] | None:
        """None, if these are not all whole, or one of them breaks a promise."""
        try:
            return read_all(content)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None

    def _scanned(self, content: bytes) -> list[A]:
        if not content.strip(SPACE):
            return []
        self._scanner = Scanner()
        ends = [0]
        try:
            ends += self._scanner.ends(content)
        except Malformed as fault:
            self.fault = fault
        if content[ends[-1] :].strip(SPACE):
            self._parts = [content[ends[-1] :]]
            self._size = len(self._parts[0])
        found = self._whole(content[: ends[-1]], self._read_all)
        if found is not None and len(found) == len(ends) - 1:
            return found
        return self._each(content[start:end] for start, end in pairwise(ends))

    def _ends_in(self, content: bytes) -> bool:
        """Whether the value that has begun ends in here."""
        try:
            if self._scanner.end(content) >= 0:
                return True
            if self._size > LONGEST:
                raise Malformed(f"a report is longer than {LONGEST} bytes")
        except Malformed as fault:
            self.fault = fault
        return False

    def _each(self, texts: Iterable[bytes]) -> list[A]:
        """One by one, as well as each can be read, to the first that cannot."""
        found: list[Any] = []
        try:
            for text in texts:
                report = self._one(text)
                found.append(msgspec.Raw(text) if self._as_text else report)
        except UndecodableAnswer as error:
            self.fault = Malformed(f"this is no report: {error}")
        return found

    def _one(self, text: bytes) -> A:
        report: A = self._codec.decode(text)
        if self._class is not None and type(report) is not self._class:
            raise UndecodableAnswer(repr(report)[:80])
        return report


def _last(content: bytes) -> int:
    """Where the last report may begin: with a line, or between two braces, which are not sought in front of that."""
    line = content.rfind(b"\n{")
    return max(line, content.rfind(b"}{", line + 1)) + 1


class Scanner:
    """Finds where a JSON value ends, going on where the bytes before were cut. It does not judge what stands inside."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_text = False
        self._escaped = False
        self._in_scalar = False

    def ends(self, data: bytes) -> Iterator[int]:
        """Where each value ends."""
        at = self.end(data)
        while at >= 0:
            yield at
            at = self.end(data, at)

    def end(self, data: bytes, at: int = 0) -> int:
        """Where the value ends, or -1; further values begin with the same state as the first."""
        length = len(data)
        while at < length:
            if self._in_text:
                at = self._text(data, at)
                if not self._in_text and not self._depth:
                    return at
            elif not self._depth and (scalar := SCALAR.match(data, at)):
                at = scalar.end()
                self._in_scalar = at == length
                if not self._in_scalar:
                    return at
            elif self._in_scalar:
                self._in_scalar = False
                return at
            else:
                at, whole = self._token(data, at)
                if whole:
                    return at
        return -1

    def _token(self, data: bytes, at: int) -> tuple[int, bool]:
        """Behind the next token, and whether it ends the value."""
        if not self._depth and data[at] in SPACE:
            return at + 1, False
        found = TOKEN.search(data, at)
        if found is None:
            return len(data), False
        token, at = found[0], found.end()
        if token in (b"{", b"["):
            self._depth += 1
        elif token in (b"}", b"]"):
            self._depth -= 1
        elif token == b'"':
            self._in_text = True
            return at, False
        if self._depth < 0:
            raise Malformed(f"a report begins with {token.decode()}")
        return at, not self._depth

    def _text(self, data: bytes, at: int) -> int:
        """Behind the text, or all bytes if it goes on."""
        if self._escaped:
            self._escaped, at = False, at + 1
        found = REST_OF_TEXT.match(data, at)
        assert found  # every part of the pattern is optional
        self._in_text = not found[1]
        # A backslash that comes last is left over: what it escapes comes with the next bytes.
        self._escaped = found.end() < len(data) and self._in_text
        return found.end() + self._escaped
