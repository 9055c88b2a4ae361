"""What becomes of one record that can be read, as the producer and the broker behind the API decide it."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from specmill_kafka.behaviour import BROKER, Behaviour
from specmill_kafka.log import Topic
from specmill_kafka.meaning import Fault, Meant
from specmill_kafka.records import Item
from specmill_kafka.reports import Slot, Successes, refusal

RATE = Fault(429, "Request rate limit exceeded: The rate limit of requests per second has been exceeded.")
OVERHEAD = 61 + 21  # of a batch and a record in it


class Home(Protocol):
    """What a stream, and the judge of its records, need of the emulator."""

    behaviour: Behaviour

    @property
    def weighs(self) -> bool: ...

    @property
    def is_plain(self) -> bool: ...

    def topic(self, name: str) -> Topic | None: ...

    def rate_allows(self, cluster: str, size: int, now: float) -> bool: ...

    def broker_says(self, topic: str) -> str: ...


class Judge:
    """What becomes of one record that can be read: stored, or refused for a reason."""

    def __init__(self, home: Home, cluster: str, topic: str) -> None:
        self._home = home
        self._cluster = cluster
        self._topic = topic
        self._successes = Successes(cluster, topic)

    def refused(self, record: Meant, now: float) -> Fault | None:
        if not self._home.rate_allows(self._cluster, record.size, now):
            return RATE
        if record.partition is not None and record.partition < 0:
            return Fault(40402, "Partition not found.")
        return record.fault or self._too_large(record)

    def missing(self, record: Meant) -> Fault | None:
        """What the producer waits for, in vain."""
        topic = self._home.topic(self._topic)
        waited = self._home.behaviour.number("stall") * 1000
        if topic is None:
            return Fault(40401, f"Topic {self._topic} not present in metadata after {waited:.0f} ms.")
        if record.partition is not None and record.partition >= topic.partitions:
            return Fault(
                40401,
                f"Partition {record.partition} of topic {self._topic} with partition count {topic.partitions} "
                f"is not present in metadata after {waited:.0f} ms.",
            )
        return None

    def stored(self, record: Meant, clock: int) -> bytes:
        """The report of what the broker made of it."""
        said = self._home.broker_says(self._topic)
        if said in ("accepts", "timeout-stored"):
            report = self._stored(record, clock)
            if said == "accepts":
                return report
        code, text = BROKER[said]
        return refusal(Fault(code, text.format(topic=self._topic)))

    def _stored(self, record: Meant, clock: int) -> bytes:
        topic = self._home.topic(self._topic)
        assert topic is not None, "missing() has been asked"
        partition = topic.partition_of(record)
        offset = topic.add(record, partition, clock)
        if self._home.behaviour.word("log") == "duplicates":
            topic.add(record, partition, clock)
        timestamp = clock if record.timestamp is None else record.timestamp
        return self._successes.report(record, partition, offset, timestamp)

    def all_stored(self, items: deque[Item], clock: int, reports: deque[bytes | Slot]) -> None:
        """Takes those that are plainly right, up to the first that is not: no switch has a word to say on them."""
        topic = self._home.topic(self._topic)
        limit = self._home.behaviour.number("message-size") - OVERHEAD
        if topic is None:
            return
        partition_of, add, report = topic.partition_of, topic.add, self._successes.report
        while items:
            item = items[0]
            if type(item) is not Meant or item.fault is not None or item.partition is not None or item.headers:
                return
            if len(item.key or b"") + len(item.value or b"") > limit:
                return
            items.popleft()
            partition = partition_of(item)
            timestamp = clock if item.timestamp is None else item.timestamp
            reports.append(report(item, partition, add(item, partition, clock), timestamp))

    def _too_large(self, record: Meant) -> Fault | None:
        size = OVERHEAD + len(record.key or b"") + len(record.value or b"")
        if record.headers:
            size += sum(len(name.encode("utf-8", "replace")) + len(content or b"") for name, content in record.headers)
        limit = self._home.behaviour.number("message-size")
        if size <= limit:
            return None
        return Fault(
            413,
            f"The message is {size} bytes when serialized which is larger than {limit:.0f}, "
            "which is the value of the max.request.size configuration.",
        )
