"""The blocking driver: the caller's thread decides, and each stream has its own thread for its socket."""

from __future__ import annotations

import logging
import os
import random
import time
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from operator import attrgetter
from threading import Event
from typing import Any, Protocol, TypeVar

from .._duplex import RecordStream, StreamOptions
from .._duplex.link import GLANCE
from .._http import BaseClient
from ..errors import ClientError, ConfigurationError, InvalidRecord
from ..models import ProduceRequest, ProduceResponse
from ..resources.records_v3 import PRODUCE_RECORD
from .intake import Intake
from .lane import Entry, Lane, Open, Send, Step
from .production import Pair, Production, Settled
from .rules import ProduceOptions, Rules, engine_of, rules_of

T = TypeVar("T")
LOG = logging.getLogger((__package__ or "").rpartition(".")[0])
SENT = attrgetter("sent")
FAREWELL = 5.0  # seconds for which reports are waited for when the caller leaves in the middle


def produced(
    client: BaseClient, cluster_id: str, topic_name: str, records: Iterable[Any], options: ProduceOptions
) -> Iterator[Pair]:
    """Checks the options at once; everything else happens while the caller iterates."""
    return producer(client, cluster_id, topic_name, Intake(records), options).run()


def producer(client: BaseClient, cluster_id: str, topic_name: str, intake: Giver, options: ProduceOptions) -> Producer:
    rules, engine = engine_for(client, cluster_id, topic_name, options)
    return Producer(engine, Production(rules, random.random, time.time), intake)


def engine_for(client: BaseClient, cluster_id: str, topic_name: str, options: ProduceOptions) -> tuple[Rules, Engine]:
    if engine_of(options) == "kafka":
        from .over_kafka import over_kafka

        return over_kafka(cluster_id, topic_name, options)
    rules, streams = rules_of(options)
    return rules, OverRest(client, {"cluster_id": cluster_id, "topic_name": topic_name}, streams)


class Giver(Protocol):
    """Who has records. One that says ``empty`` has no more, and raised ``error``, if it has one."""

    @property
    def empty(self) -> bool: ...
    @property
    def error(self) -> BaseException | None: ...
    @property
    def ahead(self) -> int:
        """How many records may be taken for each connection before they are sent."""
        ...

    def some(self, most: int) -> list[Any]: ...


class Taker(Protocol):
    """A stream of either kind."""

    def send_nowait(self, record: ProduceRequest) -> None: ...
    def send_fitting(self, records: list[ProduceRequest]) -> int: ...


class Stream(Taker, Protocol):
    """What the driver asks of one."""

    @property
    def failure(self) -> ClientError | None: ...
    @property
    def is_over(self) -> bool: ...
    @property
    def is_roomy(self) -> bool: ...
    def watch(self, wake: Callable[[], None]) -> None: ...
    def arrived(self) -> list[ProduceResponse]: ...
    def end(self) -> None: ...
    def leave(self, timeout: float) -> None: ...


class Engine(Protocol):
    """Where streams come from."""

    def open(self) -> Stream: ...

    def rest(self) -> None:
        """The driver waits until it is woken."""


class OverRest:
    def __init__(self, client: BaseClient, place: dict[str, str], options: StreamOptions[Any, Any]) -> None:
        self._client, self._place, self._options = client, place, options

    def open(self) -> Stream:
        stream: RecordStream[ProduceRequest, ProduceResponse]
        stream = RecordStream.of(self._client, PRODUCE_RECORD, self._options, **self._place)
        return stream

    def rest(self) -> None:
        """Its streams have threads of their own."""


