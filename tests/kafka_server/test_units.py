"""Parts of the emulator on their own: the partitioner, instants, rates, switches, and how reports lie in chunks."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from specmill.errors import SpecmillError
from specmill_kafka import instants
from specmill_kafka.behaviour import ROWS, Behaviour
from specmill_kafka.partitions import murmur2
from specmill_kafka.rates import Rate
from specmill_kafka.reports import framed
from specmill_kafka.tree import compact, parsed

# From the tests of Kafka's own clients.
HASHES = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536, b"abc": 479470107}


@pytest.mark.parametrize("key", HASHES)
def test_keys_are_hashed_as_kafka_does(key: bytes) -> None:
    assert HASHES[key] % 2**32 == murmur2(key)


@given(some.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)))
def test_an_instant_is_read_as_it_is_written(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    found = instants.milliseconds(moment.isoformat())
    assert found is not None
    assert instants.milliseconds(instants.text(found)) == found
    assert (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) == found


WRITTEN = {
    1612552482000: "2021-02-05T19:14:42Z",
    1612552482500: "2021-02-05T19:14:42.500Z",
    1612552482123000: "+53069-10-02T21:02:03Z",
}


@pytest.mark.parametrize("milliseconds", WRITTEN)
def test_an_instant_is_written_as_the_server_does(milliseconds: int) -> None:
    assert WRITTEN[milliseconds] == instants.text(milliseconds)


def test_a_rate_lets_one_too_large_through_and_charges_the_next() -> None:
    rate = Rate(10)
    assert [True, False, True] == [rate.take(50, 0.0), rate.take(1, 4.9), rate.take(1, 5.0)]


def test_a_second_of_a_rate_is_saved_up() -> None:
    rate = Rate(2)
    assert [True, True, True, False] == [rate.take(1, 100.0) for _ in range(4)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_switch_takes_its_default_and_names_what_it_takes(row: tuple[str, object, str, str]) -> None:
    Behaviour({row[0]: row[2]})
    if row[0] not in ("clusters", "tokens", "denied-topics"):
        with pytest.raises(SpecmillError, match=row[0]):
            Behaviour({row[0]: "nonsense"})


@pytest.mark.parametrize("partitions", ["0", "off", "10001", "1000000000000000", "-1"])
def test_a_topic_has_as_many_partitions_as_a_server_can_hold(partitions: str) -> None:
    with pytest.raises(SpecmillError, match=f"partitions cannot be '{partitions}'"):
        Behaviour({"partitions": partitions})


def test_a_switch_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(SpecmillError, match="there is no behaviour 'heads'") as caught:
        Behaviour({"heads": "x"})
    assert "408-stores" in str(caught.value.hint)


def test_a_change_with_a_fault_changes_nothing() -> None:
    behaviour = Behaviour({})
    with pytest.raises(SpecmillError):
        behaviour.change({"idle": "1s", "grace": "soon"})
    assert 30 == behaviour.number("idle")


@pytest.mark.parametrize(
    ("text", "seconds"), [("200ms", 0.2), ("0.5s", 0.5), ("2m", 120), ("1h", 3600), ("off", float("inf"))]
)
def test_durations_are_typed_with_their_unit(text: str, seconds: float) -> None:
    assert seconds == Behaviour({"idle": text}).number("idle")


FRAMES = {
    "two-chunks": b"2\r\n{}\r\n2\r\n\r\n\r\n2\r\n[]\r\n2\r\n\r\n\r\n",
    "one-chunk": b"4\r\n{}\r\n\r\n4\r\n[]\r\n\r\n",
    "several": b"8\r\n{}\r\n[]\r\n\r\n",
    "split": b"2\r\n{}\r\n2\r\n\r\n\r\n2\r\n[]\r\n2\r\n\r\n\r\n",
}


@pytest.mark.parametrize("how", FRAMES)
def test_reports_lie_in_chunks_as_switched(how: str) -> None:
    assert FRAMES[how] == framed([b"{}", b"[]"], how)


VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_a_tree_is_written_as_it_was_read(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() == compact(parsed(text))
