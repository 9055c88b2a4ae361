"""A run: everything that is tried on a server, in its order, and what it comes to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from specmill.contract.calls import call_of
from specmill.contract.cases import PLAIN, Cases, Memo, Settings
from specmill.contract.causes import with_their_causes
from specmill.contract.coverage import Cell, Coverage
from specmill.contract.directions import directed
from specmill.contract.explore import Effort
from specmill.contract.judge import Judge
from specmill.contract.located import located
from specmill.contract.manners import manners
from specmill.contract.marks import Marks, marks_of
from specmill.contract.of_document import of_the_document
from specmill.contract.options import Options
from specmill.contract.paths import SPELLINGS, Free
from specmill.contract.properties import Material
from specmill.contract.record_tests import seeded
from specmill.contract.schemas import Schemas
from specmill.contract.single import LET_IN, Single, Spoken, Tally
from specmill.contract.store import Stored, replayed
from specmill.contract.stream_tests import StreamTests
from specmill.contract.streams import Ground
from specmill.contract.talker import Talker
from specmill.contract.valid import Makers
from specmill.contract.values import Call, Finding, Result
from specmill.contract.wire import Unreachable, address_of
from specmill.contract.written_otherwise import written_otherwise
from specmill.document.api import Api
from specmill.document.positions import fault
from specmill.errors import Place, SpecmillError
from specmill.values import Operation, Parameter

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
        self.operations = _chosen(api, options)
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
        self.coverage = Coverage(self.operations, self.schemas)
        self.tally = Tally()
        self._address = address_of(options.url, options.cacert, options.verify)
        self._watch = watch
        self._keys: set[tuple[str, ...]] = set()
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
        found = with_their_causes(self._found if not self._all_denied else map(_noted, self._found), verdicts)
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
                yield self._found[-1]

    def _everything(self, stored: tuple[Stored, ...], only_stored: bool) -> Iterator[Finding]:
        if not only_stored:
            yield from of_the_document(self.api, self.operations, self.judge)
        talker = Talker(self._address, max(LONG, self.options.patience))
        talker.reach()
        try:
            for operation in self.operations:
                yield from self._of(operation, talker, stored, only_stored)
        except Unreachable:
            yield self._gone()
        finally:
            talker.close()

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
        tally = self.tally
        if self._all_denied:
            return "every call was answered by 401 or 403: give credentials with --user or --token"
        if not tally.accepted:
            what = "no report says that a record was accepted" if tally.succeeded else "no call was answered by 2xx"
            return f"{what}, so nothing was proved{self._what_to_name()}"
        if not self.judge.refused:
            return "no schema of the document ever refused anything, so nothing was proved"
        return ""

    @property
    def _all_denied(self) -> bool:
        return 0 < self.tally.denied == self.tally.cases

    def _what_to_name(self) -> str:
        """The parameters of paths that the user left to chance: what they name may be missing there."""
        known = (parameter for one in self.operations for parameter in one.parameters if parameter.location == "path")
        names = dict.fromkeys(one.name for one in known if one.name not in self.options.parameters)
        options = " ".join(f"--param {name}=…" for name in names)
        return f"; name what is there, with {options}" if options else ""

    @property
    def checks(self) -> tuple[str, ...]:
        """The name of every check: of a report in which also those stand that hold."""
        streams = any(one.stream is not None for one in self.operations)
        return CHECKS + (STREAM_CHECKS if streams else ())

    # --- one operation

    def _of(
        self, operation: Operation, talker: Talker, stored: tuple[Stored, ...], only_stored: bool
    ) -> Iterator[Finding]:
        talker.begin_anew()
        single = self.single(operation, talker)
        self._watch(f"{operation.id}: credentials")
        schemes = self.api.normal.tree.get("components", {}).get("securitySchemes", {})
        security = list(single.security(schemes, self.options.credentials))
        streams = self.streams(single) if operation.stream is not None else None
        own = [one for one in stored if one.operation == operation.id]
        if own:
            self._watch(f"{operation.id}: what failed before")
            yield from replayed(own, single, streams, self.api.operations)
        if not only_stored or any(one.check == "authentication" for one in own):
            yield from security
        if only_stored:
            return
        if operation.security and single.way is None and {} not in operation.security:
            return
        yield from self._single(single, streams)
        if streams is not None:
            yield from streams.all()
        if not self.tally.by_operation.get(operation.id):
            yield self._never_accepted(operation)

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
        name = single.operation.id
        calls = self.options.cases if self.options.cases is not None else self.options.profile.calls
        effort = self.effort(calls if streams is None else calls // 4)
        yield from self.stage(f"{name}: what has to be accepted", self._positive(single, streams))
        yield from self.stage(f"{name}: what has to be refused", self._negative(single, streams))
        yield from self.stage(f"{name}: what is no JSON, and other media types", single.below())
        yield from self.stage(f"{name}: JSON that is written otherwise", written_otherwise(single))
        yield from self.stage(f"{name}: methods and paths", manners(single, self.api.operations))
        yield from self.stage(f"{name}: calls that are drawn", single.drawn(effort))

    def _positive(self, single: Single, streams: StreamTests | None) -> Iterator[Finding]:
        if streams is None:
            yield from single.positive()
            return
        yield from streams.sound()
        yield from streams.positive()
        yield from single.examples()

    def _negative(self, single: Single, streams: StreamTests | None) -> Iterator[Finding]:
        data = seeded(self.options.seed)
        for turn in self._turns():
            around = data[turn:] if turn else PLAIN
            if streams is None:
                yield from single.negative(around)
                continue
            yield from streams.negative(around)
            if not turn:
                yield from single.some_negative(around)

    def _turns(self) -> range:
        """Of broken values: in the first what stands around a fault is plain, in the others it is of the seed."""
        return range(2 if self.options.cases is not None else self.options.profile.rounds)

    @property
    def waits(self) -> float:
        """Seconds that a property may wait: what is left of the budget, or as the profile has it."""
        budget = self.options.budget
        return self.options.profile.waits if budget is None else self._began + budget - time.monotonic()

    def effort(self, cases: int) -> Effort:
        return Effort(cases, self.until, self.options.seed, self.options.database)

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
        return StreamTests(self, single, ground, self._elsewhere(single), self._free(single))

    def _free(self, single: Single) -> Free | None:
        """The target with holes in it, where the user has named none of what may stand there."""
        draft = single.cases.plain()
        echoed = {source.parameter for source in self.marks[single.operation.id].echo.values()}
        names = [
            one.name
            for one in single.operation.parameters
            if one.location == "path" and one.name in echoed - set(self.options.parameters) and self._takes_names(one)
        ]
        if not names:
            return None
        holes = {name: f"specmill-hole-{number}-" for number, name in enumerate(names)}
        values = {**draft.parameters, **{("path", name): hole for name, hole in holes.items()}}
        return Free(single.let_in(single.cases.case(replace(draft, parameters=values), "", "any")).call.target, holes)

    def _takes_names(self, parameter: Parameter) -> bool:
        validator = self.judge.validator(parameter.schema, parameter.pointer)
        return all(validator.allows(f"{meant}0") for _, meant in SPELLINGS.values())

    def _elsewhere(self, single: Single) -> str:
        """The target of another place for records, if the user named one."""
        draft = single.cases.plain()
        values = {**draft.parameters}
        for location, name in draft.parameters:
            if name in self.options.elsewhere:
                values[location, name] = self.options.elsewhere[name]
        if values == draft.parameters:
            return ""
        return call_of(replace(draft, parameters=values), self.options.url).target

    def _never_accepted(self, operation: Operation) -> Finding:
        expected, got = "to be accepted at least once", "never"
        nothing = Finding("accepts", operation.id, "", "any call", "all that its schemas allow", expected, got)
        return replace(nothing, pointer=operation.pointer, kind="observation")

    @property
    def watch(self) -> Watch:
        return self._watch

    def stream_cell(self, operation: str, number: int, name: str) -> Cell:
        return Cell(operation, "stream", str(number), name, "tried")


def _noted(finding: Finding) -> Finding:
    """Where nobody is let in, the credentials may be wrong as well as the server."""
    return replace(finding, kind="observation") if finding.expected == LET_IN else finding


def _chosen(api: Api, options: Options) -> tuple[Operation, ...]:
    if not options.operations:
        return api.operations
    by_id = {one.id: one for one in api.operations}
    for name in options.operations:
        if name not in by_id:
            hint = f"it has {', '.join(list(by_id)[:12])}"
            raise SpecmillError(f"the document has no operation {name!r}", place=Place("--operation"), hint=hint)
    return tuple(by_id[name] for name in dict.fromkeys(options.operations))
