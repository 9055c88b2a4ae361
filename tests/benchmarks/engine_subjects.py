"""What is measured side by side: ``python -m tests.benchmarks.engine_subjects NAME ADDRESS RECORDS`` prints seconds.

``cluster`` is the other end: it says where its brokers are, and ends with its stdin.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from tests.benchmarks.stream_subjects import CLUSTER, TOPIC, given, seen


def over_rest(address: str, count: int) -> float:
    return produced(count, address)


def over_kafka(address: str, count: int) -> float:
    return produced(count, "http://localhost", engine="kafka", bootstrap_servers=address)


def produced(count: int, url: str, **options: Any) -> float:
    """One record goes ahead of the clock: what counts is the stream, not the connection."""
    from kafka_rest import Client

    began = 0.0

    def records() -> Iterator[Any]:
        nonlocal began
        yield from given(1)
        began = perf_counter()
        yield from given(count)

    with Client(url) as client:
        seen(client.produce(CLUSTER, TOPIC, records(), **options), count + 1)
        return perf_counter() - began


def alone(address: str, count: int) -> float:
    """The same bytes as a user of confluent-kafka sends them who wants to know what became of each record."""
    import msgspec
    from confluent_kafka import Producer

    producer = Producer(
        {"bootstrap.servers": address, "enable.idempotence": True, "queue.buffering.max.messages": 10**6}
    )
    came = 0

    def told(error: Any, message: Any) -> None:
        nonlocal came
        assert error is None
        came += message.offset() >= 0

    producer.produce(TOPIC, b"first", on_delivery=told)
    producer.flush()
    began = perf_counter()
    for record in given(count):
        producer.produce(TOPIC, msgspec.json.encode(record.value.data), on_delivery=told)
        if len(producer) > 20_000:
            producer.poll(0.01)
    producer.flush()
    assert came == count + 1
    return perf_counter() - began


def cluster(_address: str, _count: int) -> float:
    from tests.kafka.cluster import cluster

    with cluster() as made:
        print(made.servers, flush=True)
        sys.stdin.read()
    return 0.0


SUBJECTS: dict[str, Callable[[str, int], float]] = {
    "rest": over_rest,
    "kafka": over_kafka,
    "confluent-kafka": alone,
    "cluster": cluster,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("address")
    parser.add_argument("records", type=int)
    options = parser.parse_args()
    print(SUBJECTS[options.subject](options.address, options.records))
