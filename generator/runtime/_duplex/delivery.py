"""What came back, and for whom: a future that was asked for, the callback, or whoever iterates."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from itertools import chain
from operator import length_hint
from typing import Any, Generic, TypeVar

from .._report import accepts
from ..errors import ClientError, ConfigurationError, UnreadRefusals
from .batches import Batch
from .exchange import Exchange, counted

R = TypeVar("R")
A = TypeVar("A")
STOPPED = "the callback raised StopIteration"
NOT_AWAITED = (
    "the option {} of a stream is called and not awaited, so it cannot be async: iterate over an async stream with "
    "`async for`, or give a plain function"
)


class Delivery(Generic[R, A]):
    """Takes batches of answered records from an exchange and hands them on; no batch is looked into without need."""

    def __init__(
        self, on_report: Callable[[R, A], Any] | None, on_batch: Callable[[Batch[R, A]], Any] | None = None
    ) -> None:
        self.delivered = 0  # records whose report was handed on
        self.raised: BaseException | None = None  # by the callback; it must not harm the stream
        self._callback = on_report
        self._on_report: Callable[[R, A], Any] | None = on_report and self._at_first
        self._on_batch = on_batch
        self._decode: Callable[[list[Any]], list[A]] | None = None
        self._backlog: deque[tuple[list[R], list[A]]] = deque()
        self._pairs: Iterator[tuple[R, A]] = iter(())
        self._futures: dict[int, Any] = {}  # by the identity of the list that holds the one record

    def expect(self, records: list[R], future: Any) -> None:
        self._futures[id(records)] = future

    def stay_text(self, exchange: Exchange[R, A]) -> None:
        """Reports are decoded when somebody looks at them, which has to be known before the first comes."""
        exchange.stay_text()
        self._decode = exchange.decoded

    def take(self, exchange: Exchange[R, A]) -> None:
        while exchange.batches:
            records, reports = exchange.batches.popleft()
            future = self._futures.pop(id(records), None) if self._futures else None
            if future is not None and self._answer(future, reports):
                pass  # and nobody else is told
            elif self._on_batch is not None:
                self._call(self._on_batch, self._batch(records, reports))
            elif self._on_report is None:
                self._backlog.append((records, reports))
            else:
                self._tell(self._on_report, records, reports)
            self.delivered += len(records)

    @property
    def has_some(self) -> bool:
        return bool(self._backlog)

    def fail(self, failure: ClientError) -> None:
        """Nobody shall wait for what does not come."""
        while self._futures:
            with suppress(KeyError):  # any thread may tell them
                _, future = self._futures.popitem()
                if _is_wanted(future):
                    future.set_exception(failure)

    def runs(self) -> Iterator[Iterator[tuple[R, A]]]:
        """What has come and was not looked at yet; whoever stops in between finds the rest next time.

        A pair that passes through two generators costs more than to pair it, so they pass on whole runs of them.
        """
        yield self._pairs
        while self._backlog:
            records, reports = self._backlog.popleft()
            self._pairs = zip(records, self._decoded(reports), strict=True)
            yield self._pairs

    def reports(self) -> list[A]:
        """Without their records, for whoever keeps these in order."""
        found = [report for _, report in self._pairs]
        while self._backlog:
            found += self._decoded(self._backlog.popleft()[1])
        return found

    def pairs(self) -> Iterator[tuple[R, A]]:
        return chain.from_iterable(self.runs())

    def batches(self) -> Iterator[Batch[R, A]]:
        """What has come and was not looked at yet, and may stay so."""
        while self._backlog:
            yield self._batch(*self._backlog.popleft())

    def unread(self) -> list[tuple[R, A]]:
        """What has come and nobody looked at; it can still be."""
        found = list(self.pairs())
        self._pairs = iter(found)
        return found

    def judge(self) -> None:
        """Raises what the callback raised, or UnreadRefusals where nobody looked at the report of a refused record."""
        if self.raised is not None:
            raise self.raised
        refused = tuple((record, report) for record, report in self.unread() if not accepts(report))
        if refused:
            raise UnreadRefusals(refused)

    def tell(self, error: BaseException) -> None:
        """To whoever left the block by an error: of which reports he may not know."""
        with suppress(ClientError):  # one that cannot be read tells nothing
            found = self.unread()
            if found:
                refused = sum(not accepts(report) for _, report in found)
                told = f"{counted(len(found))} with a report that nobody has looked at, {refused} of them refused"
                error.add_note(f"{told}: iterating over the stream gives it")

    def _decoded(self, reports: list[A]) -> list[A]:
        return reports if self._decode is None else self._decode(reports)

    def _batch(self, records: list[R], reports: list[Any]) -> Batch[R, A]:
        assert self._decode is not None  # whoever hands out batches said so before
        return Batch(records, reports, self._decode)

    def _answer(self, future: Any, reports: list[A]) -> bool:
        """Whether it still wants the report. That of one that was cancelled goes the way of all others."""
        if not _is_wanted(future):
            return False
        try:
            future.set_result(self._decoded(reports)[0])
        except ClientError as failure:
            future.set_exception(failure)
        return True

    def _at_first(self, record: R, report: A) -> None:
        """In place of the callback, until it is known to give nothing that would have to be awaited."""
        assert self._callback is not None
        _refuse_awaitable(self._callback(record, report), "on_report")
        self._on_report = self._callback

    def _call(self, callback: Callable[[Batch[R, A]], Any], batch: Batch[R, A]) -> None:
        try:
            _refuse_awaitable(callback(batch), "on_batch")
        except BaseException as error:
            self.raised = self.raised or error

    def _tell(self, on_report: Callable[[R, A], Any], records: list[R], reports: list[A]) -> None:
        """To all of them in one step, which goes on behind each that the callback raises at."""
        if len(reports) == 1:  # in fewer steps, since its caller may wait for it
            try:
                on_report(records[0], reports[0])
            except StopIteration:
                self.raised = self.raised or RuntimeError(STOPPED)
            except BaseException as error:
                self.raised = self.raised or error
            return
        left = iter(reports)
        calls = map(on_report, records, left)
        while length_hint(left):
            try:
                deque(calls, maxlen=0)
                if length_hint(left):
                    raise RuntimeError(STOPPED)
            except BaseException as error:
                self.raised = self.raised or error


def _refuse_awaitable(given: Any, name: str) -> None:
    if hasattr(given, "__await__"):
        if hasattr(given, "close"):
            given.close()  # a coroutine that nobody awaits would complain later
        raise ConfigurationError(NOT_AWAITED.format(name))


def _is_wanted(future: Any) -> bool:
    """Whether it waits for something. Of Python's two kinds one has to hear that it was cancelled, or whoever waits for
    it waits on; from now on it cannot be."""
    if isinstance(future, Future) and (future.cancelled() or not future.done()):
        return future.set_running_or_notify_cancel()
    return not future.done()
