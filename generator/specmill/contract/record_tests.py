"""The records of a stream: all that its schema allows and forbids, many down one connection, one verdict each."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from specmill.contract.below import doubtful, no_json
from specmill.contract.broken import Fault
from specmill.contract.choices import Choices
from specmill.contract.coverage import Cell, Coverage, pointer
from specmill.contract.explore import Effort, explored_together
from specmill.contract.folded import MOSTLY, folded, guilty
from specmill.contract.judge import NOT_THERE, Judge
from specmill.contract.meaning import meaning, names_a_place, verdict_is_known
from specmill.contract.places import Place, encoded
from specmill.contract.proved import Tally
from specmill.contract.reduce import reduced, telling_place
from specmill.contract.session import StreamCase, StreamSession, Verdict
from specmill.contract.single import Holds, Single
from specmill.contract.streams import OpenStream
from specmill.contract.texts import Text
from specmill.contract.valid import Makers
from specmill.contract.values import Case, Finding, Wanted
from specmill.contract.wire import LAST_CHUNK, chunk_of
from specmill.document.pointers import split as split_pointer
from specmill.values import JSON, Content, Operation

SHOWN = 160
MOST_UNREPORTED = 12  # cases; a server that leaves so many without a report is not asked for more
MANY_BROKEN = 2  # streams; one may have broken off for reasons of its own
MOST_SILENCES = 3  # behind so many nothing is drawn that a server need not accept
LARGE = 30_000  # bytes; a smaller record is too large for nobody
TOO_LARGE = 413
TEXTS = {
    "a text with a NUL": "a\0b",
    "a text with control characters": "\x01\x08\x1b\x1f\x7f\x80",
    "lines that end in CR LF, CR and LF": "a\r\nb\rc\nd",
    "a letter and its accent, each a character": "e\u0301",
    "a sign that has a plainer form": "\u212b\u2126\ufb01",
    "white space at both ends": " \u00a0a\t ",
    "characters that nobody sees": "\ufeffa\u200b\u200d\u202e",
    "no characters of Unicode": "\ufffe\uffff\U0010ffff",
    "300 letters": "\u00e9" * 300,
    "40000 letters": "y" * 40_000,
    "25000 letters outside of ASCII": "\u20ac" * 25_000,
}
AT_ONCE = 24  # records of one drawing
OF_NOTHING = ("none", "ended", "silent")  # how a case goes that has no report


@dataclass(frozen=True, slots=True)
class RecordCase(StreamCase):
    value: JSON = None
    holds: Holds | None = None  # of other records: whether they have what this one is about
    drawn: bytes = b""


@dataclass(slots=True)
class Records:
    """Of one operation."""

    operation: Operation
    single: Single
    judge: Judge
    coverage: Coverage
    session: StreamSession
    alone: StreamSession  # for what is tried in between
    makers: Makers
    tally: Tally
    texts: tuple[Place, ...] = ()  # where any text may stand
    until: float = float("inf")  # on the monotonic clock: a stream that is broken is not worth more
    unreported: list[tuple[RecordCase, Finding]] = field(default_factory=list)
    _silences: int = 0  # cases at which the server fell silent, such as one for a partition that it waits for
    _refused: list[Holds] = field(default_factory=list)
    _known: set[tuple[str, ...]] = field(default_factory=set)

    @property
    def content(self) -> Content:
        assert self.operation.body is not None
        return self.operation.body.contents[0]

    # --- what is sent

    def positive(self) -> Iterator[Finding]:
        some = [
            self._valid(feature.fault, feature.value, feature.holds)
            for feature in self.single.cases.of_body(self.content)
        ]
        some += [
            self._valid(None, value) for _, _, value, _ in self.single.cases.given_examples() if self._allows(value)
        ]
        some += [self._valid(None, value) for _, value in self.single.cases.pairs_of(self.content)]
        some += self._of_texts()
        yield from self._without_repeats(folded(self._blamed(some), len(some)))

    def _of_texts(self) -> Iterator[RecordCase]:
        """Texts that are stored otherwise by whoever is careless, where any text may stand."""
        for place in self.texts:
            for about, text in TEXTS.items():
                fault = Fault(tuple(split_pointer(place.pointer)), "type", about)
                yield self._valid(fault, json.loads(place.record(text)))

    def _blamed(self, some: list[RecordCase]) -> list[Finding]:
        """Of what is not accepted those that explain the others."""
        found: list[Finding] = []
        refused: dict[int, Finding] = {}
        judged: set[int] = set()
        for case, finding in self._verdicts(some):
            judged.add(id(case))
            if finding is not None and finding.check == "accepts":
                refused[id(case)] = finding
            elif finding is not None:
                found.append(finding)
        wanted = [case for case in some if case.wanted == "accepted" and id(case) in judged]
        failed = [id(case) in refused for case in wanted]
        if sum(failed) >= MOSTLY * len(some):
            return [*found, *refused.values()]
        for number in guilty([case.value for case in wanted], failed, [case.holds for case in wanted]):
            case = wanted[number]
            self._refuse(case)
            finding = refused[id(case)]
            found.append(self._least(case, finding) if finding.keyword == "" else finding)
        return found

    def negative(self, data: bytes) -> Iterator[Finding]:
        some = [
            RecordCase(str(fault), (encoded(value),), "refused", fault, value=value)
            for fault, value in self.single.cases.broken(self.content, data)
        ]
        yield from self._folded(some)

    def below(self) -> Iterator[Finding]:
        cases = self.single.cases
        holes = cases.holes(self.content)
        some = [self._text(about, raw, "refused") for about, raw in no_json(cases.plain().body, holes)]
        some += [self._text(about, raw, "any") for about, raw in doubtful(holes)]
        yield from self._folded(some)

    def drawn(self, efforts: Iterable[Effort]) -> Iterator[Finding]:
        """Valid and broken records that Hypothesis draws, some at a time."""
        for effort in efforts:
            yield from explored_together(self._together, effort, AT_ONCE)

    def without_report(self, session: StreamSession) -> Iterator[Finding]:
        """Of the records that had none the first that has none again; what the properties find explains it better."""
        for case, finding in self.unreported[:MOST_UNREPORTED]:
            if any(one.how in OF_NOTHING and not one.reports for one in session.judge([case])):
                yield finding
                return

    def broken_off(self) -> Iterator[Finding]:
        """Streams that end in their middle, of whatever record; one that ends them by itself is told better."""
        broken = self.session.broken_off
        if len(broken) < MANY_BROKEN:
            return
        stream = broken[0]
        got = f"it breaks off behind {len(stream.reports)} reports, and {len(broken) - 1} others break off too"
        sent, expected = "many good and bad records in one stream", "a report of each, and a proper end of the answer"
        found = Finding("stream", self.operation.id, "count", "2", sent, expected, got, self.content.pointer)
        yield replace(found, events=tuple(stream.dialogue.events))

    def again(self, records: tuple[bytes, ...], check: str, place: str, keyword: str) -> Iterator[Finding]:
        """Those of a stored failure, judged as what they were sent for."""
        wanted: Wanted = (
            "refused" if check == "refuses" else "accepted" if check in ("accepts", "echo", "sizes") else "any"
        )
        fault = Fault(tuple(split_pointer(place)), keyword, "as it was stored") if wanted != "any" else None
        for record in records:
            case = RecordCase(record.decode("utf-8", "replace")[:SHOWN], (record,), wanted, fault, value=_read(record))
            yield from self.judged([case])

    def _valid(self, fault: Fault | None, value: JSON, holds: Holds | None = None) -> RecordCase:
        about = _short(value) + (f" ({fault})" if fault is not None else "")
        return RecordCase(about, (encoded(value),), self.single.cases.wanted(value), fault, value=value, holds=holds)

    def _text(self, about: str, raw: bytes, wanted: Wanted) -> RecordCase:
        return RecordCase(about, (raw,), wanted, Fault((), "json", about), ends=True)

    def _allows(self, value: JSON) -> bool:
        return self.judge.validator(self.content.schema, self.content.pointer).allows(value)

    # --- what comes of it

    def _folded(self, some: list[RecordCase]) -> Iterator[Finding]:
        places = [case.fault.pointer for case in some if case.wanted == "refused" and case.fault is not None]
        yield from self._without_repeats(folded(self.judged(some), len(some), places))

    def _without_repeats(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        for finding in findings:
            if finding.key not in self._known:
                self._known.add(finding.key)
                yield self.by_itself(finding)

    def by_itself(self, finding: Finding) -> Finding:
        """With the record sent once more, alone, so that one sees all that went over the wire for it."""
        if not finding.records:
            return finding
        with OpenStream(self.session.ground) as stream:
            for record in finding.records:
                stream.send(record + b"\n")
            stream.finish()
            stream.drain()
        call = self.session.ground.call(b"".join(map(chunk_of, stream.sent)) + LAST_CHUNK)
        case = Case(self.operation.id, finding.sent, call, "any", pointer=finding.pointer)
        return replace(finding, case=case, chunks=tuple(stream.sent), events=tuple(stream.dialogue.events))

    def judged(self, some: Iterable[RecordCase]) -> Iterator[Finding]:
        for case, finding in self._verdicts(some):
            if finding is None or (finding.check == "accepts" and self._is_explained(case)):
                continue
            if finding.check == "accepts":
                self._refuse(case)
            yield self._least(case, finding) if finding.check == "accepts" and finding.keyword == "" else finding

    def _verdicts(self, some: Iterable[RecordCase]) -> Iterator[tuple[RecordCase, Finding | None]]:
        """Every case with each thing that is wrong with it, or with nothing."""
        for verdict in self.session.judge(some):
            if monotonic() > self.until:
                return
            self.tally.cases += 1
            case = verdict.case
            assert isinstance(case, RecordCase)
            found = list(self._of(case, verdict))
            if not found:
                yield case, None
            yield from ((case, finding) for finding in found)
            if len(self.unreported) > MOST_UNREPORTED:
                return

    def _refuse(self, case: RecordCase) -> None:
        if case.holds is not None:
            self._refused.append(case.holds)
            self.single.refused.append(("body", case.holds))

    def _together(self, data: tuple[bytes, ...]) -> Finding | None:
        some = [self.case_of(one) for one in data]
        wanted = [case for case in some if case is not None and not self._is_explained(case)]
        for finding in self.judged(wanted):
            if finding.kind == "failure" and finding.key not in self._known:
                self._known.add(finding.key)
                return finding
        return None

    def case_of(self, data: bytes) -> RecordCase | None:
        choices = Choices(data)
        accepts = self.judge.marks(self.operation).accepts
        doubtful = choices.chance(4) and self._silences < MOST_SILENCES
        schema: Any = accepts if accepts is not None and not doubtful else self.content.schema
        value = self.makers.of(schema)(choices, 0)
        return self._valid(None, value) if self._allows(value) else None

    def _is_explained(self, case: RecordCase) -> bool:
        return any(holds(case.value) for holds in self._refused)

    def _of(self, case: RecordCase, verdict: Verdict) -> Iterator[Finding]:
        def finding(check: str, place: str, keyword: str, expected: str, got: str, pointer: str = "") -> Finding:
            where = pointer or self.content.pointer
            of = self.operation.id
            found = Finding(check, of, place, keyword, case.about, expected, got[: 3 * SHOWN], where)
            return replace(found, records=case.records)

        if verdict.how == "limited":
            return
        if verdict.how in OF_NOTHING and not verdict.reports:
            self._silences += verdict.how == "silent"
            owes = case.wanted in ("refused", "any") and verdict.how != "silent"
            if case.wanted == "accepted" or (owes):
                what = "the stream ended" if verdict.how == "ended" else "no report"
                self.unreported.append((case, finding("stream", "count", "2", "a report of its own", what)))
            return
        found = list(self._verdict(case, verdict, finding))
        if not any(one.check == "refuses" for one in found):
            yield from self._shape(case, verdict, finding)
        yield from found

    def _shape(self, case: RecordCase, verdict: Verdict, finding: Any) -> Iterator[Finding]:
        response = next((one for one in self.operation.responses if one.status.startswith("2")), None)
        if verdict.how == "answered" or response is None or not response.contents:
            return
        content = response.contents[0]
        for report in verdict.reports:
            yield from self.judge.report(content, report, finding)
            if not report.faults:
                self.coverage.value(self.operation.id, f"answer {response.status}", report.value, "seen")

    def _verdict(self, case: RecordCase, verdict: Verdict, finding: Any) -> Iterator[Finding]:
        stream, marks = self.session.ground.stream, self.judge.marks(self.operation)
        codes = [self.session.ground.verdict(report) for report in verdict.reports]
        accepted = bool(codes) and all(code in stream.accepted for code in codes)
        fault, got = case.fault, _raw(verdict.reports)
        place, keyword = (fault.pointer, fault.keyword) if fault is not None else ("body", "")
        member = f"/{stream.verdict}"
        if any(500 in _classes(code, marks) for code in codes):
            yield finding("server error", place, keyword, "a verdict that is not the server's fault", got)
        elif not all(verdict_is_known(code, stream, marks) for code in codes):
            yield finding("codes", member, "", "success or an error", got, marks.pointer)
        elif case.wanted == "refused" and any(code in stream.accepted for code in codes):
            if names_a_place(verdict.reports[0].value, marks):
                yield finding("refuses", place, keyword, "to be refused", got)
            else:
                yield finding("codes", member, "", "the verdict of a record that was refused", got, marks.pointer)
        elif case.wanted in ("accepted", "either") and not accepted:
            told = [marks.statuses(code) for code in codes if isinstance(code, int)]
            if all(NOT_THERE in one for one in told):
                return
            if len(case.data) > LARGE and all(TOO_LARGE in one for one in told):
                return  # nobody says what is too large
            check = "accepts" if case.wanted == "accepted" else "may refuse"
            found = finding(check, place, keyword, "to be accepted", got)
            yield found if case.wanted == "accepted" else replace(found, kind="observation")
        else:
            yield from self._met(case, verdict, finding, accepted)

    def _met(self, case: RecordCase, verdict: Verdict, finding: Any, accepted: bool) -> Iterator[Finding]:
        of, marks = self.operation.id, self.judge.marks(self.operation)
        if case.wanted == "refused" and case.fault is not None:
            self.coverage.met(Cell(of, "body", pointer(case.fault.path), case.fault.keyword, "violated"))
        if not accepted or len(verdict.reports) != 1:
            return
        self.tally.accepted += 1
        self.tally.by_operation[of] = self.tally.by_operation.get(of, 0) + 1
        if case.wanted == "accepted":
            self.coverage.value(of, "body", case.value, "satisfied")
        if case.wanted in ("accepted", "either"):  # what is taken need not have been taken, but then it is told right
            given = dict(self.session.ground.given)
            for wrong in meaning(case.value, verdict.reports[0].value, marks, given):
                yield finding(wrong.check, wrong.place, "", wrong.expected, wrong.got, marks.pointer)

    # --- the least record that shows it

    def _least(self, case: RecordCase, finding: Finding) -> Finding:
        """What a drawn record is refused for: with as little else as can be."""

        def fails(value: JSON) -> bool:
            if not self._allows(value) or self.single.cases.wanted(value) != "accepted":
                return False
            case = self._valid(None, value)
            found = self.alone.judge([case])
            return any(one.check == "accepts" for verdict in found for one in self._of(case, verdict))

        value = reduced(case.value, fails)
        place = telling_place(value)
        return replace(finding, place=place, keyword="type", sent=_short(value), records=(encoded(value),))


def _classes(code: JSON, marks: Any) -> set[int]:
    """Of a code the hundreds of what it means in HTTP."""
    return {status // 100 * 100 for status in marks.statuses(code)} if isinstance(code, int) else set()


def _read(record: bytes) -> JSON:
    try:
        return json.loads(record)
    except ValueError:
        return None


def _raw(reports: tuple[Text, ...]) -> str:
    return " ".join(report.raw.decode("utf-8", "backslashreplace") for report in reports)


def _short(value: JSON) -> str:
    text = json.dumps(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"


def seeded(seed: int, count: int = 40) -> bytes:
    """Decisions for what is drawn without Hypothesis."""
    return random.Random(seed).randbytes(count)
