"""One stream: records go up, cut into chunks as one likes, while its reports are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from time import monotonic

from specmill.contract.marks import Marks
from specmill.contract.stored import Last, Places
from specmill.contract.texts import Splitter, Text
from specmill.contract.values import Call
from specmill.contract.wire import LAST_CHUNK, Address, Dialogue, chunk_of, head_of
from specmill.values import JSON, Operation, Stream

SILENCES = 6  # streams whose end nobody said
SILENT = 0.7  # of the time for which a silent stream stays open
SHORT = 0.1  # seconds
PAUSE = 0.005  # seconds in which what was said arrives on its own


@dataclass(frozen=True, slots=True)
class Ground:
    """All that it takes to open a stream of one operation."""

    address: Address
    operation: Operation
    stream: Stream
    marks: Marks
    target: str
    fields: tuple[tuple[str, str], ...] = ()  # credentials and whatever else the user wants sent
    given: tuple[tuple[str, str], ...] = ()  # the parameters of the path, as they stand in the target
    patience: float = 2.0  # seconds without anything after which a server is taken to be silent
    places: Places | None = None  # hears of every record that is stored
    until: float = float("inf")  # on the monotonic clock: nobody waits for longer
    silences: list[float] = field(default_factory=list)  # when a stream was not ended, of all streams on this ground

    @property
    def media_type(self) -> str:
        body = self.operation.body
        return body.contents[0].media_type if body is not None and body.contents else "application/json"

    def call(self, chunks: bytes) -> Call:
        """All of a stream as one request."""
        fields = (("Content-Type", self.media_type), ("Transfer-Encoding", "chunked"), *self.fields)
        return Call(self.operation.method, self.target, fields, chunks)

    def accepted(self, report: Text) -> bool:
        return self.verdict(report) in self.stream.accepted

    def verdict(self, report: Text) -> JSON:
        return report.value.get(self.stream.verdict) if isinstance(report.value, dict) else None

    def is_limit(self, report: Text) -> bool:
        """Whether the record was one too many."""
        return self.marks.is_limit(self.verdict(report))

    def is_age(self, report: Text) -> bool:
        """Whether the stream was open for too long."""
        return self.marks.is_age(self.verdict(report))


@dataclass(frozen=True, slots=True)
class Plan:
    """Where bytes are cut into chunks, and whether each chunk gets the time to arrive on its own."""

    name: str
    cuts: Callable[[bytes], Iterable[int]]
    pause: float = 0.0

    def pieces(self, data: bytes) -> list[bytes]:
        places = sorted({place for place in self.cuts(data) if 0 < place < len(data)})
        return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True) if a < b]


def aimed(name: str, pattern: bytes, pause: float = 0.0) -> Plan:
    """Cuts where the pattern ends."""
    compiled = re.compile(pattern, re.DOTALL)
    return Plan(name, lambda data: (found.end() for found in compiled.finditer(data)), pause)


WHOLE = Plan("all in one chunk", lambda data: ())
SINGLE_BYTES = Plan("one byte a chunk", lambda data: range(len(data)))
AIMED = (
    aimed("inside the bytes of a character", rb"[\x80-\xff](?=[\x80-\xbf])"),
    aimed("inside an escape", rb"\\(?=.)|\\u[0-9A-Fa-f]{1,3}(?=[0-9A-Fa-f])"),
    aimed("inside a number", rb"[0-9](?=[0-9.eE])"),
    aimed("inside a word", rb"[a-z](?=[a-z])"),
    aimed("at white space", rb"[ \t\r\n]|(?=[ \t\r\n])"),
    aimed("between two records", rb"\}(?=\{)"),
    aimed("at quotes", rb'"|(?=")'),
)


class OpenStream:
    """A stream that has been opened. With a length its body is not chunked."""

    def __init__(self, ground: Ground, *, length: int | None = None, window: int | None = None) -> None:
        self.ground = ground
        self.reports: list[Text] = []
        self.sent: list[bytes] = []  # the chunks, or the pieces
        self.finished = False
        self.dialogue = Dialogue(
            ground.address, ground.operation.method, patience=max(ground.patience, 5.0), window=window
        )
        self.dialogue.on_content = self._hear
        self._splitter = Splitter()
        self._last: Last = {}
        self._chunked = length is None
        self._drained = False
        self.dialogue.say(self._head(length))

    def __enter__(self) -> OpenStream:
        return self

    def __exit__(self, *raised: object) -> None:
        self.dialogue.close()

    @property
    def status(self) -> int:
        head = self.dialogue.answer.head
        return head.status if head is not None else 0

    @property
    def over(self) -> bool:
        """Whether no report can come any more."""
        return self.dialogue.answer.stuck or bool(self.dialogue.ended)

    @property
    def was_silent(self) -> bool:
        """Whether the server may have ended it for that, since on a busy machine a conversation has its pauses."""
        idle = self.ground.marks.idle
        said = [event.at for event in self.dialogue.events if event.side == "client"]
        return idle is not None and any(b - a > SILENT * idle for a, b in pairwise([*said, self.dialogue.now()]))

    def send(self, data: bytes, plan: Plan = WHOLE) -> None:
        for piece in plan.pieces(data):
            self.sent.append(piece)
            self.dialogue.say(chunk_of(piece) if self._chunked else piece)
            if plan.pause:
                self.dialogue.pause(plan.pause)

    def finish(self) -> None:
        """There are no more records."""
        if not self.finished and self._chunked:
            self.dialogue.say(LAST_CHUNK)
        self.finished = True

    def wait(self, count: int, seconds: float | None = None) -> bool:
        """Until so many reports have come. Whether they have."""
        return self.until(lambda: len(self.reports) >= count, seconds)

    def wait_for_head(self, seconds: float | None = None) -> bool:
        return self.until(lambda: self.dialogue.answer.head is not None, seconds)

    def until(self, predicate: Callable[[], bool], seconds: float | None = None) -> bool:
        patience = self.ground.patience if seconds is None else seconds
        patience = min(patience, self.ground.until - monotonic())
        return self.dialogue.until(lambda: predicate() or self.over, patience) and predicate()

    def _has_gone_on(self, known: int) -> bool:
        return self.over or len(self.dialogue.events) > known

    def drain(self, seconds: float | None = None) -> bool:
        """To the end of the answer, as long as something comes. Whether it has come to its own end."""
        if len(self.ground.silences) >= SILENCES:
            seconds = min(seconds or self.ground.patience, SHORT)  # a server that never ends one is known by now
        while not self.over:
            known = len(self.dialogue.events)
            if not self.until(partial(self._has_gone_on, known), seconds):
                if self.finished:
                    self.ground.silences.append(self.dialogue.now())
                break
        if self.over and not self._drained:
            self._drained = True
            self._take(self._splitter.end(self.dialogue.now()))
        return self.dialogue.answer.complete

    def _hear(self, content: bytes, at: float) -> None:
        self._take(self._splitter.feed(content, at))

    def _take(self, reports: list[Text]) -> None:
        self.reports += reports
        places, sequence = self.ground.places, self.ground.marks.sequence
        if places is None or sequence is None or places.wrong is not None:
            return
        for report in filter(self.ground.accepted, reports):
            if not places.note(sequence, self.ground.target, self._last, report.value):
                places.stream = self
                return

    def _head(self, length: int | None) -> bytes:
        ground = self.ground
        how = ("Transfer-Encoding", "chunked") if length is None else ("Content-Length", str(length))
        fields = [("Host", ground.address.authority), ("Content-Type", ground.media_type), how]
        return head_of(
            ground.operation.method, ground.target, [*fields, ("Accept-Encoding", "identity"), *ground.fields]
        )
