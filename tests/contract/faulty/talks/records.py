"""Conversations about single records: what has to be refused, and what has to be taken."""

from __future__ import annotations

from typing import Any

from tests.contract.faulty.caller import ENDED
from tests.contract.faulty.talks.talk import END, GOOD, Talk, record, stream, text

NUMBERED = record(partition_id=3)  # has nothing that any of the faulty servers refuses


def value(**members: Any) -> bytes:
    return record(value=members)


def key(**members: Any) -> bytes:
    return record(key=members)


def headers(*items: Any) -> bytes:
    return record(headers=items)


def refused(name: str, sent: bytes) -> Talk:
    """The next record is taken, so it was that one alone."""
    return Talk(name, stream(sent, GOOD, END), [400, 200, ENDED], [200, 200, ENDED])


def no_json(name: str, sent: bytes) -> Talk:
    """Nobody can say where the next record begins, so there is none."""
    return Talk(name, stream(sent, GOOD, END), [400, ENDED], [200, 200, ENDED])


def taken(name: str, sent: bytes) -> Talk:
    return Talk(name, stream(sent, NUMBERED, END), [200, 200, ENDED], [400, 200, ENDED])


REFUSED = (
    refused("any-root", b"[]"),
    refused("any-partition", record(partition_id="1")),
    refused("large-partition", record(partition_id=2**31)),
    refused("headers-null", record(headers=None)),
    refused("headers-any", record(headers={})),
    refused("header-null", headers(None)),
    refused("header-any", headers("x")),
    refused("header-nameless", headers({"value": "eA=="})),
    refused("header-name-null", headers({"name": None})),
    refused("header-name-any", headers({"name": 1})),
    refused("header-value-any", headers({"name": "n", "value": 1})),
    refused("header-value-no-base64", headers({"name": "n", "value": "fooba"})),
    refused("key-any", record(key=[])),
    refused("key-type-null", key(type=None)),
    refused("key-type-any", key(type=1)),
    refused("key-type-unknown", key(type="AVRO")),
    refused("value-any", record(value="x")),
    refused("value-type-null", value(type=None)),
    refused("value-type-any", value(type=[])),
    refused("value-type-unknown", value(type="XML")),
    refused("timestamp-any", record(timestamp=1612552482)),
    refused("timestamp-any-text", record(timestamp="now")),
    refused("value-type-in-any-case", value(type="Json", data=1)),
    refused("partition-in-quotes", record(partition_id="1")),
    refused("partition-cut", record(partition_id=1.5)),
    refused("partition-true", record(partition_id=True)),
    refused("timestamp-without-zone-taken", record(timestamp="2021-02-05T19:14:42")),
    refused("timestamp-a-day", record(timestamp="2021-02-05")),
    refused("timestamp-day-that-is-none", record(timestamp="2021-02-30T19:14:42Z")),
    refused("timestamp-in-blanks", record(timestamp="2021-02-05T19:14:42Z ")),
    refused("second-header-any", headers({"name": "n"}, 1)),
    no_json("nan", b'{"value":{"data":NaN}}'),
    no_json("latin-1", '{"value":{"data":"größer"}}'.encode("latin-1")),
    no_json("control-characters", b'{"value":{"data":"\x01"}}'),
    no_json("leading-zero", b'{"value":{"data":01}}'),
    no_json("trailing-comma", b'{"value":{"data":1},}'),
)

TAKEN = (
    taken("no-empty-record", b"{}"),
    taken("no-unknown-member", record(colour="red")),
    taken("no-null-partition", record(partition_id=None)),
    taken("no-partition-0", record(partition_id=0)),
    taken("no-highest-partition", record(partition_id=2**31 - 1)),
    taken("no-empty-headers", headers()),
    taken("no-equal-headers", headers({"name": "n"}, {"name": "n"})),
    taken("no-header-without-value", headers({"name": "n"})),
    taken("no-null-header", headers({"name": "n", "value": None})),
    taken("no-empty-header", headers({"name": "n", "value": ""})),
    taken("no-padding", headers({"name": "n", "value": "eA=="})),
    taken("no-null-key", record(key=None)),
    taken("no-null-value", record(value=None)),
    taken("no-key-without-type", key(data=1000)),
    taken("no-value-without-data", value(type="JSON")),
    taken("no-null-data", value(type="JSON", data=None)),
    taken("no-false-data", value(type="JSON", data=False)),
    taken("no-type-string", value(type="STRING", data=None)),
    taken("no-type-binary-key", key(type="BINARY", data="")),
    taken("no-null-timestamp", record(timestamp=None)),
    taken("no-offset-in-timestamp", record(timestamp="2021-02-05T19:14:42+02:00")),
    taken("no-fraction-in-timestamp", record(timestamp="2021-02-05T19:14:42.5Z")),
    taken("no-leap-day", record(timestamp="2016-02-29T19:14:42Z")),
    taken("no-number-beyond-64-bits", value(type="JSON", data=2**63)),
    taken("no-other-letters", text("größer")),
    taken("no-nul", text("a\0b")),
    taken("no-long-text", text("x" * 10001)),
    taken("no-white-space", b'{ "value": null }'),
    taken("no-escapes", b'{"\\u0076alue":null}'),
)

TALKS = (*REFUSED, *TAKEN)
