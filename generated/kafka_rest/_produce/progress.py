"""The line on a terminal: bytes, records a second, in flight, outcomes, time left."""

from __future__ import annotations

import shutil
import sys
import time

from .books import Books
from .feed import Feed

EACH = 0.2  # seconds


class Progress:
    """Nothing is shown where nobody looks."""

    def __init__(self, books: Books, feed: Feed, size: int | None, begin: int) -> None:
        self.wanted = sys.stderr.isatty()
        self._books, self._feed = books, feed
        self._size, self._begin = size, begin
        self._started = time.monotonic()
        self._before = books.accepted + books.refused + books.unknown
        self._next = self._started + EACH

    @property
    def seconds(self) -> float:
        return max(1e-6, time.monotonic() - self._started)

    @property
    def rate(self) -> float:
        """Records a second that found their outcome."""
        return (self._books.accepted + self._books.refused + self._books.unknown - self._before) / self.seconds

    def show(self) -> None:
        if self.wanted and time.monotonic() >= self._next:
            self._next = time.monotonic() + EACH
            self._write(self.told())

    def clear(self) -> None:
        if self.wanted:
            self._write("")

    def told(self) -> str:
        books = self._books
        parts = [
            bytes_of(self._feed.end) + (f" of {bytes_of(self._size)}" if self._size else ""),
            f"{self.rate:,.0f}/s",
            f"{len(books.origins):,} in flight",
            f"{books.accepted:,} accepted",
            f"{books.refused:,} refused",
            f"{books.unknown:,} unknown",
        ]
        return "  ".join([*parts, *([f"{left} left"] if (left := self._left()) else [])])

    def _left(self) -> str:
        done = self._feed.end - self._begin
        if not self._size or done <= 0:
            return ""
        seconds = int((self._size - self._feed.end) * self.seconds / done)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    def _write(self, text: str) -> None:
        width = max(1, shutil.get_terminal_size().columns - 1)
        print(f"\r{text[:width]:{width}}\r", end="", file=sys.stderr, flush=True)


def bytes_of(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
