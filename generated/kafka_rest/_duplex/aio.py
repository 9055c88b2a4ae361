"""The stream of an async client."""

from __future__ import annotations

import asyncio
import logging
import warnings
import weakref
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar

from .._facts import Operation, Stream
from .._http import BaseAsyncClient
from .._report import accepts
from ..errors import ClientError, ConfigurationError, InvalidRecord, NotFlushed, UnreadRefusals, WindowFull
from .delivery import Delivery
from .loop import Driver
from .opening import Opening, opening_of
from .options import Choices, StreamOptions, chosen
from .pull import Source
from .records import Records
from .wire import Wire

R = TypeVar("R")
A = TypeVar("A")
LOG = logging.getLogger(__name__.partition(".")[0])
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
        self._delivery: Delivery[R, A] = Delivery(choices.on_report)
        self._driver: Driver[R, A] | None = None
        self._came: Callable[[], None] | None = None
        self._opened = asyncio.Lock()
        self._closed = False
        self._finalizer: Any = None

    @classmethod
    def of(
        cls,
        client: BaseAsyncClient,
        operation: Operation[Any],
        options: StreamOptions[R, A],
        renewed: bool = False,
        /,
        **arguments: Any,
    ) -> Self:
        """A stream of the operation, which connects when it is entered or first used; ``renewed`` after a 401."""
        assert operation.stream is not None
        choices = chosen(options)

        async def opening() -> Opening:
            return opening_of(client._settings, operation, await client._opened(operation, arguments, renewed=renewed))

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
            await self._give(driver, [record], line + b"\n")
            return
        if len(gathering.entries) >= gathering.room:
            await self._make_room(driver, [record])
        gathering.entries.extend((record, line))
        driver.schedule()
        if len(gathering.entries) >= AT_ONCE:
            await asyncio.sleep(0)  # a task that never has to wait must not keep the loop to itself

    def send_nowait(self, record: R) -> None:
        """Sends a record, or raises WindowFull where it would have to wait; the stream must be open already."""
        driver = self._driver
        if driver is None:
            raise ConfigurationError("enter this stream, or await open(), before send_nowait")
        line = self._records.one(record)
        if not driver.gathering.has_room_for([record]):
            if driver.is_over:
                self._refuse(driver, [record])
            raise WindowFull(f"{driver.gathering.pending} records wait for their reports")
        driver.gathering.give_one(record, line)
        driver.schedule()

    async def send_many(self, records: Iterable[R] | AsyncIterable[R]) -> None:
        """Sends records in the order in which they come; waits while the window is full.

        At the first that cannot be sent it raises InvalidRecord, which tells what was sent before it.
        """
        driver = self._driver or await self._started()
        if isinstance(records, AsyncIterable):
            async for record in records:
                await self.send(record)
            return
        source = Source(records, self._choices.most_at_once)
        while not source.empty:
            some = source.some()
            try:
                lines = self._records.many(some)
            except InvalidRecord as error:
                await self._give(driver, list(error.sent), self._records.many(list(error.sent)))
                raise
            await self._give(driver, some, lines)

    async def submit(self, record: R) -> asyncio.Future[A]:
        """Sends a record and gives a future for its report, which then shows nowhere else."""
        driver = self._driver or await self._started()
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        await self._give(driver, [record], self._records.one(record) + b"\n", future)
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
            raise NotFlushed(f"{driver.gathering.pending} records wait for their reports after {timeout:g} s") from None
        self._raise_failure()

    # --- receiving

    def __aiter__(self) -> AsyncIterator[tuple[R, A]]:
        """Records with their reports as they come, until no record waits for one."""
        return self._answered(last=lambda driver: driver.gathering.is_idle)

    def follow(self) -> AsyncIterator[tuple[R, A]]:
        """Records with their reports as they come, until the stream is over: for a task of its own."""
        return self._answered(last=lambda driver: False)

    async def _answered(self, last: Callable[[Driver[R, A]], bool]) -> AsyncIterator[tuple[R, A]]:
        driver, delivery = self._driver, self._delivery
        over = driver is None
        while driver is not None and not over:
            over = driver.is_over  # looked at first, so that what comes before the end is not missed
            for pair in delivery.pairs():
                yield pair
            if not over and last(driver) and not delivery.has_some:
                return
            if not over:
                await driver.wait_until(lambda: delivery.has_some or last(driver))
        for pair in delivery.pairs():
            yield pair
        self._raise_failure()

    async def exchange(self, records: Iterable[R] | AsyncIterable[R]) -> AsyncIterator[tuple[R, A]]:
        """Sends records and gives each with its report."""
        driver = self._driver or await self._started()
        feeding = asyncio.ensure_future(self.send_many(records))
        feeding.add_done_callback(lambda _: driver._notify())
        try:
            while not feeding.done():
                for pair in self._delivery.pairs():
                    yield pair
                await driver.wait_until(lambda: self._delivery.has_some or feeding.done())
                if driver.is_over:
                    break
            async for pair in self:
                yield pair
            await feeding
        finally:
            feeding.cancel()

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
        if self._closed:
            return
        await self._finish(None)
        self._raise_failure()
        if self._delivery.raised is not None:
            raise self._delivery.raised
        refused = tuple((record, report) for record, report in self._delivery.unread() if not accepts(report))
        if refused:
            raise UnreadRefusals(refused)

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
        if self.pending:
            error.add_note(f"{self.pending} records of a stream have no report")

    # --- for one who holds several streams and waits for all of them

    def watch(self, wake: Callable[[], None]) -> None:
        """Calls ``wake``, in the event loop, when pairs have come and when the stream is over."""
        self._came = wake

    def arrived(self) -> list[tuple[R, A]]:
        """The pairs that have come, without waiting."""
        return list(self._delivery.pairs())

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

    async def _give(self, driver: Driver[R, A], records: list[R], lines: bytes, future: Any = None) -> None:
        if not records:
            return
        if not driver.gathering.has_room_for(records):
            await self._make_room(driver, records)
        driver.gathering.give(records, lines, future)
        driver.schedule()
        await asyncio.sleep(0)

    async def _make_room(self, driver: Driver[R, A], records: list[R]) -> None:
        await driver.wait_until(lambda: driver.gathering.is_roomy)
        if driver.is_over:
            self._refuse(driver, records)

    def _refuse(self, driver: Driver[R, A], records: list[R]) -> NoReturn:
        """The stream is over, and its error says that these were not sent."""
        raise driver.exchange.refuse_more(records)

    def _raise_failure(self) -> None:
        if self._driver is not None and self._driver.exchange.failure is not None:
            raise self._driver.exchange.failure

    async def _finish(self, timeout: float | None) -> None:
        self._closed = True
        driver = self._driver
        if driver is None:
            return
        self._finalizer.detach()
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
    pending = driver.gathering.pending
    driver.give_up("nobody holds this stream any more")
    told = f"a stream was not closed; {pending} of its records have no report"
    if pending:
        LOG.error(told)
    warnings.warn(told, ResourceWarning, stacklevel=2)
