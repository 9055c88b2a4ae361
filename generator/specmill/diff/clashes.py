"""What is found where two schemas do not say the same, and where that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from specmill.schemas.validate import Direction

Position = Literal["request", "response"]
DIRECTIONS: Mapping[Position, Direction] = {"request": "request", "response": "answer"}
Step = tuple[str, str | int]  # ("member", name), ("item", 0), ("place", number)


@dataclass(frozen=True, slots=True)
class At:
    """A place in both schemas, and how a value leads there from the message that is compared, the ``root``."""

    position: Position
    where: str
    old: str
    new: str
    root: Any = None
    steps: tuple[Step, ...] = ()

    def below(self, label: str, pointer: str, *steps: Step) -> At:
        where = f"{self.where}{'' if label.startswith(('[', '{')) else self._joint}{label}"
        return replace(self, where=where, old=self.old + pointer, new=self.new + pointer, steps=(*self.steps, *steps))

    @property
    def _joint(self) -> str:
        return " " if self.where.endswith((" body", " answer")) else "."


@dataclass(frozen=True, slots=True)
class Clash:
    """One keyword that does not say what it said. ``before`` and ``after`` are its values, None where it is absent."""

    keyword: str
    change: str
    at: At
    before: Any
    after: Any
    name: str = ""  # of the member it is about
