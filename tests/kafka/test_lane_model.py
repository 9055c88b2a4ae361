"""The core without any I/O against a simple model of a server, with random records, reports and failures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from kafka_rest._producer.lane import End, Entry, Lane, Open, Send
from kafka_rest._producer.production import Production
from kafka_rest._producer.rules import Rules
from kafka_rest._retries import Retries
from kafka_rest.errors import ClientError, StreamBroken, StreamEnded
from kafka_rest.models import ProduceResponse
from kafka_rest.outcomes import TERMINAL, outcome_of
from tests.kafka.producers import record

PATIENT = Retries(times=1000, first=0.01, most=0.01)
CODES = (200, 200, 200, 400, 429, 50003)


class Server:
    """What one stream of it sees. Whatever it reads with 200 it stores, and of what gets no report some."""

    def __init__(self, draw: Callable[[Any], Any], stored: list[int]) -> None:
        self._draw = draw
        self._stored = stored
        self.flight: list[Entry] = []
        self.ending = False

    def turn(self, lane: Lane, now: float) -> bool:
        """Reports on some, and may end; whether it did."""
        count = self._draw(st.integers(0, len(self.flight)))
        for _ in range(count):
            entry = self.flight.pop(0)
            code = self._draw(st.sampled_from(CODES))
            if code == 200 or (code == 50003 and self._draw(st.booleans())):
                self._stored.append(entry.number)
            lane.reported([ProduceResponse(error_code=code)], now)
        if self.ending and not self.flight:
            lane.over(None, now)
            return True
        how = self._draw(st.sampled_from(("on", "on", "on", "breaks", "terminal", "ends")))
        if how == "on":
            return False
        lane.over(self._failure(how, lane, now), now)
        return True

    def _failure(self, how: str, lane: Lane, now: float) -> ClientError | None:
        if how == "terminal":
            if self.flight:
                lane.reported([ProduceResponse(error_code=400, message=TERMINAL[0] + "Idle timeout expired")], now)
                del self.flight[:1]
            failure: ClientError = StreamEnded("ended")
            failure.unknown = tuple(self.flight)  # the engine cannot know better
            return failure
        read = self._draw(st.integers(0, len(self.flight)))
        for entry in self.flight[:read]:
            if self._draw(st.booleans()):
                self._stored.append(entry.number)
        if how == "ends" and not self.flight:
            return None
        failure = StreamBroken("broken") if how == "breaks" else StreamEnded("ended")
        failure.unknown, failure.unsent = tuple(self.flight[:read]), tuple(self.flight[read:])
        return failure


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    count=st.integers(0, 40),
    policy=st.sampled_from(("raise", "resend", "report")),
    connections=st.integers(1, 3),
    ordered=st.booleans(),
    mode=st.sampled_from(("stream", "batches")),
)
def test_every_record_has_exactly_one_outcome_and_it_is_true(
    data: st.DataObject, count: int, policy: Any, connections: int, ordered: bool, mode: Any
) -> None:
    rules = Rules(on_unknown=policy, connections=connections, ordered=ordered, mode=mode, window=12, retries=PATIENT)
    production = Production(rules, lambda: 0.5, lambda: 0.0)
    stored: list[int] = []
    servers: dict[Lane, Server] = {}
    pairs: list[tuple[int, Any]] = []
    now, taken = 0.0, 0
    while not production.is_over:
        now += 0.02
        if production.room > 0:
            some = range(taken, min(taken + min(production.room, 5), count))
            production.take(
                [record(number, timestamp=data.draw(st.sampled_from((UNSET, UNSET, 1)))) for number in some]
            )
            taken += len(some)
            if taken == count:
                production.finish()
        assert production.pending <= 12
        for lane in production.lanes:
            carry_out(lane, servers, stored, data.draw, now)
        pairs += [(one.value.data["n"], report) for one, report in production.given()]  # type: ignore[union-attr, index]
        if now > 50:  # it has seen enough of this server
            production.leave()
    production.flush()
    pairs += [(one.value.data["n"], report) for one, report in production.given()]  # type: ignore[union-attr, index]
    judge(production, policy, ordered, pairs, stored, taken)


def carry_out(lane: Lane, servers: dict[Lane, Server], stored: list[int], draw: Any, now: float) -> None:
    lane.is_full = lane.is_full and draw(st.booleans())
    while (step := lane.step(now)) is not None:
        if isinstance(step, Open):
            servers[lane] = Server(draw, stored)
            lane.opened(now)
        elif isinstance(step, Send):
            fitting = draw(st.integers(0, len(step.entries)))
            servers[lane].flight += step.entries[:fitting]
            lane.left(step.entries[fitting:])
        elif isinstance(step, End):
            servers[lane].ending = True
    assert lane.until > now, "a driver that waits until then spins"
    if lane in servers and servers[lane].turn(lane, now):
        del servers[lane]


def judge(
    production: Production, policy: str, ordered: bool, pairs: list[tuple[int, Any]], stored: list[int], taken: int
) -> None:
    outcomes: dict[int, str] = {number: outcome_of(report) for number, report in pairs}
    assert len(outcomes) == len(pairs)
    failure = production.failure()
    if isinstance(failure, ClientError):
        for name in ("unknown", "unsent"):
            for one in getattr(failure, name):
                number = one.value.data["n"]
                assert number not in outcomes
                outcomes[number] = name
    if failure is not None or not production.rest():
        assert list(range(taken)) == sorted(outcomes)
    if policy != "resend":
        assert len(stored) == len(set(stored)), "stored twice without the caller's word"
    for number, outcome in outcomes.items():
        assert outcome != "accepted" or number in stored
        assert outcome not in ("refused", "unsent") or number not in stored or policy == "resend"
    if ordered and failure is None:
        assert sorted(outcomes) == [number for number, _ in pairs]
    if policy == "report":
        assert failure is None
