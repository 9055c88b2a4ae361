"""Answers that end too early: as announced, cut, or reset, at every kind of place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from tests.duplex import wire
from tests.duplex.conversation import Conversation
from tests.duplex.expected import AFTER, Expected, Fault, exactly
from tests.duplex.reports import (
    DELIMITER,
    IDLE,
    TERMINAL,
    TOO_MANY,
    TOO_OLD,
    accepted,
    pieces,
    refused,
    written,
)

LATE = 3
"""How many more records are stored, or answered otherwise, behind the last good report."""
IDLE_FOR = 0.2

How = Literal["close", "cut", "reset"]


def begun(talk: Conversation, after: int = AFTER) -> None:
    """A stream that goes well for so many records."""
    talk.read_head()
    talk.head()
    for _ in range(after):
        talk.report(talk.records(1)[0])


def stored_silently(talk: Conversation, count: int = LATE) -> None:
    """Why a record without report is unknown."""
    for record in talk.records(count):
        talk.store(record)


def ended(talk: Conversation) -> None:
    """As the public server ends a stream while the client still writes: last chunk, then the connection."""
    talk.end()
    talk.half_close()
    talk.linger()


def last_chunk_early(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    ended(talk)


def last_chunk_early_and_hard(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    talk.end()
    talk.reset()


def fin_early(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    talk.half_close()
    talk.linger()


def cable_cut(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    talk.cut()
    talk.linger()


def closed_hard(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    talk.close()


def reset_early(talk: Conversation) -> None:
    begun(talk)
    stored_silently(talk)
    talk.reset()


def closed_before_the_head(talk: Conversation) -> None:
    talk.read_head()
    stored_silently(talk)
    talk.half_close()
    talk.linger()


def reset_before_the_head(talk: Conversation) -> None:
    talk.read_head()
    stored_silently(talk)
    talk.reset()


def closed_at_once(talk: Conversation) -> None:
    talk.close()


def fewer_reports(talk: Conversation) -> None:
    """Table 13, row 42: a client that read too slowly loses reports and sees a proper end."""
    talk.read_head()
    talk.head()
    records = talk.records()
    for record in records[:-LATE]:
        talk.report(record)
    for record in records[-LATE:]:
        talk.store(record)
    talk.end()
    talk.linger()


def terminal_report(talk: Conversation) -> None:
    """Stands where the next record's report would, and nothing behind it was read."""
    begun(talk)
    talk.records(1)
    talk.report(refused(400, TERMINAL + "Early EOF"))
    ended(talk)


@dataclass(frozen=True, slots=True)
class TooOld:
    """The age limit: the public server stores what it answers with 408, its documentation says that it does not."""

    stores: bool

    def __call__(self, talk: Conversation) -> None:
        begun(talk)
        for record in talk.records(LATE):
            if self.stores:
                talk.store(record)
            talk.report(refused(408, TOO_OLD))
        ended(talk)


@dataclass(frozen=True, slots=True)
class EveryThirdIsTooMany:
    thrown: Callable[[Any], None] = lambda record: None
    """Hears of each record that is thrown away."""

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        number = 0
        while (record := talk.record()) is not None:
            number += 1
            if number % 3 == 0:
                self.thrown(record)
            talk.report(record if number % 3 else refused(429, TOO_MANY))
        talk.end()
        talk.linger()


def idle_close(talk: Conversation) -> None:
    """Table 13, row 33: a report too many, and the end, as soon as nothing has come for a while."""
    talk.read_head()
    talk.head()
    while (record := talk.record_within(IDLE_FOR)) is not None:
        talk.report(record)
    if talk.body.done:
        return talk.end()
    talk.report(refused(400, IDLE))
    ended(talk)


def silent_idle_close(talk: Conversation) -> None:
    """The same by something in front of the server: no word, just the end of the connection."""
    talk.read_head()
    talk.head()
    while (record := talk.record_within(IDLE_FOR)) is not None:
        talk.report(record)
    if talk.body.done:
        return talk.end()
    talk.half_close()
    talk.linger()


def whole_answer(records: list[Any], offset: int = 0) -> tuple[bytes, list[tuple[int, int]]]:
    """The answer to these records as bytes, and where the text of each report begins and ends in it."""
    answer = bytearray(wire.answer_head(200, wire.CHUNKED))
    places = []
    for number, record in enumerate(records, offset):
        text, delimiter = pieces(written(accepted(record, number)), "two-chunks")
        begins = len(answer) + len(wire.chunk(text)) - len(text) - 2
        places.append((begins, begins + len(text)))
        answer += wire.chunk(text) + wire.chunk(delimiter)
    return bytes(answer + wire.LAST_CHUNK), places


