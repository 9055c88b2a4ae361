"""Every fault, plain and TLS, by every producer, on a server that is well afterwards: each record has one outcome."""

from __future__ import annotations

from typing import Any

import pytest

from kafka_rest import ProduceRequest, ProduceRequestData
from kafka_rest._producer.rules import VANGUARD
from kafka_rest.errors import ApiError
from tests.duplex.expected import AFTER, MUCH, Fault
from tests.duplex.faults import FAULTS
from tests.duplex.faults_end import fewer_reports
from tests.duplex.faults_framing import of_known_length, shorter_than_announced, surplus_report
from tests.duplex.faults_stall import buffers
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer, in_turn
from tests.kafka.producers import Produce, Result, awaiting, blocking, number_of

COUNT = 4 * AFTER
# These say nothing before the request is complete, so that only as many records go as are sent on trust.
AT_THE_END = (fewer_reports, of_known_length, shorter_than_announced, surplus_report, buffers)
FINAL = {307, 403, 404, 413, 415, 422}  # nothing gets better by trying again
# A client that waits for more is what shows the others, and a producer that has no more records does not.
SHOWN = [fault for fault in FAULTS if fault.client != "pauses"]
EACH = pytest.mark.parametrize("fault", SHOWN, ids=[fault.name for fault in SHOWN])


def records(fault: Fault) -> list[ProduceRequest]:
    count = VANGUARD if fault.behaviour in AT_THE_END else COUNT
    padding = "x" * (MUCH // COUNT) if fault.client == "sends much" else ""
    return [
        ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": n, "padding": padding})) for n in range(count)
    ]


def produced(fault: Fault, produce: Produce, tls: bool, **options: Any) -> tuple[Result, list[int], list[int]]:
    """The result, the numbers of all records, and of those that were stored."""
    options |= {"window_bytes": 2 * MUCH, "longest_record": 2 * MUCH}
    given = records(fault)
    with Peer(in_turn(fault.behaviour, Honest()), tls) as peer:
        result = produce(peer, given, **fault.limits | options)
        return result, list(range(len(given))), [number_of(one) for one in peer.stored]


def is_whole(result: Result, everyone: list[int]) -> bool:
    """Each record has an outcome, but for those that were not taken any more, which are still in the iterable."""
    taken = len(everyone) if result.error is None else len(result.outcomes)
    return everyone[:taken] == sorted(result.outcomes)


def is_final(error: Any) -> bool:
    return isinstance(error, ApiError) and error.status in FINAL


@EACH
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("produce", [blocking, awaiting])
def test_a_producer_that_may_report_survives(fault: Fault, produce: Produce, tls: bool) -> None:
    result, everyone, stored = produced(fault, produce, tls, on_unknown="report")
    assert is_whole(result, everyone)
    assert result.error is None or is_final(result.error), result.error
    assert len(stored) == len(set(stored)), "a record was stored twice"
    assert sorted(result.numbers()) == result.numbers() or 429 in fault.expected.codes
    assert set(result.numbers()) <= set(stored)
    never = {n for n, outcome in result.outcomes.items() if outcome in ("refused", "unsent")}
    assert not never & set(stored)


@EACH
@pytest.mark.parametrize("produce", [blocking])
def test_a_producer_that_may_resend_loses_nothing(fault: Fault, produce: Produce) -> None:
    result, everyone, stored = produced(fault, produce, False, on_unknown="resend")
    if is_final(result.error):
        return
    assert result.error is None
    assert dict.fromkeys(everyone, "accepted") == result.outcomes
    assert set(everyone) == set(stored)


@EACH
@pytest.mark.parametrize("produce", [awaiting])
def test_a_producer_that_was_not_told_raises_and_tells(fault: Fault, produce: Produce) -> None:
    result, everyone, stored = produced(fault, produce, False)
    outcomes = result.outcomes
    assert is_whole(result, everyone)
    assert len(stored) == len(set(stored))
    assert "unknown" not in {outcome for n, outcome in outcomes.items() if n in dict(result.pairs)}
    assert (set(outcomes.values()) <= {"accepted", "refused"}) == (result.error is None)
    assert not {n for n, outcome in outcomes.items() if outcome == "unsent"} & set(stored)
