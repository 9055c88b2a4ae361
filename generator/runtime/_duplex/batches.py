"""Many records with their reports, which stay JSON until somebody looks at them.

To decode a report costs more than to know where it ends, so whoever only counts most of them, or writes them to a file
as they came, is spared the half of the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from msgspec import Raw

R = TypeVar("R")
A = TypeVar("A")


class Batch(Generic[R, A]):
    """Records that were answered one after the other; to iterate it gives each with its report.

    Attributes:
        records: The records, in order.
        texts: Their reports as they came, as JSON: ``file.write`` takes each, and ``bytes`` makes bytes of it.
    """

    __slots__ = ("_decode", "_reports", "records", "texts")

    def __init__(self, records: list[R], texts: list[Raw], decode: Callable[[list[Raw]], list[A]]) -> None:
        self.records = records
        self.texts = texts
        self._decode = decode
        self._reports: list[A] | None = None

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[tuple[R, A]]:
        return zip(self.records, self.reports, strict=True)

    @property
    def reports(self) -> list[A]:
        """The reports, decoded all at once when they are first looked at. Raises StreamGarbled where one is none."""
        if self._reports is None:
            self._reports = self._decode(self.texts)
        return self._reports
