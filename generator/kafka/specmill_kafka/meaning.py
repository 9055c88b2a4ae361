"""What a record's JSON means, member by member as the public server reads it: what is stored, or why nothing is."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from specmill_kafka import instants
from specmill_kafka.tree import Members, Number, compact

ENTITY = "io.confluent.kafkarest.entities.v3.ProduceRequest"
FORMATS = ("BINARY", "JSON", "STRING", "AVRO", "JSONSCHEMA", "PROTOBUF")
PLAIN_FORMATS = frozenset(FORMATS[:3])
SCHEMA_MEMBERS = ("schema_id", "subject", "subject_name_strategy", "schema_version", "schema")
NO_REGISTRY = "Error: 42206 : Payload error. Schema Registry must be configured when using schemas."
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?")
GROUPS = re.compile(r"(?:\s*[A-Za-z0-9+/]{4})*")
LAST_GROUP = re.compile(r"\s*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*")
KILLS = re.compile(r"\s*(?:[A-Za-z0-9+/]|[A-Za-z0-9+/]{2}=|(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)\s*\S.*)", re.DOTALL)
INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*")
INT32 = range(-(2**31), 2**31)


@dataclass(frozen=True, slots=True)
class Fault:
    """What a record is answered that is not stored."""

    code: int
    message: str


class Meant(NamedTuple):
    """A record that can be read. ``fault`` is what is wrong with it behind that: it is told only if nothing else is."""

    partition: int | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    key_type: str = ""  # "" without a key
    key: bytes | None = None
    value_type: str = ""
    value: bytes | None = None
    timestamp: int | None = None
    size: int = 0  # of the JSON as sent
    fault: Fault | None = None


class Bad(Exception):
    """The record cannot be read. ``breaks`` is the parser losing its way in the stream."""

    def __init__(self, message: str, code: int = 400, breaks: bool = False) -> None:
        super().__init__(message)
        self.fault = Fault(code, message)
        self.breaks = breaks


class Unserialised(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(code, message)


def meant(tree: Any, size: int) -> Meant:
    """Of a root value; Bad if it is no record."""
    read: dict[str, Any] = {}
    for name, value in _members(tree, ENTITY):
        if name not in READERS:
            raise Bad(f'Unrecognized field "{name}" (class {ENTITY}), not marked as ignorable')
        member, reader = READERS[name]
        read[member] = reader(value)
    key, value, timestamp = read.get("key"), read.get("value"), read.get("timestamp")
    fault = None
    stored: list[bytes | None] = [None, None]
    try:
        stored = [serialised(*side) if side else None for side in (key, value)]
        if timestamp is not None and timestamp < 0:
            fault = Fault(500, "Internal Server Error")
    except Unserialised as refused:
        fault = refused.fault
    return Meant(
        read.get("partition"), read.get("headers", ()),
        (key and key[0]) or "", stored[0], (value and value[0]) or "", stored[1],
        timestamp, size, fault,
    )  # fmt: skip


def serialised(kind: str | None, data: Any) -> bytes | None:
    """The bytes that Kafka keeps of a key or a value."""
    if kind not in PLAIN_FORMATS:
        raise Unserialised(422, NO_REGISTRY)
    if data is None:
        return None
    if kind == "JSON":
        return compact(data)
    if not isinstance(data, str) or isinstance(data, Number):
        what = "a base64 string" if kind == "BINARY" else "a string"
        raise Unserialised(400, f"Bad Request: data={first_line(compact(data))} is not {what}.")
    return data.encode("utf-8", "replace") if kind == "STRING" else binary(data)


def binary(data: str) -> bytes:
    if not BASE64.fullmatch(data):
        shown = first_line(compact(data))
        raise Unserialised(400, f"Bad Request: data={shown} is not a valid base64 string.")
    bare = data.rstrip("=")
    return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))


def first_line(text: bytes) -> str:
    return text.decode().partition("\n")[0]


def _members(value: Any, of: str) -> Members:
    if isinstance(value, Members):
        return value
    if value is None:
        raise Bad("Internal Server Error", 500)
    if isinstance(value, list):
        raise Bad(f"Cannot deserialize value of type `{of}` from Array value (token `JsonToken.START_ARRAY`)")
    kind = "Number" if isinstance(value, Number) else "String" if isinstance(value, str) else "Boolean"
    raise Bad(f"Cannot construct instance of `{of}`: no {kind}-argument constructor/factory method")


def _partition(value: Any) -> int | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise Bad("Cannot deserialize value of type `java.lang.Integer`")
    try:
        number = _whole_number(value)
    except (ValueError, OverflowError):
        raise Bad(f'Cannot deserialize value of type `java.lang.Integer` from String "{value[:80]}"') from None
    if number not in INT32:
        raise Bad(f"Numeric value ({value[:40]}) out of range of int (-2147483648 - 2147483647)")
    return number


def _whole_number(text: str) -> int:
    if isinstance(text, Number) and any(one in ".eE" for one in text):
        return int(float(text))
    if not INTEGER.fullmatch(text):  # Python would take 1_0 and digits of other scripts
        raise ValueError(text)
    return int(text)


def _timestamp(value: Any) -> int | None:
    if value is None or value == "":
        return None
    found = instants.milliseconds(value) if isinstance(value, str) else None
    if found is None:
        raise Bad("Cannot deserialize value of type `java.time.Instant`")
    return found


def _data(value: Any) -> tuple[str | None, Any] | None:
    if value is None:
        return None
    kind: str | None = None
    data: list[Any] = []
    given: dict[str, Any] = {}
    for name, one in _members(value, f"{ENTITY}$ProduceRequestData"):
        if name == "type":
            kind = _format(one)
        elif name == "data":
            data = [one]
        elif name in SCHEMA_MEMBERS:
            given[name] = one
        elif name != "originalSize":
            raise Bad(f'Unrecognized field "{name}" (class {ENTITY}$ProduceRequestData), not marked as ignorable')
    if not data:
        raise Bad(f"Cannot construct instance of `{ENTITY}$ProduceRequestData`, problem: Null data")
    used = next((name for name in SCHEMA_MEMBERS if given.get(name) is not None), None)
    if kind in PLAIN_FORMATS and used is not None:
        raise Bad(f"Cannot construct instance, problem: 'type={kind}' cannot be used with '{used}'.")
    return kind, data[0]


def _format(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Number) and value.isdecimal() and int(value) < len(FORMATS):
        return FORMATS[int(value)]
    if isinstance(value, str) and value in FORMATS:
        return value
    raise Bad("Cannot deserialize value of type `io.confluent.kafkarest.entities.EmbeddedFormat`")


def _headers(value: Any) -> tuple[tuple[str, bytes | None], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or isinstance(value, Members):
        raise Bad("Cannot deserialize value of type `java.util.ArrayList`")
    grouped: dict[str, list[bytes | None]] = {}
    for one in value:
        if one is None:
            raise Bad("Cannot construct instance: Null element in headers")
        name, content = _header(one)
        grouped.setdefault(name, []).append(content)
    return tuple((name, content) for name, contents in grouped.items() for content in contents)


def _header(value: Any) -> tuple[str, bytes | None]:
    name: str | None = None
    content: bytes | None = None
    for member, one in _members(value, f"{ENTITY}$ProduceRequestHeader"):
        if member == "name":
            name = _header_name(one)
        elif member == "value":
            content = _header_value(one)
        else:
            raise Bad(f'Unrecognized field "{member}" (class {ENTITY}$ProduceRequestHeader), not marked as ignorable')
    if name is None:
        raise Bad(f"Cannot construct instance of `{ENTITY}$ProduceRequestHeader`, problem: Null name")
    return name, content


def _header_name(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    raise Bad("Cannot deserialize value of type `java.lang.String`")


def _header_value(value: Any) -> bytes | None:
    """The decoder of these reads from the parser's own buffer: some faults make it read past the end of the string."""
    if value is None:
        return None
    if not isinstance(value, str) or isinstance(value, Number):
        raise Bad("Cannot deserialize value of type `com.google.protobuf.ByteString`")
    groups = GROUPS.match(value)
    rest = value[groups.end() if groups else 0 :]
    if not LAST_GROUP.fullmatch(rest):
        raise Bad(
            f"Failed to decode VALUE_STRING as base64 (MIME-NO-LINEFEEDS): {value[:80]}",
            breaks=bool(KILLS.fullmatch(rest)),
        )
    return binascii.a2b_base64("".join(value.split()))


READERS = {
    "partition_id": ("partition", _partition),
    "partitionId": ("partition", _partition),
    "headers": ("headers", _headers),
    "key": ("key", _data),
    "value": ("value", _data),
    "timestamp": ("timestamp", _timestamp),
    "originalSize": ("size", lambda value: value),
}
