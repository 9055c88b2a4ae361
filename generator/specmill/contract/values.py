"""The values that travel through a run: calls, cases, what came of them. All are frozen; none does any work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from specmill.contract.broken import Fault
from specmill.values import JSON

Wanted = Literal["accepted", "refused", "either", "any"]  # either: to refuse it is worth a note
ITEM = re.compile("/[0-9]+(?=/|$)")
Side = Literal["client", "server"]
Kind = Literal["failure", "observation", "document"]
Fields = tuple[tuple[str, str], ...]


class Event(NamedTuple):
    """Something that happened on the wire."""

    at: float  # seconds since the dialogue began
    side: Side
    what: Literal["opened", "data", "end", "reset"]
    data: bytes = b""
    connection: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it goes over the wire, without what every request has."""

    method: str
    target: str
    fields: Fields = ()
    body: bytes | None = None
    cuts: tuple[int, ...] = ()  # where its head ends a packet, from its beginning or its end

    def field(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    fields: Fields
    body: bytes
    faults: tuple[str, ...] = ()  # against HTTP itself

    def field(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)

    @property
    def media_type(self) -> str:
        return (self.field("Content-Type") or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Case:
    """One thing tried."""

    operation: str
    about: str  # in words: "the example 'simple'", "enum at /value/type: 'json' is none of its members"
    call: Call
    wanted: Wanted
    part: str = "body"  # what of the request it is about: "body", "query limit", "security basic", "method"
    fault: Fault | None = None  # what is wrong with it, if it has to be refused, or what it is that is right
    pointer: str = ""  # of what it is about, in the document
    values: Mapping[str, JSON] = field(default_factory=dict)  # by part: of the body and the parameters

    @property
    def place(self) -> str:
        """What it is about: a pointer in the body, or a part and what is in it."""
        if self.fault is None:
            return self.part
        return self.fault.pointer if self.part == "body" else self.part + Fault(self.fault.path[1:], "", "").pointer


@dataclass(frozen=True, slots=True)
class Finding:
    """What did not hold, or what was noticed. Two with one ``key`` are one fault."""

    check: str
    operation: str
    place: str  # pointer in what was sent or came, or the name of a parameter or header
    keyword: str  # or the number of a stream property
    sent: str
    expected: str
    got: str
    pointer: str = ""  # in the document
    case: Case | None = None
    answer: Answer | None = None
    records: tuple[bytes, ...] = ()  # of a stream, as few as show it
    chunks: tuple[bytes, ...] = ()  # in which they were sent
    events: tuple[Event, ...] = ()  # both directions on one clock
    kind: Kind = "failure"
    also: tuple[str, ...] = ()  # what does not hold because of it

    @property
    def key(self) -> tuple[str, ...]:
        """The items of a list are one place."""
        return (self.check, self.operation, ITEM.sub("/-", self.place), self.keyword, self.kind)

    def __str__(self) -> str:
        where = f"{self.keyword} at {self.place or '/'}" if self.keyword else self.place
        if " " in self.keyword and not self.place:
            where = self.keyword  # that speaks of all of it: nothing is refused
        also = f"; also: {', '.join(self.also)}" if self.also else ""
        said = f"sent {self.sent}; expected {self.expected}; got {self.got}{also}"
        return ": ".join(part for part in (self.operation, self.check, where, said) if part)


@dataclass(frozen=True, slots=True)
class Result:
    """All of a run."""

    findings: tuple[Finding, ...] = ()
    cases: int = 0
    seconds: float = 0.0
    seed: int = 0
    proved_nothing: str = ""  # and why
    left_out: tuple[str, ...] = ()  # for want of time

    @property
    def failures(self) -> tuple[Finding, ...]:
        return self._of("failure")

    @property
    def observations(self) -> tuple[Finding, ...]:
        return self._of("observation")

    @property
    def of_the_document(self) -> tuple[Finding, ...]:
        return self._of("document")

    @property
    def code(self) -> int:
        """What the command exits with: a run that proves nothing is not a pass, and what failed has failed anyway."""
        return 1 if self.failures else 2 if self.proved_nothing else 0

    def _of(self, kind: Kind) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.kind == kind)
