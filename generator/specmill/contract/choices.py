"""A row of small decisions, made of bytes: Hypothesis draws them in one go, and shorter or lower ones mean less.

To draw every decision by itself costs Hypothesis some two milliseconds a record. A plain maker that reads its
decisions from drawn bytes needs a hundredth of that and shrinks as well: when the bytes are used up every further
decision is 0, which stands for the simplest there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
LARGE = 0xFF  # how far a decision of one byte goes


class Choices:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def below(self, count: int) -> int:
        """A number from 0 to count - 1; 0 for the simplest."""
        if count <= 1:
            return 0
        number = self._byte()
        most = LARGE
        while most < count - 1:
            number = number << 8 | self._byte()
            most = most << 8 | LARGE
        return number % count

    def among(self, some: Sequence[T]) -> T:
        """One of them, the first being the simplest."""
        return some[self.below(len(some))]

    def chance(self, of: int = 2) -> bool:
        """Yes once in so many times; no is simpler."""
        return self.below(of) == of - 1

    def count(self, least: int, most: int) -> int:
        """How many: mostly few."""
        return least + min(self.below(4) if not self.chance(8) else self.below(most - least + 1), most - least)

    @property
    def used_up(self) -> bool:
        return self._place >= len(self._data)

    def _byte(self) -> int:
        if self.used_up:
            return 0
        self._place += 1
        return self._data[self._place - 1]
