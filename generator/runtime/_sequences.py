"""Sequences of JSON values or events, as OpenAPI 3.2 describes them: JSON lines, JSON text sequences, event streams.

A call reads or sends one as a whole. What is wrong with one item of an answer leaves the others as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

import msgspec

from ._json import UndecodableAnswer, decode, decode_strict, encode

LINES = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
TEXTS = "application/json-seq"  # RFC 7464
EVENTS = "text/event-stream"
START = b"\x1e"
MEMBERS = ("event", "id", "retry")


def is_listed(type_: Any, media_type: str) -> bool:
    """Whether the content is a list of items, each in the frame of this media type."""
    return get_origin(type_) is list and _bare(media_type) in (*LINES, TEXTS, EVENTS)


def read(raw: bytes, type_: Any, media_type: str) -> list[Any]:
    """The items of an answer; raises UndecodableAnswer."""
    (item,) = get_args(type_)
    name = _bare(media_type)
    if name == EVENTS:
        return [_event(fields, item) for fields in _events(raw.decode("utf-8-sig", "replace"))]
    frames = raw.split(START if name == TEXTS else b"\n")
    return [_value(frame, item, number) for number, frame in enumerate(filter(bytes.strip, frames), 1)]


def written(value: Any, type_: Any, media_type: str) -> bytes:
    """Any iterable of items, each checked against its type."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise ValueError(f"expected a list of items or any other iterable, got {type(value).__name__}")
    (item,) = get_args(type_)
    return b"".join(_framed(one, item, _bare(media_type), number) for number, one in enumerate(value))


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _framed(value: Any, type_: Any, name: str, number: int) -> bytes:
    try:
        raw = encode(value, type_)
    except ValueError as error:
        raise ValueError(f"item {number}: {error}") from error
    if name == EVENTS:
        return "".join(_lines(msgspec.json.decode(raw), number)).encode()
    return (START if name == TEXTS else b"") + raw + b"\n"


def _value(frame: bytes, type_: Any, number: int) -> Any:
    try:
        return decode(frame.strip(), type_)
    except UndecodableAnswer as error:
        raise UndecodableAnswer(f"item {number}: {error}") from error


# --- events, as HTML has them


def _events(text: str) -> Iterator[dict[str, Any]]:
    """The events of a stream that hold data. The last one counts even if no empty line ends it."""
    fields: dict[str, Any] = {}
    for line in (*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if "data" in fields:
                yield fields
            fields = {}
        elif name == "data":
            fields["data"] = f"{fields['data']}\n{value}" if "data" in fields else value
        elif name == "retry" and value.isascii() and value.isdigit():
            fields["retry"] = int(value)
        elif name in ("event", "id"):
            fields[name] = value


def _event(fields: dict[str, Any], type_: Any) -> Any:
    """The data is a text; where the document describes something else, it is the JSON in that text."""
    raw = msgspec.json.encode(fields)
    try:
        return decode_strict(raw, type_)
    except (msgspec.DecodeError, ValueError):
        pass
    try:
        return decode(msgspec.json.encode({**fields, "data": msgspec.json.decode(fields["data"])}), type_)
    except (msgspec.DecodeError, ValueError):
        return decode(raw, type_)


def _lines(event: Any, number: int) -> Iterator[str]:
    if not isinstance(event, dict):
        raise ValueError(f"item {number}: an event is an object with data, event, id and retry")
    for name in (*MEMBERS, "data"):
        if event.get(name) is None:
            continue
        text = event[name] if isinstance(event[name], str) else msgspec.json.encode(event[name]).decode()
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(lines) > 1 and name != "data":
            raise ValueError(f"item {number}: {name} is one line")
        yield from (f"{name}: {line}\n" for line in lines)
    yield "\n"
