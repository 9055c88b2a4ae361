"""A line as a record."""

from __future__ import annotations

import base64
import json
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.structs import replace

from .._cli.trouble import CommandError
from ..models import DataType, ProduceRequest, ProduceRequestData, ProduceRequestHeader
from .texts import Texts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS: Mapping[str, DataType] = {"json": "JSON", "string": "STRING", "binary": "BINARY"}


class Bad(ValueError):
    """A line that is no record, and why."""


class Line(ProduceRequest, kw_only=True, forbid_unknown_fields=True):
    """A record without any other member than those of the document, and what `--dead-letter` writes beside them."""

    refused: Any | UnsetType = UNSET


class Side(Struct, forbid_unknown_fields=True, gc=False):
    """A value or a key whose data is JSON, and nobody has to look at it."""

    type: DataType
    data: Raw


class Usual(Struct, forbid_unknown_fields=True, gc=False):
    """A record as most are, with nothing in it that could harm a stream."""

    value: Side
    key: Side | UnsetType = UNSET


Reader = Callable[[bytes], Any]
USUAL = msgspec.json.Decoder(Usual).decode
WHOLE = msgspec.json.Decoder(ProduceRequest).decode
EXACT = msgspec.json.Decoder(Line).decode


def reader_of(options: Namespace) -> Reader:
    """What turns a line into a record; it raises Bad."""
    if options.value_format is None and options.key_separator is not None:
        raise CommandError("--key-separator stands in plain lines", "say with --value-format what their values are")
    if options.key_separator == "":
        raise CommandError("--key-separator is some text")
    if options.timestamp_field and options.value_format not in (None, "json"):
        raise CommandError("--timestamp-field is a member of a JSON value", "give --value-format json")
    added = _added(options)
    if options.value_format is None and added is None and options.engine == "rest":
        return as_it_is
    read = whole if options.value_format is None else _plain(options)
    return read if added is None else lambda line: added(read(line))


def as_it_is(line: bytes) -> Raw | ProduceRequest:
    """A line that is a record as the document has it, which goes up as it came if nothing is special about it."""
    try:
        USUAL(line)
        line.decode()  # which nobody has looked at inside of data
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return whole(line)
    return Raw(line)


def many(read: Reader, texts: Texts) -> list[Any]:
    """The same for each, and sooner for many; raises Bad for any of them."""
    if read is as_it_is:
        try:
            texts.whole.decode()
            deque(map(USUAL, texts.lines), 0)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            pass  # one of them is another one, so each is looked at
        else:
            return list(map(Raw, texts.lines))
    return list(map(read, texts.lines))


def whole(line: bytes) -> ProduceRequest:
    """A line that is a record as the document has it, understood."""
    try:
        record = WHOLE(line)
        if record.value is UNSET:  # a name that is misspelt would else store a record without a value
            _check_members(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Bad(str(error)) from None
    return record


def _check_members(line: bytes) -> None:
    exact = EXACT(line)
    if exact.key is UNSET:
        was = "; its input was refused before" if exact.refused is not UNSET else ""
        raise Bad(f"a record has a value or a key{was}")


def _plain(options: Namespace) -> Reader:
    separator = None if options.key_separator is None else options.key_separator.encode()

    def read(line: bytes) -> ProduceRequest:
        line = line.removesuffix(b"\r")
        if separator is None:
            return ProduceRequest(value=_data(line, options.value_format))
        key, found, value = line.partition(separator)
        if not found:
            raise Bad(f"there is no {options.key_separator!r} between key and value")
        return ProduceRequest(key=_data(key, options.key_format), value=_data(value, options.value_format))

    return read


def _data(text: bytes, kind: str) -> ProduceRequestData:
    try:
        if kind == "json":
            return ProduceRequestData(type="JSON", data=msgspec.json.decode(text))
        data = text.decode() if kind == "string" else base64.b64encode(text).decode()
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Bad(f"{kind}: {error}") from None
    return ProduceRequestData(type=KINDS[kind], data=data)


def _added(options: Namespace) -> Callable[[ProduceRequest], ProduceRequest] | None:
    """What the options say of every record."""
    headers = [_header(given) for given in options.headers]
    partition, moment = options.partition, options.timestamp_field
    if not headers and partition is None and not moment:
        return None

    def add(record: ProduceRequest) -> ProduceRequest:
        more: dict[str, Any] = {}
        if headers:
            more["headers"] = [*(record.headers or ()), *headers]
        if partition is not None and record.partition_id in (UNSET, None):
            more["partition_id"] = partition
        if moment:
            more["timestamp"] = _moment(record, moment)
        return replace(record, **more)

    return add


def _header(given: str) -> ProduceRequestHeader:
    name, colon, value = given.partition(":")
    if not colon or not name:
        raise CommandError(f"--header {given!r} is no NAME:VALUE")
    return ProduceRequestHeader(name=name, value=value.encode())


def _moment(record: ProduceRequest, field: str) -> datetime:
    """A text of RFC 3339, or milliseconds since 1970, as Kafka counts."""
    data = getattr(record.value, "data", None)
    found = data.get(field) if isinstance(data, dict) else None
    try:
        if isinstance(found, int | float) and not isinstance(found, bool):
            return EPOCH + timedelta(milliseconds=found)
        if isinstance(found, str):
            return msgspec.convert(found, datetime)
    except (msgspec.ValidationError, OverflowError, ValueError):
        pass
    told = "has no" if found is None else "has no moment in its"
    raise Bad(f"its value {told} member {field}{'' if found is None else f': {json.dumps(found, default=str)[:80]}'}")


def dead_letter(line: bytes, record: Struct | None, plain: bool, told: dict[str, Any]) -> bytes:
    """The record as it came and why it was refused, fit to be produced again."""
    if record is None:
        tree: Any = {"refused": {**told, "input": line.decode("utf-8", "replace")}}
    elif plain:
        tree = {**msgspec.to_builtins(record), "refused": told}
    else:
        tree = {**msgspec.json.decode(line, type=dict[str, msgspec.Raw]), "refused": told}
    return msgspec.json.encode(tree) + b"\n"
