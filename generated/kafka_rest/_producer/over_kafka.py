"""``engine="kafka"`` for the two drivers: one stream at a time, since librdkafka makes the most of that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from .aio import AsyncStream
from .kafka import AsyncKafkaStream, KafkaStream
from .librdkafka import Wanted, wanted
from .rules import ProduceOptions, Rules
from .sync import Stream


def over_kafka(cluster_id: str, topic_name: str, options: ProduceOptions) -> tuple[Rules, OverKafka]:
    found = wanted(options)
    return found.rules, OverKafka(found, cluster_id, topic_name)


def awaited_over_kafka(cluster_id: str, topic_name: str, options: ProduceOptions) -> tuple[Rules, AsyncOverKafka]:
    found = wanted(options)
    return found.rules, AsyncOverKafka(found, cluster_id, topic_name)


class OverKafka:
    def __init__(self, wanted: Wanted, cluster_id: str, topic_name: str) -> None:
        self._wanted, self._cluster_id, self._topic_name = wanted, cluster_id, topic_name
        self._stream: KafkaStream | None = None

    def open(self) -> Stream:
        stream = self._stream = KafkaStream(self._wanted, self._cluster_id, self._topic_name)
        stream.connect()
        return stream

    def rest(self) -> None:
        if self._stream is not None:
            self._stream.rest()


class AsyncOverKafka:
    def __init__(self, wanted: Wanted, cluster_id: str, topic_name: str) -> None:
        self._wanted, self._cluster_id, self._topic_name = wanted, cluster_id, topic_name
        self._stream: AsyncKafkaStream | None = None

    async def open(self, wake: Callable[[], None]) -> AsyncStream:
        stream = self._stream = AsyncKafkaStream(self._wanted, self._cluster_id, self._topic_name)
        stream.watch(wake)
        try:
            await asyncio.to_thread(stream.connect)
        except (
            BaseException
        ):  # when cancelled, the thread still looks for a broker, and is told that nobody waits for it
            stream.finish(0.0)
            raise
        return stream

    def rest(self) -> None:
        if self._stream is not None:
            self._stream.rest()
