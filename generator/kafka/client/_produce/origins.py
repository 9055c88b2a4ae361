"""Which line each record comes from: a producer numbers records as they come, and lines mostly follow each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from .ranges import Run, runs_of


@dataclass(slots=True)
class Block:
    """Records that were handed over together."""

    number: int  # of the first, at the producer
    lines: Sequence[int]
    texts: Sequence[bytes]
    left: int  # how many have no outcome


class Origins:
    def __init__(self) -> None:
        self._blocks: list[Block] = []  # by their numbers
        self._firsts: list[int] = []

    def add(self, number: int, lines: Sequence[int], texts: Sequence[bytes]) -> None:
        self._blocks.append(Block(number, lines, texts, len(lines)))
        self._firsts.append(number)

    def __getitem__(self, number: int) -> tuple[int, bytes]:
        """The line of a record, and its text."""
        block = self._block(number)
        return block.lines[number - block.number], block.texts[number - block.number]

    def __len__(self) -> int:
        return sum(block.left for block in self._blocks)

    def line_of(self, number: int) -> int:
        block = self._block(number)
        return block.lines[number - block.number]

    def forget(self, first: int, last: int) -> list[Run]:
        """The lines of these records, which nobody asks for any more."""
        found: list[Run] = []
        while first <= last:
            block = self._block(first)
            start, stop = first - block.number, min(last + 1 - block.number, len(block.lines))
            found += runs_of(block.lines[start:stop])
            first = block.number + stop
            block.left -= stop - start
            if not block.left:
                self._drop(block)
        return found

    def _block(self, number: int) -> Block:
        return self._blocks[bisect_right(self._firsts, number) - 1]

    def _drop(self, block: Block) -> None:
        at = bisect_right(self._firsts, block.number) - 1
        del self._blocks[at], self._firsts[at]
