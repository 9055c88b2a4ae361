"""All that is tried on one operation whose records go up while its reports come down."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from specmill.contract.causes import NOTHING_ECHOED
from specmill.contract.coverage import Cell
from specmill.contract.fingerprints import PERIOD, SAMPLES, Fingerprint, seen
from specmill.contract.machine import conversations
from specmill.contract.marks import TOO_MANY
from specmill.contract.paths import Free, misnamed
from specmill.contract.places import Place, encoded
from specmill.contract.properties import PROPERTIES, Outcome, Property, material_of, tried
from specmill.contract.properties.bench import Bench, NotReached
from specmill.contract.properties.timing import lives_beside
from specmill.contract.record_tests import Records
from specmill.contract.session import StreamSession
from specmill.contract.shards import CONVERSATIONS, NAMES, PROPERTY, RECORDS, TEXTS
from specmill.contract.single import Single
from specmill.contract.store import Stored
from specmill.contract.stored import Places
from specmill.contract.streams import Ground, OpenStream
from specmill.contract.texts import Text
from specmill.contract.validator import Validator
from specmill.contract.values import Finding
from specmill.values import JSON

if TYPE_CHECKING:
    from specmill.contract.run import Run

TRIES = 12
BY_NUMBER = {one.number: one for one in PROPERTIES}
SILENCE = 14
SOME = 3  # bad records
OF_BROKEN = 2.0  # seconds for the records of a stream that does not hold what it has to
HASTY = 0.15  # seconds
MORE = 4  # times the patience, before one believes that something does not hold


class StreamTests:
    def __init__(self, run: Run, single: Single, ground: Ground, elsewhere: str, free: Free | None = None) -> None:
        self.run = run
        self.single = single
        self.places = Places()  # of all records of this run
        self.ground = replace(ground, places=self.places)
        self._elsewhere = elsewhere
        self._free = free
        self._records: Records | None = None
        self._prompt = True  # whether a report has come before the end so far
        self._plain = True  # whether a plain record is accepted
        self._open = contextlib.ExitStack()
        self._silent: tuple[Bench, OpenStream] | None = None  # a stream on which nothing is said meanwhile
        self._broken: list[Finding] = []  # properties that do not hold
        record, marks = ground.stream.record, ground.marks
        components = {"schemas": run.schemas.components}
        validator = Validator(marks.accepts if marks.accepts is not None else record, components)
        self.material = run.prepared.material(
            single.operation.id, lambda: material_of(record, marks, run.schemas, run.makers, validator)
        )

    @property
    def name(self) -> str:
        return self.ground.operation.id

    def _has(self, one: Property) -> bool:
        return self.run.has(self.name, PROPERTY, one.number)

    # --- records

    def records(self) -> Records | None:
        """None, if no report tells which record it is about."""
        if self._records is None and self.echoed:
            run, single = self.run, self.single
            one, other = (StreamSession(self.ground, self.echoed[0]) for _ in range(2))
            self._records = Records(
                single.operation,
                single,
                run.judge,
                run.coverage,
                one,
                other,
                run.makers,
                run.tally,
                self._sized(),
                run.until,
            )
        return self._records

    def _sized(self) -> tuple[Place, ...]:
        """Where any text may stand, one of each place; those whose size is told first."""
        found: dict[str, Place] = {}
        for place in self.material.texts:
            found.setdefault(place.pointer, place)
        return tuple(found.values())[:SOME]

    @cached_property
    def echoed(self) -> tuple[Fingerprint, ...]:
        """What of a record this server tells in its report."""
        return seen(self.ground, list(self.material.fingerprints))

    def sound(self) -> Iterator[Finding]:
        """Whether one can rely on the stream: if not, what it says of many records at once means little.

        Where not even a plain record is accepted that is for others to say, and the properties are not reached.
        """
        self._plain = self._plain_is_accepted()
        if self._plain and not self.echoed:
            yield from self._nothing_echoed()
        if self._plain:
            self._settle()
            self.run.watch(f"{self.ground.operation.id}: the properties of its stream")
            yield from self._properties(tuple(one for one in PROPERTIES if not one.waits and self._has(one)))
            self._leave_one_silent()
        if self._plain and self.echoed and self._free is not None and self.run.has(self.name, NAMES):
            yield from misnamed(self.ground, self._free, self.echoed[0])

    def _leave_one_silent(self) -> None:
        """Beside all that follows, so that it costs no time; a server that has no stream left for it says so by 429."""
        if self._broken or not self.echoed or not self._has(BY_NUMBER[SILENCE]):
            return
        bench = self._bench(BY_NUMBER[SILENCE])
        with contextlib.suppress(NotReached):
            self._silent = bench, self._open.enter_context(bench.opened())

    def _silent_one(self) -> Iterator[Finding]:
        """What has become of it."""
        if self._silent is None or self._broken:
            self._open.close()
            return
        bench, stream = self._silent
        with self._open:
            lives_beside(bench, stream)
        for proof in bench.outcome.failures[:1]:
            found = replace(proof.finding, place=BY_NUMBER[SILENCE].name, chunks=proof.chunks, events=proof.events)
            self._broken.append(found)
            yield found

    def _bench(self, one: Property) -> Bench:
        sizes = tuple(fingerprint for fingerprint in self.echoed if fingerprint.period == PERIOD)
        return Bench(self.ground, self.material, self.echoed[0], sizes, Outcome(one.number))

    def _nothing_echoed(self) -> Iterator[Finding]:
        """A server whose reports of different records are all alike keeps no promise to say what was stored."""
        told = [list(self._differences(one)) for one in self.material.fingerprints]
        if any(told) and not any(map(any, told)):
            of, marks = self.ground.operation.id, self.ground.marks
            names = ", ".join(one.name for one in self.material.fingerprints)
            got = "reports that are alike"
            nothing = Finding(
                "echo", of, "", NOTHING_ECHOED, f"records that differ in {names}", "to be told apart", got
            )
            yield replace(nothing, pointer=marks.pointer)

    def _differences(self, fingerprint: Fingerprint) -> Iterator[bool]:
        """Whether the reports of two accepted records differ as the records do; nothing, if one is not accepted."""
        reports = [self._reports(fingerprint.record(number)) for number in SAMPLES]
        if all(len(some) == 1 and self.ground.accepted(some[0]) for some in reports):
            one, other = (fingerprint.of(some[0].value) for some in reports)
            yield one is not None and other is not None and other - one == SAMPLES[1] - SAMPLES[0]

    def _settle(self) -> None:
        """Takes from the material what this server accepts with something harmless in it."""
        material = self.material
        texts = tuple(one for one in material.texts if self._is_accepted(one.record("x")))
        anythings = tuple(one for one in material.anythings if self._is_accepted(one.record(1)))
        bad = tuple(one for one in material.bad if self._is_refused(one))[:SOME]
        self.material = replace(material, full=tuple(self._full()), texts=texts, anythings=anythings, bad=bad)

    def _full(self) -> Iterator[JSON]:
        """Records that have among them every member that can be had."""
        had: set[str] = set()
        for record in self.material.full:
            members = (
                {name for name, value in record.items() if value is not None} if isinstance(record, dict) else set()
            )
            if not members <= had and self._is_accepted(encoded(record)):
                had |= members
                yield record

    def _plain_is_accepted(self) -> bool:
        return self._is_accepted(encoded(self.material.plain))

    def _is_refused(self, record: bytes) -> bool:
        return not any(map(self.ground.accepted, self._reports(record)))

    def _is_accepted(self, record: bytes) -> bool:
        """Or nothing is said of it, which is no refusal."""
        reports = self._reports(record)
        return not reports or any(map(self.ground.accepted, reports))

    def _reports(self, record: bytes) -> list[Text]:
        for _ in range(TRIES):
            with OpenStream(self.ground) as stream:
                stream.send(record + b"\n")
                self._prompt = self._prompt and stream.wait(1)  # some report only when the body has ended
                stream.finish()
                stream.drain()
            if stream.status != TOO_MANY and not any(map(self.ground.is_limit, stream.reports)):
                return stream.reports
        return []

    def positive(self) -> Iterator[Finding]:
        records = self.records()
        if records is None:
            yield from self.single.positive()
            return
        if self._broken:
            records.until = min(records.until, monotonic() + OF_BROKEN)
        yield from (one for one in records.positive() if not self._broken or one.check != "accepts")
        yield from self._broken_off(records)

    def negative(self, data: bytes) -> Iterator[Finding]:
        records = self.records()
        if records is None:
            yield from self.single.negative(data)
            return
        yield from records.negative(data)
        yield from self._broken_off(records)

    def _broken_off(self, records: Records) -> Iterator[Finding]:
        """By which record, if it is one."""
        found = () if self._broken else tuple(records.broken_off())
        yield from (found and tuple(self._without_report(records))) or found

    def _without_report(self, records: Records) -> Iterator[Finding]:
        yield from records.without_report(StreamSession(self._patient(), self.echoed[0]))

    def all(self) -> Iterator[Finding]:
        records = self.records()
        name, kinds = self.name, self.run.share.kinds(self.name)
        if records is not None and not self._broken and kinds & {TEXTS, RECORDS}:
            yield from self.run.stage(f"{name}: records that are drawn", self._drawn(records))
        if not self._plain:
            return
        if not self._broken and self.material.fingerprints and CONVERSATIONS in kinds:
            efforts = self.run.efforts(name, CONVERSATIONS, self.run.amounts.conversations)
            yield from self.run.stage(f"{name}: conversations with its stream", conversations(self, efforts))
        yield from self._silent_one()
        self.run.watch(f"{name}: the properties of its stream that take a while")
        yield from self._properties(tuple(one for one in PROPERTIES if one.waits and self._has(one)))
        yield from self._places_of_all()

    def _places_of_all(self) -> Iterator[Finding]:
        """Where all the records of this run were stored, if the reports can be told apart at all."""
        if self.places.wrong is None or self._broken or not self.echoed:
            return
        expected, got = self.places.wrong
        stream: OpenStream = self.places.stream
        found = Finding("stream", self.ground.operation.id, "sequence", "13", "records of all streams", expected, got)
        chunks, events = tuple(stream.sent), tuple(stream.dialogue.events)
        yield replace(found, pointer=self.ground.marks.pointer, chunks=chunks, events=events)

    def _drawn(self, records: Records) -> Iterator[Finding]:
        if self.run.has(self.name, TEXTS):
            yield from records.below()
        yield from records.drawn(self.run.efforts(self.name, RECORDS, self.run.amounts.records))
        yield from self._without_report(records)

    # --- properties

    def _properties(self, some: tuple[Property, ...]) -> Iterator[Finding]:
        waits = self.run.waits
        for one in some:
            if self.run.is_late:
                self.run.leave_out(f"property {one.number} of its stream, {one.name}")
                self.run.coverage.unreachable(self._cell(one), "there was no time left")
                continue
            (outcome,) = self._tried(self.ground if not self._broken else self._hasty(), one, waits)
            if outcome.failures and not self._broken:
                (outcome,) = self._tried(self._patient(), one, waits)
            yield from self.told(one, outcome)

    def _hasty(self) -> Ground:
        """What does not hold behind something that does not is worth no wait."""
        return replace(self.ground, patience=min(self.ground.patience, HASTY))

    def _patient(self) -> Ground:
        """With more patience, but no more than a silent stream stays open: its end would be taken for an answer."""
        idle = self.ground.marks.idle
        more = MORE * self.ground.patience
        return replace(self.ground, patience=more if idle is None else min(more, 0.8 * idle))

    def _tried(self, ground: Ground, one: Property, waits: float) -> Iterator[Outcome]:
        return tried(
            ground, self.material, seconds=waits, elsewhere=self._elsewhere, properties=(one,), echoed=self.echoed
        )

    def _cell(self, one: Property) -> Cell:
        return self.run.stream_cell(self.ground.operation.id, one.number, one.name)

    def told(self, one: Property, outcome: Outcome) -> Iterator[Finding]:
        cell = self._cell(one)
        self.run.tally.cases += 1
        if outcome.not_reached:
            self.run.coverage.unreachable(cell, outcome.not_reached)
            if outcome.takes:
                yield self._untried(one, outcome.takes)
            return
        self.run.coverage.met(cell)
        for proof in outcome.failures[:1]:
            found = replace(proof.finding, place=one.name, chunks=proof.chunks, events=proof.events)
            self._broken.append(found)
            yield found
        for proof in outcome.observations:
            yield replace(proof.finding, place=one.name, kind="observation", events=proof.events)

    def _untried(self, one: Property, takes: float) -> Finding:
        """A run that did not take the time says so, and how it is given some."""
        idle = self.ground.marks.idle or takes
        how = f"--budget {2 * takes:.0f}s gives it the time, and --idle N says that this server's is shorter"
        expected = (
            f"to see what comes of silence, which may last {idle:g} seconds" if one.number == SILENCE else one.does
        )
        got = f"it was not tried, since it takes {takes:.0f} seconds: {how}"
        found = Finding("stream", self.ground.operation.id, one.name, str(one.number), "nothing", expected, got)
        return replace(found, pointer=self.ground.marks.pointer, kind="observation")

    def property(self, number: int) -> Iterator[Finding]:
        """One of them again, as a stored failure wants it."""
        yield from self._properties(tuple(one for one in PROPERTIES if one.number == number))

    def again(self, stored: Stored) -> Iterator[Finding]:
        """The records of a stored failure."""
        records = self.records()
        if records is not None:
            yield from records.again(stored.records, stored.check, stored.place, stored.keyword)
