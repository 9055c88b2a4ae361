"""Hands lines over to the producer: without waiting for the input, and no faster than ``--rate``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, TypeAlias

from .._producer.rules import AHEAD, FAR_AHEAD
from .._producer.sendable import Unsendable
from .books import Books
from .lines import Lines, Piece
from .ranges import runs_of
from .records import Bad, Reader, many
from .state import State
from .texts import Texts

WEIGHT = 1024 * 1024  # bytes of lines that may be taken and not sent, if they are more than AHEAD
KILLED = "it was on its way when an earlier run ended"
Given: TypeAlias = tuple[Texts | None, list[Any]]  # lines, if there are any, and their records where they are read


class Feed:
    """The intake of a producer, or with ``texts`` of several in other processes.

    ``stop`` ends it before the input does.

    ``read`` makes records of lines, which only ``some`` has to do.

    ``in_order``: what is no record keeps its place among the others, and is refused when it is its turn.

    ``again`` sends what an earlier run has left open, else that is unknown for good.
    """

    def __init__(
        self, lines: Lines, read: Reader, state: State, books: Books, again: bool, in_order: bool = False
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
        """Records."""
        return self._taken(most, self._read)[1]

    def texts(self, most: int) -> Texts | None:
        """Lines as they are, for another process to read them."""
        return self._taken(most, None)[0]

    def _taken(self, most: int, read: Reader | None) -> Given:
        if self.pace is not None:
            most = min(most, self.pace.allowed())
        piece = self._next() if most > 0 else None
        if piece is None:
            return None, []
        first, start, texts = piece
        taken, left = texts.cut(most) if len(texts) > most else (texts, None)
        self.end = start + taken.size
        self._mean = taken.size // len(taken) + 1
        self.last = first + len(taken) - 1
        self._piece = None if left is None else Piece(self.last + 1, self.end, left)
        given = self._given(first, taken, read)
        self._books.flush()
        if self.pace is not None and given[0] is not None:
            self.pace.took(len(given[0]))
        return given

    def _next(self) -> Piece | None:
        if self.stopped:
            self.empty = True
        elif self._piece is None:
            self._piece = self._lines.piece()
            self.empty = self._lines.over
        return None if self.empty else self._piece

    def _given(self, first: int, texts: Texts, read: Reader | None) -> Given:
        if first > self._known:
            try:
                records = [] if read is None else many(read, texts)
            except Bad:
                pass  # one of them is not, so each is looked at
            else:
                return self._handed(range(first, first + len(texts)), texts, records)
        lines, kept, records = [], [], []
        for line, text in enumerate(texts.lines, first):
            if (record := self._one(line, text, read)) is not None:
                lines.append(line)
                kept.append(text)
                records.append(record)
        return self._handed(lines, Texts.of(kept), records) if kept else (None, [])

    def _one(self, line: int, text: bytes, read: Reader | None) -> Any:
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
            return text if read is None else read(text)
        except Bad as error:
            if self._in_order:
                return Unsendable(str(error))
            self._books.refuse(line, text, None, str(error))
            return None

    def _handed(self, lines: Sequence[int], texts: Texts, records: list[Any]) -> Given:
        runs = [(lines[0], lines[-1])] if isinstance(lines, range) else runs_of(lines)
        self._state.hand(runs, self.last, self.end)
        self._books.origins.add(self._number, lines, texts)
        self._number += len(lines)
        return texts, records


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
