"""What stands in for one API in particular: other packages bring emulators, and specmill finds them.

A package names its own under the entry point ``specmill.emulators``; the one that knows the document is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Protocol

from specmill.errors import Place, SpecmillError
from specmill.serve.exchange import Responder
from specmill.values import Operation

GROUP = "specmill.emulators"


@dataclass(frozen=True, slots=True)
class Switch:
    """One thing in which servers differ, and what it can be set to."""

    name: str
    values: str  # for people: "immediate | first-byte", "seconds", "yes | no"
    default: str
    about: str


@dataclass(frozen=True, slots=True)
class Option:
    """One of the command line that an emulation brings; one without a metavar takes no value."""

    name: str
    metavar: str
    about: str


class Emulator(Responder, Protocol):
    def behave(self, **switches: str) -> None:
        """Sets switches, now or while it serves; SpecmillError for those that it has not."""


class Emulation(Protocol):
    """What an entry point names."""

    NAME: str
    SWITCHES: tuple[Switch, ...]
    OPTIONS: tuple[Option, ...]

    def fits(self, operations: tuple[Operation, ...]) -> bool:
        """Whether this is the document of the API that it stands in for."""
        ...

    def emulator(self, behaviour: Mapping[str, str], options: Mapping[str, Any] | None = None) -> Emulator: ...


def emulations() -> tuple[Emulation, ...]:
    return tuple(point.load() for point in sorted(entry_points(group=GROUP), key=lambda point: point.name))


def emulation_for(operations: tuple[Operation, ...], among: Iterable[Emulation] | None = None) -> Emulation | None:
    return next((one for one in (emulations() if among is None else among) if one.fits(operations)), None)


def switches(given: Iterable[str], table: tuple[Switch, ...]) -> dict[str, str]:
    """``head=first-byte`` and its like, as typed."""
    known = {switch.name for switch in table}
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if name not in known or not equals:
            raise SpecmillError(
                f"there is no behaviour {one!r}", place=Place("--behaviour"), hint=f"one of {', '.join(sorted(known))}"
            )
        found[name] = value
    return found
