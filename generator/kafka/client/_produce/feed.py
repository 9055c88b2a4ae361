"""Hands lines over to the producer: without waiting for the input, and no faster than ``--rate``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from .._producer.rules import AHEAD, FAR_AHEAD
from .._producer.sendable import Unsendable
from .books import Books
from .lines import Lines, Piece
from .ranges import runs_of
from .records import Bad, Reader, many
from .state import State

WEIGHT = 1024 * 1024  # bytes of lines that may be taken and not sent, if they are more than AHEAD
KILLED = "it was on its way when an earlier run ended"


class Feed:
    """The intake of a producer; ``stop`` ends it before the input does.

    Without ``read`` the lines are given as they are, for another process to read them.

    ``in_order``: what is no record keeps its place among the others, and is refused when it is its turn.

    ``again`` sends what an earlier run has left open, else that is unknown for good.
    """

    def __init__(
        self, lines: Lines, read: Reader | None, state: State, books: Books, again: bool, in_order: bool = False
    ) -> None:
        self.empty = False
        self.stopped = False
        self.end = 0  # bytes of the input that were taken
        self.last = state.done.low  # the line that was taken last
        self.pace: Pace | None = None
        self._lines, self._read, self._state, self._books = lines, read, state, books
        self._in_order = in_order
        self._piece: Piece | None = None
        self._number = 0
        self._mean = WEIGHT  # bytes of a line, of those that were taken last
        open_lines = state.left_open()
        self._known = max((*open_lines, state.done.highest, state.handed.highest))
        self._unknown = frozenset(() if again else open_lines)

    @property
    def ahead(self) -> int:
        """The more, the shorter the lines are."""
        return max(AHEAD, min(FAR_AHEAD, WEIGHT // self._mean))

    @property
    def error(self) -> BaseException | None:
        return self._lines.error if self.empty and not self.stopped else None

    def stop(self) -> None:
        self.stopped = True
        self._lines.leave()

    def some(self, most: int) -> list[Any]:
        if self.pace is not None:
            most = min(most, self.pace.allowed())
        piece = self._next() if most > 0 else None
        if piece is None:
            return []
        first, start, texts = piece
        taken = texts[:most]
        self.end = start + sum(map(len, taken)) + len(taken)
        self._mean = (self.end - start) // len(taken) + 1
        self.last = first + len(taken) - 1
        self._piece = Piece(first + len(taken), self.end, texts[most:]) if len(texts) > most else None
        records = self._records(first, taken)
        self._books.flush()
        if self.pace is not None:
            self.pace.took(len(records))
        return records

    def _next(self) -> Piece | None:
        if self.stopped:
            self.empty = True
        elif self._piece is None:
            self._piece = self._lines.piece()
            self.empty = self._lines.over
        return None if self.empty else self._piece

    def _records(self, first: int, texts: list[bytes]) -> list[Any]:
        if first > self._known:
            try:
                records: list[Any] = texts if self._read is None else many(self._read, texts)
            except Bad:
                pass  # one of them is not, so each is looked at
            else:
                return self._handed(range(first, first + len(texts)), texts, records)
        lines, kept, records = [], [], []
        for line, text in enumerate(texts, first):
            if (record := self._one(line, text)) is not None:
                lines.append(line)
                kept.append(text)
                records.append(record)
        return self._handed(lines, kept, records)

    def _one(self, line: int, text: bytes) -> Any:
        """A record, or why it is none where that has to be told in order; nothing if there is no more to do."""
        if line in self._state.done:
            return None
        if line in self._unknown:
            self._books.leave_unknown(line, KILLED)
            return None
        if not text.strip():
            self._books.pass_over((line,))
            return None
        try:
            return text if self._read is None else self._read(text)
        except Bad as error:
            if self._in_order:
                return Unsendable(str(error))
            self._books.refuse(line, text, None, str(error))
            return None

    def _handed(self, lines: Sequence[int], texts: list[bytes], records: list[Any]) -> list[Any]:
        if records:
            runs = [(lines[0], lines[-1])] if isinstance(lines, range) else runs_of(lines)
            self._state.hand(runs, self.last, self.end)
            self._books.origins.add(self._number, lines, texts)
            self._number += len(records)
        return records


class Pace:
    """So many records a second, evenly: what was not used in one moment is gone in the next."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._due = time.monotonic()

    def allowed(self) -> int:
        now = time.monotonic()
        self._due = max(self._due, now - 0.1)
        return int((now - self._due) * self._rate) + 1 if self._due <= now else 0

    def took(self, count: int) -> None:
        self._due += count / self._rate
