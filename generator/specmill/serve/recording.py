"""One exchange as timed events in both directions: a value, and the file of JSON lines that holds it.

The first line says what the file is; each line behind it is an event::

    {"specmill": "recording", "version": 1, "document": "<sha256>", "operation": "produceRecord",
     "date": "2026-01-31T12:00:00Z", "redacted": ["header authorization", "field password"]}
    {"at": 0.0, "from": "client", "is": "head", "method": "POST", "target": "/…", "fields": [["Host", "…"]]}
    {"at": 0.001, "from": "client", "is": "data", "text": "{\\"id\\": 1}"}
    {"at": 0.001, "from": "server", "is": "head", "status": 200, "fields": [["Content-Type", "application/json"]]}
    {"at": 0.002, "from": "server", "is": "data", "base64": "/w==", "more": true}
    {"at": 0.003, "from": "server", "is": "end"}

``data`` is the content of a body without its framing, since a secret that was taken out of it changes every length
around it: a chunk's size is worked out again when it is said. Where a chunk went on in a later piece, ``more`` says so,
so that the chunks of an answer are kept. ``end`` is a complete message, ``cut`` one whose sender closed the connection
inside it, ``reset`` one that ended with RST.

Reading is strict: whatever is not a recording to the last byte is an error with its line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Side = Literal["client", "server"]
VERSION = 1
SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class RequestHead:
    at: float
    method: str
    target: str
    fields: tuple[tuple[str, str], ...]
    side: Side = "client"


@dataclass(frozen=True, slots=True)
class AnswerHead:
    at: float
    status: int
    fields: tuple[tuple[str, str], ...]
    side: Side = "server"


@dataclass(frozen=True, slots=True)
class Data:
    at: float
    side: Side
    content: bytes
    more: bool = False  # the chunk that this is of goes on in the side's next data


@dataclass(frozen=True, slots=True)
class End:
    at: float
    side: Side
    how: Literal["end", "cut", "reset"] = "end"


Head = RequestHead | AnswerHead
Event = RequestHead | AnswerHead | Data | End


@dataclass(frozen=True, slots=True)
class Recording:
    """``events[0]`` is the head of the request; the last of the server, or a reset of the client, ends it."""

    document: str  # the hash of the document that it was recorded under
    operation: str
    date: str
    events: tuple[Event, ...]
    redacted: tuple[str, ...] = ()
    name: str = ""  # the file, as messages call it
    lines: tuple[int, ...] = ()  # where each event stands in it

    @property
    def request(self) -> RequestHead:
        head = self.events[0]
        assert isinstance(head, RequestHead)
        return head

    @property
    def answer(self) -> AnswerHead | None:
        return next((event for event in self.events if isinstance(event, AnswerHead)), None)

    def content(self, side: Side) -> bytes:
        return b"".join(event.content for event in self.events if isinstance(event, Data) and event.side == side)

    def line(self, event: int) -> int:
        return self.lines[event] if self.lines else event + 2


def field(head: Head, name: str) -> str | None:
    """The value of a header field, whatever its case; of several the values, joined by commas."""
    found = [value for one, value in head.fields if one.lower() == name]
    return ", ".join(found) if found else None


def written(recording: Recording) -> bytes:
    """The file that holds it."""
    first = {
        "specmill": "recording",
        "version": VERSION,
        "document": recording.document,
        "operation": recording.operation,
        "date": recording.date,
        "redacted": list(recording.redacted),
    }
    return b"".join(_line(value) for value in (first, *map(_as_json, recording.events)))


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _as_json(event: Event) -> dict[str, Any]:
    place = {"at": event.at, "from": event.side}
    match event:
        case RequestHead():
            return {**place, "is": "head", "method": event.method, "target": event.target, "fields": event.fields}
        case AnswerHead():
            return {**place, "is": "head", "status": event.status, "fields": event.fields}
        case Data():
            return {**place, "is": "data", **_content(event.content), **({"more": True} if event.more else {})}
        case End():
            return {**place, "is": event.how}


def _content(content: bytes) -> dict[str, str]:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        from base64 import b64encode

        return {"base64": b64encode(content).decode()}


def rounded(events: Iterable[Event]) -> tuple[Event, ...]:
    """Times as they are written: microseconds since the first event."""
    from dataclasses import replace

    known = tuple(events)
    return tuple(replace(event, at=round(event.at - known[0].at, 6)) for event in known)
