"""Bytes to records: through every door the same, and the quick way says what the exact one says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from specmill_kafka.meaning import Fault, Meant
from specmill_kafka.records import LARGEST, Decoder, Item, Last

GOOD = b'{"value":{"type":"STRING","data":"hi"}}'


def read(body: bytes, size: int = 0, quick: bool = True) -> list[Item]:
    decoder = Decoder(quick)
    items: list[Item] = []
    for place in range(0, len(body), size or len(body) or 1):
        items += decoder.read(body[place : place + (size or len(body))])
        if items and isinstance(items[-1], Last):
            return items
    return items + decoder.end()


WITHOUT_END = {
    "a text": (b'{"value":{"type":"STRING","data":"', b"x"),
    "white space inside": (b"{", b" "),
    "a number": (b'{"value":{"type":"JSON","data":1', b"1"),
}


@pytest.mark.parametrize("name", WITHOUT_END)
def test_a_record_without_an_end_is_not_kept_for_ever(name: str) -> None:
    begins, goes_on = WITHOUT_END[name]
    decoder = Decoder()
    items = decoder.read(begins)
    pieces = 0
    while not items:
        items = decoder.read(goes_on * 1_000_000)
        pieces += 1
    assert (True, LARGEST // 1_000_000 + 1) == (isinstance(items[0], Last), pieces)
    assert [] == decoder.read(b"{}\n")


def test_white_space_between_records_never_ends_a_stream() -> None:
    decoder = Decoder()
    for _ in range(LARGEST // 1_000_000 + 2):
        assert [] == decoder.read(b" " * 1_000_000)
    assert [Meant()] == decoder.read(b"{}\n")


def sizeless(items: list[Item]) -> list[Item]:
    return [one._replace(size=0) if isinstance(one, Meant) else one for one in items]


def only(body: bytes) -> Meant:
    (item,) = read(body)
    assert isinstance(item, Meant), item
    return item


BODIES = {
    "lines": GOOD + b"\n" + GOOD + b"\r\n{}\n",
    "nothing between": GOOD + b"{}" + GOOD,
    "over lines": b'{\n "value": {\n"type": "JSON",\n"data": [1, 2]}}\n' + GOOD,
    "wide characters": '{"value":{"type":"STRING","data":"é€😀"}}\n'.encode() * 2,
    "escapes": rb'{"value":{"type":"JSON","data":"\u00e9\n\"\\\ud83d\ude00"}}{}',
    "lone surrogate": rb'{"value":{"type":"STRING","data":"\ud800"}}{}',
    "scalars": b'1 -2.5e3 true null "x"\n{}',
    "marked": b"\xef\xbb\xbf" + GOOD,
    "utf-16": (GOOD.decode() + "{}").encode("utf-16-le"),
    "utf-16 marked": (GOOD.decode() + "{}").encode("utf-16"),
    "utf-32": (GOOD.decode() + "{}").encode("utf-32-be"),
    "read over": b'{"value":{"type":"JSON","data":[NaN,-Infinity]}}{}',
    "bad middle byte": b'{"value":{"type":"STRING","data":"\xc3("}}{}',
    "bad first byte": b'{"value":{"type":"STRING","data":"\xff"}}{}',
    "bad escape": rb'{"a":"\x"}{}',
    "bad number": b'{"a":01}{}',
    "cut": GOOD + b'{"value":{"type":"JSON","data":"x',
    "cut word": b"tru",
    "garbage": GOOD + b"\n, " + GOOD,
    "header trap": b'{"headers":[{"name":"a","value":"fooba"}]}' + GOOD,
    "unknown ahead of the trap": b'{"foo":1,"headers":[{"name":"a","value":"fooba"}]}' + GOOD,
    "long number": b'{"value":{"type":"JSON","data":%b}}\n{}' % (b"1" * 1001),
    "deep": b'{"value":{"type":"JSON","data":%b1%b}}\n{}' % (b"[" * 998, b"]" * 998),
    "too deep": b'{"value":{"type":"JSON","data":%b1%b}}\n{}' % (b"[" * 999, b"]" * 999),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_says_the_same_through_every_door(name: str) -> None:
    body = BODIES[name]
    expected = sizeless(read(body))
    for size in (1, 2, 3, 7, 64):
        assert expected == sizeless(read(body, size))
    assert expected == sizeless(read(body, quick=False))


@pytest.mark.parametrize("name", [name for name in BODIES if len(BODIES[name]) < 200])
def test_a_body_says_the_same_wherever_it_is_cut_once(name: str) -> None:
    body = BODIES[name]
    expected = sizeless(read(body))
    for cut in range(1, len(body)):
        decoder = Decoder()
        items = decoder.read(body[:cut])
        if not items or not isinstance(items[-1], Last):
            items += decoder.read(body[cut:])
        if not items or not isinstance(items[-1], Last):
            items += decoder.end()
        assert expected == sizeless(items)


TEXTS = some.text(alphabet='aé😀"\\\n =0', max_size=6)
SCALARS = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = SCALARS | some.lists(SCALARS, max_size=3) | some.dictionaries(TEXTS, SCALARS, max_size=3)
KINDS = some.sampled_from(["JSON", "STRING", "BINARY"])
SIDES = some.none() | some.fixed_dictionaries({"type": KINDS, "data": VALUES})
RECORDS = some.fixed_dictionaries({}, optional={"key": SIDES, "value": SIDES, "timestamp": SCALARS})


@given(some.lists(RECORDS, max_size=3), some.integers(1, 40))
def test_the_quick_way_says_what_the_exact_one_says(records: list[dict[str, Any]], size: int) -> None:
    body = b"".join(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for record in records)
    quickly = sizeless(read(body))
    assert sizeless(read(body, quick=False)) == quickly == sizeless(read(body, size))
    assert len(records) == len(quickly)


@given(some.binary(max_size=60), some.integers(1, 5))
def test_any_bytes_say_the_same_however_they_are_cut(body: bytes, size: int) -> None:
    assert sizeless(read(body)) == sizeless(read(body, size)) == sizeless(read(body, quick=False))


@given(some.text(alphabet='{}[]",:\\ \n01.eE-truefalsn', max_size=40), some.integers(1, 5))
def test_what_looks_like_json_says_the_same_however_it_is_cut(text: str, size: int) -> None:
    body = text.encode()
    assert sizeless(read(body)) == sizeless(read(body, size)) == sizeless(read(body, quick=False))


STORED = {
    b'{"foo": "bar"}': b'{"foo":"bar"}',
    b'""': b'""',
    b'{"a":1,"b":2,"a":3}': b'{"a":3,"b":2}',
    b"1.50": b"1.5",
    b"1e3": b"1000.0",
    b"1e7": b"1.0E7",
    b"0.0001": b"1.0E-4",
    b"-0.0": b"-0.0",
    b"-0": b"0",
    b"123456789012345678901234567890": b"123456789012345678901234567890",
}


@pytest.mark.parametrize("sent", STORED)
def test_json_is_stored_as_the_server_writes_it(sent: bytes) -> None:
    body = b'{"value":{"type":"JSON","data":%b}}\n' % sent
    assert STORED[sent] == only(body).value


TIMESTAMPS = {
    '"2021-02-05T19:14:42Z"': 1612552482000,
    '"2021-02-05T19:14:42.123456789Z"': 1612552482123,
    '"2021-02-05T20:14:42.5+01:00"': 1612552482500,
    "1612552482.5": 1612552482500,
    '"1612552482"': 1612552482000,
    "1612552482123": 1612552482123000,
    '""': None,
    "null": None,
}


@pytest.mark.parametrize("sent", TIMESTAMPS)
def test_a_timestamp_is_an_instant_or_seconds(sent: str) -> None:
    assert TIMESTAMPS[sent] == only(b'{"timestamp":%b}' % sent.encode()).timestamp


PARTITIONS = {
    "1": 1,
    '"1"': 1,
    "1.7": 1,
    '""': None,
    "null": None,
    "true": 400,
    '"x"': 400,
    "{}": 400,
    "2147483648": 400,
}


@pytest.mark.parametrize("sent", PARTITIONS)
def test_a_partition_is_a_number_of_32_bits(sent: str) -> None:
    (item,) = read(b'{"partition_id":%b}' % sent.encode())
    assert PARTITIONS[sent] == (
        item.code if isinstance(item, Fault) else item.partition if isinstance(item, Meant) else 0
    )


def test_headers_of_one_name_stand_together() -> None:
    names = [{"name": name, "value": value} for name, value in (("a", "Zg=="), ("b", None), ("a", ""))]
    assert (("a", b"f"), ("a", b""), ("b", None)) == only(json.dumps({"headers": names}).encode()).headers


@pytest.mark.parametrize(("kind", "data"), [("BINARY", "Zm9v"), ("STRING", "foo")])
def test_binary_and_string_are_stored_as_bytes(kind: str, data: str) -> None:
    assert b"foo" == only(json.dumps({"key": {"type": kind, "data": data}}).encode()).key


def test_a_long_record_that_comes_byte_by_byte_is_read_once() -> None:
    """Cost by count, not by clock: what a scanner has read it does not keep reading."""
    decoder = Decoder()
    body = b'{"value":{"type":"STRING","data":"%b"}}' % (b"x" * 100_000)
    items = [item for place in range(len(body)) for item in decoder.read(body[place : place + 1])]
    assert [100_000] == [len(one.value or b"") for one in items if isinstance(one, Meant)]


def test_a_bad_middle_byte_is_taken_as_read_even_if_it_is_the_quote() -> None:
    items = read(b'{"value":{"type":"STRING","data":"\xc3"x"}}{}')
    assert [Fault(400, "Invalid UTF-8 middle byte 0x22"), Meant(size=2)] == items
