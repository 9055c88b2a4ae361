"""What the server would misread does not go up, and a moment goes up with Z; the caller's record stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec import UNSET, json

from kafka_rest import ProduceRequest, ProduceRequestData
from kafka_rest._producer.sendable import EPOCH, Unsendable, sendable
from kafka_rest.outcomes import Unconfirmed
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.kafka.producers import PRODUCERS, Produce, number_of, record

BOTH = pytest.mark.parametrize("produce", PRODUCERS.values(), ids=PRODUCERS)
EAST = timezone(timedelta(hours=2))
DATA: Any = ProduceRequestData

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no type": ({"key": DATA(data=1)}, "its key has no type"),
    "a type of null": ({"key": DATA(type=None, data=1)}, "its key has no type"),
    "no data": ({"key": DATA(type="JSON")}, "its key has no data"),
    "nothing": ({"key": DATA()}, "its key has no type"),
    "no type in a dict": ({"key": {"data": 1}}, "its key has no type"),
    "no data in a dict": ({"key": {"type": "JSON"}}, "its key has no data"),
    "milliseconds": ({"timestamp": 1612552482123}, "its timestamp is no datetime but int"),
    "seconds": ({"timestamp": 1612552482.0}, "its timestamp is no datetime but float"),
    "digits": ({"timestamp": "1612552482123"}, "its timestamp is no moment"),
    "a date": ({"timestamp": "2026-11-21"}, "its timestamp is no moment"),
    "a text without an offset": ({"timestamp": "2026-11-21T01:18:07"}, "its timestamp is no moment"),
    "no offset": ({"timestamp": datetime(2026, 11, 21)}, "its timestamp has no offset"),
    "before 1970": ({"timestamp": EPOCH - timedelta(microseconds=1)}, "its timestamp is before 1970"),
    "before 1970 elsewhere": ({"timestamp": datetime(1970, 1, 1, 1, tzinfo=EAST)}, "its timestamp is before 1970"),
    "a text before 1970": ({"timestamp": "1969-12-31T23:59:59Z"}, "its timestamp is before 1970"),
    "behind all calendars": (
        {"timestamp": datetime.max.replace(tzinfo=timezone(timedelta(hours=-2)))},
        "its timestamp is out of range",
    ),
}
SENT: dict[str, tuple[Any, str]] = {
    "UTC": (datetime(2026, 11, 21, 1, 18, 7, tzinfo=UTC), "2026-11-21T01:18:07Z"),
    "east": (datetime(2026, 11, 21, 1, 18, 7, 123000, tzinfo=EAST), "2026-11-20T23:18:07.123000Z"),
    "a text": ("2026-11-21T01:18:07+02:00", "2026-11-20T23:18:07Z"),
    "the first": (EPOCH, "1970-01-01T00:00:00Z"),
}


def as_dict(one: ProduceRequest) -> dict[str, Any]:
    members = {name: getattr(one, name) for name in one.__struct_fields__}
    return {name: value for name, value in members.items() if value is not UNSET}


@pytest.mark.parametrize("made", [lambda one: one, as_dict], ids=["model", "dict"])
@pytest.mark.parametrize("what", REFUSED)
def test_what_would_be_misread_does_not_go_up(what: str, made: Any) -> None:
    members, reason = REFUSED[what]
    with pytest.raises(Unsendable, match=reason):
        sendable(made(record(0, **members)))


@pytest.mark.parametrize("made", [lambda one: one, as_dict], ids=["model", "dict"])
@pytest.mark.parametrize("what", SENT)
def test_a_moment_goes_up_with_z_and_the_callers_record_is_not_touched(what: str, made: Any) -> None:
    moment, text = SENT[what]
    one = made(record(0, timestamp=moment))
    before = json.encode(one)
    assert text == json.decode(json.encode(sendable(one)))["timestamp"]
    assert before == json.encode(one)


@pytest.mark.parametrize(
    "one", [ProduceRequest(), ProduceRequest(key=None, value=None, timestamp=None), record(0), {}, {"key": None}, 7]
)
def test_all_else_is_left_as_it_is(one: Any) -> None:
    assert one is sendable(one)
    assert sendable(ProduceRequest(value=DATA(type="JSON", data=None)))


@BOTH
@pytest.mark.parametrize("mode", ["stream", "batches"])
def test_it_is_refused_in_its_place_and_the_others_are_stored(produce: Produce, mode: str) -> None:
    bad = [members for members, _ in REFUSED.values()]
    given = [record(n, **(bad[n // 2] if n % 2 else {"timestamp": EPOCH})) for n in range(2 * len(bad))]
    given[0].timestamp = datetime(1970, 1, 1, 2, tzinfo=EAST)
    with Peer(Honest()) as peer:
        result = produce(peer, given, mode=mode)
        assert list(range(0, len(given), 2)) == list(map(number_of, peer.stored))
        assert {"1970-01-01T00:00:00Z"} == {one["timestamp"] for one in peer.stored}
    assert [(n, "refused" if n % 2 else "accepted") for n in range(len(given))] == list(result.outcomes.items())
    assert [reason for _, reason in REFUSED.values()] == [
        report.reason[: len(reason)]
        for (_, report), (_, reason) in zip(result.pairs[1::2], REFUSED.values(), strict=True)
        if isinstance(report, Unconfirmed)
    ]


@BOTH
@pytest.mark.parametrize("mode", ["stream", "batches", "auto"])
def test_where_no_record_goes_up_each_is_refused(produce: Produce, mode: str) -> None:
    with Peer(Honest()) as peer:
        result = produce(peer, [record(n, timestamp=n) for n in range(1200)], mode=mode)
        assert [] == peer.stored
    assert (list(range(1200)), None) == (result.numbers("refused"), result.error)
