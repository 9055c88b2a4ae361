"""The stream of a blocking client."""

from __future__ import annotations

import logging
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from itertools import chain
from threading import Lock
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from .._facts import Operation
from .._http import BaseClient
from ..errors import ClientError, ConfigurationError, NotFlushed, WindowFull
from .batches import Batch
from .delivery import Delivery
from .exchange import counted
from .link import Link
from .opening import Opening, opening_of
from .options import Choices, StreamOptions, chosen
from .pull import pulled
from .records import Records
from .source import Source
from .thread import Driver

R = TypeVar("R")
A = TypeVar("A")
T = TypeVar("T")
LOG = logging.getLogger((__package__ or "").rpartition(".")[0])
FAREWELL = 5.0  # seconds that a stream which nobody holds any more may take to end


class RecordStream(Generic[R, A]):
    """Records go up and their reports come down, at the same time and in the same order.

    ::

        with client.orders.write_stream() as stream:
            stream.send_many(records)
            for record, report in stream: ...

    ``send`` and its like wait only while the window is full; one thread writes and reads. ``exchange`` does the same
    for an iterable without any thread. A record ends with its report, or in ``unknown`` or ``unsent`` of the error
    that ends the stream. Any thread may send; one at a time may iterate.
    """

    def __init__(self, opening: Opening, choices: Choices) -> None:
        stream = opening.stream
        self._choices = choices
        self._records: Records[R] = Records(stream.record, choices.longest, choices.strict)
        self._delivery: Delivery[R, A] = Delivery(choices.on_report, choices.on_batch)
        self._link: Link[R, A] = Link(opening, choices.limits)
        if choices.on_batch is not None:
            self._delivery.stay_text(self._link.exchange)
        self._driver: Driver[R, A] | None = None
        self._starting = Lock()
        self._came: Callable[[], None] | None = None
        self._closed = False  # for whoever wants to send
        self._pulling = False  # while somebody iterates over ``exchange`` or ``batches``
        self._judged = False  # whether close has told how it ended
        self._finalizer = weakref.finalize(self, _abandoned, self._link, None)

    @classmethod
    def of(
        cls,
        client: BaseClient,
        operation: Operation[Any],
        options: StreamOptions[R, A],
        /,
        **arguments: Any,
    ) -> Self:
        """A stream of the operation, connected."""
        choices = chosen(options)
        requests = client._opened(operation, arguments)
        return cls(opening_of(client._settings, operation, requests, client._caller.refused), choices)

    @property
    def pending(self) -> int:
        """How many records have no report yet."""
        return self._driver.gathering.pending if self._driver else self._link.exchange.pending

    # --- sending

    def send(self, record: R) -> None:
        """Sends a record; waits while the window is full. Raises InvalidRecord for one that cannot be sent."""
        driver = self._driver or self._started()
        line = self._records.one(record)
        gathering = driver.gathering
        if len(line) > gathering.share:
            self._give(driver, record, line)
            return
        if len(gathering.entries) >= gathering.room:
            driver.wait_for_room()
        gathering.entries.extend((record, line))
        if driver.asleep:
            driver.wake()

    def send_nowait(self, record: R) -> None:
        """Sends a record, or raises WindowFull where it would have to wait."""
        driver = self._driver or self._started()
        line = self._records.one(record)
        if not driver.gathering.has_room_for([record]):
            if driver.is_over:
                raise driver.gathering.refused([record])
            raise WindowFull(f"{counted(driver.gathering.pending)} without a report so far")
        driver.gathering.give_one(record, line)
        driver.wake()

    def send_many(self, records: Iterable[R]) -> None:
        """Sends records in the order in which they come; waits while the window is full.

        At the first that cannot be sent it raises InvalidRecord, which tells what was sent before it. Interrupted while
        it waits, it sends what it has taken, or nobody would know of it.
        """
        driver = self._driver or self._started()
        source = Source(records, self._records, self._choices)
        try:
            while some := source.ahead():
                if not driver.gathering.has_room_for(some):
                    driver.wait_for_room()
                driver.gathering.give(*source.piece())
                driver.wake()
        except BaseException as error:
            for piece in source.rest():
                driver.gathering.give(*piece)
            source.tell(error)
            with suppress(ClientError):  # what the stream ended with is told at its end
                driver.wake()
            raise

    def submit(self, record: R) -> Future[A]:
        """Sends a record and gives a future for its report, which then shows nowhere else.

        To cancel the future takes no record back: its report comes with those of the records without a future.
        """
        driver = self._driver or self._started()
        future: Future[A] = Future()
        self._give(driver, record, self._records.one(record), future)
        return future

    def flush(self, timeout: float | None = None) -> None:
        """Waits until every record has its report. Raises NotFlushed when that takes more seconds than ``timeout``."""
        driver = self._driver
        if driver is not None and not driver.wait_until(lambda: driver.gathering.is_idle, timeout):
            raise NotFlushed(f"{counted(driver.gathering.pending)} without a report after {timeout:g} s")
        self._raise_failure()

    # --- receiving

    def __iter__(self) -> Iterator[tuple[R, A]]:
        """Records with their reports as they come, until no record waits for one."""
        return chain.from_iterable(self._answered(last=lambda driver: driver.gathering.is_idle))

    def follow(self) -> Iterator[tuple[R, A]]:
        """Records with their reports as they come, until the stream is over: for a thread of its own."""
        return chain.from_iterable(self._answered(last=lambda driver: False))

    def _answered(self, last: Callable[[Driver[R, A]], bool]) -> Iterator[Iterator[tuple[R, A]]]:
        driver, delivery = self._driver, self._delivery
        over = driver is None
        while driver is not None and not over:
            over = driver.is_over  # looked at first, so that what comes before the end is not missed
            yield from delivery.runs()
            if not over and last(driver) and not delivery.has_some:
                return
            if not over:
                driver.wait_until(lambda: delivery.has_some or last(driver))
        yield from delivery.runs()
        self._raise_failure()

    def exchange(self, records: Iterable[R]) -> Iterator[tuple[R, A]]:
        """Sends records and gives each with its report, in the caller's thread; then the stream is over.

        Nothing moves between two steps, so this is not for a caller who does much between them.
        """
        return chain.from_iterable(self._pulled(records, self._delivery.runs))

    def batches(self, records: Iterable[R]) -> Iterator[Batch[R, A]]:
        """As ``exchange``, many records at a time, whose reports stay JSON until somebody looks at them."""
        come = self._pulled(records, self._delivery.batches)
        self._delivery.stay_text(self._link.exchange)
        return come

    def _pulled(self, records: Iterable[R], come: Callable[[], Iterator[T]]) -> Iterator[T]:
        if self._closed or self._driver is not None:
            raise ConfigurationError("this stream is closed" if self._closed else "this stream has its thread already")
        return self._alone(pulled(self._link, self._delivery, self._records, self._choices, records, come))

    def _alone(self, come: Iterator[T]) -> Iterator[T]:
        """For as long as it is iterated nobody else may send, since the socket has one owner."""
        if self._pulling or self._driver is not None:
            raise ConfigurationError("this stream is in use already")
        self._pulling = True
        try:
            yield from come
        finally:
            self._pulling = False

    # --- ending

    def close(self) -> None:
        """Waits for all reports and ends the stream.

        Raises what the stream failed with, what the callback raised, and UnreadRefusals where a record was refused
        and nobody looked at its report.
        """
        if self._driver is not None and self._driver.is_here:
            self._closed = True
            self._driver.end_soon()  # a callback cannot wait; whoever opened the stream closes it, and is told
            return
        if not self._judged:
            self._finish(None)
        if not self._judged:
            self._judged = True
            self._raise_failure()
            self._delivery.judge()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        # The caller is on the way out: what is on its way may arrive, but nobody waits for long.
        self._finish(FAREWELL)
        if self._driver is not None:
            self._driver.gathering.tell(error)
        elif self.failure is not None and self.failure is not error:
            error.add_note(f"the stream failed: {self.failure}")
        self._delivery.tell(error)

    # --- for one who holds several streams and waits for all of them

    def watch(self, wake: Callable[[], None]) -> None:
        """Calls ``wake``, in the thread of the stream, when pairs have come and when the stream is over."""
        self._came = wake
        self._started().came = wake

    def arrived(self) -> list[A]:
        """The reports that have come, in the order of their records, without waiting."""
        return self._delivery.reports()

    def send_fitting(self, records: list[R]) -> int:
        """Sends the first of them, for which there is room, without waiting; how many.

        What it counts as sent is so for the stream, which tells what became of it even where it is over already.
        """
        driver = self._driver or self._started()
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
        return self._link.exchange.failure

    def end(self) -> None:
        """No record follows. Does not wait."""
        if self._driver is not None:
            self._driver.end_soon()

    def leave(self, timeout: float) -> None:
        """Ends the stream, but waits no longer than that. What is missing stands in ``failure``."""
        self._finish(timeout)

    # --- inside

    def _started(self) -> Driver[R, A]:
        if self._closed:
            raise ConfigurationError("this stream is closed")
        if self._pulling:
            raise ConfigurationError("while records are exchanged, the iterable that they come from is the way to send")
        with self._starting:  # two threads may send their first records at once, and the socket has one owner
            if self._driver is None:
                self._driver = Driver(self._link, self._delivery, self._choices, self._came)
                self._finalizer.detach()
                self._finalizer = weakref.finalize(self, _abandoned, self._link, self._driver)
                self._driver.start()
            return self._driver

    def _give(self, driver: Driver[R, A], record: R, line: bytes, future: Future[A] | None = None) -> None:
        if not driver.gathering.has_room_for([record]):
            driver.wait_for_room()
        driver.gathering.give([record], line + b"\n", future)
        driver.wake()

    def _raise_failure(self) -> None:
        if self._driver is not None and self._driver.is_over:
            self._driver.gathering.refuse()
        if self._link.exchange.failure is not None:
            raise self._link.exchange.failure

    def _finish(self, timeout: float | None) -> None:
        """May be interrupted, and called again."""
        self._closed = True
        _ended(self._link, self._driver, timeout)
        if self._driver is None:
            self._delivery.take(self._link.exchange)
        self._finalizer.detach()


def _ended(link: Link[Any, Any], driver: Driver[Any, Any] | None, timeout: float | None) -> None:
    """No record follows: waits for the answer to be complete, whoever owns the socket."""
    if driver is not None:
        driver.end(timeout)
        return
    link.exchange.end()
    link.run_to_end(timeout)


def _abandoned(link: Link[Any, Any], driver: Driver[Any, Any] | None) -> None:
    """Nobody holds the stream any more, or the interpreter ends: nothing may hang, and nothing is lost in silence."""
    if link.is_forgotten:
        return
    _ended(link, driver, FAREWELL)
    if driver is not None and driver.is_here:  # it cannot wait for itself, and goes on to the end
        warnings.warn("a stream was not closed", ResourceWarning, stacklevel=2)
        return
    pending = driver.gathering.pending if driver else link.exchange.pending
    told = f"a stream was not closed; {counted(pending)} without a report: {link.exchange.failure}"
    if pending:
        LOG.error(told)
    warnings.warn(told, ResourceWarning, stacklevel=2)
