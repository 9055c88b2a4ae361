"""The topics with their partitions: what was stored, at which offset."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass

Partition = tuple[str, str, int]  # the cluster, the topic, the number


@dataclass(frozen=True)
class Stored:
    """A record in its place."""

    cluster: str
    topic: str
    partition: int
    offset: int
    record: dict[str, object]


class Topics:
    def __init__(self, first: int = 0) -> None:
        self.first = first  # the offset of the first record of every partition
        self._logs: dict[Partition, list[dict[str, object]]] = defaultdict(list)
        self._lock = threading.Lock()

    def store(self, cluster: str, topic: str, partition: int, record: dict[str, object]) -> Stored:
        with self._lock:
            log = self._logs[cluster, topic, partition]
            log.append(record)
            return Stored(cluster, topic, partition, self.first + len(log) - 1, record)
