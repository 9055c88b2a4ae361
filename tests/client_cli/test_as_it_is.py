"""A line that is a record goes up as it came, if nothing in it is special; else it is understood and written anew."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from kafka_rest import ProduceRequest, ProduceRequestData
from kafka_rest._duplex.records import Records
from kafka_rest._produce.records import Bad, as_it_is, many, whole
from kafka_rest._produce.texts import Texts
from kafka_rest._producer.keys import Keys
from kafka_rest.errors import InvalidRecord
from tests.client_cli.running import ran

USUAL = b'{"value":{"type":"JSON","data":%s}}'
AS_THEY_CAME = [
    USUAL % b"1.10",
    USUAL % b"123456789012345678901234567890",
    USUAL % b'{"a":1, "b" : [null, "\\u00e9"]}',
    '{ "value": {"data": "sü", "type": "STRING"}, "key": {"type": "JSON", "data": null} } '.encode(),
]
UNDERSTOOD = [
    b'{"value":{"type":"JSON","data":1},"partition_id":3}',
    b'{"value":{"type":"JSON","data":1},"timestamp":"2026-01-02T03:04:05+01:00"}',
    b'{"value":{"type":"JSON","data":1},"headers":[{"name":"h","value":"aGk="}]}',
    b'{"value":{"type":"JSON","data":1},"refused":{"line":1}}',
    b'{"value":{"type":"JSON","data":1},"key":null}',
    b'{"key":{"type":"JSON","data":1}}',
]
NONE = [USUAL % text for text in (b'"\x80"', b'"\xed\xa0\x80"', b'"\\ud800"', b'"\x01"', b"01", b"NaN", b"[1,]", b"")]


@pytest.mark.parametrize("line", AS_THEY_CAME)
def test_a_usual_line_is_sent_to_the_byte(line: bytes) -> None:
    found = [as_it_is(line), *many(as_it_is, Texts(line))]
    assert [line] * 2 == [bytes(one) for one in found if isinstance(one, Raw)]
    assert line == Records[Any](ProduceRequest, 1000, strict=True).one(as_it_is(line))
    assert line + b"\n" == Records[Any](ProduceRequest, 1000, strict=False).many(many(as_it_is, Texts(line)))


@pytest.mark.parametrize("line", UNDERSTOOD)
def test_whatever_is_special_is_understood(line: bytes) -> None:
    assert [whole(line)] * 2 == [as_it_is(line), *many(as_it_is, Texts(line))]


@pytest.mark.parametrize("line", NONE)
def test_what_is_no_json_does_not_go_up(line: bytes) -> None:
    """Nor what stands beside it in one piece, before each line was looked at by itself."""
    with pytest.raises(Bad):
        as_it_is(line)
    with pytest.raises(Bad):
        many(as_it_is, Texts(AS_THEY_CAME[0] + b"\n" + line))


@given(st.sampled_from([*AS_THEY_CAME, *UNDERSTOOD]), st.data())
def test_nothing_passes_that_would_not_be_understood(line: bytes, data: st.DataObject) -> None:
    """But for numbers that no program can hold, which are JSON all the same."""
    at = data.draw(st.integers(0, len(line)))
    broken = line[:at] + data.draw(st.binary(max_size=2)) + line[at + data.draw(st.integers(0, 2)) :]
    try:
        found = as_it_is(broken)
    except Bad:
        return
    if isinstance(found, Raw):
        assert "value" in json.loads(broken)
        assert isinstance(whole(broken).value, ProduceRequestData)


def test_a_key_has_one_connection_however_it_is_spelt() -> None:
    spelt = [b'{"a":1}', b'{ "a" : 1 }', b'{"\\u0061":1}']
    lines = [b'{"value":{"type":"JSON","data":7},"key":{"type":"JSON","data":%s}}' % one for one in spelt]
    lanes = {Keys(64).lane_of(record) for line in lines for record in (as_it_is(line), whole(line))}
    assert 1 == len(lanes)


def test_a_line_that_is_too_long_is_refused_and_named() -> None:
    records: Records[Any] = Records(ProduceRequest, 50, strict=False)
    short, long = USUAL % b"1", USUAL % (b"1" * 40)
    given = [Raw(short), Raw(long), Raw(short)]
    with pytest.raises(InvalidRecord, match="73 bytes of JSON are more than the 50") as caught:
        records.many(given)
    assert ((given[0],), given[1]) == (caught.value.sent, caught.value.record)


def test_what_is_stored_has_the_digits_of_the_line(specmill_server: Any) -> None:
    code, _, err = ran("produce", "orders", url=specmill_server.url, stdin=b"\n".join(AS_THEY_CAME))
    assert 0 == code, err
    assert b"123456789012345678901234567890" == specmill_server.records("orders")[1].value
