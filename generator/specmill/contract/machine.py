"""Conversations with a stream that Hypothesis makes up, step by step, against a model of what has to come back.

The model is a list of what each record's report has to be read as. A conversation that goes wrong is shrunk to the
fewest steps, and so to a short list of records and the chunks that they were sent in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from specmill.contract.explore import UNCHECKED, Effort
from specmill.contract.fingerprints import PERIOD
from specmill.contract.marks import TOO_MANY
from specmill.contract.properties.bench import REFUSED, Bench, Outcome, first_difference, fits, joined, shown
from specmill.contract.streams import AIMED, SINGLE_BYTES, WHOLE, OpenStream, Plan
from specmill.contract.values import Finding

if TYPE_CHECKING:
    from specmill.contract.stream_tests import StreamTests

SEPARATORS = (b"\n", b"", b" ", b"\r\n", b"\t", b"\n\n")
PLANS = (WHOLE, SINGLE_BYTES, *AIMED)
STREAMS = 2
UNREAD = 20  # records that are sent without reading


class _Wrong(Exception):
    """Two of these at one line of the code are one failure to Hypothesis."""


@dataclass(slots=True)
class Side:
    """One stream of a conversation, and what it has to answer."""

    stream: OpenStream
    wanted: list[str] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)


def conversations(tests: StreamTests, efforts: Iterable[Effort]) -> Iterator[Finding]:
    """The one that goes wrong, if one does."""
    for effort in efforts if tests.echoed else ():
        found = list(_conversed(tests, effort))
        yield from found
        if found:
            return


def _conversed(tests: StreamTests, effort: Effort) -> Iterator[Finding]:
    echoed, until = tests.echoed, effort.until
    bench = Bench(
        tests.ground,
        tests.material,
        echoed[0],
        tuple(one for one in echoed if one.period == PERIOD),
        Outcome(0),
    )
    found: list[Finding] = []

    class OfThisServer(Conversation):
        def __init__(self) -> None:
            tests.run.tally.cases += 1
            super().__init__(bench, found, lambda: monotonic() >= until)

    run = settings(
        max_examples=max(1, effort.cases),
        stateful_step_count=tests.run.options.profile.steps,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=UNCHECKED,
        print_blob=False,
    )
    try:
        seed(effort.own_seed)(run_state_machine_as_test)(OfThisServer, settings=run)
    except (_Wrong, Flaky):
        yield from found[-1:]


class Conversation(RuleBasedStateMachine):
    """``found`` takes what goes wrong; when time is up nothing is done any more."""

    def __init__(self, bench: Bench, found: list[Finding], is_late: Callable[[], bool]) -> None:
        super().__init__()
        self._bench = bench
        self._found = found
        self._idle = is_late()  # or the server says that there are too many streams
        self._sides = [] if self._idle else [Side(OpenStream(bench.ground))]

    @rule(
        which=st.integers(0, STREAMS - 1),
        good=st.booleans(),
        number=st.integers(0, 2),
        separator=st.sampled_from(SEPARATORS),
        plan=st.sampled_from(PLANS),
    )
    def record(self, which: int, good: bool, number: int, separator: bytes, plan: Plan) -> None:
        if self._idle:
            return
        side = self._sides[which % len(self._sides)]
        has_bad = bool(self._bench.material.bad)
        data, told = self._bench.good() if good or not has_bad else self._bench.bad(number)
        side.records.append(data)
        side.wanted.append(told)
        lines = self._bench.ground.stream.framing == "json-lines"
        side.stream.send(data + (b"\n" if lines else separator), plan)

    @rule(which=st.integers(0, STREAMS - 1))
    def all_reports_come(self, which: int) -> None:
        if self._idle:
            return
        side = self._sides[which % len(self._sides)]
        side.stream.wait(len(side.wanted))
        self._compare(side, side.wanted)

    @rule(which=st.integers(0, STREAMS - 1))
    def white_space(self, which: int) -> None:
        if self._idle:
            return
        self._sides[which % len(self._sides)].stream.send(b"\r\n \n")

    @rule(which=st.integers(0, STREAMS - 1))
    def pause(self, which: int) -> None:
        if self._idle:
            return
        self._sides[which % len(self._sides)].stream.dialogue.pause(0.002)

    @rule(which=st.integers(0, STREAMS - 1))
    def unread(self, which: int) -> None:
        """Sends some without reading, and then reads again."""
        if self._idle:
            return
        side = self._sides[which % len(self._sides)]
        pairs = [self._bench.good() for _ in range(UNREAD)]
        side.stream.dialogue.deaf = True
        side.stream.send(joined([record for record, _ in pairs]))
        side.stream.dialogue.pause(0.001)
        side.stream.dialogue.deaf = False
        side.records += [record for record, _ in pairs]
        side.wanted += [told for _, told in pairs]

    @rule()
    def another_stream(self) -> None:
        if not self._idle and len(self._sides) < STREAMS:
            self._sides.append(Side(OpenStream(self._bench.ground)))

    @rule(pattern=st.text("gb", min_size=1, max_size=4))
    def of_known_length(self, pattern: str) -> None:
        if self._idle:
            return
        records, wanted = self._bench.mixed(pattern)
        data = joined(records)
        with OpenStream(self._bench.ground, length=len(data)) as stream:
            side = Side(stream, wanted, records)
            stream.send(data)
            stream.finish()
            stream.drain()
            if pattern != "b" or 200 <= stream.status < 300:
                self._compare(side, wanted, ended=True)

    @rule(which=st.integers(0, STREAMS - 1))
    def cut_short(self, which: int) -> None:
        """Ends the body inside a record, and begins another stream."""
        if self._idle:
            return
        side = self._sides[which % len(self._sides)]
        record, _ = self._bench.good()
        side.stream.send(b"\n" + record[:-1])
        side.records.append(record[:-1])
        side.stream.finish()
        side.stream.drain()
        twice = len(side.stream.reports) > len(side.wanted) + 1
        self._compare(side, [*side.wanted, *[REFUSED] * (1 + twice)], ended=True)
        self._renew(side)

    @rule(which=st.integers(0, STREAMS - 1))
    def reset(self, which: int) -> None:
        """Breaks off inside a record, and begins another stream."""
        if self._idle:
            return
        side = self._sides[which % len(self._sides)]
        record, _ = self._bench.good()
        side.stream.send(b"\n" + record[:-1])
        side.stream.dialogue.pause(0.001)
        side.stream.dialogue.reset()
        self._renew(side)

    def _renew(self, side: Side) -> None:
        side.stream.dialogue.close()
        self._sides[self._sides.index(side)] = Side(OpenStream(self._bench.ground))

    def teardown(self) -> None:
        try:
            for side in [] if self._idle else self._sides:
                side.stream.finish()
                side.stream.drain()
                self._compare(side, side.wanted, ended=True)
        finally:
            for side in self._sides:
                side.stream.dialogue.close()

    def _compare(self, side: Side, wanted: list[str], ended: bool = False) -> None:
        stream = side.stream
        got = self._bench.told(stream.reports)
        too_old = any(map(self._bench.ground.is_age, stream.reports))
        if stream.status == TOO_MANY or stream.was_silent or too_old:
            self._idle = True
        elif not fits(got, wanted):
            self._wrong(side, shown(wanted), f"{first_difference(got, wanted)}; {shown(got, wanted)}")
        elif ended and not stream.dialogue.answer.complete:
            self._wrong(side, "a proper end of the answer", f"it ends otherwise ({stream.dialogue.how()})")

    def _wrong(self, side: Side, expected: str, got: str) -> Any:
        ground = self._bench.ground
        sent = f"{len(side.records)} records in {len(side.stream.sent)} chunks"
        finding = Finding("stream", ground.operation.id, "conversation", "2", sent, expected, got)
        events = tuple(side.stream.dialogue.events)
        full = replace(
            finding,
            pointer=ground.operation.pointer,
            records=tuple(side.records),
            chunks=tuple(side.stream.sent),
            events=events,
        )
        self._found.append(full)
        raise _Wrong(str(full))
