"""The single calls of one operation: every case is sent, its answer judged, and the cells it reached are marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from time import sleep
from typing import Any

from specmill.contract.below import Below
from specmill.contract.calls import is_json
from specmill.contract.cases import PLAIN, Cases
from specmill.contract.coverage import Cell, Coverage, pointer
from specmill.contract.explore import Effort, explored
from specmill.contract.folded import MOSTLY, folded, guilty
from specmill.contract.judge import DENIED, Judge, content_for, is_accepted, response_for, told, verdicts
from specmill.contract.proved import Tally
from specmill.contract.security import Alternative, Credentials, alternatives_of
from specmill.contract.texts import split
from specmill.contract.values import Answer, Call, Case, Event, Finding, Kind
from specmill.values import Operation


@dataclass(frozen=True, slots=True)
class Spoken:
    """An answer, and all that went over the wire for it."""

    answer: Answer
    events: tuple[Event, ...] = ()


Talk = Callable[[Call], Spoken]
TRIES = 8  # for a call that was one too many
SHORTLY = 0.005  # seconds before the first of them, and each time twice as long
IN_VAIN = 3  # behind so many nobody is asked again
LET_IN = "to be let in"
SHOWN = 160  # characters of a body
SOME = 6  # broken bodies by themselves, of a stream that takes all of them anyway
Holds = Callable[[Any], bool]


class Single:
    def __init__(
        self,
        operation: Operation,
        cases: Cases,
        judge: Judge,
        coverage: Coverage,
        talk: Talk,
        tally: Tally,
        is_late: Callable[[], bool] = lambda: False,
    ) -> None:
        self.operation = operation
        self.cases = cases
        self.refused: list[tuple[str, Holds]] = []  # features that are not taken, by part
        self.way: Alternative | None = None  # by which everything but the tests of security is sent
        self._is_late = is_late
        self._judge = judge
        self._coverage = coverage
        self._talk = talk
        self._tally = tally
        self._in_vain = 0  # calls in a row that stayed too many
        self._limits: list[Finding] = []  # about answers to calls that were too many

    # --- credentials

    def security(self, schemes: Mapping[str, Any], credentials: Credentials) -> Iterator[Finding]:
        """Each alternative, right and wrong, and no credentials; the first right way in serves from then on."""
        plain = self.cases.plain()
        for alternative in alternatives_of(self.operation, schemes, credentials):
            if isinstance(alternative, str):
                yield self._untried(alternative)
                continue
            part = f"security {alternative.name}"
            valid = alternative.way == "valid"
            draft = alternative.on(plain)
            case = self.cases.case(draft, alternative.about, "accepted" if valid else "refused", part=part)
            spoken = self.sent(case)
            status = spoken.answer.status
            let_in = status != 0 and status not in DENIED
            is_bad = alternative.malformed and 400 <= status < 500
            if valid != let_in and not is_bad and not self._says_nothing(spoken, valid):
                expected = LET_IN if valid else "401 or 403"
                kind: Kind = "observation" if alternative.doubtful else "failure"
                yield self.finding("authentication", case, expected, told(spoken.answer), spoken, kind)
            if let_in and self.way is None and alternative.way in ("valid", "absent"):
                self.way = alternative  # a server that asks for none can be tried without
            if spoken.answer.status == 401 and not spoken.answer.field("WWW-Authenticate"):
                yield self.finding("http", replace(case, part="WWW-Authenticate at 401"), "a challenge", "none", spoken)
            self._coverage.met(Cell(self.operation.id, part, "", "", alternative.way))
            about = f"{shown(self.cases.case(plain, '', 'any').call)} with {alternative.about}"
            yield from self.judged(replace(case, about=about), spoken, verdict=False)

    def enter(self, schemes: Mapping[str, Any], credentials: Credentials) -> None:
        """By the first way that lets one in, without a verdict: the credentials are another shard's to judge."""
        plain = self.cases.plain()
        for alternative in alternatives_of(self.operation, schemes, credentials):
            if isinstance(alternative, str) or alternative.way not in ("valid", "absent"):
                continue
            case = self.cases.case(alternative.on(plain), alternative.about, "any")
            if self._talk(case.call).answer.status not in (0, *DENIED):
                self.way = alternative
                return

    def _says_nothing(self, spoken: Spoken, valid: bool) -> bool:
        """About credentials: what is wrong with such an answer is told by itself."""
        return bool(spoken.answer.faults) or (not valid and self._judge.is_limit(self.operation, spoken.answer))

    def _untried(self, name: str) -> Finding:
        for way in ("valid", "wrong", "absent"):
            cell = Cell(self.operation.id, f"security {name}", "", "", way)
            self._coverage.unreachable(cell, "no credentials were given for it")
        place = f"security {name}"
        nothing = Finding("authentication", self.operation.id, place, "", "nothing", "credentials", "none were given")
        return replace(nothing, kind="observation", pointer=self.operation.pointer)

    # --- everything else

    def positive(self) -> Iterator[Finding]:
        """Examples, one feature at a time, and pairs of them."""
        found: list[Finding] = []
        cases, features = zip(*self._valid(), strict=True)
        refused: dict[int, Finding] = {}
        for number, case in enumerate(cases):
            for finding in self.tried(case) if not self._is_late() else ():
                if finding.check in ("accepts", "server error"):
                    refused[number] = finding
                else:
                    found.append(finding)
        wanted = [number for number, case in enumerate(cases) if case.wanted == "accepted"]
        failed = [number in refused for number in wanted]
        if sum(failed) < MOSTLY * len(cases):
            parts = [_of_part(cases[number].part, features[number]) for number in wanted]
            blamed = [wanted[one] for one in guilty([cases[number] for number in wanted], failed, parts)]
            known = [(cases[number].part, features[number]) for number in blamed]
            self.refused += [(part, holds) for part, holds in known if holds is not None]
            refused = {number: refused[number] for number in blamed}
        yield from folded([*found, *refused.values()], len(cases))

    def _valid(self) -> Iterator[tuple[Case, Holds | None]]:
        for case, feature in self.cases.features():
            yield case, feature.holds
        for case in (
            *self.cases.examples(),
            *self.cases.pairs(),
            self.cases.case(self.cases.plain(), "a call", "accepted"),
        ):
            yield case, None

    def examples(self) -> Iterator[Finding]:
        for case in self.cases.examples():
            yield from () if self._is_explained(case) else self.tried(case)

    def _is_explained(self, case: Case) -> bool:
        """Whether it has something that is known not to be taken."""
        return any(part in case.values and holds(case.values[part]) for part, holds in self.refused)

    def negative(self, data: bytes) -> Iterator[Finding]:
        """What is wrong with a parameter alone is the same for every choice, so it is tried with the first."""
        parameters = self.cases.broken_parameters() if data == PLAIN else ()
        yield from self._all((*self.cases.broken_bodies(data), *parameters))

    def some_negative(self, data: bytes) -> Iterator[Finding]:
        """Where streams take the others."""
        bodies = list(self.cases.broken_bodies(data))
        chosen = bodies[:: max(1, len(bodies) // SOME)]
        yield from self._all((*chosen, *self.cases.broken_parameters()))

    def below(self) -> Iterator[Finding]:
        yield from self._all(Below(self.cases).all())

    def _all(self, cases: Iterable[Case]) -> Iterator[Finding]:
        some = list(cases)
        tried = ((case, finding) for case in some if not self._is_late() for finding in self.tried(case))
        places = [case.place for case in some if case.wanted == "refused" and _is_of_json(case)]
        unknown = (finding for case, finding in tried if not self._is_known(case, finding))
        yield from folded(unknown, len(some), places)

    def _is_known(self, case: Case, finding: Finding) -> bool:
        """Whether it breaks the server by something that is known to break it, whatever else is wrong with it."""
        return finding.check == "server error" and self._is_explained(case)

    def drawn(self, efforts: Iterable[Effort]) -> Iterator[Finding]:
        for effort in efforts:
            yield from explored(self._drawn, effort)

    def _drawn(self, data: bytes) -> Finding | None:
        case = self.cases.drawn(data)
        if self._is_explained(case):
            return None
        return next((one for one in self.tried(case) if one.kind == "failure" and self._counts(one)), None)

    def _counts(self, finding: Finding) -> bool:
        """What of a stream's records is accepted its own cases say, one feature at a time."""
        return self.operation.stream is None or finding.check != "accepts"

    def tried(self, case: Case) -> Iterator[Finding]:
        case = self.let_in(case)
        yield from self.judged(case, self.sent(case))

    def judged(self, case: Case, spoken: Spoken, verdict: bool = True) -> Iterator[Finding]:
        found = self._judge.verdict(case, self.operation, spoken.answer) if verdict else None
        if found is not None:
            yield replace(found, events=spoken.events)
        elif verdict:
            self._mark(case)
        for finding in self._judge.shape(case, self.operation, spoken.answer):
            yield replace(finding, events=spoken.events)
        yield from self._limits
        self._limits.clear()

    def let_in(self, case: Case) -> Case:
        way = self.way
        if way is None:
            return case
        target = case.call.target
        if way.query:
            target += ("&" if "?" in target else "?") + way.query
        return replace(case, call=replace(case.call, target=target, fields=(*way.fields, *case.call.fields)))

    def sent(self, case: Case, kind: Kind = "failure") -> Spoken:
        """Again, if it was one too many; what was answered then is judged too, unless the case is but a note."""
        spoken, pause = self._talk(case.call), SHORTLY
        for _ in range(TRIES if self._in_vain < IN_VAIN else 0):
            if not self._judge.is_limit(self.operation, spoken.answer):
                break
            about = replace(case, about="a call that was one too many")
            self._limits += self._judge.shape(about, self.operation, spoken.answer) if kind == "failure" else ()
            self._mark_answer(spoken.answer)
            sleep(pause)
            pause *= 2
            spoken = self._talk(case.call)
        self._in_vain = self._in_vain + 1 if self._judge.is_limit(self.operation, spoken.answer) else 0
        accepted = is_accepted(self.operation, spoken.answer)
        self._tally.cases += 1
        self._tally.accepted += accepted
        self._tally.succeeded += 200 <= spoken.answer.status < 300
        self._tally.denied += spoken.answer.status in DENIED
        known = self._tally.by_operation
        known[self.operation.id] = known.get(self.operation.id, 0) + accepted
        self._mark_answer(spoken.answer)
        return spoken

    # --- what was reached

    def _mark(self, case: Case) -> None:
        if case.wanted == "refused" and case.fault is not None:
            place = pointer(case.fault.path) if case.part == "body" else pointer(case.fault.path[1:])
            self._coverage.met(Cell(case.operation, case.part, place, case.fault.keyword, "violated"))
        elif case.wanted == "accepted":
            for part, value in case.values.items():
                self._coverage.value(case.operation, part, value, "satisfied")
            for content in self.operation.body.contents if self.operation.body is not None else ():
                if (case.call.field("Content-Type") or "").startswith(content.media_type):
                    self._coverage.met(Cell(case.operation, "body", "", content.media_type, "sent"))

    def _mark_answer(self, answer: Answer) -> None:
        response = response_for(self.operation, answer.status)
        if response is None:
            return
        part = f"answer {response.status}"
        self._coverage.met(Cell(self.operation.id, part, "", "status", "seen"))
        content = content_for(response, answer.media_type)
        if content is None:
            return
        self._coverage.met(Cell(self.operation.id, part, "", content.media_type, "seen"))
        for text in split(answer.body) if "json" in content.media_type else ():
            if not text.faults:
                self._coverage.value(self.operation.id, part, text.value, "seen")

    def is_taken(self, spoken: Spoken) -> bool:
        """Accepted, and nothing else is said of it."""
        stream, answer = self.operation.stream, spoken.answer
        accepted = is_accepted(self.operation, answer)
        return accepted and (
            stream is None or all(code in stream.accepted for code in verdicts(self.operation, answer))
        )

    def finding(
        self, check: str, case: Case, expected: str, got: str, spoken: Spoken, kind: Kind = "failure"
    ) -> Finding:
        pointer = case.pointer or self.operation.pointer
        return Finding(
            check,
            self.operation.id,
            case.place,
            "",
            case.about,
            expected,
            got,
            pointer,
            case,
            spoken.answer,
            events=spoken.events,
            kind=kind,
        )


def shown(call: Call) -> str:
    body = (call.body or b"").decode("utf-8", "backslashreplace")
    return " ".join(part for part in (call.method, call.target, body[:SHOWN] + "…" * (len(body) > SHOWN)) if part)


def _is_of_json(case: Case) -> bool:
    """In a form a text may be taken for many things, so one does not know at which place it was let through."""
    return is_json(case.call.field("Content-Type") or "")


def _of_part(part: str, holds: Holds | None) -> Callable[[Case], bool] | None:
    if holds is None:
        return None
    return lambda case: part in case.values and holds(case.values[part])
