"""One lane, step by step: what is sent when, and what the end of a stream means for what was in flight."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import pytest

from kafka_rest._facts import Request
from kafka_rest._producer.lane import End, Entry, Lane, Open, Send, Step
from kafka_rest._producer.production import Production
from kafka_rest._producer.rules import VANGUARD, Rules
from kafka_rest._retries import Retries
from kafka_rest.errors import ApiError, StreamBroken, StreamEnded
from kafka_rest.models import ProduceResponse
from kafka_rest.outcomes import TERMINAL, TOO_LARGE
from tests.kafka.producers import number_of, record

GOOD = ProduceResponse(error_code=200)
TOO_MANY = ProduceResponse(error_code=429)


def production(**rules: object) -> tuple[Production, Lane]:
    made = Production(Rules(retries=Retries(times=3, first=1.0, most=1.0), **rules), lambda: 1.0, lambda: 0.0)  # type: ignore[arg-type]
    made.take([record(number) for number in range(2 * VANGUARD)])
    lane = made.lanes[0]
    assert lane.step(0.0) == Open()
    lane.opened(0.0)
    return made, lane


def sent(step: Step | None) -> list[int]:
    assert isinstance(step, Send)
    return [entry.number for entry in step.entries]


def test_few_records_go_ahead_until_one_has_its_report() -> None:
    _, lane = production()
    assert list(range(VANGUARD)) == sent(lane.step(0.0))
    assert lane.step(0.0) is None
    lane.reported([GOOD], 0.0)
    assert list(range(VANGUARD, 2 * VANGUARD)) == sent(lane.step(0.0))


def test_after_429_nothing_goes_until_nothing_is_in_flight_and_then_what_was_thrown_away_alone() -> None:
    _, lane = production()
    lane.step(0.0)
    lane.reported([GOOD, TOO_MANY, GOOD, TOO_MANY], 0.0)
    assert lane.step(0.0) is None
    lane.reported([GOOD] * (VANGUARD - 4), 0.0)
    assert lane.step(0.0) is None
    assert 1.0 == lane.until
    assert [1, 3] == sent(lane.step(1.0))
    assert lane.step(1.0) is None
    lane.reported([GOOD, GOOD], 1.0)
    assert list(range(VANGUARD, 2 * VANGUARD)) == sent(lane.step(1.0))


@pytest.mark.parametrize("kind", [StreamEnded, StreamBroken])
def test_a_terminal_report_says_that_nothing_behind_it_was_stored(kind: type[StreamEnded]) -> None:
    made, lane = production()
    step = lane.step(0.0)
    lane.reported([GOOD, ProduceResponse(error_code=400, message=TERMINAL[0] + "Unexpected character")], 0.0)
    failure = kind("over")
    assert isinstance(step, Send)
    failure.unknown = tuple(entry.record for entry in step.entries[2:])
    lane.over(failure, 0.0)
    assert made.failure() is None
    assert [0] == [number_of(one) for one, _ in made.given()]
    assert lane.step(0.0) == Open()
    lane.opened(0.0)
    assert list(range(1, VANGUARD + 1)) == sent(lane.step(0.0))


def test_a_record_at_which_two_streams_end_is_refused_and_one_that_is_too_large_at_once() -> None:
    made, lane = production()
    for message, last in ((TERMINAL[0] + "odd", []), (TERMINAL[0] + "odd", [0]), (TOO_LARGE + " is larger", [1])):
        lane.step(10.0)
        lane.reported([ProduceResponse(error_code=400, message=message)], 0.0)
        lane.over(StreamEnded("over"), 0.0)
        assert last == [number_of(one) for one, _ in made.given()]
        assert lane.step(10.0) == Open()
        lane.opened(10.0)


def test_a_report_that_looks_terminal_is_not_when_another_follows() -> None:
    made, lane = production()
    lane.step(0.0)
    lane.reported([ProduceResponse(error_code=400, message=TERMINAL[0] + "odd")], 0.0)
    assert [] == list(made.given())
    lane.reported([GOOD], 0.0)
    assert [0, 1] == [number_of(one) for one, _ in made.given()]
    assert lane.step(0.0) == End()


def test_it_gives_up_after_so_many_streams_without_progress() -> None:
    made, lane = production()
    for attempt in range(4):
        assert not made.stopping
        lane.step(0.0)
        lane.over(StreamBroken(f"{attempt}"), 0.0)
        if lane.step(100.0) == Open():
            lane.opened(0.0)
    failure = made.failure()
    assert isinstance(failure, StreamBroken)
    assert list(range(2 * VANGUARD)) == list(map(number_of, failure.unsent))


def test_a_stream_that_throws_away_what_it_ends_with_counts_once() -> None:
    made, lane = production()
    made.finish()
    lane.step(0.0)
    lane.reported([GOOD] * VANGUARD, 0.0)
    lane.step(0.0)
    lane.reported([GOOD] * (VANGUARD - 1), 0.0)
    assert 2 * VANGUARD - 1 == len(list(made.given()))
    assert lane.step(0.0) == End()
    for attempt in (1.0, 2.0, 3.0):
        lane.reported([TOO_MANY], attempt)
        lane.over(None, attempt)
        assert [] == list(made.given())
        assert lane.step(attempt + 1) == Open()
        lane.opened(attempt + 1)
        assert [2 * VANGUARD - 1] == sent(lane.step(attempt + 1))
        assert lane.step(attempt + 1) == End()
    lane.reported([TOO_MANY], 5.0)
    lane.over(None, 5.0)
    assert [429] == [report.error_code for _, report in made.given() if isinstance(report, ProduceResponse)]
    assert made.failure() is None


def test_what_was_sent_again_and_found_no_end_is_unknown() -> None:
    made, lane = production(on_unknown="resend")
    for _ in range(4):
        step = lane.step(100.0)
        assert isinstance(step, Send)
        failure = StreamBroken("broken")
        failure.unknown = tuple(entry.record for entry in step.entries)
        lane.over(failure, 0.0)
        if lane.step(100.0) == Open():
            lane.opened(100.0)
    end = made.failure()
    assert isinstance(end, StreamBroken)
    assert list(range(VANGUARD)) == list(map(number_of, end.unknown))
    assert list(range(VANGUARD, 2 * VANGUARD)) == list(map(number_of, end.unsent))


class Watched(deque[Entry]):
    """Counts how many entries were looked at."""

    looked_at = 0

    def __iter__(self) -> Iterator[Entry]:
        for one in super().__iter__():
            self.looked_at += 1
            yield one


@pytest.mark.parametrize("how", ["thrown away", "the stream broke"])
def test_what_comes_back_costs_no_look_at_all_that_waits(how: str) -> None:
    made, lane = production(on_unknown="resend")
    made.take([record(number) for number in range(2 * VANGUARD, 5000)])
    lane.queue = waiting = Watched(lane.queue)
    waiting.looked_at = 0
    lane.step(0.0)
    if how == "thrown away":
        lane.reported([TOO_MANY] * VANGUARD, 0.0)
    else:
        lane.over(StreamBroken("broken"), 0.0)
    assert 0 == waiting.looked_at
    assert 5000 == len(waiting)


@pytest.mark.parametrize(("headers", "expected"), [({}, 1.0), ({"retry-after": "7"}, 8.0)], ids=["HTML", "Retry-After"])
def test_a_429_ahead_of_the_stream_is_waited_out_and_nothing_is_lost(headers: dict[str, str], expected: float) -> None:
    made, lane = production()
    step = lane.step(0.0)
    failure = ApiError("a call", 429, "<html></html>", headers, Request("POST", "http://server/"))
    assert isinstance(step, Send)
    failure.unsent = tuple(entry.record for entry in step.entries)
    lane.over(failure, 0.0)
    assert expected == lane.until
    assert lane.step(expected - 0.1) is None
    assert lane.step(expected) == Open()
    lane.opened(expected)
    assert list(range(VANGUARD)) == sent(lane.step(expected))
    assert not made.stopping
