"""One thing that the document forbids is taken as if it were allowed."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.contract.faulty import checks
from tests.contract.faulty.framing import Broken
from tests.contract.faulty.table import Change, Variant

LEADING = re.compile(rb"(?<=:)0+(?=[0-9])")
TRAILING = re.compile(rb",\s*}")


def skips(check: str) -> Change:
    """The check is not made, all others are."""
    return lambda honest, value: checks.broken(value, skipped=check)


def unmade(name: str, what: str, check: str) -> Variant:
    return Variant(name, "must-reject", what, check, "check", skips(check))


def seen_as(change: Change) -> Change:
    """The checks see another record than came."""
    return lambda honest, value: honest(change(value) if isinstance(value, dict) else value)


def upper_case(record: dict[str, Any]) -> dict[str, Any]:
    value = record.get("value")
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return record | {"value": value | {"type": value["type"].upper()}}
    return record


def of_partition(change: Change) -> Change:
    return seen_as(lambda record: record | {"partition_id": change(record.get("partition_id"))})


def of_timestamp(pattern: str, text: str) -> Change:
    """A timestamp of this form passes."""

    def change(record: dict[str, Any]) -> dict[str, Any]:
        given = record.get("timestamp")
        matches = isinstance(given, str) and re.fullmatch(pattern, given)
        return record | {"timestamp": text} if matches else record

    return seen_as(change)


def lax(meant: Change, change: Change = bytes) -> Change:
    """What is no JSON, in this way, is read all the same, after a change."""

    def fault(honest: Change, raw: bytes) -> object:
        try:
            return honest(raw)
        except Broken:
            if not meant(raw):
                raise
            return json.loads(change(raw), strict=False)

    return fault


def is_no_utf8(raw: bytes) -> bool:
    return bool(raw.decode("utf-8", "ignore").encode() != raw)


def unlike(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "must-reject", what, check, "check", fault)


def no_json(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "must-reject", what, check, "value", fault)


VARIANTS = (
    unmade("any-root", "a record may be a list or a string", "type at /"),
    unmade("any-partition", "partition_id may be of any type", "type at /partition_id"),
    unmade("large-partition", "partition_id may be beyond 32 bits", "format int32 at /partition_id"),
    unmade("headers-null", "headers may be null", "nullable at /headers"),
    unmade("headers-any", "headers may be of any type", "type at /headers"),
    unmade("header-null", "a header may be null", "nullable at /headers/*"),
    unmade("header-any", "a header may be of any type", "type at /headers/*"),
    unmade("header-nameless", "a header may be without a name", "required at /headers/*/name"),
    unmade("header-name-null", "the name of a header may be null", "nullable at /headers/*/name"),
    unmade("header-name-any", "the name of a header may be of any type", "type at /headers/*/name"),
    unmade("header-value-any", "the value of a header may be of any type", "type at /headers/*/value"),
    unmade("header-value-no-base64", "the value of a header may be any string", "format byte at /headers/*/value"),
    unmade("key-any", "the key may be of any type", "type at /key"),
    unmade("key-type-null", "the type of the key may be null", "nullable at /key/type"),
    unmade("key-type-any", "the type of the key may be of any type", "type at /key/type"),
    unmade("key-type-unknown", "the type of the key may be any string", "enum at /key/type"),
    unmade("value-any", "the value may be of any type", "type at /value"),
    unmade("value-type-null", "the type of the value may be null", "nullable at /value/type"),
    unmade("value-type-any", "the type of the value may be of any type", "type at /value/type"),
    unmade("value-type-unknown", "the type of the value may be any string", "enum at /value/type"),
    unmade("timestamp-any", "timestamp may be of any type", "type at /timestamp"),
    unmade("timestamp-any-text", "timestamp may be any string", "format date-time at /timestamp"),
    unlike(
        "value-type-in-any-case",
        "the type of the value may be in lower case",
        "enum at /value/type",
        seen_as(upper_case),
    ),
    unlike(
        "partition-in-quotes",
        "partition_id may be digits in a string",
        "type at /partition_id",
        of_partition(lambda it: int(it) if isinstance(it, str) and it.isdecimal() else it),
    ),
    unlike(
        "partition-cut",
        "the fraction of partition_id is cut off",
        "type at /partition_id",
        of_partition(lambda it: int(it) if isinstance(it, float) and abs(it) < 1e9 else it),
    ),
    unlike(
        "partition-true",
        "partition_id may be true",
        "type at /partition_id",
        of_partition(lambda it: int(it) if isinstance(it, bool) else it),
    ),
    unlike(
        "timestamp-without-zone-taken",
        "timestamp may be without a time zone",
        "format date-time at /timestamp",
        of_timestamp(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?", "2021-02-05T19:14:42Z"),
    ),
    unlike(
        "timestamp-a-day",
        "timestamp may be a date",
        "format date-time at /timestamp",
        of_timestamp(r"\d{4}-\d\d-\d\d", "2021-02-05T19:14:42Z"),
    ),
    unlike(
        "timestamp-day-that-is-none",
        "timestamp may be the 31st of any month",
        "format date-time at /timestamp",
        of_timestamp(r"\d{4}-\d\d-3[01]T.*", "2021-02-05T19:14:42Z"),
    ),
    unlike(
        "timestamp-in-blanks",
        "timestamp may have blanks around it",
        "format date-time at /timestamp",
        seen_as(lambda it: it | {"timestamp": it["timestamp"].strip()} if isinstance(it.get("timestamp"), str) else it),
    ),
    unlike(
        "second-header-any",
        "of the headers only the first is looked at",
        "type at /headers/*",
        seen_as(lambda it: it | {"headers": it["headers"][:1]} if isinstance(it.get("headers"), list) else it),
    ),
    no_json("nan", "NaN and Infinity are taken for numbers", "grammar at /", lax(re.compile(rb"NaN|Infinity").search)),
    no_json(
        "latin-1",
        "what is no UTF-8 is read as Latin-1",
        "UTF-8 at /",
        lax(is_no_utf8, lambda raw: raw.decode("latin-1")),
    ),
    no_json(
        "control-characters",
        "control characters may stand in strings",
        "grammar at /",
        lax(re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]").search),
    ),
    no_json(
        "leading-zero",
        "a number may begin with a zero",
        "grammar at /",
        lax(LEADING.search, lambda raw: LEADING.sub(b"", raw)),
    ),
    no_json(
        "trailing-comma",
        "a comma may stand before a closing brace",
        "grammar at /",
        lax(TRAILING.search, lambda raw: TRAILING.sub(b"}", raw)),
    ),
)
