"""Takes records from what the caller gives, and keeps what it raised until all that came before is seen to."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from time import perf_counter
from typing import Any

QUICK = 0.001  # seconds


class Intake:
    """In large pieces where they come quickly, and one by one where each has to be waited for."""

    def __init__(self, records: Iterable[Any]) -> None:
        self.empty = False
        self.error: BaseException | None = None
        self._records = iter(records)
        self._count = 1

    def some(self, most: int) -> list[Any]:
        start = perf_counter()
        asked = min(self._count, most)
        found: list[Any] = []
        try:
            found.extend(islice(self._records, asked))  # which keeps what came before an exception
        except BaseException as error:
            self.error = error
        self.empty = len(found) < asked
        quick = perf_counter() - start < QUICK
        self._count = self._count * 2 if quick else max(1, self._count // 2)
        return found