class Producer:
    def __init__(self, engine: Engine, production: Production, intake: Giver) -> None:
        self.production = production
        self._engine = engine
        self._intake = intake
        self._streams: dict[Lane, Stream] = {}
        self._bell = Event()  # something has come on one of the streams
        self._process = os.getpid()

    def run(self) -> Iterator[Pair]:
        return self._rounds(self.production.given)

    def bursts(self) -> Generator[list[Settled], None, None]:
        """What each round has settled, with its numbers, for whoever keeps books of it."""
        return self._rounds(self.production.burst)

    def wake(self) -> None:
        """There are records again, from an intake that does not wait for them. Any thread may call it."""
        self._bell.set()

    def _rounds(self, given: Callable[[], Iterator[T]]) -> Generator[T, None, None]:
        production = self.production
        try:
            while not production.is_over:
                self._refuse_elsewhere()
                self._bell.clear()  # before anything is looked at, so that nothing is missed
                busy = self._take()
                for lane in production.lanes:
                    busy |= self._hear(lane)
                    busy |= self._go_on(lane)
                yield from given()
                if not busy and not production.is_over:
                    self._wait()
            production.flush()
            yield from given()
        except BaseException as error:
            self._leave(error)
            raise
        if (failure := production.failure()) is not None:
            raise failure

    def _refuse_elsewhere(self) -> None:
        """A child process would send what its parent has sent already."""
        if os.getpid() != self._process:
            raise ConfigurationError("this is another process than the one that began the production")

    # --- one round

    def _take(self) -> bool:
        production, intake = self.production, self._intake
        production.ahead = intake.ahead
        room = production.room
        if room <= 0:
            return False
        some = intake.some(room)
        production.take(some)
        if intake.error is not None and not isinstance(intake.error, Exception):
            raise intake.error  # Ctrl-C is not to be waited for
        if intake.empty or intake.error is not None:
            production.finish(intake.error)
            return True
        return bool(some)

    def _hear(self, lane: Lane) -> bool:
        """What has come on the stream of a lane."""
        stream = self._streams.get(lane)
        if stream is None:
            return False
        over = stream.is_over  # looked at first, so that what comes before the end is not missed
        reports = stream.arrived()
        lane.reported(reports, time.monotonic())
        if over:
            self._ended(lane, stream)
        return over or bool(reports)

    def _ended(self, lane: Lane, stream: Stream) -> None:
        del self._streams[lane]
        stream.leave(FAREWELL)
        if stream.failure is not None:
            LOG.debug("a stream is over: %s", stream.failure)
        lane.over(stream.failure, time.monotonic())

    def _go_on(self, lane: Lane) -> bool:
        busy = False
        lane.is_full = lane.is_full and not self._streams[lane].is_roomy
        while (step := lane.step(time.monotonic())) is not None:
            self._carry_out(lane, step)
            busy = True
        return busy

    def _carry_out(self, lane: Lane, step: Step) -> None:
        if isinstance(step, Open):
            self._open(lane)
        elif isinstance(step, Send):
            self._send(lane, step.entries)
        else:
            self._streams[lane].end()

    def _open(self, lane: Lane) -> None:
        try:
            stream = self._engine.open()
        except ClientError as error:
            LOG.debug("no stream: %s", error)
            lane.not_opened(error, time.monotonic())
            return
        self._streams[lane] = stream
        stream.watch(self._bell.set)
        lane.opened(time.monotonic())

    def _send(self, lane: Lane, entries: list[Entry]) -> None:
        """What a stream has no room for is kept, since to wait for one connection would let the others starve."""
        send = send_into_request if self.production.batches else send_what_fits
        send(lane, self._streams[lane], entries)

    def _wait(self) -> None:
        self._engine.rest()
        self._bell.wait(max(0.0, min(self.production.until - time.monotonic(), GLANCE)))

    # --- the caller leaves

    def _leave(self, error: BaseException) -> None:
        """What is on its way may arrive, but nobody waits for long; and what became of it is told."""
        if os.getpid() != self._process:
            return  # the parent goes on with it
        production = self.production
        production.leave()
        end = time.monotonic() + FAREWELL
        for stream in self._streams.values():
            stream.end()
        for lane, stream in list(self._streams.items()):
            stream.leave(max(0.0, end - time.monotonic()))
            self._hear(lane)
        if told := production.rest():
            tell(error, f"a production was left: {told}")


def send_what_fits(lane: Lane, stream: Taker, entries: list[Entry]) -> None:
    """One bad record may not be the only one: it begins anew behind each."""
    done = 0
    while done < len(entries):
        try:
            done += stream.send_fitting(list(map(SENT, entries[done:] if done else entries)))
            break
        except InvalidRecord as error:
            done += error.position + 1
            lane.invalid(entries[done - 1], error)
    lane.left(entries[done:])


def send_into_request(lane: Lane, stream: Taker, entries: list[Entry]) -> None:
    """Until WindowFull: no report makes room before the request has ended, when the rest is found to be unsent."""
    with suppress(ClientError):
        for entry in entries:
            try:
                stream.send_nowait(entry.sent)
            except InvalidRecord as error:
                lane.invalid(entry, error)


def tell(error: BaseException, told: str) -> None:
    """By the exception, or where there is none that anybody sees, by a warning."""
    LOG.error(told)
    if isinstance(error, GeneratorExit):
        warnings.warn(told, ResourceWarning, stacklevel=3)
    else:
        error.add_note(told)
