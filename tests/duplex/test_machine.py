"""Gathering, exchange and delivery without any thread, against a list: every record ends in one place, in order."""

from __future__ import annotations

import pickle
from concurrent.futures import Future
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runtime._duplex.delivery import Delivery
from runtime._duplex.gathering import Gathering
from runtime._duplex.options import Choices
from runtime.errors import ClientError, StreamEnded
from tests.duplex.test_exchange import OK, RESET, Report, chunk, new

LONG_ENOUGH = 8  # records, before the server may fail; the end of a test breaks off earlier ones
COUNTS = st.integers(1, 6)
BYTES = st.integers(1, 60) | st.just(1000)


class Stream(RuleBasedStateMachine):
    """``given`` are all records in order; the server has answered the first ``answered`` of them."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange = new()
        self.delivery: Delivery[int, Report] = Delivery(None)
        choices = Choices(window_records=12, window_bytes=600)
        self.gathering: Gathering[int] = Gathering(self.exchange, self.delivery, choices)
        self.given: list[int] = []
        self.futures: dict[int, Future[Report]] = {}
        self.found: list[int] = []
        self.taken = 0  # by the exchange, in order
        self.answered = 0
        self.down = OK  # what the server wrote and nobody has read
        self.ended = False

    # --- the caller

    def new_records(self, count: int) -> list[int]:
        first = len(self.given)
        self.given += range(first, first + count)
        return self.given[first:]

    @precondition(lambda self: self.is_open)
    @rule()
    def give_one(self) -> None:
        if self.gathering.has_room_for([0]):
            (record,) = self.new_records(1)
            self.gathering.give_one(record, b"%d" % record)

    @precondition(lambda self: self.is_open)
    @rule(count=COUNTS)
    def give_many(self, count: int) -> None:
        if self.gathering.has_room_for([0] * count):
            some = self.new_records(count)
            self.gathering.give(some, b"".join(b"%d\n" % record for record in some))

    @precondition(lambda self: self.is_open)
    @rule(cancels=st.booleans())
    def submit(self, cancels: bool) -> None:
        if self.gathering.has_room_for([0]):
            (record,) = some = self.new_records(1)
            self.futures[record] = Future()
            self.gathering.give(some, b"%d\n" % record, self.futures[record])
            if cancels:
                self.futures[record].cancel()

    @rule()
    def look(self) -> None:
        for record, report in self.delivery.pairs():
            assert record == report.n
            self.found.append(record)

    # --- the owner of the socket

    @precondition(lambda self: self.is_open and not self.exchange.has_piece)
    @rule()
    def move(self) -> None:
        self.gathering.move()
        self.taken = len(self.given)

    @rule(most=BYTES)
    def write(self, most: int) -> None:
        piece = self.exchange.piece()
        if piece is not None:
            self.exchange.wrote(min(most, len(piece)))

    @precondition(lambda self: self.is_open and not self.gathering.entries)
    @rule()
    def end(self) -> None:
        self.exchange.end()
        self.gathering.measure()

    @rule(most=BYTES)
    def read(self, most: int) -> None:
        data, self.down = self.down[:most], self.down[most:]
        if data:
            self.exchange.received(data)
        self.delivery.take(self.exchange)
        self.gathering.measure()

    # --- the server

    @precondition(lambda self: not self.ended)
    @rule(count=COUNTS)
    def answer(self, count: int) -> None:
        for _ in range(min(count, self.taken - self.exchange.queued - self.answered)):
            self.down += chunk(b'{"n":%d}' % self.answered)
            self.answered += 1

    @precondition(lambda self: not self.ended and self.delivery.delivered > LONG_ENOUGH)
    @rule()
    def end_the_answer(self) -> None:
        self.ended = True
        self.down += b"0\r\n\r\n"

    @precondition(lambda self: self.delivery.delivered > LONG_ENOUGH)
    @rule()
    def reset(self) -> None:
        self.exchange.lost(RESET)
        self.gathering.measure()

    # --- what holds at any time

    @property
    def is_open(self) -> bool:
        return not self.exchange.over and not self.exchange.ending

    @invariant()
    def nothing_is_counted_twice_or_not_at_all(self) -> None:
        refused = len(self.given) - self.exchange.added - self.waiting
        assert 0 == refused
        assert len(self.given) == self.delivery.delivered + self.gathering.pending

    @invariant()
    def what_waits_is_within_the_window(self) -> None:
        assert self.exchange.pending + self.waiting <= 12
        assert self.gathering.room <= 2 * (12 - self.exchange.pending)

    @invariant()
    def what_is_answered_makes_room(self) -> None:
        arrived = sum(len(records) for records, _ in self.exchange.batches)
        if not self.exchange.over:
            assert self.exchange.added == self.exchange.pending + arrived + self.delivery.delivered
            assert (self.exchange.pending == 0) == (self.exchange.pending_bytes == 0)

    @property
    def waiting(self) -> int:
        some = self.gathering.entries
        return sum(1 if line is not None else len(one.records) for one, line in zip(some[::2], some[1::2], strict=True))

    def teardown(self) -> None:
        """However it came to an end, each record is in one place, in order, and each future knows."""
        self.exchange.break_off(StreamEnded, "the test is over")
        self.delivery.take(self.exchange)
        failure = self.gathering.refuse() or ClientError()
        self.look()
        done = self.delivery.delivered
        by_future = [number for number in self.given[:done] if number in self.futures]
        assert self.given[:done] == sorted(self.found + by_future)
        assert self.found == sorted(self.found)
        if self.exchange.failure is None:
            assert self.given == self.given[:done]
            return
        assert self.given[done:] == list(failure.unacknowledged)
        assert self.answered <= done + len(failure.unknown)  # what the server has seen is not called unsent
        for number, future in self.futures.items():
            assert future.done()
            if not future.cancelled():
                assert number < done if future.exception() is None else future.exception() is failure
        self.is_whole_in_a_pickle(failure)

    @staticmethod
    def is_whole_in_a_pickle(failure: ClientError) -> None:
        again: Any = pickle.loads(pickle.dumps(failure))
        assert (str(failure), failure.unknown, failure.unsent) == (str(again), again.unknown, again.unsent)
        assert type(failure) is type(again)


Stream.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestEveryRecordEndsInOnePlace = Stream.TestCase