Place = Callable[[bytes, list[tuple[int, int]]], int]


@dataclass(frozen=True, slots=True)
class CutAt:
    """The answer to ``AFTER`` records, up to a place, and then the end. A number is that many bytes."""

    place: Place | int
    how: How

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        records = talk.records(AFTER)
        offset = min(talk.store(record) for record in records)
        answer, places = whole_answer(records, offset)
        talk.raw(answer[: self.place if isinstance(self.place, int) else self.place(answer, places)])
        if self.how == "reset":
            return talk.reset()
        if self.how == "cut":
            talk.cut()
        else:
            talk.half_close()
        talk.linger()


# Where an answer can be cut, with the least and the most reports that have arrived by then.
# A client may take a report when its object closes, or only when its chunk or its line does.
CUTS: dict[str, tuple[Place, int, int]] = {
    "behind the first byte": (lambda answer, places: 1, 0, 0),
    "in the status line": (lambda answer, places: 11, 0, 0),
    "in a header": (lambda answer, places: 30, 0, 0),
    "in the blank line behind the head": (lambda answer, places: answer.index(b"\r\n\r\n") + 3, 0, 0),
    "behind the head": (lambda answer, places: answer.index(b"\r\n\r\n") + 4, 0, 0),
    "in a size line": (lambda answer, places: places[2][0] - 3, 2, 2),
    "behind a size line": (lambda answer, places: places[2][0], 2, 2),
    "in a report": (lambda answer, places: places[2][0] + 40, 2, 2),
    "ahead of a report's last byte": (lambda answer, places: places[2][1] - 1, 2, 2),
    "behind a report's last byte": (lambda answer, places: places[2][1], 2, 3),
    "behind a report's chunk": (lambda answer, places: places[2][1] + 2, 2, 3),
    "between two reports": (lambda answer, places: places[2][1] + len(b"\r\n2\r\n\r\n\r\n"), 3, 3),
    "ahead of the last chunk": (lambda answer, places: len(answer) - 5, AFTER, AFTER),
    "in the last chunk": (lambda answer, places: len(answer) - 3, AFTER, AFTER),
    "ahead of the last byte": (lambda answer, places: len(answer) - 1, AFTER, AFTER),
}


def faults() -> Iterator[Fault]:
    yield Fault("the last chunk comes early", last_chunk_early, exactly("early", AFTER))
    yield Fault("the last chunk comes early, then a reset", last_chunk_early_and_hard, exactly("early", AFTER))
    yield Fault("the answer is closed early", fin_early, exactly("broken", AFTER))
    yield Fault("the answer is cut early", cable_cut, exactly("broken", AFTER))
    yield Fault("the connection is closed early", closed_hard, exactly("broken", AFTER))
    yield Fault("the connection is reset early", reset_early, exactly("broken", AFTER))
    yield Fault("closed before the head", closed_before_the_head, exactly("broken", 0, ()))
    yield Fault("reset before the head", reset_before_the_head, exactly("broken", 0, ()))
    yield Fault("closed at once", closed_at_once, exactly("broken", 0, ()))
    yield Fault("fewer reports than records", fewer_reports, exactly("early", -LATE))
    terminal = Expected("early", AFTER + 1, AFTER + 1, "unsent", codes=(200, 400))
    yield Fault("a terminal report", terminal_report, terminal)
    for stores in (True, False):
        name = f"408 {'with' if stores else 'without'} storing"
        yield Fault(name, TooOld(stores), exactly("early", AFTER + LATE, (200, 408)))
    yield Fault("every third is 429", EveryThirdIsTooMany(), exactly("clean", codes=(200, 429)))
    yield Fault("an idle stream ends with a report", idle_close, exactly("early"), "pauses")
    yield Fault("an idle stream is closed", silent_idle_close, exactly("broken"), "pauses")
    hows: tuple[How, ...] = ("close", "cut", "reset")
    for name, (place, least, most) in CUTS.items():
        for how in hows:
            yield Fault(f"{how} {name}", CutAt(place, how), Expected("broken", least, most))


assert DELIMITER == b"\r\n", "the places above count on it"
