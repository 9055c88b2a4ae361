"""The awaiting driver: one task decides, and the event loop owns the sockets."""

from __future__ import annotations

import asyncio
import logging
import math
import random
import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import suppress
from typing import Any, Protocol

from .._duplex import AsyncRecordStream, StreamOptions
from .._http import BaseAsyncClient
from ..errors import ClientError
from ..models import ProduceRequest, ProduceResponse
from ..resources.records_v3 import PRODUCE_RECORD
from .intake import AsyncIntake, Intake
from .lane import Entry, Lane, Open, Send, Step
from .production import Pair, Production
from .rules import ProduceOptions, Rules, engine_of, rules_of
from .sync import FAREWELL, Taker, send_into_request, send_what_fits, tell

LOG = logging.getLogger((__package__ or "").rpartition(".")[0])


def produced(
    client: BaseAsyncClient,
    cluster_id: str,
    topic_name: str,
    records: Iterable[Any] | AsyncIterable[Any],
    options: ProduceOptions,
) -> AsyncIterator[Pair]:
    """Checks the options at once; everything else happens while the caller iterates."""
    rules, engine = engine_for(client, cluster_id, topic_name, options)
    return AsyncProducer(engine, Production(rules, random.random, time.time), records).run()


def engine_for(
    client: BaseAsyncClient, cluster_id: str, topic_name: str, options: ProduceOptions
) -> tuple[Rules, AsyncEngine]:
    if engine_of(options) == "kafka":
        from .over_kafka import awaited_over_kafka

        return awaited_over_kafka(cluster_id, topic_name, options)
    rules, streams = rules_of(options)
    return rules, AsyncOverRest(client, {"cluster_id": cluster_id, "topic_name": topic_name}, streams)


class AsyncStream(Taker, Protocol):
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
    async def leave(self, timeout: float) -> None: ...


class AsyncEngine(Protocol):
    """Where streams come from."""

    async def open(self, wake: Callable[[], None]) -> AsyncStream: ...

    def rest(self) -> None:
        """The driver waits until it is woken."""


class AsyncOverRest:
    def __init__(self, client: BaseAsyncClient, place: dict[str, str], options: StreamOptions[Any, Any]) -> None:
        self._client, self._place, self._options = client, place, options

    async def open(self, wake: Callable[[], None]) -> AsyncStream:
        stream: AsyncRecordStream[ProduceRequest, ProduceResponse]
        stream = AsyncRecordStream.of(self._client, PRODUCE_RECORD, self._options, **self._place)
        stream.watch(wake)
        await stream.open()
        return stream

    def rest(self) -> None:
        """Its streams belong to the loop."""


class AsyncProducer:
    def __init__(
        self, engine: AsyncEngine, production: Production, records: Iterable[Any] | AsyncIterable[Any]
    ) -> None:
        self._engine = engine
        self._production = production
        self._records = records
        self._streams: dict[Lane, AsyncStream] = {}
        self._bell = asyncio.Event()  # something has come on one of the streams, or from the input

    async def run(self) -> AsyncIterator[Pair]:
        production, records = self._production, self._records
        intake = AsyncIntake(records, self._bell) if isinstance(records, AsyncIterable) else Intake(records)
        try:
            while not production.is_over:
                self._bell.clear()  # before anything is looked at, so that nothing is missed
                busy = self._take(intake)
                for lane in production.lanes:
                    busy |= await self._hear(lane)
                    busy |= await self._go_on(lane)
                for pair in production.given():
                    yield pair
                if not production.is_over:
                    await (asyncio.sleep(0) if busy else self._wait())
            production.flush()
            await self._take_rest(intake, FAREWELL)
            for pair in production.given():
                yield pair
        except BaseException as error:
            await self._leave(error, intake)
            raise
        if (failure := production.failure()) is not None:
            raise failure

    # --- one round

    def _take(self, intake: Intake | AsyncIntake) -> bool:
        production = self._production
        room = production.room
        if room <= 0:
            return False
        some = intake.some(room)
        production.take(some)
        if intake.error is not None and not isinstance(intake.error, Exception):
            raise intake.error  # Ctrl-C is not to be waited for
        if intake.empty or (intake.error is not None and isinstance(intake, Intake)):
            production.finish(intake.error)
            return True
        return bool(some)

    async def _take_rest(self, intake: Intake | AsyncIntake, timeout: float) -> None:
        """What was taken ahead is told among what was not sent."""
        if isinstance(intake, AsyncIntake):
            self._production.take(await intake.close(timeout))
            self._production.finish(intake.error)

    async def _hear(self, lane: Lane) -> bool:
        """What has come on the stream of a lane."""
        stream = self._streams.get(lane)
        if stream is None:
            return False
        over = stream.is_over  # looked at first, so that what comes before the end is not missed
        reports = stream.arrived()
        lane.reported(reports, time.monotonic())
        if over:
            await self._ended(lane, stream)
        return over or bool(reports)

    async def _ended(self, lane: Lane, stream: AsyncStream) -> None:
        del self._streams[lane]
        await stream.leave(FAREWELL)
        if stream.failure is not None:
            LOG.debug("a stream is over: %s", stream.failure)
        lane.over(stream.failure, time.monotonic())

    async def _go_on(self, lane: Lane) -> bool:
        busy = False
        lane.is_full = lane.is_full and not self._streams[lane].is_roomy
        while (step := lane.step(time.monotonic())) is not None:
            await self._carry_out(lane, step)
            busy = True
        return busy

    async def _carry_out(self, lane: Lane, step: Step) -> None:
        if isinstance(step, Open):
            await self._open(lane)
        elif isinstance(step, Send):
            self._send(lane, step.entries)
        else:
            self._streams[lane].end()

    async def _open(self, lane: Lane) -> None:
        try:
            stream = await self._engine.open(self._bell.set)
        except ClientError as error:
            LOG.debug("no stream: %s", error)
            lane.not_opened(error, time.monotonic())
            return
        self._streams[lane] = stream
        lane.opened(time.monotonic())

    def _send(self, lane: Lane, entries: list[Entry]) -> None:
        send = send_into_request if self._production.batches else send_what_fits
        send(lane, self._streams[lane], entries)

    async def _wait(self) -> None:
        self._engine.rest()
        until = self._production.until
        with suppress(TimeoutError):
            async with asyncio.timeout(None if until == math.inf else max(0.0, until - time.monotonic())):
                await self._bell.wait()

    # --- the caller leaves

    async def _leave(self, error: BaseException, intake: Intake | AsyncIntake) -> None:
        """What is on its way may arrive, but nobody waits for long, or when cancelled; what became of it is told."""
        production = self._production
        production.leave()
        timeout = 0.0 if isinstance(error, asyncio.CancelledError) else FAREWELL
        end = time.monotonic() + timeout
        await self._take_rest(intake, timeout)
        for stream in self._streams.values():
            stream.end()
        for lane, stream in list(self._streams.items()):
            await stream.leave(max(0.0, end - time.monotonic()))
            await self._hear(lane)
        if told := production.rest():
            tell(error, f"a production was left: {told}")
