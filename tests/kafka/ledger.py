"""What a server has stored and what a producer has said about each of a great many records, in a few bytes a record."""

from __future__ import annotations

import os
from array import array
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from tests.kafka.producers import number_of

KEYS = 7  # record n has the key n % KEYS
ACCEPTED, REFUSED, UNKNOWN = 1, 2, 3
MARKS = {"accepted": ACCEPTED, "refused": REFUSED, "unknown": UNKNOWN}
STATM = Path("/proc/self/statm")


def resident() -> int:
    """KiB of memory that the process has now; none is counted where nobody tells."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024 if STATM.exists() else 0


class Ledger:
    def __init__(self, total: int) -> None:
        self.total = total
        self.stored = bytearray(total)  # how often
        self.outcomes = bytearray(total)
        self.thrown = bytearray(total)  # answered with 429 at least once
        self.grown = 0  # KiB since a quarter of the records was through
        self._places = array("L", bytes(total * array("L").itemsize))  # in the order stored; 0 for not at all
        self._count = count(1)
        self._highest = [-1] * KEYS
        self._noted = self._warm = 0
        self._lock = Lock()

    # --- by the server

    def store(self, one: Any) -> None:
        number = number_of(one)
        with self._lock:
            self.stored[number] += 1
            self._places[number] = self._places[number] or next(self._count)

    def throw(self, one: Any) -> None:
        self.thrown[number_of(one)] = 1

    # --- by the caller of the producer

    def note(self, number: int, outcome: str) -> None:
        assert not self.outcomes[number], f"record {number} has two outcomes"
        self.outcomes[number] = MARKS[outcome]
        key = number % KEYS
        assert number > self._highest[key] or self.thrown[number], f"record {number} came behind newer ones of its key"
        self._highest[key] = max(self._highest[key], number)
        self._noted += 1
        if self._noted % (self.total // 64 or 1) == 0:
            self._look_at_memory()

    def _look_at_memory(self) -> None:
        now = resident()
        if self._noted <= self.total // 4:
            self._warm = now
        self.grown = max(self.grown, now - self._warm)

    # --- in the end

    def counts(self) -> dict[str, int]:
        return {name: self.outcomes.count(mark) for name, mark in MARKS.items()}

    def judge(self, resends: bool, window: int) -> None:
        assert self.total == sum(self.counts().values()), "a record has no outcome"
        for number, outcome in enumerate(self.outcomes):
            assert outcome != ACCEPTED or self.stored[number], f"record {number} is accepted, but not stored"
            assert outcome != REFUSED or not self.stored[number], f"record {number} is refused, but stored"
        if not resends:
            assert max(self.stored) <= 1, "stored twice without the caller's word"
        for key in range(KEYS):
            self._judge_order([n for n in range(key, self.total, KEYS) if self.outcomes[n] == ACCEPTED], window)

    def _judge_order(self, numbers: list[int], window: int) -> None:
        """A record that was thrown away comes behind those in flight with it; nothing else loses its place."""
        places = [self._places[n] for n in numbers if not self.thrown[n]]
        assert sorted(places) == places, "records of one key were stored in another order"
        for at, number in enumerate(numbers):
            if self.thrown[number] and at + window < len(numbers):
                assert self._places[number] < self._places[numbers[at + window]], "a record came far behind newer ones"
