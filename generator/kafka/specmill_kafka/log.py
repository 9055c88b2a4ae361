"""What was produced: topics, their partitions and offsets. Written by the server's thread, read by any."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from specmill_kafka import partitions
from specmill_kafka.meaning import Meant


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it lies in its topic."""

    partition: int
    offset: int
    timestamp: int  # milliseconds since 1970
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()

    @property
    def json(self) -> Any:
        """The value as JSON; None for one that is null."""
        return None if self.value is None else json.loads(self.value)


class Topic:
    def __init__(self, name: str, partitions: int) -> None:
        self.name = name
        self.partitions = partitions
        self._ends = [0] * partitions
        self._sticky = 0
        self._stuck = 0
        self._stored: list[tuple[int, int, int, bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]] = []

    def records(self) -> tuple[Stored, ...]:
        return tuple(Stored(*one) for one in tuple(self._stored))

    def partition_of(self, record: Meant) -> int:
        if record.partition is not None:
            return record.partition
        if self.partitions == 1:
            return 0
        if record.key is not None:
            return partitions.of_key(record.key, self.partitions)
        self._stuck += len(record.value or b"")
        if self._stuck > partitions.STICKS:
            self._stuck = 0
            self._sticky = (self._sticky + 1) % self.partitions
        return self._sticky

    def add(self, record: Meant, partition: int, now: int) -> int:
        """Its offset."""
        offset = self._ends[partition]
        self._ends[partition] = offset + 1
        timestamp = now if record.timestamp is None else record.timestamp
        self._stored.append((partition, offset, timestamp, record.key, record.value, record.headers))
        return offset
