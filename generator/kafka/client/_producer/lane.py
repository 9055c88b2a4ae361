"""What to do next on one connection, which is one stream after the other. No socket, no thread, no clock is in here.

A driver asks for a ``step``, carries it out, and tells what came of it::

    step(now) ─→ Open, Send, End or None
    opened, not_opened, invalid, reported, over  ←─ the driver

Every entry is in exactly one place: in the ``queue``, in ``flight``, held as the one with the terminal report, in
``again``, or settled at the desk. The queue stays in the order of the input: what comes back to it was taken from its
front.
"""

from __future__ import annotations

import math
import ssl
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, repeat, takewhile
from operator import attrgetter
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from .._network import told_of_tls
from .._retries import Attempt
from ..errors import ApiError, ClientError, ConnectionFailed, InvalidRecord, StreamEnded, StreamError, StreamTimedOut
from ..models import ProduceResponse
from ..outcomes import (
    TOO_OLD,
    Unconfirmed,
    are_accepted,
    blames_its_record,
    blames_nobody,
    is_terminal,
    meaning_of,
    told,
)
from .rules import BATCH, PIECE, VANGUARD, Rules

NO_PAUSE = -math.inf
RESENDS = 10  # of one record whose report leaves it open each time


class Entry(Struct, eq=False):
    """A record on its way to its outcome."""

    number: int  # in the input
    record: Any
    sent: Any  # in its place
    value: Unconfirmed | None = None  # its outcome, where none is to be waited for
    report: ProduceResponse | None = None  # why it is sent again
    times: int = 0  # how often its report left its fate open
    maybe_stored: bool = False  # by an attempt before this one
    ends: int = 0  # how often a stream ended at it


VALUE = attrgetter("value")


class Open(Struct, frozen=True):
    """A new stream, which has a new token if the last one was refused."""


class Send(Struct, frozen=True):
    entries: list[Entry]


class End(Struct, frozen=True):
    """No record follows on this stream; it is over when all reports are there."""


Step: TypeAlias = Open | Send | End


class Desk(Protocol):
    """Where lanes hand in what became of their entries, and hear what holds for all of them."""

    batches: bool
    stopping: bool  # nothing is sent any more
    no_more: bool  # the input is empty

    def settle(self, entry: Entry, value: ProduceResponse | Unconfirmed) -> None: ...
    def settle_all(self, some: list[tuple[Entry, ProduceResponse | Unconfirmed]]) -> None: ...
    def unknown(self, entry: Entry, reason: str, report: ProduceResponse | None, cause: ClientError | None) -> None: ...
    def stop(self, error: ClientError) -> None: ...


