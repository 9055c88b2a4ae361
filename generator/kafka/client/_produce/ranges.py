"""Numbers of lines: nearly all up to some line, and a few beyond. Numbers that follow each other are one *run*."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import TypeAlias

Run: TypeAlias = tuple[int, int]  # the first and the last


class Ranges:
    """A set of numbers from 1 that costs as much as it has gaps."""

    def __init__(self) -> None:
        self.low = 0  # all numbers up to this one are in
        self._firsts: list[int] = []  # of the runs beyond, none of which touches another
        self._lasts: list[int] = []

    def __contains__(self, number: int) -> bool:
        at = bisect_left(self._lasts, number)
        return number <= self.low or (at < len(self._firsts) and self._firsts[at] <= number)

    @property
    def highest(self) -> int:
        return self._lasts[-1] if self._lasts else self.low

    def add(self, runs: Iterable[Run]) -> None:
        for first, last in runs:
            if first > self.low + 1:
                self._add_beyond(first, last)
            else:
                self.low = max(self.low, last)
                self._close_up()

    def _add_beyond(self, first: int, last: int) -> None:
        """Runs that it meets become one with it."""
        start, stop = bisect_left(self._lasts, first - 1), bisect_right(self._firsts, last + 1)
        if start < stop:
            first, last = min(first, self._firsts[start]), max(last, self._lasts[stop - 1])
        self._firsts[start:stop], self._lasts[start:stop] = [first], [last]

    def _close_up(self) -> None:
        """Lets go of what is below, and goes on over what follows."""
        while self._firsts and self._firsts[0] <= self.low + 1:
            del self._firsts[0]
            self.low = max(self.low, self._lasts.pop(0))

    def remove(self, numbers: Iterable[int]) -> None:
        for number in sorted(numbers, reverse=True):
            if number <= self.low:
                if number < self.low:
                    self._add_beyond(number + 1, self.low)
                self.low = number - 1
            elif number in self:
                self._split(bisect_left(self._lasts, number), number)

    def _split(self, at: int, number: int) -> None:
        first, last = self._firsts[at], self._lasts[at]
        kept = [run for run in ((first, number - 1), (number + 1, last)) if run[0] <= run[1]]
        self._firsts[at : at + 1] = [first for first, _ in kept]
        self._lasts[at : at + 1] = [last for _, last in kept]

    def without(self, other: Ranges) -> Iterator[int]:
        """What is in this one alone, in order."""
        yield from (number for number in range(other.low + 1, self.low + 1) if number not in other)
        for first, last in self._beyond():
            yield from (number for number in range(first, last + 1) if number not in other)

    def _beyond(self) -> Iterator[Run]:
        return zip(self._firsts, self._lasts, strict=True)

    def __str__(self) -> str:
        return spelt([*([(1, self.low)] if self.low else []), *self._beyond()])


def runs_of(numbers: Iterable[int]) -> list[Run]:
    """Of different numbers."""
    if isinstance(numbers, range) and numbers:
        return [(numbers[0], numbers[-1])]
    ordered = sorted(numbers)
    if ordered and ordered[-1] - ordered[0] == len(ordered) - 1:  # as nearly always
        return [(ordered[0], ordered[-1])]
    return joined((number, number) for number in ordered)


def joined(runs: Iterable[Run]) -> list[Run]:
    """The same numbers in as few runs as can be."""
    found: list[Run] = []
    for first, last in sorted(runs):
        if found and first == found[-1][1] + 1:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def spelt(runs: Iterable[Run]) -> str:
    """``1-500,503``"""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def read(text: str) -> Iterator[Run]:
    """The runs again; raises ValueError."""
    for part in text.split(",") if text else ():
        first, dash, last = part.partition("-")
        yield int(first), int(last if dash else first)
