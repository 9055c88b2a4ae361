"""What every property needs: streams, records with fingerprints, and a place for what does not hold."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from specmill.contract.fingerprints import Fingerprint
from specmill.contract.marks import TOO_MANY
from specmill.contract.properties.material import Material
from specmill.contract.session import StreamSession
from specmill.contract.stored import Places
from specmill.contract.streams import WHOLE, Ground, OpenStream, Plan
from specmill.contract.texts import Text
from specmill.contract.values import Event, Finding

T = TypeVar("T")
CHECK = "stream"
SHOWN = 160
FEW = 12  # reports that are named one by one
TRIES = 12  # at a stream that is answered by 429
ALL_TOO_MANY = "every stream was answered by 429"
REFUSED, LIMITED, ACCEPTED, NO_JSON = "refused", "limited", "accepted", "no JSON"


@dataclass(frozen=True, slots=True)
class Proof:
    """A finding, with what was sent in which chunks and all that went over the wire."""

    finding: Finding
    chunks: tuple[bytes, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(slots=True)
class Outcome:
    """Of one property. It holds if it was reached and there are no failures."""

    number: int
    failures: list[Proof] = field(default_factory=list)
    observations: list[Proof] = field(default_factory=list)
    not_reached: str = ""  # and why
    takes: float = 0.0  # seconds that it would have taken, if that is why


class NotReached(Exception):
    """The property cannot be judged; the message says why."""


class TooLong(NotReached):
    """It takes more time than there is."""

    def __init__(self, takes: float) -> None:
        super().__init__(f"it takes {takes:.0f} seconds; a larger budget reaches it")
        self.takes = takes


@dataclass(slots=True)
class Bench:
    """For one property; ``seconds`` is how long it may take if it has to wait."""

    ground: Ground
    material: Material
    fingerprint: Fingerprint
    sizes: tuple[Fingerprint, ...]  # fingerprints by a size, as this server tells it
    outcome: Outcome
    seconds: float = 5.0
    elsewhere: str = ""  # the target of another place for records, where there is one
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(16))

    # --- records

    def good(self) -> tuple[bytes, str]:
        """A record that has to be accepted, and what its report is read as."""
        number = next(self.numbers)
        return self.fingerprint.record(number), f"#{self.fingerprint.key(number)}"

    def bad(self, number: int = 0) -> tuple[bytes, str]:
        if not self.material.bad:
            raise NotReached("the schema of a record refuses nothing")
        return self.material.bad[number % len(self.material.bad)], REFUSED

    def mixed(self, pattern: str) -> tuple[list[bytes], list[str]]:
        """``g`` for a good record, ``b`` for a bad one. Where nothing is refused all are good."""
        has_bad = bool(self.material.bad)
        pairs = [self.bad(place) if one == "b" and has_bad else self.good() for place, one in enumerate(pattern)]
        return [record for record, _ in pairs], [told for _, told in pairs]

    def read(self, report: Text) -> str:
        if report.faults:
            return NO_JSON
        if self.ground.is_limit(report):
            return LIMITED
        if not self.ground.accepted(report):
            return REFUSED
        key = self.fingerprint.of(report.value)
        return ACCEPTED if key is None else f"#{key}"

    def told(self, reports: Sequence[Text]) -> list[str]:
        return [self.read(report) for report in reports]

    # --- streams

    def attempt(
        self, use: Callable[[OpenStream], T], length: int | None = None, window: int | None = None
    ) -> tuple[OpenStream, T]:
        """A stream that is used and then ended, and what came of the use.

        Another, if the answer is 429 or the server found the stream too old. If that is said of all of them, it is a
        refusal like any other.
        """
        for tries in range(TRIES):
            with self.stream(length, window) as stream:
                used = use(stream)
                stream.finish()
                stream.drain()
            too_old = any(map(self.ground.is_age, stream.reports)) and tries < TRIES - 1
            if stream.status != TOO_MANY and not too_old:
                return stream, used
        raise NotReached(ALL_TOO_MANY)

    @contextlib.contextmanager
    def stream(
        self, length: int | None = None, window: int | None = None, target: str = "", places: Places | None = None
    ) -> Iterator[OpenStream]:
        ground = replace(self.ground, target=target or self.ground.target, places=places or self.ground.places)
        with OpenStream(ground, length=length, window=window) as stream:
            yield stream

    def whole(self, data: bytes, plan: Plan = WHOLE, length: int | None = None) -> OpenStream:
        """All of a stream: sent, ended, and its answer read."""
        return self.attempt(lambda stream: stream.send(data, plan), length)[0]

    @contextlib.contextmanager
    def opened(self, target: str = "", places: Places | None = None) -> Iterator[OpenStream]:
        """A stream with one record, whose report has come if it comes at all."""
        for _ in range(TRIES):
            with self.stream(target=target, places=places) as stream:
                stream.send(self.good()[0] + b"\n")
                stream.wait(1)
                if stream.status == TOO_MANY:
                    continue
                yield stream
                return
        raise NotReached(ALL_TOO_MANY)

    def session(self) -> StreamSession:
        return StreamSession(self.ground, self.fingerprint)

    # --- what comes of it

    def fails(self, sent: str, expected: str, got: str, stream: OpenStream | None = None) -> None:
        self.outcome.failures.append(self._proof(sent, expected, got, stream))

    def notes(self, sent: str, expected: str, got: str, stream: OpenStream | None = None) -> None:
        self.outcome.observations.append(self._proof(sent, expected, got, stream))

    def _proof(self, sent: str, expected: str, got: str, stream: OpenStream | None) -> Proof:
        ground = self.ground
        number = str(self.outcome.number)
        pointer = ground.operation.pointer
        finding = Finding(CHECK, ground.operation.id, "", number, sent, expected, got[: 4 * SHOWN], pointer)
        if stream is None:
            return Proof(finding)
        return Proof(finding, tuple(stream.sent), tuple(stream.dialogue.events))

    def expect(self, sent: str, stream: OpenStream, wanted: Sequence[str], end: bool = True) -> bool:
        """That exactly these reports came, and the proper end. Whether they did."""
        got = self.told(stream.reports)
        if not fits(got, wanted) or not 200 <= stream.status < 300:
            first = first_difference(got, wanted)
            told = f"{shown(got, wanted)}{self._status(stream)}"
            self.fails(sent, shown(wanted), f"{first}; {told}" if first else told, stream)
            return False
        if end and not stream.dialogue.answer.complete:
            self.fails(sent, "a proper end of the answer", _end(stream), stream)
            return False
        return True

    def expect_count(self, sent: str, stream: OpenStream, wanted: Sequence[str]) -> bool:
        """As many, and the proper end; which of them stands where is not asked."""
        as_many = len(stream.reports) == len(wanted)
        return self.expect(sent, stream, self.told(stream.reports) if as_many else wanted)

    @staticmethod
    def _status(stream: OpenStream) -> str:
        return "" if 200 <= stream.status < 300 else f", status {stream.status or 'none'}"


def _end(stream: OpenStream) -> str:
    how = {"cut": "it breaks off", "reset": "the connection was reset", "silent": "nothing more comes"}
    faults = "; ".join(stream.dialogue.answer.faults)
    return how.get(stream.dialogue.how(), stream.dialogue.how()) + (f" ({faults})" if faults else "")


def fits(got: Sequence[str], wanted: Sequence[str]) -> bool:
    """A record that was one too many says nothing about anything else."""
    return len(got) == len(wanted) and all(a in (b, LIMITED) for a, b in zip(got, wanted, strict=True))


def first_difference(got: Sequence[str], wanted: Sequence[str]) -> str:
    """In words: which report is the first that is not the one it should be."""
    for number, (one, other) in enumerate(itertools.zip_longest(got, wanted), 1):
        if one != other and one != LIMITED:
            return f"report {number} is {_in_words(one, wanted)}, in place of {_in_words(other, wanted)}"
    return ""


def _in_words(told: str | None, wanted: Sequence[str]) -> str:
    """A record is called by its place in what was sent."""
    if told is None:
        return "none"
    if not told.startswith("#"):
        return {REFUSED: "a refusal", ACCEPTED: "that of another record"}.get(told, told)
    return f"that of record {wanted.index(told) + 1}" if told in wanted else "that of a record that was not sent here"


def shown(told: Sequence[str], wanted: Sequence[str] = ()) -> str:
    """How many reports, and what each is, if they are few: a record that is accepted by its number among those sent."""
    if not told:
        return "no report"
    known = {one: number for number, one in reversed([*enumerate(wanted or told, 1)])}
    words = [f"of {known[one]}" if one.startswith("#") and one in known else _plainly(one) for one in told]
    counted = [(one, len(list(group))) for one, group in itertools.groupby(words)]
    text = ", ".join(one if count == 1 else f"{count} x {one}" for one, count in counted)
    return f"{len(told)} reports{f': {text}' if len(counted) <= FEW else ''}"


def _plainly(one: str) -> str:
    return "of another" if one.startswith("#") else one


def joined(records: Sequence[bytes], separator: bytes = b"\n") -> bytes:
    return separator.join((*records, b""))
