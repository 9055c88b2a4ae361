"""A Kafka-protocol peer: librdkafka's mock cluster, started with its producer, or a real cluster."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from specmill.errors import Place, SpecmillError
from specmill_kafka.log import Stored
from specmill_kafka.meaning import Fault, Meant

if TYPE_CHECKING:
    from confluent_kafka import KafkaError, Message

Outcome = Fault | tuple[int, int, int]  # or partition, offset and timestamp

SECONDS = 10.0  # that a cluster may take to be found, or to take the last records
POLL = 0.1
OF_THE_MOCK = 1234  # milliseconds: what librdkafka's cluster calls the time of any record, though it keeps its own
LONGEST = 1024 * 1024  # bytes of a record that the API's producer takes; librdkafka's own limit is another
AUTHENTICATION = (-169, 31, 33, 34, 54, 58)
AUTHORIZATION = (29, 30, 53)
INVALID = (2, 17, 21, 32, 42, 87)
UNAVAILABLE = (-195, -187, 8)
TIMED_OUT = (-192, -185, 7, 13, 19, 20)
TOPIC_GONE = (3,)
UNKNOWN = (-188, -190)
TOO_LARGE = (10, 18)
THROTTLED = (89,)
CODES = {
    **dict.fromkeys(AUTHENTICATION, 40101),
    **dict.fromkeys(AUTHORIZATION, 40301),
    **dict.fromkeys(INVALID, 40002),
    **dict.fromkeys(UNAVAILABLE, 50302),
    **dict.fromkeys(TIMED_OUT, 50003),
    **dict.fromkeys(TOPIC_GONE, 40403),
    **dict.fromkeys(UNKNOWN, 40401),
    **dict.fromkeys(TOO_LARGE, 413),
    **dict.fromkeys(THROTTLED, 42901),
}
"""The code of a report by the peer's own; 50002 for all others."""


class Peer:
    """A producer and the thread in which it calls back."""

    def __init__(self, servers: str | None) -> None:
        from confluent_kafka import KafkaException, Producer

        quiet = logging.getLogger("specmill.kafka")
        settings: dict[str, Any] = {"log_level": 3, "linger.ms": 1, "logger": quiet, "partitioner": "murmur2_random"}
        settings["message.max.bytes"] = LONGEST
        where = {"bootstrap.servers": servers} if servers else {"bootstrap.servers": "", "test.mock.num.brokers": 1}
        try:
            self._producer = Producer({**settings, **where, "queue.buffering.max.messages": 1_000_000})
            brokers = self._brokers()
        except KafkaException as error:
            raise SpecmillError(f"no Kafka answers there: {error.args[0].str()}", place=Place(servers or "")) from error
        self.servers = servers or ",".join(f"{one.host}:{one.port}" for one in brokers)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="specmill-kafka", daemon=True)
        self._thread.start()

    def _brokers(self) -> list[Any]:
        try:
            return list(self._producer.list_topics(timeout=SECONDS).brokers.values())
        except BaseException:
            self._producer.close()  # its threads would go on to look for one
            raise

    def _listen(self) -> None:
        while not self._over.is_set():
            self._producer.poll(POLL)

    def send(self, topic: str, record: Meant, told: Callable[[Outcome], None]) -> None:
        """``told`` is called in another thread, or in this one for what cannot be sent."""
        from confluent_kafka import KafkaException

        instant = time.time_ns() // 1_000_000 if record.timestamp is None else record.timestamp
        given: dict[str, Any] = {"key": record.key, "value": record.value, "timestamp": instant}
        if record.partition is not None:
            given["partition"] = record.partition
        if record.headers:
            given["headers"] = list(record.headers)

        def delivered(error: KafkaError | None, message: Message) -> None:
            told(outcome(error, message, instant))

        try:
            self._producer.produce(topic, on_delivery=delivered, **given)
        except KafkaException as error:
            told(_fault(error.args[0]))
        except BufferError:
            told(Fault(50302, "The producer's queue is full."))

    def read(self, topic: str) -> tuple[Stored, ...]:
        """All that the topic holds now."""
        from confluent_kafka import Consumer, TopicPartition

        consumer = Consumer({"bootstrap.servers": self.servers, "group.id": "specmill", "enable.auto.commit": False})
        try:
            found = consumer.list_topics(topic, timeout=SECONDS).topics[topic].partitions
            places = [TopicPartition(topic, number, 0) for number in found]
            ends = {one.partition: consumer.get_watermark_offsets(one, timeout=SECONDS) for one in places}
            left = sum(end - begin for begin, end in ends.values())
            consumer.assign([TopicPartition(topic, number, begin) for number, (begin, _) in ends.items()])
            messages: list[Message] = []
            while len(messages) < left and (more := consumer.consume(left - len(messages), timeout=SECONDS)):
                messages += more
            return tuple(stored(one) for one in messages)
        finally:
            consumer.close()

    def close(self) -> None:
        """With it ends a mock cluster."""
        self._over.set()
        self._thread.join()
        self._producer.flush(SECONDS)
        self._producer.purge()
        self._producer.close()


def outcome(error: KafkaError | None, message: Message, sent: int) -> Outcome:
    if error is not None:
        return _fault(error)
    instant = message.timestamp()[1]
    return message.partition() or 0, message.offset() or 0, sent if instant == OF_THE_MOCK else instant


def _fault(error: KafkaError) -> Fault:
    return Fault(CODES.get(error.code(), 50002), error.str())


def stored(message: Message) -> Stored:
    partition, offset, (_, instant) = message.partition(), message.offset(), message.timestamp()
    headers = tuple(message.headers() or ())
    # Its types say that a header's value is text or nothing; what comes from a broker is bytes or nothing.
    return Stored(partition or 0, offset or 0, instant, message.key(), message.value(), headers)  # type: ignore[arg-type]
