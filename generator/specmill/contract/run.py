"""A run: everything that is tried on a server, in its order, and what it comes to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from specmill.contract.cases import PLAIN, Cases, Memo, Settings
from specmill.contract.causes import with_their_causes
from specmill.contract.coverage import Cell, Coverage
from specmill.contract.databases import opened
from specmill.contract.directions import directed
from specmill.contract.explore import Effort
from specmill.contract.judge import Judge
from specmill.contract.located import located
from specmill.contract.manners import manners
from specmill.contract.marks import Marks, marks_of
from specmill.contract.of_document import of_the_document
from specmill.contract.options import Options, chosen
from specmill.contract.paths import Free
from specmill.contract.properties import Material
from specmill.contract.proved import DENIED, Tally, never_accepted, nothing_proved, unnamed_of
from specmill.contract.record_tests import seeded
from specmill.contract.schemas import Schemas
from specmill.contract.shards import (
    ACCEPTED,
    BELOW,
    CALLS,
    CREDENTIALS,
    MANNERS,
    OF_STREAM,
    REFUSED,
    WRITTEN,
    Share,
    blocks_of,
)
from specmill.contract.shared import Held, Shared
from specmill.contract.single import LET_IN, Single, Spoken
from specmill.contract.store import Stored, replayed
from specmill.contract.store import stored as kept
from specmill.contract.stream_tests import StreamTests
from specmill.contract.streams import Ground
from specmill.contract.talker import Talker
from specmill.contract.targets import elsewhere, free
from specmill.contract.valid import Makers
from specmill.contract.values import Call, Finding, Result
from specmill.contract.wire import Unreachable, address_of
from specmill.contract.written_otherwise import written_otherwise
from specmill.document.api import Api
from specmill.document.positions import fault
from specmill.errors import SpecmillError
from specmill.values import Operation

CHECKS = (
    "authentication",
    "accepts",
    "refuses",
    "server error",
    "http",
    "status",
    "media type",
    "header",
    "json",
    "schema",
    "reachable",
)
STREAM_CHECKS = ("stream", "echo", "sizes", "codes")
LONG = 5.0  # seconds without a word, behind which a single call is not answered
Watch = Callable[[str], None]  # hears what is being tried


class Prepared:
    """What many runs on one document share: it depends on nothing else."""

    def __init__(self, api: Api) -> None:
        self.api = directed(api)
        self.schemas = Schemas(self.api.normal.tree)
        self.makers = Makers(self.schemas)
        self.memo: Memo = {}
        self._materials: dict[str, Material] = {}

    def material(self, operation: str, made: Callable[[], Material]) -> Material:
        if operation not in self._materials:
            self._materials[operation] = made()
        return self._materials[operation]


class Run:
    """Of one document on one server. Everything that can be wrong with the document is said before a call is made."""

    def __init__(
        self, api: Api, options: Options, watch: Watch = lambda stage: None, prepared: Prepared | None = None
    ) -> None:
        self.prepared = prepared or Prepared(api)
        self.api = api = self.prepared.api
        self.options = options
        self.operations = chosen(api, options)
        self.marks: Mapping[str, Marks] = {one.id: marks_of(api.normal.document.tree, one) for one in api.operations}
        if options.idle is not None:
            self.marks = {name: replace(one, idle=options.idle) for name, one in self.marks.items()}
        self.schemas = self.prepared.schemas
        self.makers = self.prepared.makers
        try:
            self.judge = Judge(api, self.marks)
        except SpecmillError as error:
            pointer = error.place.pointer if error.place is not None else ""
            raise fault(api.normal.document, pointer, error.message.partition("\n")[0]) from None
        self.amounts = options.amounts
        self.share = Share(self.operations, self.amounts, options.shard)
        mine = tuple(one for one in self.operations if self.share.kinds(one.id))
        own = frozenset(one.id for one in mine if self.has(one.id, CREDENTIALS))
        self.coverage = Coverage(mine, self.schemas, own)
        self.tally = Tally()
        self.shared = Shared(opened(options.databases, options.upstream), title_of(api))
        self._schemes = api.normal.tree.get("components", {}).get("securitySchemes", {})
        self._address = address_of(options.url, options.cacert, options.verify)
        self._watch = watch
        self._keys: set[tuple[str, ...]] = set()
        self._kept_out = False
        self._began = 0.0
        self._stage = ""
        self._left_out: list[str] = []
        self.until = float("inf")  # on the monotonic clock
        self._found: list[Finding] = []

    # --- the whole

    def result(self, stored: tuple[Stored, ...] = (), only_stored: bool = False) -> Result:
        for _ in self.findings(stored, only_stored):
            pass
        return self.told(only_stored)

    def told(self, only_stored: bool = False) -> Result:
        """What has come of it so far."""
        tally, seconds = self.tally, time.monotonic() - self._began
        nothing = "" if only_stored else self._proved_nothing()
        verdicts = (f"/{one.stream.verdict}" for one in self.operations if one.stream is not None)
        found = with_their_causes(self._found if not self.tally.is_all_denied else map(_noted, self._found), verdicts)
        return Result(found, tally.cases, seconds, self.options.seed, nothing, tuple(dict.fromkeys(self._left_out)))

    def findings(self, stored: tuple[Stored, ...] = (), only_stored: bool = False) -> Iterator[Finding]:
        """Each fault once, as soon as it is known."""
        self._began = time.monotonic()
        budget = self.options.budget
        if not only_stored:
            self.until = self._began + (self.options.profile.seconds if budget is None else budget)
        for finding in self._everything(stored, only_stored):
            if finding.check == "stream" and self.is_late:
                self.leave_out(f"{finding.operation}: {finding.place} of its stream")  # nobody waited long enough
                continue
            if finding.key not in self._keys:
                self._keys.add(finding.key)
                self._found.append(located(finding, self.api.normal.document.tree))
                self._share(self._found[-1])
                yield self._found[-1]

    def _share(self, finding: Finding) -> None:
        if finding.kind == "failure":
            self.shared.keep(kept(self.options.cleaner.of(finding), self.options.seed))

    def _everything(self, stored: tuple[Stored, ...], only_stored: bool) -> Iterator[Finding]:
        if not only_stored:
            mine = tuple(one for one in self.operations if self.has(one.id, CREDENTIALS))
            yield from of_the_document(self.api, mine, self.judge)
        talker = Talker(self._address, max(LONG, self.options.patience))
        talker.reach()
        try:
            if not only_stored:
                yield from self._of_others(talker)
            for operation in self.operations:
                yield from self._of(operation, talker, stored, only_stored)
        except Unreachable:
            yield self._gone()
        finally:
            talker.close()

    def _of_others(self, talker: Talker) -> Iterator[Finding]:
        """What other runs have found, first of all, whoever's share it is."""
        news = self.shared.news()
        for operation in self.operations:
            own = tuple(one for one in news if one.stored.operation == operation.id)
            if own:
                self._watch(f"{operation.id}: what failed elsewhere")
                single, _ = self._entered(operation, talker, judged=False)
                yield from self._again(own, single)

    def _again(self, news: tuple[Held, ...], single: Single) -> Iterator[Finding]:
        streams = self.streams(single) if single.operation.stream is not None else None
        for held in news:
            found = list(self._as_before(held.stored, single, streams))
            self.shared.tried(held, any(one.kind == "failure" for one in found))
            yield from found

    def _as_before(self, stored: Stored, single: Single, streams: StreamTests | None) -> Iterator[Finding]:
        if stored.check == "authentication":
            yield from single.security(self._schemes, self.options.credentials)
            return
        yield from replayed([stored], single, streams, self.api.operations)

    # --- time

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self.until

    @property
    def stage_now(self) -> str:
        return self._stage or "the beginning"

    def leave_out(self, what: str) -> None:
        self._left_out.append(what)

    def stage(self, name: str, findings: Iterable[Finding]) -> Iterator[Finding]:
        """What is found in a part of the run, as long as there is time."""
        if self.is_late:
            self.leave_out(name)
            return
        self._watch(name)
        self._stage = name
        yield from findings
        if self.is_late:
            self.leave_out(f"a part of {name}")

    def _gone(self) -> Finding:
        sent = f"{self.tally.cases} cases"
        return Finding("reachable", "server", "", "", sent, "a server that still listens", "nobody does any more")

    def _proved_nothing(self) -> str:
        """Of a shard only what it can know by itself: the others see more of the document and the server."""
        self.tally.refused = bool(self.judge.refused)
        if self.options.shard.is_whole:
            return nothing_proved(self.tally, unnamed_of(self.operations, self.options.parameters))
        is_kept_out = self._kept_out and not self.tally.cases
        return DENIED if is_kept_out or self.tally.is_all_denied else ""

    @property
    def checks(self) -> tuple[str, ...]:
        """The name of every check: of a report in which also those stand that hold."""
        streams = any(one.stream is not None for one in self.operations)
        return CHECKS + (STREAM_CHECKS if streams else ())

    # --- one operation

    def _of(
        self, operation: Operation, talker: Talker, stored: tuple[Stored, ...], only_stored: bool
    ) -> Iterator[Finding]:
        own = [one for one in stored if one.operation == operation.id]
        if not own and (only_stored or not self.share.kinds(operation.id)):
            return
        is_judged = self.has(operation.id, CREDENTIALS) and not only_stored
        is_judged = is_judged or any(one.check == "authentication" for one in own)
        single, security = self._entered(operation, talker, is_judged)
        streams = self.streams(single) if operation.stream is not None else None
        if own:
            self._watch(f"{operation.id}: what failed before")
            yield from replayed(own, single, streams, self.api.operations)
        yield from security
        if only_stored:
            return
        if operation.security and single.way is None and {} not in operation.security:
            self._kept_out = True
            return
        yield from self._single(single, streams)
        if streams is not None and self.share.kinds(operation.id) & OF_STREAM:
            yield from streams.all()
        if self.options.shard.is_whole and not self.tally.by_operation.get(operation.id):
            yield never_accepted(operation.id, operation.pointer)

    def _entered(self, operation: Operation, talker: Talker, judged: bool) -> tuple[Single, list[Finding]]:
        """Let in, and what is wrong with that, if it is judged here."""
        talker.begin_anew()
        self._watch(f"{operation.id}: credentials")
        single = self.single(operation, talker)
        if judged:
            return single, list(single.security(self._schemes, self.options.credentials))
        single.enter(self._schemes, self.options.credentials)
        return single, []

    def single(self, operation: Operation, talker: Talker) -> Single:
        """Its single calls, which ``talker`` says."""
        options = self.options
        settings = Settings(options.url, options.parameters, options.fields)
        cases = Cases(self.api, operation, self.judge, settings, self.makers, self.schemas, self.prepared.memo)

        def talk(call: Call) -> Spoken:
            answer = talker(call)
            return Spoken(answer, tuple(talker.events))

        return Single(operation, cases, self.judge, self.coverage, talk, self.tally, lambda: self.is_late)

    def _single(self, single: Single, streams: StreamTests | None) -> Iterator[Finding]:
        name, kinds = single.operation.id, self.share.kinds(single.operation.id)
        calls = self.amounts.calls if streams is None else self.amounts.calls_of_stream
        drawn = single.drawn(self.efforts(name, CALLS, calls))
        parts = (
            (
                kinds & (OF_STREAM if streams is not None else {ACCEPTED}),
                "what has to be accepted",
                self._positive(single, streams),
            ),
            (kinds & {REFUSED}, "what has to be refused", self._negative(single, streams)),
            (kinds & {BELOW}, "what is no JSON, and other media types", single.below()),
            (kinds & {WRITTEN}, "JSON that is written otherwise", written_otherwise(single)),
            (kinds & {MANNERS}, "methods and paths", manners(single, self.api.operations)),
            (kinds & {CALLS}, "calls that are drawn", drawn),
        )
        for is_mine, what, findings in parts:
            if is_mine:
                yield from self._news_of(single)
                yield from self.stage(f"{name}: {what}", findings)

    def _news_of(self, single: Single) -> Iterator[Finding]:
        """What others have found meanwhile comes before what is new."""
        news = self.shared.news()
        own = tuple(one for one in news if one.stored.operation == single.operation.id)
        yield from self._again(own, single) if own else ()

    def _positive(self, single: Single, streams: StreamTests | None) -> Iterator[Finding]:
        is_mine = self.has(single.operation.id, ACCEPTED)
        if streams is None:
            yield from single.positive()
            return
        yield from streams.sound()
        if is_mine:
            yield from streams.positive()
            yield from single.examples()

    def _negative(self, single: Single, streams: StreamTests | None) -> Iterator[Finding]:
        data = seeded(self.options.seed)
        for turn in self._turns():
            if not self.has(single.operation.id, REFUSED, turn):
                continue
            around = data[turn:] if turn else PLAIN
            if streams is None:
                yield from single.negative(around)
                continue
            yield from streams.negative(around)
            if not turn:
                yield from single.some_negative(around)

    def _turns(self) -> range:
        """Of broken values: in the first what stands around a fault is plain, in the others it is of the seed."""
        return range(self.amounts.turns)

    def has(self, operation: str, what: str, number: int = 0) -> bool:
        return self.share.has(operation, what, number)

    def efforts(self, operation: str, what: str, cases: int) -> Iterator[Effort]:
        """Of the blocks that are drawn here."""
        for number, count in enumerate(blocks_of(what, cases)):
            if self.has(operation, what, number):
                yield Effort(count, self.until, self.options.seed, number)

    @property
    def waits(self) -> float:
        """Seconds that a property may wait: what is left of the budget, or as the profile has it."""
        budget = self.options.budget
        return self.options.profile.waits if budget is None else self._began + budget - time.monotonic()

    def streams(self, single: Single) -> StreamTests:
        plain = single.let_in(single.cases.case(single.cases.plain(), "", "any"))
        fields = tuple(pair for pair in plain.call.fields if pair[0].lower() != "content-type")
        given = tuple((n, str(v)) for (where, n), v in single.cases.plain().parameters.items() if where == "path")
        stream, operation = single.operation.stream, single.operation
        assert stream is not None
        ground = Ground(
            self._address,
            operation,
            stream,
            self.marks[operation.id],
            plain.call.target,
            fields,
            given,
            self.options.patience,
            until=self.until,
        )
        return StreamTests(self, single, ground, elsewhere(single, self.options), self._free(single))

    def _free(self, single: Single) -> Free | None:
        return free(single, self.options, self.marks[single.operation.id], self.judge)

    @property
    def watch(self) -> Watch:
        return self._watch

    def stream_cell(self, operation: str, number: int, name: str) -> Cell:
        return Cell(operation, "stream", str(number), name, "tried")


def title_of(api: Api) -> str:
    return str(api.normal.tree.get("info", {}).get("title", ""))


def _noted(finding: Finding) -> Finding:
    """Where nobody is let in, the credentials may be wrong as well as the server."""
    return replace(finding, kind="observation") if finding.expected == LET_IN else finding
