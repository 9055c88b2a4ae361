"""Answers with what was recorded.

By *meaning* a recording is found by the JSON values of its records, whatever they are cut into, and its reports come
one by one; *timed* is the same at the speed of old; *exact* wants the very bytes and answers in them.

Several recordings may begin alike. All that still fit are followed, and the first by name speaks; where it turns out
to be another, one that would have said the same up to then goes on. What fits none is refused with what was nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Literal, get_args

from specmill.document.api import Api, api_of
from specmill.errors import Place, SpecmillError
from specmill.serve.drift import check_drift
from specmill.serve.exchange import Ending, Exchange, Lost
from specmill.serve.following import ByBytes, ByMeaning, Following, Miss, Said, head_miss, silent, too_long
from specmill.serve.head import Request
from specmill.serve.recording import AnswerHead, Recording
from specmill.serve.recording_read import read_all
from specmill.serve.script import Script, Step, script_of
from specmill.serve.upstream import body_of
from specmill.values import Config

Mode = Literal["meaning", "exact", "timed"]
MODES: tuple[Mode, ...] = get_args(Mode)
NO_RECORDING = 501
ANY_BODY = 1024 * 1024  # bytes that every client may say, white space mostly
SPELT = 8  # times as many bytes as were recorded may mean the same: six for an escaped letter
ENDINGS = {"cut": Ending.CUT, "reset": Ending.RESET}


def responder(config: Config, recordings: Path | None = None, replay: Mode = "meaning") -> Replay:
    """Replays a folder of recordings, or one; without any named those that the configuration names."""
    where = recordings or (config.root / config.recordings if config.recordings else None)
    if where is None:
        hint = '--recordings DIR, or recordings = "spec/recordings" in [tool.specmill]'
        raise SpecmillError("no recordings are configured", place=Place(config.source), hint=hint)
    api = api_of(config)
    found = read_all(where, where.relative_to(config.root).as_posix() if where.is_relative_to(config.root) else None)
    check_drift(found, api)
    return replaying(found, api, replay)


def replaying(recordings: Iterable[Recording], api: Api, replay: Mode = "meaning") -> Replay:
    operations = {operation.id: operation for operation in api.operations}
    return Replay([script_of(one, operations[one.operation], replay == "exact") for one in recordings], replay)


class Replay:
    def __init__(self, scripts: Sequence[Script], mode: Mode = "meaning") -> None:
        self._scripts = tuple(scripts)
        self._mode: Mode = mode
        self.misses: list[str] = []
        """What was asked for and never recorded."""

    def begin(self, exchange: Exchange) -> Playing:
        fitting, misses = self.fitting(exchange.request)
        return Playing(exchange, self._mode, fitting, misses, self.misses)

    def fitting(self, request: Request) -> tuple[list[Following], list[Miss]]:
        """The recordings of requests with such a head, and why the others are none."""
        judged = [(script, head_miss(script, request)) for script in self._scripts]
        follow = ByBytes if self._mode == "exact" else ByMeaning
        return [follow(script) for script, miss in judged if miss is None], [miss for _, miss in judged if miss]


class Playing:
    """One exchange: a listener that follows the recordings and says what the first of them says."""

    def __init__(
        self, exchange: Exchange, mode: Mode, fitting: list[Following], misses: list[Miss], told: list[str]
    ) -> None:
        self._exchange = exchange
        exchange.patience += max((one.script.recording.events[-1].at for one in fitting), default=0)
        self._mode = mode
        self._fitting = fitting
        self._misses = misses
        self._told = told
        self._said = Said()
        self._longest = ANY_BODY + SPELT * max((len(one.script.content) for one in fitting), default=0)
        self._next = 0  # of the steps
        self._began = exchange.now()
        self._cancel: Callable[[], None] | None = None
        self._go_on()

    # --- what the client says

    def received(self, content: bytes) -> None:
        if len(self._said.content) + len(content) > self._longest:
            return self._give_up()
        for _ in self._said.add(content):
            self._go_on()

    def ended(self) -> None:
        self._end("end")

    def lost(self, why: Lost, told: str) -> None:
        if why is Lost.SILENT:
            self._misses += [silent(following.script, told) for following in self._fitting]
            self._fitting = []
            self._go_on()
        elif why is not Lost.GONE:
            self._end("cut")

    def drained(self) -> None:
        pass

    def _end(self, how: Literal["end", "cut"]) -> None:
        self._said.end(how, any(following.script.client_end is not None for following in self._fitting))
        self._go_on()

    # --- what is said to it

    def _go_on(self) -> None:
        if self._exchange.over:
            return
        self._follow()
        if not self._fitting:
            return self._refuse()
        if self._next == 0 and self._is_open_who_speaks():
            return
        steps = self._fitting[0].script.steps
        while self._next < len(steps) and not self._exchange.over:
            step = steps[self._next]
            if not self._said.reached(step.due) or self._is_early(step):
                return
            self._next += 1
            self._say(step)

    def _follow(self) -> None:
        speaker = self._fitting[0].script if self._fitting else None
        judged = [(following, following.look(self._said)) for following in self._fitting]
        self._misses += [miss for _, miss in judged if miss is not None]
        self._fitting = [following for following, miss in judged if miss is None]
        if speaker is not None and self._next:
            self._fitting = [one for one in self._fitting if same_up_to(speaker, one.script, self._next)]

    def _is_open_who_speaks(self) -> bool:
        """Recordings that differ in their very status are told apart by what the client says first."""
        statuses = {following.script.status for following in self._fitting}
        return len(statuses) > 1 and not self._said.items and self._said.ended is None

    def _is_early(self, step: Step) -> bool:
        left = step.at - (self._exchange.now() - self._began)
        if self._mode != "timed" or left <= 0:
            return False
        if self._cancel is not None:
            self._cancel()
        self._cancel = self._exchange.later(left, self._go_on)
        return True

    def _say(self, step: Step) -> None:
        exchange = self._exchange
        match step.says:
            case AnswerHead():
                self._head(step.says)
            case bytes() if step.chunk is None or not self._chunked:
                exchange.send(step.says)
            case bytes():
                size = b"%X\r\n" % step.chunk if step.chunk else b""
                exchange.raw(size + step.says + (b"\r\n" if step.ends_chunk else b""))
            case "end":
                exchange.end()
            case how:
                exchange.finish(ENDINGS[how])

    def _head(self, head: AnswerHead) -> None:
        request = self._exchange.request
        fields = head.fields
        framing = body_of(request.method, head.status, fields)[1]
        if self._mode != "exact":
            now = formatdate(usegmt=True)
            fields = tuple((name, now if name.lower() == "date" else value) for name, value in fields)
        if framing == "chunked" and request.minor == 0:
            fields = tuple((name, value) for name, value in fields if name.lower() != "transfer-encoding")
            framing = "close"
        self._chunked = framing == "chunked"
        self._exchange.head_as(head.status, fields, framing)

    # --- what was never recorded

    def _give_up(self) -> None:
        if not self._exchange.over:
            self._misses += [too_long(following.script, self._longest) for following in self._fitting]
            self._fitting = []
            self._refuse()

    def _refuse(self) -> None:
        request = self._exchange.request
        text = f"no recording matches {request.method} {request.path}"
        nearest = max(self._misses, key=lambda miss: miss.near, default=None)
        told = f"{text}; the nearest is {nearest}" if nearest else f"{text}; there is none"
        self._told.append(told)
        exchange = self._exchange
        if not exchange.begun:
            return exchange.answer(NO_RECORDING, {"Content-Type": "text/plain; charset=utf-8"}, told.encode() + b"\n")
        report = refusal_in(nearest.script, told) if nearest else b""
        if report:
            exchange.send(report)
            exchange.end()
        else:
            exchange.finish(Ending.RESET)


def refusal_in(script: Script, told: str) -> bytes:
    """What can be said when the answer has begun: in a stream a report, with a verdict that no server has."""
    import json

    stream = script.operation.stream
    if stream is None or not script.is_stream:
        return b""
    verdict = NO_RECORDING if isinstance(stream.accepted[0], int) else "no recording"
    return json.dumps({stream.verdict: verdict, "message": told}, ensure_ascii=False).encode() + b"\r\n"


def same_up_to(one: Script, other: Script, steps: int) -> bool:
    """Whether another recording would have said the same up to now, but for the contents of its reports."""
    if one is other:
        return True
    if len(other.steps) < steps or one.status != other.status:
        return False
    return all(
        type(mine.says) is type(its.says)  # and not when, which in two recordings of one server is chance
        for mine, its in zip(one.steps[:steps], other.steps[:steps], strict=True)
    )
