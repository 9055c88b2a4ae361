"""What a process that produces is sent, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .ranges import Run

NOTHING = "nothing"  # a line without a record


class Lot(NamedTuple):
    """Lines to be produced, with their numbers."""

    numbers: Sequence[int]
    text: bytes

    @property
    def lines(self) -> list[bytes]:
        return self.text.split(b"\n")


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
