"""All lanes of one call of ``produce``: the window, the order of what is given, and how it ends."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from msgspec import Raw

from .._duplex.source import tell_beside
from ..errors import ClientError, StreamTimedOut
from ..models import ProduceRequest, ProduceResponse
from ..outcomes import DeliveryUnknown, Unconfirmed, are_accepted
from .keys import Keys
from .lane import Entry, Lane
from .rules import AHEAD, Rules
from .sendable import Unsendable, sendable

Pair: TypeAlias = tuple[ProduceRequest, ProduceResponse | Unconfirmed]
JSON = {Raw}
REPORTS = {ProduceResponse}
Settled: TypeAlias = tuple[Entry, ProduceResponse | Unconfirmed]


class Accepted(list[Settled]):
    """A burst of records that were all accepted."""


class Production:
    def __init__(self, rules: Rules, random: Callable[[], float], wall: Callable[[], float]) -> None:
        self.batches = rules.mode == "batches"
        self.stopping = False
        self.no_more = False
        self.ahead = AHEAD
        self.lanes = [Lane(rules, self, random, wall) for _ in range(rules.connections)]
        self._rules = rules
        self._keys = Keys(rules.connections)
        self._taken = 0
        self._settled = 0  # of those taken; in order, where that is asked for
        self._ready: deque[Settled] = deque()
        self._accepted = 0  # of those since the last burst, known to be so as they came
        self._early: dict[int, Settled] = {}  # settled before one that came earlier
        self._unknown: list[Entry] = []
        self._reason = ""
        self._cause: ClientError | None = None
        self._error: ClientError | None = None
        self._of_input: BaseException | None = None

    # --- records in

    @property
    def room(self) -> int:
        """How many records to take from the input now."""
        if self.stopping or self.no_more:
            return 0
        ahead = self.ahead * len(self.lanes) - sum(len(lane.queue) for lane in self.lanes)
        return min(self.ahead // 2, ahead, self._rules.window - self.pending)

    @property
    def pending(self) -> int:
        return self._taken - self._settled

    def take(self, records: list[Any]) -> None:
        entries = self._entries(records)
        self._taken += len(records)
        if len(self.lanes) == 1:
            self.lanes[0].queue.extend(entries)
            return
        for entry in entries:
            self.lanes[self._keys.lane_of(entry.record)].queue.append(entry)

    def _entries(self, records: list[Any]) -> list[Entry]:
        numbers = range(self._taken, self._taken + len(records))
        if set(map(type, records)) == JSON:
            return list(map(Entry, numbers, records, records))
        try:
            return list(map(Entry, numbers, records, map(sendable, records)))
        except Unsendable:  # one of them is, so each is looked at
            return [_entry(number, record) for number, record in zip(numbers, records, strict=True)]

    def finish(self, error: BaseException | None = None) -> None:
        """The input is empty, or has failed; what was taken is still seen to."""
        self.no_more = True
        self._of_input = error

    # --- outcomes out

    def given(self) -> Iterator[Pair]:
        while self._ready:
            entry, value = self._ready.popleft()
            yield entry.record, value

    def burst(self) -> Iterator[list[Settled]]:
        """All that there are, at once and with their numbers; also that there are none."""
        some = (Accepted if self._accepted == len(self._ready) else list)(self._ready)
        self._ready.clear()
        self._accepted = 0
        yield some

    @property
    def is_over(self) -> bool:
        done = self.stopping or (self.no_more and not self.pending)
        return done and not any(lane.is_open for lane in self.lanes)

    @property
    def until(self) -> float:
        """When a lane wants to go on though nothing has happened."""
        return min((lane.until for lane in self.lanes), default=math.inf)

    def failure(self) -> BaseException | None:
        """What to raise at the end, with all that has no outcome in it."""
        error = self._error
        if error is None and self._unknown:
            error = self._undecided()
        if error is None:
            return self._of_input
        unknown, unsent = self.without_outcome()
        error.unknown = tuple(entry.record for entry in unknown)
        error.unsent = tuple(entry.record for entry in unsent)
        if self._of_input is not None:
            tell_beside(error, self._of_input)
        return error

    def rest(self) -> str:
        """What nobody has been given, in words; empty when there is nothing."""
        settled = len(self._ready) + len(self._early)
        unknown, unsent = self.without_outcome()
        parts = (
            (settled, "have an outcome that nobody looked at"),
            (len(unknown), "may have been stored or not"),
            (len(unsent), "were taken and not sent"),
        )
        return "; ".join(f"{count} records {what}" for count, what in parts if count)

    # --- the desk of the lanes

    def settle(self, entry: Entry, value: ProduceResponse | Unconfirmed) -> None:
        if not self._rules.ordered:
            self._ready.append((entry, value))
            self._settled += 1
            return
        self._early[entry.number] = (entry, value)
        while (settled := self._early.pop(self._settled, None)) is not None:
            self._ready.append(settled)
            self._settled += 1

    def settle_all(self, some: list[Settled]) -> None:
        """Of records that were accepted."""
        if self._rules.ordered:
            for entry, value in some:
                self.settle(entry, value)
        else:
            self._ready.extend(some)
            self._settled += len(some)
            self._accepted += len(some)

    def unknown(self, entry: Entry, reason: str, report: ProduceResponse | None, cause: ClientError | None) -> None:
        if self._rules.on_unknown == "report":
            self.settle(entry, Unconfirmed("unknown", reason, report))
            return
        if not self._unknown:
            self._reason, self._cause = reason, cause
        self._unknown.append(entry)
        self.leave()

    def stop(self, error: ClientError) -> None:
        self._error = self._error or error
        self.leave()

    def leave(self) -> None:
        """Nothing is sent any more."""
        self.stopping = True

    def flush(self) -> None:
        """It ends with a gap, so what came behind the gap waits for nothing any more."""
        for number in sorted(self._early):
            self._ready.append(self._early.pop(number))

    def without_outcome(self) -> tuple[list[Entry], list[Entry]]:
        """What is unknown, and what certainly was not stored."""
        left = [entry for lane in self.lanes for entry in lane.unsent]
        unknown = self._unknown + [entry for entry in left if entry.maybe_stored]
        return _in_order(unknown), _in_order([entry for entry in left if not entry.maybe_stored])

    def _undecided(self) -> DeliveryUnknown:
        hint = 'on_unknown="resend" sends such records again, on_unknown="report" gives them and goes on'
        if isinstance(self._cause, StreamTimedOut):
            hint += '; mode="batches" gets on with a proxy that buffers'
        error = DeliveryUnknown(f"{len(self._unknown)} records may have been stored or not: {self._reason} ({hint})")
        error.__cause__ = self._cause
        return error


def _entry(number: int, record: Any) -> Entry:
    try:
        return Entry(number, record, sendable(record))
    except Unsendable as error:
        return Entry(number, record, record, Unconfirmed("refused", str(error)))


def all_accepted(burst: list[Settled]) -> bool:
    """Whether all of them are, as nearly always; quicker than to ask for the outcome of each."""
    if isinstance(burst, Accepted):
        return True
    values: list[Any] = [value for _, value in burst]
    return set(map(type, values)) <= REPORTS and are_accepted(values)


def _in_order(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.number)
