"""What came back, and for whom: a future that was asked for, the callback, or whoever iterates."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Any, Generic, TypeVar

from .._report import accepts
from ..errors import ClientError, UnreadRefusals
from .batches import Batch
from .exchange import Exchange

R = TypeVar("R")
A = TypeVar("A")


class Delivery(Generic[R, A]):
    """Takes batches of answered records from an exchange and hands them on; no batch is looked into without need."""

    def __init__(
        self, on_report: Callable[[R, A], Any] | None, on_batch: Callable[[Batch[R, A]], Any] | None = None
    ) -> None:
        self.delivered = 0  # records whose report was handed on
        self.raised: BaseException | None = None  # by the callback; it must not harm the stream
        self._on_report = on_report
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
            if future is not None:
                self._answer(future, reports)
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
        for future in self._futures.values():
            with suppress(Exception):
                future.set_exception(failure)
        self._futures.clear()

    def runs(self) -> Iterator[Iterator[tuple[R, A]]]:
        """What has come and was not looked at yet; whoever stops in between finds the rest next time.

        A pair that passes through two generators costs more than to pair it, so they pass on whole runs of them.
        """
        yield self._pairs
        while self._backlog:
            records, reports = self._backlog.popleft()
            self._pairs = zip(records, self._decoded(reports), strict=True)
            yield self._pairs

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

    def _decoded(self, reports: list[A]) -> list[A]:
        return reports if self._decode is None else self._decode(reports)

    def _batch(self, records: list[R], reports: list[Any]) -> Batch[R, A]:
        assert self._decode is not None  # whoever hands out batches said so before
        return Batch(records, reports, self._decode)

    def _answer(self, future: Any, reports: list[A]) -> None:
        with suppress(Exception):  # it was cancelled meanwhile
            try:
                future.set_result(self._decoded(reports)[0])
            except ClientError as failure:
                future.set_exception(failure)

    def _call(self, callback: Callable[..., Any], *about: Any) -> None:
        try:
            callback(*about)
        except BaseException as error:
            self.raised = self.raised or error

    def _tell(self, on_report: Callable[[R, A], Any], records: list[R], reports: list[A]) -> None:
        for record, report in zip(records, reports, strict=True):
            try:
                on_report(record, report)
            except BaseException as error:
                self.raised = self.raised or error
