"""A stream of records to a Kafka cluster itself, told of as a stream over REST is: reports in the order of the records.

librdkafka has threads, connections and attempts of its own. It calls back only while somebody asks it to, which is the
producer's driver as long as it has something to do: two threads that run Python would wait for each other at each
record. While the driver rests, a thread listens in its place and wakes it.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from threading import Event, Thread, current_thread
from typing import Any, Literal, TypeAlias, cast

from .._duplex.records import Records
from .._facts import Request
from ..errors import ClientError, ConfigurationError, ConnectionFailed, InvalidRecord, StreamEnded, WindowFull
from ..models import ProduceRequest, ProduceResponse, ProduceResponseData
from ..outcomes import ACCEPTED
from .codes import ALL_DOWN, AUTHENTICATION, CODES, FAILED, IN_FLIGHT, IN_QUEUE, TIMED_OUT, TLS
from .librdkafka import Wanted
from .sendable import EPOCH
from .stored import READ_LINES, UNREADABLE, Read, Refused, Stored, read_one, stored

Kind: TypeAlias = Literal["BINARY", "JSON", "STRING"]
FOUND_IN = 10.0  # seconds for a broker to answer for the first time
SLICE = 0.5  # ... of which so many are waited at once, since librdkafka hears no Ctrl-C
LISTENS = 0.05  # seconds at once; so long may the end of a stream wait for whoever listens


class Slot:
    """The place of one report."""

    __slots__ = ("kept", "place", "report", "size")

    def __init__(self, kept: Stored | None, size: int = 0, report: ProduceResponse | None = None) -> None:
        self.kept = kept
        self.size = size
        self.report = report
        self.place: tuple[int, int, int] | None = None  # partition, offset, milliseconds

    def told(self, error: Any, message: Any) -> None:
        """By librdkafka: it is delivered, or never will be."""
        if error is None:
            self.place = (message.partition(), message.offset(), message.timestamp()[1])
        else:
            self.report = _failure(error)


class Session:
    """One producer of librdkafka. All but ``connect`` and ``finish`` never wait."""

    def __init__(self, wanted: Wanted, cluster_id: str, topic_name: str) -> None:
        self.failure: ClientError | None = None
        self._wanted = wanted
        self._cluster_id = cluster_id
        self._topic = topic_name
        choices = wanted.choices
        self._records: Records[Any] = Records(ProduceRequest, choices.longest, choices.strict)
        self._slots: deque[Slot] = deque()
        self._bytes = 0
        self._ended = False
        self._is_left = False
        self._is_stuck = False  # librdkafka's own queue is full
        self._wake: Callable[[], None] = _nobody
        self._heard: deque[Any] = deque(maxlen=10)  # what librdkafka says of itself
        self._producer: Any = None
        self._rests = Event()
        self._done = Event()
        self._listener: Thread | None = None
        self._moment = (-1, EPOCH)

    # --- the beginning

    def connect(self) -> None:
        """Until a broker has answered; raises ConnectionFailed, or ConfigurationError where trying again is no use."""
        producer = self._wanted.settings.producer(self._wanted.library, self._heard.append)
        try:
            self._find(producer)
        except BaseException:
            producer.close()  # whoever keeps the exception would keep its threads and connections
            raise
        self._producer = producer
        self._listener = Thread(target=_listen, args=(producer, self), name="kafka-deliveries", daemon=True)
        self._listener.start()

    def _find(self, producer: Any) -> None:
        library, end = self._wanted.library, time.monotonic() + FOUND_IN
        while not self._is_left:
            try:
                producer.list_topics(self._topic, timeout=SLICE)
                return
            except library.KafkaException as error:
                producer.poll(0)
                self._judge(error.args[0], time.monotonic() >= end)

    def _judge(self, error: Any, is_late: bool) -> None:
        """Whether there is any use in waiting for longer."""
        servers = self._wanted.settings.servers
        heard = {one.code(): one.str() for one in self._heard}
        for code in (*AUTHENTICATION, *TLS):
            if code in heard:
                raise ConfigurationError(f"{servers} does not take this client, or is not trusted: {heard[code]}")
        if is_late or ALL_DOWN in heard:
            why = next((heard[code] for code in heard if code != ALL_DOWN), error.str())
            raise ConnectionFailed(f"no Kafka answers at {servers}: {why}", Request("PRODUCE", servers), sent=False)

    def watch(self, wake: Callable[[], None]) -> None:
        """Calls ``wake``, in another thread, when something has come while the driver rested."""
        self._wake = wake

    # --- records

    def send_nowait(self, record: Any) -> None:
        if not self.send_fitting([record]):
            raise WindowFull("there is no room for one more record")

    def send_fitting(self, records: list[Any]) -> int:
        """Sends the first of them, for which there is room; how many."""
        some = records[: self._room]
        try:
            read = READ_LINES(self._records.many(some))
        except UNREADABLE:
            return self._send_each(some)
        return next((done for done, one in enumerate(read) if not self._give(one)), len(read))

    def _send_each(self, records: list[Any]) -> int:
        """One of them is no record, or none that can be read."""
        for done, record in enumerate(records):
            try:
                text = self._records.one(record)
            except InvalidRecord as error:
                raise InvalidRecord(str(error), record, records[:done], records[done + 1 :]) from None
            if not self._give(text):
                return done
        return len(records)

    def _give(self, one: Read | bytes) -> bool:
        """Whether it went, or is refused."""
        if self._is_stuck or self._ended or self._bytes >= self._wanted.choices.window_bytes:
            return False
        try:
            kept = stored(one if isinstance(one, Read) else read_one(one))
        except Refused as refused:
            self._slots.append(Slot(None, report=refused.report))
            return True
        slot = Slot(kept, kept.size)
        try:
            self._produce(kept, slot.told)
        except BufferError:
            self._is_stuck = True
            return False
        except self._wanted.library.KafkaException as error:
            if error.args[0].fatal():  # to all that follows; a new producer may do better
                self._break_off(error.args[0])
                return False
            slot.report = _failure(error.args[0])
        self._slots.append(slot)
        self._bytes += slot.size
        return True

    def _produce(self, kept: Stored, told: Callable[[Any, Any], None]) -> None:
        if kept.is_plain:  # as nearly always, and half as dear
            self._producer.produce(self._topic, kept.value, kept.key, on_delivery=told)
        else:
            self._producer.produce(self._topic, on_delivery=told, **_arguments(kept))

    def _break_off(self, error: Any) -> None:
        self.failure = StreamEnded(f"librdkafka gives up: {error.str()}")
        self._ended = True

    @property
    def _room(self) -> int:
        """For so many records."""
        choices = self._wanted.choices
        if self._ended or self._is_stuck or self._bytes >= choices.window_bytes:
            return 0
        return max(0, choices.window_records - len(self._slots))

    @property
    def is_roomy(self) -> bool:
        choices = self._wanted.choices
        if self._ended or self._is_stuck:
            return False
        return len(self._slots) * 4 <= choices.window_records * 3 and self._bytes * 4 <= choices.window_bytes * 3

    # --- reports

    def arrived(self) -> list[ProduceResponse]:
        """The reports that have come, in the order of the records."""
        if self._producer is not None:
            self._rests.clear()
            if self._is_left:
                self._rests.set()
            self._producer.poll(0)
        found: list[ProduceResponse] = []
        slots = self._slots
        while slots and ((slot := slots[0]).place is not None or slot.report is not None):
            slots.popleft()
            self._bytes -= slot.size
            found.append(slot.report or self._report(slot))
        self._is_stuck = self._is_stuck and not found
        return found

    def _report(self, slot: Slot) -> ProduceResponse:
        assert slot.place is not None and slot.kept is not None
        partition, offset, milliseconds = slot.place
        if milliseconds != self._moment[0]:
            self._moment = (milliseconds, EPOCH + timedelta(milliseconds=milliseconds))
        report = ProduceResponse(
            error_code=ACCEPTED,
            cluster_id=self._cluster_id,
            topic_name=self._topic,
            partition_id=partition,
            offset=offset,
            timestamp=self._moment[1],
        )
        kept = slot.kept
        if kept.key_kind:
            report.key = _data(kept.key_kind, kept.key)
        if kept.value_kind:
            report.value = _data(kept.value_kind, kept.value)
        return report

    def rest(self) -> None:
        """The driver has nothing to do until it is woken."""
        self._rests.set()

    # --- the end

    @property
    def is_over(self) -> bool:
        """What is asked before ``arrived``, which gives what came before it."""
        return self._ended and all(slot.place is not None or slot.report is not None for slot in self._slots)

    def end(self) -> None:
        self._ended = True

    def finish(self, timeout: float) -> None:
        """Waits for what is in flight, but no longer than that; what has not gone by then does not go any more."""
        self._is_left = self._ended = True
        self._rests.set()
        try:
            if self._producer is not None:
                self._wait_for_the_rest(timeout)
        finally:
            self._producer = None
            self._done.set()

    def _wait_for_the_rest(self, timeout: float) -> None:
        end = time.monotonic() + timeout
        while not self.is_over and (left := end - time.monotonic()) > 0:
            self._producer.poll(min(left, SLICE))
        while not self.is_over:
            self._producer.purge()
            self._producer.poll(SLICE)

    def join(self) -> None:
        """Behind ``finish``: until librdkafka has ended, too, which takes hardly longer than one listens at once."""
        if self._listener is not None and self._listener is not current_thread():  # the collector runs in any thread
            self._listener.join()

    def listened(self, producer: Any) -> bool:
        """One turn of whoever listens while the driver rests. False when there is no more to hear."""
        self._rests.wait()
        if self._is_left:
            return False
        if producer.poll(LISTENS):
            self._rests.clear()
            self._wake()
        return not self._is_left  # asked behind the clearing, which may have taken back what ``finish`` set

    def wait_until_done(self) -> None:
        """With all that the producer is asked."""
        self._done.wait()


class KafkaStream(Session):
    """For the blocking driver."""

    def leave(self, timeout: float) -> None:
        self.finish(timeout)
        self.join()


class AsyncKafkaStream(Session):
    """For the awaiting driver."""

    def watch(self, wake: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()

        def wake_loop() -> None:
            with suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(wake)

        super().watch(wake_loop)

    async def leave(self, timeout: float) -> None:
        if timeout > 0 and not self.is_over:
            await asyncio.to_thread(self.finish, timeout)
            await asyncio.to_thread(self.join)
        else:
            self.finish(0.0)


def _listen(producer: Any, stream: Session) -> None:
    """Closes it in the end, which nobody may do while another thread listens."""
    while stream.listened(producer):
        pass
    stream.wait_until_done()
    producer.purge()  # which is only needed where a second Ctrl-C was pressed
    producer.close()


def _nobody() -> None:
    """Is woken by a stream that nobody watches yet."""


def _arguments(kept: Stored) -> dict[str, Any]:
    found: dict[str, Any] = {"key": kept.key, "value": kept.value}
    if kept.partition is not None:
        found["partition"] = kept.partition
    if kept.timestamp is not None:
        found["timestamp"] = kept.timestamp
    if kept.headers:
        found["headers"] = list(kept.headers)
    return found


def _data(kind: str, content: bytes | None) -> ProduceResponseData:
    return ProduceResponseData(type=cast(Kind, kind), size=-1 if content is None else len(content))


def _failure(error: Any) -> ProduceResponse:
    """What was thrown away in the queue was certainly not stored, which is what a 429 means."""
    code = error.code()
    known = {IN_QUEUE: 429, IN_FLIGHT: TIMED_OUT}.get(code) or CODES.get(code, FAILED)
    return ProduceResponse(error_code=known, message=error.str())
