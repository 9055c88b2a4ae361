"""Every fault, plain and TLS, by every producer, on a server that is well afterwards: each record has one outcome."""

from __future__ import annotations

from typing import Any

import pytest

from kafka_rest import ProduceRequest, ProduceRequestData
from kafka_rest.errors import ApiError
from tests.duplex.expected import AFTER, MUCH, Fault
from tests.duplex.faults import FAULTS
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer, in_turn
from tests.kafka.producers import LIMITS, Produce, Result, awaiting, blocking, number_of

COUNT = 4 * AFTER
FINAL = {307, 401, 403, 404, 413, 415, 422}  # nothing gets better by trying again; 401 once, which in_turn answers well
# A client that waits for more is what shows these, and a producer that has no more records does not.
SHOWN = [fault for fault in FAULTS if fault.client != "pauses"]


def records(fault: Fault) -> list[ProduceRequest]:
    padding = "x" * (MUCH // COUNT) if fault.client == "sends much" else ""
    return [
        ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": n, "padding": padding})) for n in range(COUNT)
    ]


def produced(fault: Fault, produce: Produce, tls: bool, **options: Any) -> tuple[Result, list[int]]:
    options |= {"window_bytes": 2 * MUCH, "longest_record": 2 * MUCH}
    with Peer(in_turn(fault.behaviour, Honest()), tls) as peer:
        result = produce(peer, records(fault), **LIMITS | options)
        return result, [number_of(one) for one in peer.stored]


def taken(result: Result) -> int:
    """All records, unless it was over before; those that were not taken are still in the iterable."""
    return COUNT if result.error is None else len(result.outcomes)


def is_final(error: Any) -> bool:
    return isinstance(error, ApiError) and error.status in FINAL - {401}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("produce", [blocking, awaiting])
@pytest.mark.parametrize("fault", SHOWN, ids=[fault.name for fault in SHOWN])
def test_a_producer_that_may_report_survives(fault: Fault, produce: Produce, tls: bool) -> None:
    result, stored = produced(fault, produce, tls, on_unknown="report")
    assert list(range(taken(result))) == sorted(result.outcomes)
    assert result.error is None or is_final(result.error), result.error
    assert len(stored) == len(set(stored)), "a record was stored twice"
    assert sorted(result.numbers()) == result.numbers() or 429 in fault.expected.codes
    assert set(result.numbers()) <= set(stored)
    never = {n for n, outcome in result.outcomes.items() if outcome in ("refused", "unsent")}
    assert not never & set(stored)


@pytest.mark.parametrize("produce", [blocking])
@pytest.mark.parametrize("fault", SHOWN, ids=[fault.name for fault in SHOWN])
def test_a_producer_that_may_resend_loses_nothing(fault: Fault, produce: Produce) -> None:
    result, stored = produced(fault, produce, False, on_unknown="resend")
    if is_final(result.error):
        return
    assert result.error is None
    assert {n: "accepted" for n in range(COUNT)} == result.outcomes
    assert set(range(COUNT)) == set(stored)


@pytest.mark.parametrize("produce", [awaiting])
@pytest.mark.parametrize("fault", SHOWN, ids=[fault.name for fault in SHOWN])
def test_a_producer_that_was_not_told_raises_and_tells(fault: Fault, produce: Produce) -> None:
    result, stored = produced(fault, produce, False)
    outcomes = result.outcomes
    assert list(range(taken(result))) == sorted(outcomes)
    assert len(stored) == len(set(stored))
    assert "unknown" not in {outcome for n, outcome in outcomes.items() if n in dict(result.pairs)}
    assert (set(outcomes.values()) <= {"accepted", "refused"}) == (result.error is None)
    assert not {n for n, outcome in outcomes.items() if outcome == "unsent"} & set(stored)
