"""What a process that produces is sent, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

from .ranges import Run
from .texts import Texts

NOTHING = "nothing"  # a line without a record


class Lot(NamedTuple):
    """Lines to be produced, with their numbers."""

    numbers: Sequence[int]
    texts: Texts


class Leave(NamedTuple):
    """Send nothing more, and do not wait for long. ``None`` in its place: no line follows."""


class One(NamedTuple):
    """A record that is told of by itself."""

    number: int
    outcome: str  # or NOTHING
    reason: str
    report: Any  # JSON, or None


class News(NamedTuple):
    """What has found its outcome."""

    accepted: list[Run]  # by their numbers, where no reports are asked for
    others: list[One]


class Over(NamedTuple):
    """The last that is said."""

    unsent: list[int]  # what was certainly not sent
    failure: tuple[str, str] | None  # why it could not go on, and a hint


def send(connection: Connection, what: Lot | Leave | None) -> None:
    """The text of a lot goes as it is: to pickle it would be to copy it once more at either end."""
    if isinstance(what, Lot):
        connection.send(what.numbers)
        connection.send_bytes(what.texts.whole)
    else:
        connection.send(what)


def received(connection: Connection) -> Lot | Leave | None:
    came = connection.recv()
    if came is None or isinstance(came, Leave):
        return came
    return Lot(came, Texts(connection.recv_bytes(), len(came)))
