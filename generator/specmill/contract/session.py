"""Many cases down one connection, with one verdict each.

What is sent stands in *bundles*: some cases that have to be accepted, or one that may be refused, and a fence behind
them. When the report of the fence comes, the reports since the last one are those of the bundle. If they are as many as
its records, the k-th is the k-th's. If not, or if one says what nobody expects, every case of the bundle is sent again
by itself, with nothing else under way. So a verdict never depends on what else was in the stream.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from specmill.contract.broken import Fault
from specmill.contract.fingerprints import Fingerprint
from specmill.contract.marks import TOO_MANY
from specmill.contract.streams import WHOLE, Ground, OpenStream, Plan
from specmill.contract.texts import Text
from specmill.contract.values import Event, Wanted
from specmill.contract.wire import chunk_of
from specmill.errors import Place, SpecmillError

How = Literal["reported", "none", "ended", "silent", "answered", "limited"]
TOGETHER = 8  # cases of one bundle
UNDER_WAY = 192  # bundles without a report
WINDOW = 128 * 1024  # bytes of them
OF_ONE_STREAM = 4000  # cases, so that its log does not grow for ever
ALONE = 32  # cases that wait to be sent by themselves before that is done
TRIES = 8  # for a case that was one too many
TRIES_OF_SILENCE = 3  # for one whose stream was ended when nothing had been sent for long
DENIED = 12  # streams in a row that are answered by 429
STRIKES = 8  # streams in a row that were of no use to the cases in company; then every case goes by itself
SOON = 0.25  # seconds without a report after which one asks again by another fence


@dataclass(frozen=True, slots=True)
class StreamCase:
    """Some records, and what has to become of each."""

    about: str
    records: tuple[bytes, ...]
    wanted: Wanted
    fault: Fault | None = None
    plan: Plan = WHOLE
    ends: bool = False  # no JSON: nobody can say where the next record begins, so nothing is sent behind it

    @property
    def data(self) -> bytes:
        return b"\n".join((*self.records, b""))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a case. ``how``:

    reported  its reports came, and so did what was sent behind it
    none      what was sent behind it was reported, and it was not
    ended     the stream ended with it, after those reports that there are
    silent    nothing came any more
    answered  the stream had another status than 2xx, whose body is the report
    limited   it was one too many, again and again
    """

    case: StreamCase
    how: How
    reports: tuple[Text, ...]
    status: int
    events: list[Event]  # of its stream, up to now


@dataclass(slots=True)
class Bundle:
    cases: list[StreamCase]
    key: int
    records: int = field(init=False)

    def __post_init__(self) -> None:
        self.records = sum(len(case.records) for case in self.cases)


