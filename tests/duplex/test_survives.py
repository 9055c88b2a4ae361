"""Every fault, plain and TLS, through every driver: each record ends in exactly one place, and the error says why."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kafka_rest import AsyncClient, ProduceRequest, ProduceRequestData
from kafka_rest.errors import ApiError, StreamBroken, StreamEnded, StreamGarbled, StreamTimedOut
from tests.duplex.drivers import DRIVERS, Result
from tests.duplex.expected import AFTER, MUCH, Fault
from tests.duplex.faults import FAULTS
from tests.duplex.faults_stall import answers_with_a_head_only
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

COUNT = 4 * AFTER
KINDS: dict[str, Any] = {
    "clean": type(None),
    "unended": type(None),
    "early": StreamEnded,
    "status": ApiError,
    "broken": StreamBroken,
    "timed out": StreamTimedOut,
    "protocol": StreamGarbled,
}


def records(fault: Fault) -> list[ProduceRequest]:
    padding = "x" * (MUCH // COUNT) if fault.client == "sends much" else ""
    return [
        ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": n, "padding": padding})) for n in range(COUNT)
    ]


def numbers(some: list[ProduceRequest]) -> list[int]:
    return [record.value.data["n"] for record in some]  # type: ignore[union-attr, index]


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_stream_survives(fault: Fault, driver: str, tls: bool) -> None:
    if fault.client == "pauses" and driver == "pull":
        return  # while nobody iterates, nothing moves: it cannot pause
    options = {**fault.limits, "window_bytes": 2 * MUCH, "longest_record": 2 * MUCH}
    with Peer(fault.behaviour, tls) as peer:
        found = DRIVERS[driver](peer, records(fault), options, fault.client == "pauses")
        stored = [record["value"]["data"]["n"] for record in peer.stored]
    judge(fault, found, stored)


def judge(fault: Fault, found: Result, stored: list[int]) -> None:
    expected = fault.expected
    least, most = expected.bounds(COUNT)
    assert isinstance(found.error, KINDS[expected.ends]), found.error
    if expected.status is not None:
        assert expected.status == found.error.status
    reported, unknown, unsent = numbers(found.reported), numbers(found.unknown), numbers(found.unsent)
    assert list(range(len(reported) + len(unknown) + len(unsent))) == reported + unknown + unsent
    assert least <= len(reported) <= most, found.error
    accepted = {number for number, code in zip(reported, found.codes, strict=True) if code == 200}
    assert accepted <= set(stored)
    assert not set(unsent) & set(stored), "a record that is told to be unsent was stored"
    if expected.unreported == "unsent" and expected.ends == "status":
        assert [] == unknown  # what a last report means for the records behind it, only the API can say
    assert set(found.codes) <= set(expected.codes)


def test_a_limit_holds_where_a_longer_one_ran_before() -> None:
    async def wait_for_a_report(url: str) -> None:
        async with AsyncClient(url) as client:
            stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC, heartbeat=10.0, report_timeout=0.05)
            async with stream:
                await asyncio.sleep(0)  # the loop has its turn: nothing is awaited but the time of a heartbeat
                async with asyncio.timeout(5):
                    await (await stream.submit(ProduceRequest()))

    with Peer(answers_with_a_head_only) as peer, pytest.raises(StreamTimedOut):
        asyncio.run(wait_for_a_report(peer.url))
