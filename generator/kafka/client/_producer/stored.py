"""What Kafka keeps of a record, as the API decides it: the same bytes, or the report that refuses the record.

It is read off the JSON that would go up, so nothing is sent otherwise than over REST. The order of the checks is the
server's own: what can be read at all, the partition, the key, the value.
"""

from __future__ import annotations

import binascii
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec import Raw, Struct

from .._json import DateTime, Int32
from ..models import ProduceResponse
from .sendable import EPOCH, KINDS

SCHEMA_KINDS = (None, "AVRO", "JSONSCHEMA", "PROTOBUF")
NO_REGISTRY = "Error: 42206 : Payload error. Schema Registry must be configured when using schemas."
MILLISECOND = timedelta(milliseconds=1)
PLAINLY = range(-3, 7)  # powers of ten that the server writes without an exponent
ENCODE = msgspec.json.Encoder().encode

Header = tuple[str, bytes | None]


class Data(Struct, forbid_unknown_fields=True, gc=False):
    data: Any
    type: str | None = None


class Name(Struct, forbid_unknown_fields=True, gc=False):
    name: str
    value: bytes | None = None


class Read(Struct, forbid_unknown_fields=True, gc=False):
    """A record as it would go up."""

    partition_id: Int32 | None = None
    headers: list[Name] | None = None
    key: Data | None = None
    value: Data | None = None
    timestamp: DateTime | None = None


class Stored(NamedTuple):
    """What Kafka is given. The kinds are for the report, and empty where the record had no key or no value."""

    key: bytes | None
    value: bytes | None
    key_kind: str
    value_kind: str
    partition: int | None = None
    timestamp: int | None = None
    headers: tuple[Header, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Only a key and a value."""
        return self.partition is None and self.timestamp is None and not self.headers

    @property
    def size(self) -> int:
        headers = sum(len(name) + len(content or b"") for name, content in self.headers) if self.headers else 0
        return len(self.key or b"") + len(self.value or b"") + headers


class Refused(Exception):
    """The record is not stored; holds the report that says why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.report = ProduceResponse(error_code=code, message=message.partition("\n")[0])


def read_one(text: bytes) -> Read:
    """The JSON of a record; raises Refused."""
    try:
        return READ(text)
    except UNREADABLE as error:
        raise Refused(400, str(error)) from None


def stored(read: Read) -> Stored:
    """Raises Refused."""
    if read.partition_id is not None and read.partition_id < 0:
        raise Refused(40402, "Partition not found.")
    key_kind, key = _side(read.key) if read.key is not None else ("", None)
    value_kind, value = _side(read.value) if read.value is not None else ("", None)
    headers = _grouped(read.headers) if read.headers else ()
    moment = None if read.timestamp is None else _milliseconds(read.timestamp)
    return Stored(key, value, key_kind, value_kind, read.partition_id, moment, headers)


def _side(side: Data) -> tuple[str, bytes | None]:
    kind, data = side.type, side.data
    if kind is None or kind not in KINDS:
        raise Refused(422, NO_REGISTRY) if kind in SCHEMA_KINDS else Refused(400, f"there is no type {kind!r}")
    if data is None:
        return kind, None
    if kind == "JSON":
        return kind, ENCODE(data)
    if not isinstance(data, str):
        what = "a base64 string" if kind == "BINARY" else "a string"
        raise Refused(400, f"Bad Request: data={ENCODE(data).decode()} is not {what}.")
    return kind, data.encode() if kind == "STRING" else _binary(data)


def _binary(data: str) -> bytes:
    """Without its padding it is taken as well."""
    bare = data.rstrip("=")
    try:
        if len(data) - len(bare) not in (0, -len(bare) % 4):
            raise ValueError(data)
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4), strict_mode=True)
    except ValueError:
        raise Refused(400, f"Bad Request: data={ENCODE(data).decode()} is not a valid base64 string.") from None


def _grouped(given: list[Name]) -> tuple[Header, ...]:
    """The server keeps names in the order in which each came first, and those of one name together."""
    found: dict[str, list[bytes | None]] = {}
    for one in given:
        if "\0" in one.name:
            raise Refused(400, "librdkafka ends the name of a header at a character NUL")
        found.setdefault(one.name, []).append(one.value)
    return tuple((name, value) for name, values in found.items() for value in values)


def _milliseconds(moment: datetime) -> int:
    found = (moment.astimezone(UTC) - EPOCH) // MILLISECOND
    if not found:
        raise Refused(400, "librdkafka takes the first millisecond of 1970 for no timestamp at all")
    return found


def _decimal(text: str) -> Raw:
    """As the server writes a number with a fraction or an exponent, which it keeps as Java's double."""
    mantissa, _, exponent = repr(float(text)).partition("e")
    sign, digits = ("-", mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
    whole, _, fraction = digits.partition(".")
    places = whole + fraction
    first = len(places) - len(places.lstrip("0"))
    significant = places[first:].rstrip("0")
    power = len(whole) - first - 1 + int(exponent or 0)
    if not significant:
        written = "0.0"
    elif power not in PLAINLY:
        written = f"{significant[0]}.{significant[1:] or '0'}E{power}"
    elif power < 0:
        written = f"0.{'0' * (-power - 1)}{significant}"
    else:
        written = f"{significant[: power + 1].ljust(power + 1, '0')}.{significant[power + 1 :] or '0'}"
    return Raw((sign + written).encode())


UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
READ = msgspec.json.Decoder(Read, float_hook=_decimal).decode
READ_LINES = msgspec.json.Decoder(Read, float_hook=_decimal).decode_lines
