"""Servers that stop doing something and keep the connection: the client has to notice by itself."""

from __future__ import annotations

from collections.abc import Iterator

from tests.duplex.conversation import Conversation
from tests.duplex.expected import AFTER, Fault, exactly
from tests.duplex.faults_end import begun


def stops_reading(talk: Conversation) -> None:
    begun(talk)
    talk.stop_reading()
    talk.until_closed()


def stops_reporting(talk: Conversation) -> None:
    begun(talk)
    _stores_on(talk)


def never_answers(talk: Conversation) -> None:
    talk.read_head()
    _stores_on(talk)


def answers_with_a_head_only(talk: Conversation) -> None:
    begun(talk, after=0)
    _stores_on(talk)


def never_ends(talk: Conversation) -> None:
    """Every record has its report, but the answer goes on."""
    talk.read_head()
    talk.head()
    while (record := talk.record()) is not None:
        talk.report(record)
    talk.linger()


def stops_in_a_report(talk: Conversation) -> None:
    begun(talk)
    talk.raw(b'C4\r\n{"error_code":200,"cluster')
    _stores_on(talk)


def _stores_on(talk: Conversation) -> None:
    while (record := talk.record()) is not None:
        talk.store(record)
    talk.linger()


def buffers(talk: Conversation) -> None:
    """A proxy that hands a request on when it is complete, and its answer too: duplex becomes half duplex."""
    talk.read_head()
    records = talk.records()
    talk.head()
    for record in records:
        talk.report(record)
    talk.end()
    talk.linger()


def faults() -> Iterator[Fault]:
    yield Fault("the server stops reading", stops_reading, exactly("timed out", AFTER), "sends much")
    yield Fault("the server stops reporting", stops_reporting, exactly("timed out", AFTER))
    yield Fault("the server stops in a report", stops_in_a_report, exactly("timed out", AFTER))
    yield Fault("the server never answers", never_answers, exactly("timed out", 0, ()))
    yield Fault("the server answers with a head only", answers_with_a_head_only, exactly("timed out", 0, ()))
    yield Fault("the server never ends", never_ends, exactly("unended"))
    yield Fault("a proxy buffers, the client ends", buffers, exactly("clean"))
    yield Fault("a proxy buffers, the client waits", buffers, exactly("timed out", 0, ()), "pauses")
