"""What is gathered, sent, reported and refused, against a model: records in a row, and how far each thing has come."""

from __future__ import annotations

import pickle
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from runtime._duplex.delivery import Delivery
from runtime._duplex.gathering import Gathering
from runtime._duplex.options import Choices
from runtime.errors import ClientError, StreamEnded
from tests.duplex.test_exchange import OK, RESET, new, reports

WINDOW = 12


class Future:
    """What was asked for by ``submit``."""

    def __init__(self) -> None:
        self.result: Any = None
        self.failure: ClientError | None = None

    def done(self) -> bool:
        """Nobody cancels it, and that it is told once is held below."""
        return False

    def set_result(self, result: Any) -> None:
        assert self.result is None and self.failure is None
        self.result = result

    def set_exception(self, failure: ClientError) -> None:
        assert self.result is None and self.failure is None
        self.failure = failure


class Streams(RuleBasedStateMachine):
    """The model: ``given`` numbers, of which the first were ``moved``, the first of these begun, then reported on."""

    @initialize(least=st.integers(0, 30))
    def begin(self, least: int) -> None:
        self.least = least  # records that are given before anything ends, or hardly any stream would grow old
        self.exchange = new()
        self.delivery: Delivery[int, Any] = Delivery(None)
        self.gathering: Gathering[int] = Gathering(
            self.exchange, self.delivery, Choices(window_records=WINDOW, window_bytes=10_000)
        )
        self.given = self.moved = self.begun = self.reported = 0
        self.futures: dict[int, Future] = {}
        self.answered: list[int] = []
        self.failure: ClientError | None = None
        self.exchange.received(OK)

    def _next(self, count: int) -> list[int]:
        first, self.given = self.given, self.given + count
        return list(range(first, self.given))

    def _looked(self) -> None:
        self.delivery.take(self.exchange)
        for record, report in self.delivery.pairs():
            assert record == report.n
            self.answered.append(record)

    # --- what a caller does

    @precondition(lambda self: self.gathering.has_room_for([0]))
    @rule()
    def sends(self) -> None:
        (record,) = self._next(1)
        self.gathering.give_one(record, b"%d" % record)

    @precondition(lambda self: self.gathering.has_room_for([0] * 4))
    @rule(count=st.integers(1, 4))
    def sends_many(self, count: int) -> None:
        some = self._next(count)
        assert self.gathering.has_room_for(some)
        self.gathering.give(some, b"".join(b"%d\n" % one for one in some))

    @precondition(lambda self: self.gathering.has_room_for([0]))
    @rule()
    def submits(self) -> None:
        (record,) = self._next(1)
        self.futures[record] = Future()
        self.gathering.give([record], b"%d\n" % record, self.futures[record])

    # --- what the owner of the socket does

    @precondition(lambda self: not self.exchange.over)
    @rule(writes=st.sampled_from([True, True, False]))
    def turns(self, writes: bool) -> None:
        if self.gathering.entries:
            self.gathering.move()
            self.moved = self.given
        while writes and (piece := self.exchange.piece()) is not None:
            self.exchange.wrote(len(piece))
            self.begun = self.moved

    @precondition(lambda self: self.begun > self.reported and not self.exchange.over)
    @rule(data=st.data())
    def reports(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(1, self.begun - self.reported))
        self.exchange.received(reports(range(self.reported, self.reported + count)))
        self.reported += count
        self.gathering.measure()

    @rule()
    def looks(self) -> None:
        self._looked()

    # --- how it ends; whatever is given afterwards is told by the failure

    @precondition(lambda self: not self.exchange.over and self.given >= self.least)
    @rule(how=st.sampled_from(["reset", "ended by the server", "given up"]))
    def ends_badly(self, how: str) -> None:
        if how == "reset":
            self.exchange.lost(RESET)
        elif how == "given up":
            self.exchange.break_off(StreamEnded, "the caller gave up waiting for reports")
        else:
            self.exchange.received(b"0\r\n\r\n")
        self.gathering.measure()
        self.failure = self.gathering.refuse()

    @precondition(lambda self: self.exchange.over)
    @rule(count=st.integers(1, 3))
    def is_given_more(self, count: int) -> None:
        before = self.failure
        self.failure = self.gathering.refused(self._next(count))
        assert before is None or before is self.failure

    # --- what holds at any time

    @invariant()
    def nothing_is_lost(self) -> None:
        if not hasattr(self, "exchange"):
            return
        if self.exchange.over:
            self._all_told()
        else:
            self._looked()
            assert self.given - self.reported == self.gathering.pending <= WINDOW
            if self.given == self.moved:
                self.gathering.measure()
                assert 2 * (WINDOW - self.gathering.pending) == self.gathering.room

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        if hasattr(self, "exchange") and self.exchange.over and self.failure is not None:
            self.delivery.take(self.exchange)
            for number, future in self.futures.items():
                assert number < self.reported or future.failure is self.failure

    def _all_told(self) -> None:
        failure = self.failure
        assert 0 == self.gathering.room == len(self.gathering.entries)
        self._looked()
        by_future = [number for number, future in self.futures.items() if future.result is not None]
        assert [number for number in self.futures if number < self.reported] == by_future
        assert list(range(self.reported)) == sorted([*self.answered, *by_future])
        rest = list(range(self.reported, self.given))
        assert failure is not None or not rest
        if failure is not None:
            assert rest[: self.begun - self.reported] == list(failure.unknown)
            assert rest[self.begun - self.reported :] == list(failure.unsent)
            assert rest == list(failure.unacknowledged)
            again = pickle.loads(pickle.dumps(failure))
            assert (failure.unknown, failure.unsent, str(failure)) == (again.unknown, again.unsent, str(again))


Streams.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestStreams = Streams.TestCase
