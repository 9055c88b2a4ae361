"""One of several processes that produce: takes lines, and tells what became of their records."""

from __future__ import annotations

import os
import signal
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

import msgspec

from .._cli.console import masked
from .._cli.trouble import CommandError
from .._duplex.options import Choices
from .._producer.production import Settled, all_accepted
from .._producer.rules import FAR_AHEAD
from .._producer.sync import Producer, producer
from ..errors import ClientError
from ..outcomes import Unconfirmed, outcome_of, told
from .engine import client_of, explained_by, rules_of
from .garbage import collect_rarely
from .origins import Origins
from .ranges import Run, joined, runs_of
from .records import Bad, Reader, many, reader_of
from .told import NOTHING, Lot, News, One, Over, received

MANY = 2000  # records that are told of at once
ENCODE = msgspec.json.Encoder().encode


def work(options: Namespace, cluster_id: str, share: int, connection: Connection, inherited: Sequence[int]) -> None:
    """``share``: with so many processes it shares the window. ``inherited`` descriptors are those of others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began this hears it, too, and says what to do
    for descriptor in inherited:
        os.close(descriptor)
    collect_rarely()
    failure: BaseException | None = None
    worker = Worker(reader_of(options), connection, options.reports is not None)
    try:
        with client_of(options) as client:
            rules = rules_of(options)
            rules["ordered"] = False  # who has all of them sees to that
            rules["longest_record"] = Choices().window_bytes
            rules["window_bytes"] = Choices().window_bytes // share
            worker.run(producer(client, cluster_id, options.topic, worker.intake, rules))
    except (ClientError, OSError, CommandError) as error:
        failure = error
    with suppress(OSError):  # nobody is there any more who would hear it
        worker.close(None if failure is None else _explained(options, failure))


def _explained(options: Namespace, failure: BaseException) -> tuple[str, str]:
    message, hint = explained_by(options, failure)
    return masked(message), hint


class Worker:
    def __init__(self, read: Reader, connection: Connection, tells_all: bool) -> None:
        self.intake = Intake(read, self._bad)
        self._connection = connection
        self._tells_all = tells_all
        self._producer: Producer | None = None
        self._accepted: list[Run] = []
        self._others: list[One] = []
        self._untold = 0

    def run(self, made: Producer) -> None:
        self._producer = made
        Thread(target=self._receive, args=(made.wake,), name="lots", daemon=True).start()
        with closing(made.bursts()) as bursts:
            for burst in bursts:
                self._tell(burst)
                if self.intake.left:
                    return

    def close(self, failure: tuple[str, str] | None) -> None:
        unsent = self.intake.rest()
        if self._producer is not None:
            production = self._producer.production
            self._tell(next(production.burst()))
            self._tell_all()
            _, entries = production.without_outcome()
            unsent += (self.intake.origins.line_of(entry.number) for entry in entries)
        self._connection.send(Over(unsent, failure))
        self._connection.close()

    def _receive(self, wake: Callable[[], None]) -> None:
        """In a thread of its own, so that who sends never waits for long."""
        with suppress(EOFError, OSError):
            while True:
                came = received(self._connection)
                if isinstance(came, Lot):
                    self.intake.put(came)
                    wake()
                    continue
                if came is not None:
                    break
                self.intake.no_more = True
                wake()
        self.intake.left = True
        wake()

    def _bad(self, number: int, reason: str) -> None:
        self._others.append(One(number, NOTHING if reason == NOTHING else "refused", reason, None))

    def _tell(self, burst: list[Settled]) -> None:
        """In large pieces, unless nothing more comes at the moment."""
        if burst and not self._tells_all and all_accepted(burst):
            self._accepted += self._forgotten(burst)
        else:
            self._others += map(self._one, burst)
        self._untold += len(burst)
        if self._untold >= MANY or not burst:
            self._tell_all()

    def _tell_all(self) -> None:
        if self._accepted or self._others:
            self._connection.send(News(joined(self._accepted), self._others))
            self._accepted, self._others = [], []
            self._untold = 0

    def _forgotten(self, burst: list[Settled]) -> Iterator[Run]:
        for first, last in runs_of([entry.number for entry, _ in burst]):
            yield from self.intake.origins.forget(first, last)

    def _one(self, settled: Settled) -> One:
        entry, value = settled
        number = self.intake.origins.line_of(entry.number)
        self.intake.origins.forget(entry.number, entry.number)
        outcome = outcome_of(value)
        report = value.report if isinstance(value, Unconfirmed) else value
        reason = value.reason if isinstance(value, Unconfirmed) else "" if outcome == "accepted" else told(value)
        return One(number, outcome, reason, None if report is None else ENCODE(report))


class Intake:
    """Has what was sent here; ``left`` says that nothing more is to be done with it."""

    error: BaseException | None = None
    ahead = FAR_AHEAD  # who deals them out sees to their weight

    def __init__(self, read: Reader, refuse: Callable[[int, str], None]) -> None:
        self.origins = Origins()
        self.no_more = False
        self.left = False
        self._read, self._refuse = read, refuse
        self._lots: deque[Lot] = deque()
        self._taken = 0

    def put(self, lot: Lot) -> None:
        self._lots.append(lot)

    @property
    def empty(self) -> bool:
        return self.no_more and not self._lots

    def some(self, most: int) -> list[Any]:
        if not self._lots or most <= 0:
            return []
        numbers, texts = self._lots.popleft()
        if len(texts) > most:
            texts, left = texts.cut(most)
            self._lots.appendleft(Lot(numbers[most:], left))
            numbers = numbers[:most]
        try:
            records = many(self._read, texts)
        except Bad:
            numbers, records = self._good(numbers, texts.lines)
        if records:
            self.origins.add(self._taken, numbers, [])
            self._taken += len(records)
        return records

    def _good(self, given: Sequence[int], lines: list[bytes]) -> tuple[list[int], list[Any]]:
        numbers: list[int] = []
        records: list[Any] = []
        for number, text in zip(given, lines, strict=True):
            try:
                records.append(self._read(text))
            except Bad as error:
                self._refuse(number, str(error) if text.strip() else NOTHING)
            else:
                numbers.append(number)
        return numbers, records

    def rest(self) -> list[int]:
        """What nobody has taken."""
        return [number for numbers, _ in self._lots for number in numbers]
