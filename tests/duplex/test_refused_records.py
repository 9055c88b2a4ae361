"""A record that cannot be sent is refused to its caller, who learns what stands around it; the stream lives on."""

from __future__ import annotations

from typing import Any

import pytest

from kafka_rest import ProduceRequest, ProduceRequestData, ProduceRequestHeader
from kafka_rest.errors import InvalidRecord
from tests.duplex.either import Way, either, numbers, opened, record, records
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer

LONGEST = 5000
NO_BASE64: Any = "no base64!"
BAD: dict[str, tuple[Any, str]] = {
    "a header that is no base64": (
        record(headers=[ProduceRequestHeader(name="h", value=NO_BASE64)]),
        "base64",
    ),
    "not a number": (record({"deep": [1, float("nan")]}), "JSON has no nan - at `$.value.data['deep'][1]`"),
    "infinity": (record(float("-inf")), "JSON has no -inf"),
    "more bytes than a record may have": (record("x" * LONGEST), "5035 bytes of JSON are more than the 5000"),
    "what is no JSON": (record(object()), "object"),
    "an instance of another class": (ProduceRequestData(type="JSON", data=1), "ProduceRequest"),
    "no record at all": ({"value": 7}, "value"),
    "half of a surrogate pair": (record("\ud800"), "surrogate"),
}
STRICT: dict[str, tuple[Any, str]] = {
    "a text where a number belongs": (record(partition_id="7"), "partition_id"),
    "a number that is too large": (record(partition_id=2**31), "partition_id"),
}


async def refused(stream: Any, call: str, bad: Any) -> InvalidRecord:
    """What the call says to a bad record among good ones; those before it are sent."""
    with pytest.raises(InvalidRecord) as caught:
        if call == "send":
            await stream.send(record(0))
            await stream.send(bad)
        elif call == "send_nowait":
            await stream.send(record(0))
            stream.send_nowait(bad)
        elif call == "submit":
            await stream.send(record(0))
            await stream.submit(bad)
        else:
            await stream.send_many([record(0), bad, record(2)])
    return caught.value


@pytest.mark.parametrize("call", ["send", "send_nowait", "submit", "send_many"])
@pytest.mark.parametrize("what", BAD)
@either
async def test_a_bad_record_is_refused_and_the_stream_lives_on(what: str, call: str, way: Way) -> None:
    bad, reason = BAD[what]
    with Peer(Honest()) as peer:
        async with opened(way, peer.url, longest_record=LONGEST) as stream:
            error = await refused(stream, call, bad)
            assert error.record is bad
            assert reason in str(error)
            await stream.send_many(records(2, first=3))
            assert [0, 3, 4] == numbers([pair async for pair in stream])
        assert [0, 3, 4] == [one["value"]["data"] for one in peer.stored]


@pytest.mark.parametrize("what", STRICT)
@either
async def test_who_asks_for_it_has_each_record_held_to_its_type(what: str, way: Way) -> None:
    bad, reason = STRICT[what]
    with Peer(Honest()) as peer:
        async with opened(way, peer.url, strict=True) as stream:
            error = await refused(stream, "send", bad)
            assert reason in str(error)
            assert [0] == numbers([pair async for pair in stream])


@pytest.mark.parametrize("given", [list, iter])
@either
async def test_send_many_tells_what_was_sent_and_what_was_not(given: Any, way: Way) -> None:
    bad = record(float("nan"))
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            some = given([*records(700), bad, *records(9, first=701)])
            with pytest.raises(InvalidRecord) as caught:
                await stream.send_many(some)
            assert list(range(700)) == numbers([pair async for pair in stream])
            error = caught.value
            assert 700 == error.position
            assert numbers(error.sent) == list(range(700))[700 - len(error.sent) :]
            rest = [*error.rest, *(some if given is iter else ())]
            await stream.send_many(rest)
            assert numbers(rest)[: len(error.rest)] == numbers(error.rest)
            assert len(rest) == len([pair async for pair in stream])


def test_an_exchange_stops_at_a_bad_record_and_the_stream_can_still_be_closed() -> None:
    from kafka_rest import Client
    from tests.duplex.reports import CLUSTER, TOPIC

    with Peer(Honest()) as peer, Client(peer.url) as client:
        with client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream:
            found: list[Any] = []
            with pytest.raises(InvalidRecord) as caught:
                for pair in stream.exchange([*records(3), record(float("nan")), *records(3, first=4)]):
                    found.append(pair)
            assert isinstance(caught.value.record, ProduceRequest)
            stream.flush()
        assert [0, 1, 2] == [one["value"]["data"] for one in peer.stored]
