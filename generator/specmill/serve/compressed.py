"""Bodies as they were before they were compressed: a secret inside of gzip is not to be seen, and so not taken out."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

from specmill.errors import SpecmillError
from specmill.serve.recording import AnswerHead, Data, Event, RequestHead, Side, field

WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
MUCH = 256 * 1024 * 1024  # bytes that a body may become
HINT = "ask for `Accept-Encoding: identity`"


def unpacked(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The exchange with plain bodies; SpecmillError for a compression that cannot be undone."""
    for head in [event for event in events if isinstance(event, RequestHead | AnswerHead)]:
        coding = (field(head, "content-encoding") or "identity").strip().lower()
        if coding != "identity":
            events = _unpacked(events, head.side, coding)
    return events


def _unpacked(events: tuple[Event, ...], side: Side, coding: str) -> tuple[Event, ...]:
    if coding not in WINDOWS:
        message = f"a body is compressed by {coding!r}, in which secrets cannot be looked for, so nothing was written"
        raise SpecmillError(message, hint=HINT)
    inflater = zlib.decompressobj(WINDOWS[coding])
    kept: list[Event] = []
    size = 0
    for event in events:
        if isinstance(event, Data) and event.side == side:
            event = replace(event, content=_inflated(inflater, event.content, MUCH - size), more=False)
            size += len(event.content)
            if not event.content:
                continue
        kept.append(event)
    return tuple(_told(event, side, size) for event in kept)


def _inflated(inflater: Any, content: bytes, room: int) -> bytes:
    try:
        plain: bytes = inflater.decompress(content, room + 1)
    except zlib.error as error:
        raise SpecmillError(f"a body is not compressed as it says, so nothing was written: {error}") from None
    if len(plain) > room:
        raise SpecmillError(f"a body would be more than {MUCH} bytes, so nothing was written", hint=HINT)
    return plain


def _told(event: Event, side: Side, size: int) -> Event:
    if not isinstance(event, RequestHead | AnswerHead) or event.side != side:
        return event
    fields = tuple(
        (name, str(size) if name.lower() == "content-length" else value)
        for name, value in event.fields
        if name.lower() != "content-encoding"
    )
    return replace(event, fields=fields)
