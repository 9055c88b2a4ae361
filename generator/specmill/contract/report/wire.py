"""What went over the wire, told to people: both directions on one clock."""

from __future__ import annotations

from collections.abc import Iterator

from specmill.contract.values import Event

SHOWN = 240  # characters of a piece
FIRST, LAST = 30, 10  # events


def wire(events: tuple[Event, ...]) -> Iterator[str]:
    left_out = max(0, len(events) - FIRST - LAST)
    for number, event in enumerate(events):
        if left_out and number == FIRST:
            yield f"… {left_out} more …"
        if left_out and FIRST <= number < FIRST + left_out:
            continue
        arrow = ">" if event.side == "client" else "<"
        which = f" [{event.connection}]" if event.connection else ""
        yield f"{event.at:8.4f}{which} {arrow} {shown(event.data) if event.what == 'data' else event.what}"


def shown(data: bytes) -> str:
    text = repr(data[:SHOWN])[2:-1]
    return text if len(data) <= SHOWN else f"{text}… ({len(data)} bytes)"


def visible(text: str) -> str:
    """A record or chunk, cut where it is long."""
    seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:SHOWN])
    return seen if len(text) <= SHOWN else f"{seen}… ({len(text)} characters)"