class Lane:
    def __init__(self, rules: Rules, desk: Desk, random: Callable[[], float], wall: Callable[[], float]) -> None:
        self.queue: deque[Entry] = deque()
        self.is_open = False
        self._rules = rules
        self._desk = desk
        self._random = random
        self._wall = wall
        self._flight: deque[Entry] = deque()
        self._again: list[Entry] = []  # not stored, and to be sent once nothing is in flight
        self._terminal: tuple[Entry, ProduceResponse] | None = None
        self._resending = 0  # in queue and flight: not stored before, and to find their outcome ahead of new ones
        self._failed = 0  # attempts in a row without progress
        self._unauthorized = False
        self._ever_heard = False
        self._not_before = NO_PAUSE
        self._fresh(0.0)

    def _fresh(self, now: float) -> None:
        """A new stream begins."""
        lifetime = self._rules.lifetime
        self._ends_at = math.inf if lifetime is None else now + lifetime
        self._patient_until = math.inf
        self._ending = False
        self._spent = False  # it takes no record any more
        self._hurried = False  # ended because no report came
        self._sent = False
        self._heard = False  # any report
        self._rested = False  # after records that it threw away
        self._progressed = False  # a record found its outcome
        self.is_full = False  # it has no room for the next record

    # --- what to do

    def step(self, now: float) -> Step | None:
        if now >= self._not_before:
            self._not_before = NO_PAUSE
        if not self.is_open:
            due = self.queue and self._not_before == NO_PAUSE and not self._desk.stopping
            return Open() if due else None
        if self._ending:
            return None
        if self._has_ended(now):
            self._ending = True
            return End()
        some = self._sendable()
        return self._sending(some, now) if some else None

    @property
    def until(self) -> float:
        """When the next step may be due though nothing happens: later than the last one, or a driver would spin."""
        rested = math.inf if self._not_before == NO_PAUSE or not self.queue else self._not_before
        if not self.is_open:
            return rested
        return math.inf if self._ending else min(self._ends_at, self._patient_until, rested)

    @property
    def unsent(self) -> Iterable[Entry]:
        return (*self.queue, *self._again)

    def _has_ended(self, now: float) -> bool:
        desk = self._desk
        if now >= self._patient_until:
            self._hurried = True
        return (
            desk.stopping
            or self._spent
            or self._hurried
            or now >= self._ends_at
            or (desk.batches and self._sent)
            or (desk.no_more and not self.queue and not self._again)
        )

    def _sendable(self) -> int:
        """How many records may go now."""
        if not self.queue or self._again or self._not_before != NO_PAUSE or self.is_full:
            return 0
        vanguard = PIECE if self._heard else max(0, VANGUARD - len(self._flight))
        most = min(BATCH if self._desk.batches else vanguard, len(self.queue))
        if not self._resending:
            return most
        return sum(1 for _ in takewhile(lambda entry: entry.report is not None, islice(self.queue, most)))

    def _sending(self, count: int, now: float) -> Send:
        if self._rules.mode == "auto" and not self._sent and not self._ever_heard:
            self._patient_until = now + self._rules.patience
        some = list(_taken(self.queue, count))
        values = list(map(VALUE, some))
        going = some if values.count(None) == count else [entry for entry in some if entry.value is None]
        self._sent = self._sent or bool(going)
        self._flight.extend(some)
        self._pass_decided()
        return Send(going)

    # --- what has happened

    def opened(self, now: float) -> None:
        self._fresh(now)
        self.is_open = True

    def not_opened(self, error: ClientError, now: float) -> None:
        """No stream came about. Nothing was sent."""
        if isinstance(error, ConnectionFailed) and not _is_lasting(error):
            self._retry(error, now)
        else:
            self._desk.stop(error)

    def left(self, entries: list[Entry]) -> None:
        """The last of those that were to be sent were not: the stream is full, until ``is_full`` is taken back."""
        self.is_full = bool(entries)
        while entries:
            self.queue.appendleft(self._flight.pop())
            if self.queue[0] is entries[0]:
                return

    def invalid(self, entry: Entry, error: InvalidRecord) -> None:
        """One of the entries that were to be sent was not, since it is no record."""
        entry.value = Unconfirmed("refused", str(error))
        self._pass_decided()

    def reported(self, reports: list[ProduceResponse], now: float) -> None:
        """The reports of the next entries in flight."""
        if reports:
            self._heard = self._ever_heard = True
            self._patient_until = math.inf
        if self._are_plain(reports):
            self._has_progressed()
            self._desk.settle_all(list(zip(_taken(self._flight, len(reports)), reports, strict=True)))
            self._pass_decided()
            reports = []
        for report in reports:
            if self._terminal is not None:  # it was not the last one
                self._settle(*self._terminal)
                self._terminal = None
            entry = self._flight.popleft()
            self._resending -= entry.report is not None
            self._report(entry, report)
            self._pass_decided()
        if self._again and not self._flight and not self._terminal:
            self._return(self._rest(now))

    def over(self, failure: ClientError | None, now: float) -> None:
        """The stream is over, and all reports that it gave were told."""
        self.is_open = self.is_full = False
        lost = 0 if failure is None else len(failure.unknown)
        back: list[Entry] = []
        refuses = self._terminal is not None
        if self._terminal is not None:
            lost = 0  # nothing behind it was read
            self._judge_terminal(*self._terminal, back)
            self._terminal = None
        for entry in self._flight:
            self._resending -= entry.report is not None
            if entry.value is not None:
                self._settle(entry, entry.value)
            elif lost:
                lost -= 1
                self._lost(entry, failure, back)
            else:
                back.append(entry)
        self._flight.clear()
        if self._again:
            back += self._rest(now)
        self._return(back)
        self._fall_back(failure)
        orderly = failure is None or refuses or (isinstance(failure, StreamEnded) and not failure.unknown)
        if self._desk.stopping or (orderly and (self._progressed or self._rested)):
            return
        if self.queue:
            self._after(None if orderly else failure, now)

    def _are_plain(self, reports: list[ProduceResponse]) -> bool:
        """Whether every one only says that its record was accepted: nearly always, and then there is little to do."""
        if not reports or self._terminal is not None or self._resending or not are_accepted(reports):
            return False
        return list(map(VALUE, islice(self._flight, len(reports)))).count(None) == len(reports)

    # --- one report

    def _report(self, entry: Entry, report: ProduceResponse) -> None:
        meaning = meaning_of(report)
        if meaning == "again":
            entry.report = report
            self._again.append(entry)
        elif meaning == "unknown":
            self._spent = self._spent or report.error_code == TOO_OLD
            self._left_open(entry, report)
        elif is_terminal(report):
            self._terminal = (entry, report)
            self._spent = True
        else:
            self._settle(entry, report)

    def _settle(self, entry: Entry, value: ProduceResponse | Unconfirmed) -> None:
        self._has_progressed()
        self._desk.settle(entry, value)

    def _has_progressed(self) -> None:
        self._progressed = True
        self._failed = 0
        self._unauthorized = False

    def _left_open(self, entry: Entry, report: ProduceResponse) -> None:
        """By its report. To send it again and again would not make it known for ever."""
        entry.times += 1
        if self._rules.on_unknown == "resend" and entry.times <= RESENDS:
            entry.report = report
            entry.maybe_stored = True
            self._again.append(entry)
        else:
            self._desk.unknown(entry, told(report), report, None)

    def _pass_decided(self) -> None:
        while self._flight and (value := self._flight[0].value) is not None:
            entry = self._flight.popleft()
            self._resending -= entry.report is not None
            self._settle(entry, value)

    # --- the end of a stream

    def _judge_terminal(self, entry: Entry, report: ProduceResponse, back: list[Entry]) -> None:
        """It was not stored. Often an earlier record is to blame; one at which two streams end is so itself."""
        entry.ends += not blames_nobody(report)
        if blames_its_record(report) or entry.ends > 1:
            self._settle(entry, report)
        else:
            back.append(entry)

    def _lost(self, entry: Entry, failure: ClientError | None, back: list[Entry]) -> None:
        if self._rules.on_unknown == "resend":
            entry.maybe_stored = True
            back.append(entry)
        else:
            self._desk.unknown(entry, str(failure), None, failure)

    def _return(self, entries: list[Entry]) -> None:
        entries.sort(key=lambda entry: entry.number, reverse=True)
        self.queue.extendleft(entries)
        self._resending += sum(1 for entry in entries if entry.report is not None)

    def _fall_back(self, failure: ClientError | None) -> None:
        """The first stream has shown that reports come only when it ends, or not at all: somebody buffers."""
        if self._rules.mode == "auto":
            never = isinstance(failure, StreamTimedOut) and not self._ever_heard
            self._desk.batches = self._desk.batches or never or (self._hurried and self._heard)

    # --- trying again

    def _after(self, failure: ClientError | None, now: float) -> None:
        if isinstance(failure, ApiError) and failure.status == 401 and not self._unauthorized:
            self._unauthorized = True  # the token may have lasted shorter than was said, and a new one is tried once
        elif failure is None or (isinstance(failure, (ApiError, StreamError)) and not _is_lasting(failure)):
            self._retry(failure, now)
        else:
            self._desk.stop(failure)

    def _retry(self, failure: ClientError | None, now: float) -> None:
        pause = self._pause(failure)
        if pause is None:
            self._desk.stop(failure or StreamEnded(f"{self._failed} streams in a row ended, and none took a record"))
        else:
            self._not_before = now + pause

    def _rest(self, now: float) -> list[Entry]:
        """Nothing is in flight any more: what was not stored goes again after a pause, or is given up."""
        self._rested = True
        again, self._again = self._again, []
        pause = self._pause(None, 429)
        if pause is not None:
            self._not_before = now + pause
            return again
        for entry in again:
            assert entry.report is not None
            if not entry.maybe_stored:
                self._settle(entry, entry.report)
            else:
                self._desk.unknown(entry, told(entry.report), entry.report, None)
        return []

    def _pause(self, failure: ClientError | None, status: int | None = None) -> float | None:
        """None once it is time to give up. What may have been stored is dealt with already, so nothing is unsafe."""
        self._failed += 1
        headers: Mapping[str, str] = {}
        if isinstance(failure, ApiError):
            status, headers = failure.status, failure.headers
        attempt = Attempt(
            operation="produceRecord",
            method="POST",
            number=self._failed,
            safe=True,
            status=status,
            headers=headers,
            sent=False,
            timed_out=False,
            lasting=False,
            random=self._random(),
            now=self._wall(),
        )
        return self._rules.retries(attempt)


def _taken(entries: deque[Entry], count: int) -> Iterator[Entry]:
    """The first so many, without a step of Python for each."""
    return map(deque.popleft, repeat(entries, count))


def _is_lasting(error: ClientError) -> bool:
    """Whether a certificate is to blame, of the server or of the client: it will be the same next time."""
    return isinstance(error.__cause__, ssl.SSLCertVerificationError) or told_of_tls(error.__cause__) is not None
