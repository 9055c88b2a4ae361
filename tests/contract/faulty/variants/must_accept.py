"""One thing that the document allows is refused."""

from __future__ import annotations

import re
from typing import Any

from tests.contract.faulty.checks import compact
from tests.contract.faulty.table import Change, Variant

Record = dict[str, Any]
SPACED = re.compile(rb"[{,:][ \t\r\n]+[\"{\[]")
ESCAPED = re.compile(rb"\\u00[2-7]")


def refuses(name: str, what: str, check: str, meant: Change) -> Variant:
    """``meant`` says of a record whether it is one of those."""

    def fault(honest: Change, value: object) -> str | None:
        failed: str | None = honest(value)
        if failed is None and isinstance(value, dict) and meant(value):
            return what
        return failed

    return Variant(name, "must-accept", f"refuses {what}", check, "check", fault)


def side(record: Record, name: str) -> Record:
    data = record.get(name)
    return data if isinstance(data, dict) else {}


def headers(record: Record) -> list[Record]:
    found: list[Record] = record.get("headers", [])
    return found


def timestamp(record: Record) -> str:
    return record.get("timestamp") or ""


def names(record: Record) -> list[str]:
    return [header["name"] for header in headers(record)]


VARIANTS = (
    refuses("no-empty-record", "a record without any member", "required at /", lambda it: it == {}),
    refuses(
        "no-unknown-member",
        "a member that the document does not name",
        "additionalProperties at /",
        lambda it: bool(it.keys() - {"partition_id", "headers", "key", "value", "timestamp"}),
    ),
    refuses(
        "no-null-partition",
        "a partition_id that is null",
        "nullable at /partition_id",
        lambda it: it.get("partition_id", 0) is None,
    ),
    refuses(
        "no-partition-0",
        "a partition_id of 0",
        "type at /partition_id",
        lambda it: it.get("partition_id") == 0 and "partition_id" in it,
    ),
    refuses(
        "no-highest-partition",
        "the highest partition_id of 32 bits",
        "format int32 at /partition_id",
        lambda it: it.get("partition_id") == 2**31 - 1,
    ),
    refuses("no-empty-headers", "an empty list of headers", "type at /headers", lambda it: it.get("headers") == []),
    refuses(
        "no-equal-headers",
        "two headers of the same name",
        "type at /headers",
        lambda it: len(set(names(it))) < len(names(it)),
    ),
    refuses(
        "no-header-without-value",
        "a header without a value",
        "required at /headers/*/value",
        lambda it: any("value" not in header for header in headers(it)),
    ),
    refuses(
        "no-null-header",
        "a header whose value is null",
        "nullable at /headers/*/value",
        lambda it: any(header.get("value", 0) is None for header in headers(it)),
    ),
    refuses(
        "no-empty-header",
        "a header whose value is empty",
        "format byte at /headers/*/value",
        lambda it: any(header.get("value") == "" for header in headers(it)),
    ),
    refuses(
        "no-padding",
        "base64 that ends in padding",
        "format byte at /headers/*/value",
        lambda it: any((header.get("value") or "").endswith("=") for header in headers(it)),
    ),
    refuses("no-null-key", "a key that is null", "nullable at /key", lambda it: it.get("key", 0) is None),
    refuses("no-null-value", "a value that is null", "nullable at /value", lambda it: it.get("value", 0) is None),
    refuses(
        "no-key-without-type",
        "a key without a type",
        "required at /key/type",
        lambda it: it.get("key") is not None and "type" not in side(it, "key"),
    ),
    refuses(
        "no-value-without-data",
        "a value without data",
        "required at /value/data",
        lambda it: it.get("value") is not None and "data" not in side(it, "value"),
    ),
    refuses(
        "no-null-data", "data that is null", "type at /value/data", lambda it: side(it, "value").get("data", 0) is None
    ),
    refuses(
        "no-false-data",
        "data that is false, 0 or empty",
        "type at /value/data",
        lambda it: "data" in side(it, "value") and side(it, "value")["data"] in (False, "", [], {}),
    ),
    refuses(
        "no-type-string",
        "the type STRING of a value",
        "enum at /value/type",
        lambda it: side(it, "value").get("type") == "STRING",
    ),
    refuses(
        "no-type-binary-key",
        "the type BINARY of a key",
        "enum at /key/type",
        lambda it: side(it, "key").get("type") == "BINARY",
    ),
    refuses(
        "no-null-timestamp",
        "a timestamp that is null",
        "nullable at /timestamp",
        lambda it: it.get("timestamp", 0) is None,
    ),
    refuses(
        "no-offset-in-timestamp",
        "a timestamp with an offset from UTC",
        "format date-time at /timestamp",
        lambda it: timestamp(it)[-6:-5] in ("+", "-"),
    ),
    refuses(
        "no-fraction-in-timestamp",
        "a timestamp with a fraction of a second",
        "format date-time at /timestamp",
        lambda it: "." in timestamp(it),
    ),
    refuses("no-leap-day", "29 February", "format date-time at /timestamp", lambda it: "-02-29T" in timestamp(it)),
    refuses(
        "no-number-beyond-64-bits",
        "a number of more than 64 bits",
        "type at /value/data",
        lambda it: isinstance(side(it, "value").get("data"), int) and abs(side(it, "value")["data"]) >= 2**63,
    ),
    refuses(
        "no-other-letters", "letters outside of ASCII", "type at /value/data", lambda it: not compact(it).isascii()
    ),
    refuses(
        "no-nul", "a text with a NUL", "type at /value/data", lambda it: "\0" in str(side(it, "value").get("data"))
    ),
    refuses(
        "no-long-text",
        "a string of more than 10000 characters",
        "type at /value/data",
        lambda it: len(str(side(it, "value").get("data"))) > 10000,
    ),
    Variant(
        "no-white-space",
        "must-accept",
        "refuses white space between the tokens of a record",
        "json at body text",
        "value",
        lambda honest, raw: honest(b"[]" if SPACED.search(raw) else raw),
    ),
    Variant(
        "no-escapes",
        "must-accept",
        "refuses letters that are written as escapes",
        "json at body text",
        "value",
        lambda honest, raw: honest(b"[]" if ESCAPED.search(raw) else raw),
    ),
)
