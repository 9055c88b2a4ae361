"""Records that wait until the socket is free: when there are many, many go at once, and a lone one goes at once."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any, Generic, TypeVar

from ..errors import ClientError
from .delivery import Delivery
from .exchange import Exchange, counted
from .options import Choices
from .source import Source

R = TypeVar("R")
A_CHUNK = 500  # records at most; more gain nothing, and the first of many shall not wait for the last


class Given(Generic[R]):
    """Records that were given together, with their JSON, and the future that wants the report if there is one."""

    __slots__ = ("future", "lines", "records")

    def __init__(self, records: list[R], lines: bytes, future: Any = None) -> None:
        self.records = records
        self.lines = lines
        self.future = future


class Gathering(Generic[R]):
    """``entries`` holds record, line, record, line, … since no object is the cheapest; a Given has None behind it.

    To extend it by two is atomic, so any thread may, without a lock for each record; only the owner of the socket
    takes. Lines are short here: ``share`` bytes at most, so that a window full of them is within its bytes too.
    """

    def __init__(self, exchange: Exchange[R, Any], delivery: Delivery[R, Any], choices: Choices) -> None:
        self.entries: list[Any] = []
        self.room = 0  # how many entries there may be
        self.share = choices.window_bytes // choices.window_records
        self._exchange = exchange
        self._delivery = delivery
        self._choices = choices
        self._givens = self._given = self._given_bytes = 0  # among the entries, and the records and bytes in them
        self._counting = Lock()
        self.measure()

    # --- for whoever gives

    def has_room_for(self, records: list[R]) -> bool:
        return len(self.entries) + 2 * len(records) <= self.room

    @property
    def is_roomy(self) -> bool:
        """Whether a quarter of the window is free."""
        records = len(self.entries) // 2 + self._given - self._givens + self._exchange.pending
        bytes_ = self._given_bytes + self._exchange.pending_bytes
        return records <= self._choices.window_records * 3 // 4 and bytes_ <= self._choices.window_bytes * 3 // 4

    @property
    def is_idle(self) -> bool:
        """Whether every record has its report, and the report has its reader."""
        return not self.entries and self._exchange.added == self._delivery.delivered

    @property
    def pending(self) -> int:
        """Records whose report nobody has seen, those included that were not taken yet."""
        some = self.entries[:]
        more = sum(len(one.records) - 1 for one, line in zip(some[::2], some[1::2], strict=True) if line is None)
        return self._exchange.added - self._delivery.delivered + len(some) // 2 + more

    def give_one(self, record: R, line: bytes) -> None:
        if len(line) > self.share:
            self.give([record], line + b"\n")
        else:
            self.entries.extend((record, line))

    def give(self, records: list[R], lines: bytes, future: Any = None) -> None:
        with self._counting:
            self._givens += 1
            self._given += len(records)
            self._given_bytes += len(lines)
            self._measure()
            self.entries.extend((Given(records, lines, future), None))

    def give_fitting(self, source: Source[R]) -> int:
        """From the source, for as long as there is room; how many records that were."""
        count = 0
        while len(self.entries) < self.room and (some := source.ahead()) and self.has_room_for(some):
            self.give(*source.piece())
            count += len(some)
        return count

    # --- for the owner of the socket

    def measure(self) -> None:
        """How much room there is, now that records were taken or answered."""
        with self._counting:
            self._measure()

    def move(self) -> None:
        self.moved(self.add())

    def add(self) -> int:
        """Into the exchange: chunks of what came one by one, and a chunk for each that came together.

        How many entries these were, which ``moved`` is to be told before anything else is added.
        """
        some = self.entries[:]
        if self._givens:
            self._move_each(some[::2], some[1::2])
        elif len(some) == 2:
            self._exchange.add([some[0]], some[1] + b"\n")
        else:
            self._add(some[::2], some[1::2])
        return len(some)

    def moved(self, count: int) -> None:
        with self._counting:
            self._measure()  # before there seems to be room for them twice
        del self.entries[:count]

    def refuse(self, more: Iterable[R] = ()) -> ClientError | None:
        """The stream is over: what nobody will send any more belongs to what its failure tells. Any thread may."""
        with self._counting:
            left = self.entries[:]
            del self.entries[: len(left)]
            records: list[R] = []
            for one, line in zip(left[::2], left[1::2], strict=True):
                records += [one] if line is not None else one.records
                if line is None:
                    self._expect(one)
            records += more
            failure = self._exchange.refuse_more(records) if records else self._exchange.failure
        if failure is not None:
            self._delivery.fail(failure)
        return failure

    def refused(self, records: list[R]) -> ClientError:
        """The error to raise, which says that these were not sent either."""
        failure = self.refuse(records)
        assert failure is not None  # there is one for these records, if for nothing else
        return failure

    def tell(self, error: BaseException) -> None:
        """To whoever left the block by an error of another kind: which records have no report."""
        failure = self.refuse()
        if failure is not None and failure is not error:
            missing = counted(len(failure.unacknowledged))
            error.add_note(f"{missing} without a report, which the stream has in `failure`: {failure}")

    def forget(self) -> None:
        """In a child process, where the lock may be held by a thread that is not there."""
        self._counting = Lock()
        self.room = 0

    def _measure(self) -> None:
        exchange, choices = self._exchange, self._choices
        has_bytes = self._given_bytes + exchange.pending_bytes < choices.window_bytes
        records = choices.window_records - exchange.pending - self._given + self._givens  # each is an entry, too
        closed = exchange.ending or exchange.over
        self.room = 2 * max(0, records) if has_bytes and not closed else 0

    def _move_each(self, records: list[Any], lines: list[bytes | None]) -> None:
        alone: list[tuple[R, bytes]] = []
        for record, line in zip(records, lines, strict=True):
            if line is not None:
                alone.append((record, line))
                continue
            self._add(*_columns(alone))
            self._add_given(record)
            alone.clear()
        self._add(*_columns(alone))

    def _add(self, records: list[R], lines: list[bytes]) -> None:
        for first in range(0, len(records), A_CHUNK):
            some = lines[first : first + A_CHUNK]
            some.append(b"")
            self._exchange.add(records[first : first + A_CHUNK], b"\n".join(some))

    def _add_given(self, given: Given[R]) -> None:
        self._expect(given)
        self._exchange.add(given.records, given.lines)
        with self._counting:
            self._givens -= 1
            self._given -= len(given.records)
            self._given_bytes -= len(given.lines)

    def _expect(self, given: Given[R]) -> None:
        if given.future is not None:
            self._delivery.expect(given.records, given.future)


def _columns(pairs: list[tuple[R, bytes]]) -> tuple[list[R], list[bytes]]:
    return [record for record, _ in pairs], [line for _, line in pairs]
