"""librdkafka's mock cluster, out of the wheel of confluent-kafka: a real broker on a real socket, faults to order."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import files

import confluent_kafka
from confluent_kafka import Consumer, Message, TopicPartition

PRODUCE = 0  # the key of that request in Kafka's protocol
PARTITIONS = 4  # that a topic has which comes to be when it is produced to
PATIENCE = 60.0  # seconds


@cache
def library() -> ctypes.CDLL:
    (path,) = (one for one in files("confluent-kafka") or () if one.name.startswith("librdkafka-"))
    assert confluent_kafka.libversion()  # it is loaded, and this is the same
    found = ctypes.CDLL(str(path.locate()))
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(found, name).restype = ctypes.c_void_p
    found.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return found


class Cluster:
    def __init__(self) -> None:
        self._library = library()
        told = ctypes.create_string_buffer(512)
        settings = ctypes.c_void_p(self._library.rd_kafka_conf_new())
        self._handle = ctypes.c_void_p(self._library.rd_kafka_new(0, settings, told, len(told)))
        assert self._handle.value, told.value
        self._cluster = ctypes.c_void_p(self._library.rd_kafka_mock_cluster_new(self._handle, 1))
        self.servers: str = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster).decode()

    def refuse(self, *codes: int) -> None:
        """So the next requests to produce are answered, one with each."""
        self._library.rd_kafka_mock_push_request_errors_array(
            self._cluster, ctypes.c_int16(PRODUCE), ctypes.c_size_t(len(codes)), (ctypes.c_int * len(codes))(*codes)
        )

    def delay(self, milliseconds: int) -> None:
        """All answers from now on."""
        self._library.rd_kafka_mock_broker_set_rtt(self._cluster, ctypes.c_int32(-1), ctypes.c_int(milliseconds))

    def close(self) -> None:
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._handle)

    def read(self, topic: str) -> tuple[Message, ...]:
        return read(self.servers, topic)


@contextmanager
def cluster() -> Iterator[Cluster]:
    made = Cluster()
    try:
        yield made
    finally:
        made.close()


def read(servers: str, topic: str) -> tuple[Message, ...]:
    """All that the topic holds now, as a consumer of its own reads it."""
    consumer = Consumer(
        {"bootstrap.servers": servers, "group.id": "tests", "enable.auto.commit": False, "log_level": 0}
    )
    try:
        places = [TopicPartition(topic, number, 0) for number in range(PARTITIONS)]
        ends = [consumer.get_watermark_offsets(one, timeout=PATIENCE) for one in places]
        left = sum(high for _, high in ends)
        consumer.assign(places)
        found: list[Message] = []
        while len(found) < left and (more := consumer.consume(left - len(found), timeout=PATIENCE)):
            found += more
        return tuple(found)
    finally:
        consumer.close()


def values(found: Sequence[Message]) -> list[bytes | None]:
    return [one.value() for one in found]
