"""Splits concatenated JSON into its values as they come, with or without anything in between.

Each keeps the bytes that it came as and the time at which it was complete. What is no good JSON is a value too, with
its faults: whoever reads the answers of a server under test wants to know what came, not to be stopped by it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from specmill.values import JSON

BLANK = b" \t\r\n"
NEXT = re.compile(rb"[^ \t\r\n]")
TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
IN_STRING = re.compile(rb'["\\]')
WORD = re.compile(rb"[^ \t\r\n\"{}\[\],:]*+")
GARBAGE = re.compile(rb"[^\s\"{\[]++")
OPENS = b"{["
WORD_STARTS = b"-0123456789tfnNI"


@dataclass(frozen=True, slots=True)
class Text:
    """One value of a sequence."""

    raw: bytes
    value: JSON
    at: float  # when it was complete
    faults: tuple[str, ...] = ()


class Splitter:
    """Looks at every byte once, however they are cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._start = 0  # of the value that is being read, or of what has not been looked at
        self._place = 0  # so much of it has been looked at; the same as the start while none has begun
        self._depth = 0
        self._in_string = False
        self._word = False

    def feed(self, data: bytes, at: float = 0.0) -> list[Text]:
        """The values that are complete with these bytes."""
        self._buffer += data
        found: list[Text] = []
        while (end := self._end()) is not None:
            found.append(text_of(bytes(self._buffer[self._start : end]), at))
            self._start = self._place = end
        del self._buffer[: self._start]
        self._place -= self._start
        self._start = 0
        return found

    def end(self, at: float = 0.0) -> list[Text]:
        """What is left when nothing more comes: a number, which has no end of its own, or a value cut short."""
        rest = bytes(self._buffer).strip(BLANK)
        word, self._word = self._word, False
        self._buffer.clear()
        self._start = self._place = self._depth = 0
        if not rest:
            return []
        return [text_of(rest, at) if word else Text(rest, None, at, ("it is cut short",))]

    @property
    def unfinished(self) -> bool:
        return self._start < len(self._buffer)

    def _end(self) -> int | None:
        if self._place == self._start and not self._begin():
            return None
        if self._word:
            return self._end_of_word()
        while self._place < len(self._buffer):
            if not (self._through_string() if self._in_string else self._to_bracket()):
                return None
            if not self._depth and not self._in_string:
                return self._place
        return None

    def _begin(self) -> bool:
        """Whether a value has begun; what stands between two values is read over."""
        found = NEXT.search(self._buffer, self._start)
        self._start = self._place = found.start() if found else len(self._buffer)
        if found is None:
            return False
        self._word = self._buffer[self._start] not in b'"{['
        return True

    def _end_of_word(self) -> int | None:
        """Of a number or a literal, which ends where something else begins; or of what is neither."""
        pattern = WORD if self._buffer[self._start] in WORD_STARTS else GARBAGE
        found = pattern.match(self._buffer, max(self._place, self._start))
        self._place = found.end() if found else self._place
        if self._place == len(self._buffer):
            return None
        self._word = False
        return self._place

    def _to_bracket(self) -> bool:
        found = TOKEN.search(self._buffer, self._place)
        if found is None:
            self._place = len(self._buffer)
            return False
        self._place = found.end()
        token = found[0]
        if token == b'"':  # a string whose end is not here
            self._in_string = True
        elif len(token) == 1:
            self._depth += 1 if token in OPENS else -1
        return True

    def _through_string(self) -> bool:
        """To the end of the string, or over one escape."""
        found = IN_STRING.search(self._buffer, self._place)
        if found is None:
            self._place = len(self._buffer)
            return False
        if found[0] == b'"':
            self._in_string = False
            self._place = found.end()
            return True
        if found.end() == len(self._buffer):
            self._place = found.start()
            return False
        self._place = found.end() + 1
        return True


def split(data: bytes) -> list[Text]:
    """All values of a text that is complete."""
    splitter = Splitter()
    return [*splitter.feed(data), *splitter.end()]


class _Noted(json.JSONDecoder):
    """Takes what Python takes, and notes what JSON does not have."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=self._pairs, parse_constant=self._constant)
        self.faults: list[str] = []

    def _pairs(self, pairs: list[tuple[str, JSON]]) -> JSON:
        found = dict(pairs)
        if len(found) != len(pairs):
            left = {name: place for place, (name, _) in enumerate(pairs)}  # the last of each name
            twice = next(name for place, (name, _) in enumerate(pairs) if left[name] != place)
            self.faults.append(f"the member {twice!r} stands there twice")
        return found

    def _constant(self, name: str) -> JSON:
        self.faults.append(f"{name} is no JSON")
        return float(name)


_NOTED = _Noted()


def text_of(raw: bytes, at: float = 0.0) -> Text:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return Text(raw, None, at, (f"this is no UTF-8: {raw[error.start : error.start + 4]!r}",))
    _NOTED.faults = []
    try:
        value = _NOTED.decode(text)
    except (ValueError, RecursionError) as error:
        return Text(raw, None, at, (f"this is no JSON: {error}",))
    return Text(raw, value, at, tuple(_NOTED.faults))
