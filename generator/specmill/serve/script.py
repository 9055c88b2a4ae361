"""A recording as something that can be played again: what the client is to say, and what is said to it when.

"When" is told by what the client has said, never by how it cut that: the report of a record is due when that record
is complete, however many had been sent in the meantime when it was recorded; for a client that waits for each report
must not wait forever. What has no record of its own, such as the report that ends a stream, is due when the client has
said all that it had said by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from specmill.serve.recording import AnswerHead, Data, End, Recording
from specmill.serve.roots import Roots, roots_of
from specmill.values import Operation

How = Literal["end", "cut", "reset"]


@dataclass(frozen=True, slots=True)
class Due:
    """What the client has to have said."""

    items: int = 0  # complete values of its body
    rest: bytes = b""  # and of one more
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is said to the client."""

    due: Due
    at: float  # when it was said
    says: AnswerHead | bytes | How
    chunk: int | None = None
    """Of bytes in the chunks of old: the size of the one that begins here, 0 within one."""
    ends_chunk: bool = True


@dataclass(frozen=True, slots=True)
class Script:
    recording: Recording
    operation: Operation
    items: tuple[bytes, ...]  # the values of the client's body
    rest: bytes  # what it said of one more
    client_end: How | None  # None if the server ended first
    is_stream: bool  # whether the answer has a report for each record
    steps: tuple[Step, ...]
    content: bytes  # of the client, as it was sent

    @property
    def status(self) -> int:
        return self.recording.answer.status if self.recording.answer else 0


def script_of(recording: Recording, operation: Operation, exact: bool = False) -> Script:
    client_end: How | None = None
    for event in recording.events:
        if isinstance(event, End) and event.side == "client":
            client_end = event.how
    content = recording.content("client")
    items, rest = roots_of(content, client_end is not None)
    is_stream = operation.stream is not None and recording.answer is not None and recording.answer.status // 100 == 2
    steps = _Steps(recording, operation.stream is not None, is_stream, len(items))
    return Script(
        recording=recording,
        operation=operation,
        items=tuple(item.text for item in items),
        rest=rest,
        client_end=client_end,
        is_stream=is_stream,
        steps=tuple(steps.exact() if exact else steps.by_meaning()),
        content=content,
    )


class _Steps:
    def __init__(self, recording: Recording, counts: bool, is_stream: bool, items: int) -> None:
        self._recording = recording
        self._counts = counts  # whether values of the body mean something each
        self._is_stream = is_stream
        self._items = items

    def by_meaning(self) -> Iterator[Step]:
        """Each report in one piece, whatever it was cut into."""
        if not self._is_stream:
            yield from self._as_said()
            return
        content = self._recording.content("server")
        roots, rest = roots_of(content, False)
        starts = [0, *(root.start for root in roots[1:])]
        ends = [*starts[1:], len(content) - len(rest)] if roots else []
        reports = Roots()
        nth = 0
        for event, said in self._with_what_was_said():
            if not isinstance(event, Data):
                yield self._other(event, said)
                continue
            for _ in reports.feed(event.content):
                yield Step(self._due(nth, said), event.at, content[starts[nth] : ends[nth]])
                nth += 1
            if reports.rest_start + len(reports.rest) == len(content) and rest:
                yield Step(self._due(nth, said), event.at, rest)

    def exact(self) -> Iterator[Step]:
        """Each piece as it was said, in the chunks of old."""
        sizes = iter(list(_chunk_sizes(self._recording)))
        reports = Roots()
        complete = 0
        for event, said in self._with_what_was_said():
            if not isinstance(event, Data):
                yield self._other(event, said)
                continue
            complete += len(reports.feed(event.content))
            begun = complete + bool(reports.rest)
            by_report = self._due(begun - 1, said) if begun else Due()
            due = by_report if self._is_stream else self._relaxed(said)
            yield Step(due, event.at, event.content, next(sizes), not event.more)

    def _as_said(self) -> Iterator[Step]:
        for event, said in self._with_what_was_said():
            if isinstance(event, Data):
                yield Step(self._relaxed(said), event.at, event.content)
            else:
                yield self._other(event, said)

    def _other(self, event: AnswerHead | End, said: Due) -> Step:
        if isinstance(event, AnswerHead):
            return Step(self._relaxed(said), event.at, event)
        return Step(said if self._is_stream else self._relaxed(said), event.at, event.how)

    def _due(self, nth: int, said: Due) -> Due:
        return Due(nth + 1) if nth < self._items else said

    def _relaxed(self, said: Due) -> Due:
        """An answer to a whole stream may have been seen only after more was sent than it takes."""
        if not self._counts:
            return Due(ended=said.ended)
        if said.items:
            return Due(1)
        return said if not self._items else Due()

    def _with_what_was_said(self) -> Iterator[tuple[AnswerHead | Data | End, Due]]:
        """What the server said, each with what the client had said by then."""
        roots = Roots()
        items, ended = 0, False
        for event in self._recording.events:
            if event.side == "client":
                if isinstance(event, Data):
                    items += len(roots.feed(event.content))
                elif isinstance(event, End):
                    items += len(roots.finish())
                    ended = True
            elif isinstance(event, AnswerHead | Data | End):
                yield event, Due(items, roots.rest, ended)


def _chunk_sizes(recording: Recording) -> Iterator[int]:
    """For each piece of the answer the size of the chunk that begins with it, 0 within a chunk."""
    pieces = [event for event in recording.events if isinstance(event, Data) and event.side == "server"]
    sizes: list[int] = []
    inside = False
    begins = 0
    for nth, piece in enumerate(pieces):
        if inside:
            sizes[begins] += len(piece.content)
            sizes.append(0)
        else:
            begins = nth
            sizes.append(len(piece.content))
        inside = piece.more
    if inside:
        sizes[begins] += 1  # it was cut inside of that chunk: more was due
    yield from sizes
