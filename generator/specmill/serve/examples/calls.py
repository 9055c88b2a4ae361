"""One request and its answer: what is known of its operation, and the body that is looked at as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from specmill.document.media_types import is_json
from specmill.schemas.validate import Judge
from specmill.serve.examples.answers import Answer, Answers, Unanswerable
from specmill.serve.examples.bodies import Bodies
from specmill.serve.examples.parameters import Parameters
from specmill.serve.examples.refusals import plain, refused
from specmill.serve.examples.security import Security
from specmill.serve.exchange import Exchange, Lost
from specmill.serve.prefer import Preference
from specmill.values import Operation

LONGEST = 64 * 1024 * 1024  # bytes of a body that is read as a whole
LONGEST_JSON = 16 * 1024 * 1024  # which as values may take thirty times the room
BAD = (400, 422)  # what a request is told that does not hold


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is known of one operation before the first request."""

    operation: Operation
    parameters: Parameters
    bodies: Bodies
    security: Security
    answers: Answers
    judge: Judge  # of requests


def answered(plan: Plan, wish: Preference, accept: str | None, seed: int) -> Answer:
    """The answer to a request that holds."""
    made_of = seed_of(wish, seed) if wish.dynamic else None
    try:
        choice = plan.answers.chosen(wish.code, accept)
    except Unanswerable as wrong:
        if wish.code is not None and not str(wrong).startswith("the answer comes"):
            return plain(404, f"Prefer: {wrong}", {})
        return refused(plan.answers, (406,), str(wrong), None, {})
    try:
        return plan.answers.answer(choice, wish.example, made_of)
    except Unanswerable as wrong:
        return plain(404 if wish.example is not None else 500, str(wrong), {})


def seed_of(wish: Preference, otherwise: int) -> int:
    return crc32(wish.seed.encode()) if wish.seed is not None else otherwise


class Whole:
    """An answer that is certain when the head has come. A body that fits into no memory is not waited for."""

    def __init__(self, exchange: Exchange, answer: Answer) -> None:
        self._exchange = exchange
        self._answer = answer
        self._size = 0
        if exchange.request.length is None or "expect" in exchange.request.lower:  # the body may never end, or come
            self.ended()

    def received(self, content: bytes) -> None:
        self._size += len(content)
        if self._size > LONGEST:
            self.ended()

    def ended(self) -> None:
        say(self._exchange, self._answer)

    def lost(self, why: Lost, told: str) -> None:
        if why is not Lost.GONE:
            self.ended()

    def drained(self) -> None:
        pass


class Call:
    """A request whose body is looked at as a whole."""

    def __init__(self, exchange: Exchange, plan: Plan, wish: Preference) -> None:
        self._exchange = exchange
        self._plan = plan
        self._wish = wish
        self._body: list[bytes] = []
        self._size = 0
        self._longest = LONGEST_JSON if is_json(exchange.request.lower.get("content-type", "")) else LONGEST

    def received(self, content: bytes) -> None:
        self._body.append(content)
        self._size += len(content)
        if self._size > self._longest:
            self._body.clear()
            self._refuse((413, *BAD), f"the body is longer than {self._longest} bytes")

    def ended(self) -> None:
        request, plan = self._exchange.request, self._plan
        body = b"".join(self._body)
        if plan.operation.body is not None:
            fault = plan.bodies.fault(body, request.lower.get("content-type", ""))
            if fault is not None:
                return self._refuse(BAD, str(fault))
        seed = crc32(request.target.encode() + body) if self._wish.dynamic else 0
        say(self._exchange, answered(plan, self._wish, request.lower.get("accept"), seed))

    def lost(self, why: Lost, told: str) -> None:
        if why is not Lost.GONE:
            statuses = (408, *BAD) if why is Lost.SILENT else BAD
            self._refuse(statuses, f"the body ended too early: {told}")

    def drained(self) -> None:
        pass

    def _refuse(self, statuses: tuple[int, ...], told: str) -> None:
        accept = self._exchange.request.lower.get("accept")
        say(self._exchange, refused(self._plan.answers, statuses, told, accept, {}))


def say(exchange: Exchange, answer: Answer) -> None:
    exchange.answer(answer.status, answer.fields, answer.body)
