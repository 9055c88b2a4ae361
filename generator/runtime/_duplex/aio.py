"""The stream of an async client."""

from __future__ import annotations

import asyncio
import logging
import warnings
import weakref
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from .._facts import Operation, Stream
from .._http import BaseAsyncClient
from ..errors import ClientError, ConfigurationError, NotFlushed, WindowFull
from .batches import Batch
from .delivery import Delivery
from .exchange import counted
from .loop import Driver, stop
from .opening import Opening, opening_of
from .options import Choices, StreamOptions, chosen
from .records import Records
from .source import Source
from .wire import Wire

R = TypeVar("R")
A = TypeVar("A")
T = TypeVar("T")
LOG = logging.getLogger((__package__ or "").rpartition(".")[0])
AT_ONCE = 1000  # entries that a task may give before the loop has its turn
FAREWELL = 5.0  # seconds that a stream whose block was left by an exception may take to end


class AsyncRecordStream(Generic[R, A]):
    """Records go up and their reports come down, at the same time and in the same order.

    ::

        async with client.orders.write_stream() as stream:
            await stream.send_many(records)
            async for record, report in stream: ...

    The same names as `RecordStream`, awaited; everything happens in the event loop. Any task may send; one at a time
    may iterate.
    """

    def __init__(self, stream: Stream, opening: Callable[[], Awaitable[Opening]], choices: Choices) -> None:
        self._opening = opening
        self._choices = choices
        self._records: Records[R] = Records(stream.record, choices.longest, choices.strict)
        self._delivery: Delivery[R, A] = Delivery(choices.on_report, choices.on_batch)
        self._driver: Driver[R, A] | None = None
        self._came: Callable[[], None] | None = None
        self._opened = asyncio.Lock()
        self._closed = False  # for whoever wants to send
        self._judged = False  # whether close has told how it ended
        self._finalizer: Any = None

    @classmethod
    def of(
        cls,
        client: BaseAsyncClient,
        operation: Operation[Any],
        options: StreamOptions[R, A],
        /,
        **arguments: Any,
    ) -> Self:
        """A stream of the operation, which connects when it is entered or first used."""
        assert operation.stream is not None
        choices = chosen(options)

        async def opening() -> Opening:
            requests = await client._opened(operation, arguments)
            return opening_of(client._settings, operation, requests, client._caller.refused)

        return cls(operation.stream, opening, choices)

    @property
    def pending(self) -> int:
        """How many records have no report yet."""
        return self._driver.gathering.pending if self._driver else 0

    # --- sending

    async def send(self, record: R) -> None:
        """Sends a record; waits while the window is full. Raises InvalidRecord for one that cannot be sent."""
        driver = self._driver or await self._started()
        line = self._records.one(record)
        gathering = driver.gathering
        if len(line) > gathering.share:
            await self._give(driver, record, line)
            return
        if len(gathering.entries) >= gathering.room:
            await driver.wait_for_room()
        gathering.entries.extend((record, line))
        driver.wake()
        if len(gathering.entries) >= AT_ONCE:
            await asyncio.sleep(0)

    def send_nowait(self, record: R) -> None:
        """Sends a record, or raises WindowFull where it would have to wait; the stream must be open already."""
        driver = self._driver
        if driver is None:
            raise ConfigurationError("enter this stream, or await open(), before send_nowait")
        line = self._records.one(record)
        if not driver.gathering.has_room_for([record]):
            if driver.is_over:
                raise driver.gathering.refused([record])
            raise WindowFull(f"{counted(driver.gathering.pending)} without a report so far")
        driver.gathering.give_one(record, line)
        driver.schedule()

    async def send_many(self, records: Iterable[R] | AsyncIterable[R]) -> None:
        """Sends records in the order in which they come; waits while the window is full.

        At the first that cannot be sent it raises InvalidRecord, which tells what was sent before it. Cancelled while
        it waits, it sends what it has taken, or nobody would know of it.
        """
        driver = self._driver or await self._started()
        if isinstance(records, AsyncIterable):
            await self._send_each(driver, records)
            return
        source = Source(records, self._records, self._choices)
        try:
            while some := source.ahead():
                if not driver.gathering.has_room_for(some):
                    await driver.wait_for_room()
                driver.gathering.give(*source.piece())
                driver.wake()
                await asyncio.sleep(0)  # a task that never has to wait must not keep the loop to itself
        except BaseException as error:
            for piece in source.rest():
                driver.gathering.give(*piece)
            source.tell(error)
            with suppress(ClientError):  # what the stream ended with is told at its end
                driver.wake()
            raise

    async def _send_each(self, driver: Driver[R, A], records: AsyncIterable[R]) -> None:
        gathering = driver.gathering
        async for record in records:
            line = self._records.one(record)
            try:
                if not gathering.has_room_for([record]):
                    await driver.wait_for_room()
            finally:
                gathering.give_one(record, line)
                driver.wake()
            if len(gathering.entries) >= AT_ONCE:
                await asyncio.sleep(0)

    async def submit(self, record: R) -> asyncio.Future[A]:
        """Sends a record and gives a future for its report, which then shows nowhere else.

        To cancel the future takes no record back: its report comes with those of the records without a future.
        """
        driver = self._driver or await self._started()
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        await self._give(driver, record, self._records.one(record), future)
        return future

    async def flush(self, timeout: float | None = None) -> None:
        """Waits until every record has its report. Raises NotFlushed when that takes more seconds than ``timeout``."""
        driver = self._driver
        if driver is None:
            return
        try:
            async with asyncio.timeout(timeout):
                await driver.wait_until(lambda: driver.gathering.is_idle)
        except TimeoutError:
            raise NotFlushed(f"{counted(driver.gathering.pending)} without a report after {timeout:g} s") from None
        self._raise_failure()

    # --- receiving

    async def __aiter__(self) -> AsyncIterator[tuple[R, A]]:
        """Records with their reports as they come, until no record waits for one."""
        async for run in self._answered(self._delivery.runs, last=lambda driver: driver.gathering.is_idle):
            for pair in run:
                yield pair

    async def follow(self) -> AsyncIterator[tuple[R, A]]:
        """Records with their reports as they come, until the stream is over: for a task of its own."""
        async for run in self._answered(self._delivery.runs, last=lambda driver: False):
            for pair in run:
                yield pair

    async def _answered(
        self, come: Callable[[], Iterator[T]], last: Callable[[Driver[R, A]], bool]
    ) -> AsyncIterator[T]:
        driver, delivery = self._driver, self._delivery
        over = driver is None
        while driver is not None and not over:
            over = driver.is_over  # looked at first, so that what comes before the end is not missed
            for some in come():
                yield some
            if not over and last(driver) and not delivery.has_some:
                return
            if not over:
                await driver.wait_until(lambda: delivery.has_some or last(driver))
        for some in come():
            yield some
        self._raise_failure()

    async def exchange(self, records: Iterable[R] | AsyncIterable[R]) -> AsyncIterator[tuple[R, A]]:
        """Sends records and gives each with its report."""
        async with aclosing(self._fed(records, self._delivery.runs)) as fed:
            async for run in fed:
                for pair in run:
                    yield pair

    async def batches(self, records: Iterable[R] | AsyncIterable[R]) -> AsyncIterator[Batch[R, A]]:
        """As ``exchange``, many records at a time, whose reports stay JSON until somebody looks at them."""
        driver = self._driver or await self._started()
        if driver.exchange.added:
            raise ConfigurationError("batches of reports have to be asked for before the first record is sent")
        self._delivery.stay_text(driver.exchange)
        async with aclosing(self._fed(records, self._delivery.batches)) as fed:
            async for batch in fed:
                yield batch

    async def _fed(
        self, records: Iterable[R] | AsyncIterable[R], come: Callable[[], Iterator[T]]
    ) -> AsyncGenerator[T, None]:
        driver = self._driver or await self._started()
        feeding = asyncio.ensure_future(self.send_many(records))
        feeding.add_done_callback(lambda _: driver._notify())
        try:
            while not feeding.done():
                for some in come():
                    yield some
                await driver.wait_until(lambda: self._delivery.has_some or feeding.done())
                if driver.is_over:
                    break
            async for some in self._answered(come, last=lambda driver: driver.gathering.is_idle):
                yield some
            await feeding
        except BaseException as error:
            await stop(feeding, error, self.failure)
            raise

    # --- ending

    async def open(self) -> Self:
        """Connects, which the first record does as well."""
        await self._started()
        return self

    async def close(self) -> None:
        """Waits for all reports and ends the stream.

        Raises what the stream failed with, what the callback raised, and UnreadRefusals where a record was refused
        and nobody looked at its report.
        """
        if not self._judged:
            await self._finish(None)
        if not self._judged:
            self._judged = True
            self._raise_failure()
            self._delivery.judge()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self.close()
            return
        # The caller is on the way out: what is on its way may arrive, but nobody waits for long, or when cancelled.
        await self._finish(0.0 if isinstance(error, asyncio.CancelledError) else FAREWELL)
        if self._driver is not None:
            self._driver.gathering.tell(error)
            self._delivery.tell(error)

    # --- for one who holds several streams and waits for all of them

    def watch(self, wake: Callable[[], None]) -> None:
        """Calls ``wake``, in the event loop, when pairs have come and when the stream is over."""
        self._came = wake
        if self._driver is not None:
            self._driver.came = wake

    def arrived(self) -> list[A]:
        """The reports that have come, in the order of their records, without waiting."""
        return self._delivery.reports()

    def send_fitting(self, records: list[R]) -> int:
        """Sends the first of them, for which there is room, without waiting; how many.

        What it counts as sent is so for the stream, which tells what became of it even where it is over already.
        """
        driver = self._driver
        assert driver is not None, "this stream is not open"
        try:
            return driver.gathering.give_fitting(Source(records, self._records, self._choices))
        finally:
            with suppress(ClientError):  # what the stream ended with is told at its end
                driver.wake()

    @property
    def is_roomy(self) -> bool:
        """Whether a quarter of the window is free, so that it is worthwhile to send more."""
        return self._driver is None or self._driver.gathering.is_roomy

    @property
    def is_over(self) -> bool:
        return self._driver is not None and self._driver.is_over

    @property
    def failure(self) -> ClientError | None:
        """What the stream ended with, once it is over."""
        return self._driver.exchange.failure if self._driver is not None else None

    def end(self) -> None:
        """No record follows. Does not wait."""
        if self._driver is not None:
            self._driver.ending = True
            self._driver.schedule()

    async def leave(self, timeout: float) -> None:
        """Ends the stream, but waits no longer than that. What is missing stands in ``failure``."""
        await self._finish(timeout)

    # --- inside

    async def _started(self) -> Driver[R, A]:
        if self._closed:
            raise ConfigurationError("this stream is closed")
        async with self._opened:
            if self._driver is None:
                opening = await self._opening()
                wire = await _connected(opening)
                self._driver = Driver(opening, wire, self._delivery, self._choices, self._came)
                self._finalizer = weakref.finalize(self, _abandoned, self._driver)
        return self._driver

    async def _give(
        self, driver: Driver[R, A], record: R, line: bytes, future: asyncio.Future[A] | None = None
    ) -> None:
        if not driver.gathering.has_room_for([record]):
            await driver.wait_for_room()
        driver.gathering.give([record], line + b"\n", future)
        driver.wake()

    def _raise_failure(self) -> None:
        if self._driver is not None and self._driver.is_over:
            self._driver.gathering.refuse()
        if self.failure is not None:
            raise self.failure

    async def _finish(self, timeout: float | None) -> None:
        self._closed = True
        driver = self._driver
        if driver is None:
            return
        driver.refuse_elsewhere()  # ahead of anything that only the loop may do
        driver.ending = True
        driver.schedule()
        try:
            async with asyncio.timeout(timeout):
                await driver.wait_until(lambda: False)
        except TimeoutError:
            driver.give_up("the caller gave up waiting for reports")
        except BaseException:
            driver.give_up("the caller was cancelled while it waited for reports")
            raise
        finally:
            self._finalizer.detach()


async def _connected(opening: Opening) -> Wire:
    """Names, proxies and TLS are waited for in a thread; the socket is the loop's own afterwards."""
    connecting = asyncio.get_running_loop().run_in_executor(None, opening.connected)
    try:
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        connecting.add_done_callback(_close_late)
        raise


def _close_late(connecting: asyncio.Future[Wire]) -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close()


def _abandoned(driver: Driver[Any, Any]) -> None:
    """Nobody holds the stream any more: nothing is lost in silence."""
    if driver.is_forgotten:
        return
    pending = driver.gathering.pending
    driver.abandon("nobody holds this stream any more")
    told = f"a stream was not closed; {counted(pending)} without a report"
    if pending:
        LOG.error(told)
    warnings.warn(told, ResourceWarning, stacklevel=2)
