"""Numbers of lines: nearly all up to some line, and a few beyond. Numbers that follow each other are one *run*."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

Run: TypeAlias = tuple[int, int]  # the first and the last


class Ranges:
    """A set of numbers from 1 that costs next to nothing where it has no gaps."""

    def __init__(self) -> None:
        self.low = 0  # all numbers up to this one are in
        self._beyond: set[int] = set()

    def __contains__(self, number: int) -> bool:
        return number <= self.low or number in self._beyond

    @property
    def highest(self) -> int:
        return max(self._beyond, default=self.low)

    def add(self, runs: Iterable[Run]) -> None:
        for first, last in runs:
            if first > self.low + 1:
                self._beyond.update(range(first, last + 1))
                continue
            self.low = max(self.low, last)
            if self._beyond:
                self._close_up(first)

    def _close_up(self, first: int) -> None:
        """Lets go of what is below, and goes on over what follows."""
        self._beyond.difference_update(range(first, self.low + 1))
        while self.low + 1 in self._beyond:
            self.low += 1
            self._beyond.remove(self.low)

    def remove(self, numbers: Iterable[int]) -> None:
        for number in sorted(numbers, reverse=True):
            if number <= self.low:
                self._beyond.update(range(number + 1, self.low + 1))
                self.low = number - 1
            else:
                self._beyond.discard(number)

    def without(self, other: Ranges) -> Iterator[int]:
        """What is in this one alone, in order."""
        yield from (number for number in range(other.low + 1, self.low + 1) if number not in other)
        yield from (number for number in sorted(self._beyond) if number not in other)

    def __str__(self) -> str:
        head = (f"1-{self.low}",) if self.low else ()
        return ",".join([*head, spelt(runs_of(self._beyond))] if self._beyond else head)


def runs_of(numbers: Iterable[int]) -> list[Run]:
    """Of different numbers."""
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