class StreamSession:
    """Opens as many streams as it takes."""

    def __init__(self, ground: Ground, fingerprint: Fingerprint) -> None:
        self.ground = ground
        self.streams = 0
        self._fingerprint = fingerprint
        self._numbers = itertools.count(16)
        self._source: Iterator[StreamCase] = iter(())
        self._waiting: deque[StreamCase] = deque()  # that were sent in vain
        self._alone: deque[StreamCase] = deque()
        self._tries: dict[int, int] = {}
        self._silent: dict[int, int] = {}
        self._denied = 0
        self._late = False  # whether the server reports only when the body has ended
        self._strikes = 0
        self._soon = SOON
        self.broken_off: list[OpenStream] = []  # whose answer has no end, though nobody had said a wrong word
        self._patience = ground.patience

    def judge(self, cases: Iterable[StreamCase]) -> Iterator[Verdict]:
        """One verdict for every case, roughly in their order."""
        self._source = iter(cases)
        while True:
            case = self._next() if len(self._alone) < ALONE else None
            if case is not None:
                self._waiting.appendleft(case)
                with self._opened() as stream:
                    yield from self._in_company(stream)
            elif self._alone:
                with self._opened() as stream:
                    yield from self._by_themselves(stream)
            else:
                return

    def _opened(self) -> OpenStream:
        self.streams += 1
        return OpenStream(self.ground)

    def _next(self) -> StreamCase | None:
        """The next one that can have others behind it."""
        while True:
            case = self._waiting.popleft() if self._waiting else next(self._source, None)
            if case is None or not (case.ends or self._strikes > STRIKES):
                return case
            self._alone.append(case)
            if len(self._alone) >= ALONE:
                return None

    # --- many at a time

    def _in_company(self, stream: OpenStream) -> Iterator[Verdict]:
        pending: deque[Bundle] = deque()
        reports: list[Text] = []
        taken = sent = 0
        prodded = False
        while True:
            sent += self._fill(stream, pending, sent)
            if not pending or stream.over or self._is_useless(reports, pending):
                break
            if self._late:
                stream.finish()
                stream.drain()
            moved = stream.until(partial(_has_more, stream, taken), self._patience if prodded else self._soon)
            fresh, taken = stream.reports[taken:], len(stream.reports)
            for report in fresh:
                yield from self._taken(stream, report, reports, pending)
            if moved:
                prodded = prodded and self._asked_in_time()
            elif stream.over or prodded:
                break
            else:
                self._fence(stream)
                prodded = True
        yield from self._rest(stream, taken, reports, pending)

    def _is_useless(self, reports: list[Text], pending: deque[Bundle]) -> bool:
        """Whether everything has been reported, and no fence was accepted."""
        return len(reports) >= len(pending) + sum(bundle.records for bundle in pending)

    def _asked_in_time(self) -> bool:
        """A server that has to be asked will have to be again: sooner, then."""
        self._soon = max(self._soon / 2, 0.01)
        return False

    def _fill(self, stream: OpenStream, pending: deque[Bundle], sent: int) -> int:
        """Sends as many as may be under way. How many cases that was."""
        if len(pending) > UNDER_WAY // 2 or stream.dialogue.unsent > WINDOW or stream.finished:
            return 0
        pieces: list[bytes] = []
        count = size = 0
        while len(pending) < UNDER_WAY and size < WINDOW and sent + count < OF_ONE_STREAM:
            if len(self._alone) >= ALONE or (bundle := self._bundle()) is None:
                break
            pending.append(bundle)
            count += len(bundle.cases)
            said = self._said(bundle)
            size += len(said)
            pieces.append(said)
        if pieces:
            stream.dialogue.say(b"".join(pieces))
        return count

    def _bundle(self) -> Bundle | None:
        cases: list[StreamCase] = []
        while len(cases) < TOGETHER and (case := self._next()) is not None:
            cases.append(case)
            if case.wanted != "accepted":
                break
        return Bundle(cases, next(self._numbers)) if cases else None

    def _said(self, bundle: Bundle) -> bytes:
        """Its chunks: one for all that has no plan of its own."""
        chunks: list[bytes] = []
        plain = b""
        for case in bundle.cases:
            if case.plan is WHOLE:
                plain += case.data
                continue
            chunks += [plain] if plain else []
            chunks += case.plan.pieces(case.data)
            plain = b""
        number, bundle.key = bundle.key, self._fingerprint.key(bundle.key)
        chunks.append(plain + self._fingerprint.record(number) + b"\n")
        return b"".join(map(chunk_of, chunks))

    def _fence(self, stream: OpenStream) -> int:
        number = next(self._numbers)
        stream.send(self._fingerprint.record(number) + b"\n")
        return self._fingerprint.key(number)

    def _taken(
        self, stream: OpenStream, report: Text, reports: list[Text], pending: deque[Bundle]
    ) -> Iterator[Verdict]:
        key = self._fingerprint.of(report.value)
        if key is None or not any(bundle.key == key for bundle in pending):
            reports.append(report)
            return
        segment = [pending.popleft()]
        while segment[-1].key != key:
            segment.append(pending.popleft())
        found = list(reports)
        reports.clear()
        self._denied = self._strikes = 0
        yield from self._resolved(stream, segment, found)

    def _resolved(self, stream: OpenStream, segment: list[Bundle], reports: list[Text]) -> Iterator[Verdict]:
        fences = len(segment) - 1  # that were refused, as those are that were too many
        if len(reports) == sum(bundle.records for bundle in segment) + fences:
            left = iter(reports)
            for bundle in segment:
                for case in bundle.cases:
                    yield from self._judged(stream, case, tuple(itertools.islice(left, len(case.records))))
                next(left, None)
        elif not fences and len(segment[0].cases) == 1:
            yield from self._judged(stream, segment[0].cases[0], tuple(reports))
        else:
            self._alone.extend(case for bundle in segment for case in bundle.cases)

    def _judged(self, stream: OpenStream, case: StreamCase, reports: tuple[Text, ...]) -> Iterator[Verdict]:
        if any(map(self.ground.is_limit, reports)):
            yield from self._limited(stream, case, reports)
        elif self._is_too_old(case, reports):
            self._alone.append(case)
        elif self._is_as_wanted(case, reports):
            yield self._verdict(stream, case, "reported", reports)
        else:
            self._alone.append(case)

    def _is_as_wanted(self, case: StreamCase, reports: tuple[Text, ...]) -> bool:
        if len(reports) != len(case.records) or any(report.faults for report in reports):
            return False
        accepted = [self.ground.accepted(report) for report in reports]
        return case.wanted == "either" or accepted == [case.wanted == "accepted"] * len(reports)

    def _is_too_old(self, case: StreamCase, reports: Iterable[Text]) -> bool:
        """Whether it says so for no reason of the record's; a server that says it of every stream is found out."""
        return any(map(self.ground.is_age, reports)) and self._may_try_again(case)

    def _limited(self, stream: OpenStream, case: StreamCase, reports: tuple[Text, ...]) -> Iterator[Verdict]:
        tries = self._tries[id(case)] = self._tries.get(id(case), 0) + 1
        if tries < TRIES:
            self._alone.append(case)
        else:
            yield self._verdict(stream, case, "limited", reports)

    def _rest(self, stream: OpenStream, taken: int, reports: list[Text], pending: deque[Bundle]) -> Iterator[Verdict]:
        """Ends the stream. The first that has no report by then may be why; all behind it are sent again."""
        stream.finish()
        stream.drain()
        late = len(pending)
        for report in stream.reports[taken:]:
            yield from self._taken(stream, report, reports, pending)
        if late > len(pending) and not self._late and not taken:
            self._late = True
        if not pending:
            return
        self._strikes += 1
        if 200 <= stream.status < 300 and stream.dialogue.how() in ("cut", "reset") and not stream.was_silent:
            self.broken_off.append(stream)
        if stream.status == TOO_MANY:
            self._deny()
        else:
            self._alone.extend(pending.popleft().cases)
        self._waiting.extendleft(case for bundle in reversed(pending) for case in reversed(bundle.cases))

    def _deny(self) -> None:
        self._denied += 1
        if self._denied > DENIED:
            where = Place(f"{self.ground.address.authority}{self.ground.target}")
            raise SpecmillError("every stream is answered by 429", place=where, hint="the server limits requests")

    # --- one by one

    def _by_themselves(self, stream: OpenStream) -> Iterator[Verdict]:
        """With nothing else under way, for as long as the stream stands it."""
        asked: set[int] = set()  # by fences whose reports may come when nobody waits for them any more
        while self._alone:
            case = self._alone.popleft()
            before = len(stream.reports)
            keys = self._sent_alone(stream, case)
            found = self._until_fence(stream, before, keys, len(case.records))
            if not found and stream.status == TOO_MANY:
                self._alone.append(case)
                self._deny()
                return
            self._denied = 0
            yield from self._judged_alone(stream, case, before, keys, asked)
            if stream.over or stream.finished:
                return

    def _sent_alone(self, stream: OpenStream, case: StreamCase) -> list[int]:
        stream.send(case.data, case.plan)
        if case.ends:
            stream.finish()
            return []
        return [self._fence(stream)]

    def _until_fence(self, stream: OpenStream, before: int, keys: list[int], records: int) -> bool:
        """Asks once more before it ends the stream, since a fence may be one too many."""

        def is_there() -> bool:
            """Behind the records' own, which may look like a fence by chance."""
            return any(self._fingerprint.of(report.value) in keys for report in stream.reports[before + records :])

        def is_all() -> bool:
            return len(stream.reports) - before >= records + len(keys)

        if keys and not self._late:
            if stream.until(lambda: is_there() or is_all(), self._soon) and is_there():
                return True
            keys.append(self._fence(stream))
            if stream.until(lambda: is_there() or is_all(), self._patience):
                self._asked_in_time()
            else:
                self._patience = max(self._patience / 2, 0.1)
            if is_there():
                return True
        stream.finish()
        stream.drain(self._patience)
        return is_there()

    def _judged_alone(
        self, stream: OpenStream, case: StreamCase, before: int, keys: list[int], asked: set[int]
    ) -> Iterator[Verdict]:
        reports = [one for one in stream.reports[before:] if self._fingerprint.of(one.value) not in asked]
        fences = [place for place, one in enumerate(reports) if self._fingerprint.of(one.value) in keys]
        if fences and fences[0] < len(case.records) and len(reports) == len(case.records) + len(keys):
            fences = [len(case.records)]  # and a record's own only looks like one
        own = reports[: fences[0]] if fences else reports
        first = self._fingerprint.of(reports[fences[0]].value) if fences else None
        refused = keys.index(first) if first in keys else len(keys)  # of the fences: those behind are on their way
        if refused and len(own) == len(case.records) + refused:
            own, fences = own[:-refused], [len(case.records)]
        came = {self._fingerprint.of(one.value) for one in stream.reports[before:]}
        asked.difference_update(came)
        asked.update(key for key in keys[refused + 1 :] if key not in came)
        if any(map(self.ground.is_limit, own)):
            yield from self._limited(stream, case, tuple(own))
            return
        how = self._how(stream, own, bool(fences))
        ended_in_silence = how in ("answered", "ended") and stream.was_silent
        if self._is_too_old(case, own) or (ended_in_silence and self._may_try_again(case)):
            self._alone.append(case)
        else:
            yield self._verdict(stream, case, how, tuple(own))

    def _may_try_again(self, case: StreamCase) -> bool:
        """Who was silent for long is no judge of what ended the stream; a server that always ends it is found out."""
        self._silent[id(case)] = self._silent.get(id(case), 0) + 1
        return self._silent[id(case)] < TRIES_OF_SILENCE

    def _how(self, stream: OpenStream, own: list[Text], fenced: bool) -> How:
        if stream.status and not 200 <= stream.status < 300:
            return "answered"
        if fenced:
            return "reported" if own else "none"
        return "ended" if stream.over else "silent"

    def _verdict(self, stream: OpenStream, case: StreamCase, how: How, reports: tuple[Text, ...]) -> Verdict:
        return Verdict(case, how, reports, stream.status, stream.dialogue.events)


def _has_more(stream: OpenStream, taken: int) -> bool:
    return len(stream.reports) > taken
