"""The blocking driver: the caller's thread decides, and each stream has its own thread for its socket."""

from __future__ import annotations

import logging
import random
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event
from typing import Any, Protocol, TypeAlias

from .._duplex import RecordStream, StreamOptions
from .._duplex.link import GLANCE
from .._http import BaseClient
from ..errors import ClientError, InvalidRecord
from ..models import ProduceRequest, ProduceResponse
from ..resources.records_v3 import PRODUCE_RECORD
from .intake import Intake
from .lane import Entry, Lane, Open, Send, Step
from .production import Pair, Production
from .rules import ProduceOptions, rules_of

Stream: TypeAlias = RecordStream[ProduceRequest, ProduceResponse]
LOG = logging.getLogger((__package__ or "").rpartition(".")[0])
FAREWELL = 5.0  # seconds for which reports are waited for when the caller leaves in the middle


def produced(
    client: BaseClient, cluster_id: str, topic_name: str, records: Iterable[Any], options: ProduceOptions
) -> Iterator[Pair]:
    """Checks the options at once; everything else happens while the caller iterates."""
    rules, streams = rules_of(options)
    production = Production(rules, random.random, time.time)
    place = {"cluster_id": cluster_id, "topic_name": topic_name}
    return Producer(client, place, streams, production, Intake(records)).run()


class Taker(Protocol):
    """A stream of either kind."""

    def send_nowait(self, record: ProduceRequest) -> None: ...


class Producer:
    def __init__(
        self,
        client: BaseClient,
        place: dict[str, str],
        options: StreamOptions[Any, Any],
        production: Production,
        intake: Intake,
    ) -> None:
        self._client = client
        self._place = place
        self._options = options
        self._production = production
        self._intake = intake
        self._streams: dict[Lane, Stream] = {}
        self._bell = Event()  # something has come on one of the streams

    def run(self) -> Iterator[Pair]:
        production = self._production
        try:
            while not production.is_over:
                self._bell.clear()  # before anything is looked at, so that nothing is missed
                busy = self._take()
                for lane in production.lanes:
                    busy |= self._hear(lane)
                    busy |= self._go_on(lane)
                yield from production.given()
                if not busy and not production.is_over:
                    self._wait()
            production.flush()
            yield from production.given()
        except BaseException as error:
            self._leave(error)
            raise
        if (failure := production.failure()) is not None:
            raise failure

    # --- one round

    def _take(self) -> bool:
        production, intake = self._production, self._intake
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

    def _hear(self, lane: Lane) -> bool:
        """What has come on the stream of a lane."""
        stream = self._streams.get(lane)
        if stream is None:
            return False
        over = stream.is_over  # looked at first, so that what comes before the end is not missed
        reports = [report for _, report in stream.arrived()]
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
        while (step := lane.step(time.monotonic())) is not None:
            self._carry_out(lane, step)
            busy = True
        return busy

    def _carry_out(self, lane: Lane, step: Step) -> None:
        if isinstance(step, Open):
            self._open(lane, step)
        elif isinstance(step, Send):
            self._send(lane, self._streams[lane], step.entries)
        else:
            self._streams[lane].end()

    def _open(self, lane: Lane, step: Open) -> None:
        try:
            stream: Stream = RecordStream.of(self._client, PRODUCE_RECORD, self._options, step.renewed, **self._place)
        except ClientError as error:
            LOG.debug("no stream: %s", error)
            lane.not_opened(error, time.monotonic())
            return
        self._streams[lane] = stream
        stream.watch(self._bell.set)
        lane.opened(time.monotonic())

    def _send(self, lane: Lane, stream: Stream, entries: list[Entry]) -> None:
        """What a stream does not take, since it is over or full, is found to be unsent when it is over."""
        with suppress(ClientError):
            if self._production.batches:
                send_what_fits(lane, stream, entries)
                return
            try:
                stream.send_many([entry.record for entry in entries])
            except InvalidRecord as error:
                at = error.position
                lane.invalid(entries[at], error)
                self._send_each(lane, stream, entries[at + 1 :])

    def _send_each(self, lane: Lane, stream: Stream, entries: list[Entry]) -> None:
        """One bad record may not be the only one, and to begin anew behind each of them would take its time."""
        for entry in entries:
            try:
                stream.send(entry.record)
            except InvalidRecord as error:
                lane.invalid(entry, error)

    def _wait(self) -> None:
        self._bell.wait(max(0.0, min(self._production.until - time.monotonic(), GLANCE)))

    # --- the caller leaves

    def _leave(self, error: BaseException) -> None:
        """What is on its way may arrive, but nobody waits for long; and what became of it is told."""
        production = self._production
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
    """Into one request, until WindowFull: no report makes room before it has ended, so waiting would never end."""
    for entry in entries:
        try:
            stream.send_nowait(entry.record)
        except InvalidRecord as error:
            lane.invalid(entry, error)


def tell(error: BaseException, told: str) -> None:
    """By the exception, or where there is none that anybody sees, by a warning."""
    LOG.error(told)
    if isinstance(error, GeneratorExit):
        warnings.warn(told, ResourceWarning, stacklevel=3)
    else:
        error.add_note(told)
