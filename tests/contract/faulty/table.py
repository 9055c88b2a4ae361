"""What a variant and a temperament are, and how a server is given one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from tests.contract.faulty.honest import Kafka
from tests.contract.faulty.known import IDLE
from tests.contract.faulty.listener import listening

GROUPS = ("shape", "must-reject", "must-accept", "protocol", "meaning", "stream")
S = TypeVar("S")
Change = Callable[..., Any]  # takes the honest method and then what that takes


@dataclass(frozen=True)
class Temperament:
    """One way in which a server may be honest: some of its methods, each with what takes its place."""

    name: str
    what: str
    changes: tuple[tuple[str, Change], ...]


@dataclass(frozen=True)
class Variant:
    """One fault: of the method ``at``, which ``fault`` takes the place of."""

    name: str
    group: str
    what: str  # is wrong
    check: str  # the rule that is broken: a keyword and its place, a status, or the number of a stream property
    at: str
    fault: Change
    temper: Temperament | None = None  # of the server with the fault, where only such a one can have it

    @property
    def changes(self) -> tuple[tuple[str, Change], ...]:
        return (*(self.temper.changes if self.temper else ()), (self.at, self.fault))


@dataclass(frozen=True)
class Server:
    """One that is running."""

    url: str
    kafka: Kafka
    failures: list[Exception]  # what went wrong in its own code
    settle: Callable[[], None]  # waits until it has seen that connections were closed


def changed(site: S, subject: Variant | Temperament | None) -> S:
    for at, change in subject.changes if subject else ():
        setattr(site, at, partial(change, getattr(site, at)))
    return site


@contextlib.contextmanager
def running(subject: Variant | Temperament | None = None, idle: float = IDLE) -> Iterator[Server]:
    """The honest server, or it with a temperament or a fault, for as long as the block runs."""
    kafka = changed(Kafka(), subject)
    with listening(kafka, idle) as listener:
        yield Server(listener.url, kafka, listener.failures, listener.settle)
