"""A stream: every record is judged when it is complete, and answered by a report of its own, in their order."""

from __future__ import annotations

from itertools import islice
from zlib import crc32

from specmill.serve.examples.answers import Unanswerable
from specmill.serve.examples.bodies import decoded
from specmill.serve.examples.calls import Call, Plan, Whole, answered, seed_of
from specmill.serve.examples.records import Records, Unreadable
from specmill.serve.examples.spelling import Misspelt
from specmill.serve.examples.written import compact
from specmill.serve.exchange import Ending, Exchange, Listener, Lost
from specmill.serve.prefer import Preference
from specmill.values import Stream

A_RECORD = "the record"
BEHIND = b"\r\n"  # a report
REFUSED = 400
PIECE = 16 * 1024  # bytes of a sized body that are judged in one turn
AHEAD = 2 * 1024 * 1024  # bytes of reports that the client has not taken, until no more are made
LOOK = 0.01  # seconds until it is looked again


def opened(exchange: Exchange, plan: Plan, wish: Preference) -> Listener:
    """A body whose end nobody knows is a stream; one that is sized is, if it holds several records."""
    if exchange.request.length is None:
        return _stream(exchange, plan, wish)
    return Sized(exchange, plan, wish)


def _stream(exchange: Exchange, plan: Plan, wish: Preference) -> Listener:
    """Reports for records; or the one answer that is no stream, if that is what the client prefers."""
    accept = exchange.request.lower.get("accept")
    try:
        choice = plan.answers.chosen(wish.code, accept)
        if choice.status // 100 == 2 and choice.content is not None:
            seed = seed_of(wish, crc32(exchange.request.target.encode())) if wish.dynamic else None
            report = plan.answers.value(choice, wish.example, seed)
            return Reports(exchange, plan, compact(report), choice.media_type)
    except Unanswerable:
        pass  # which is what it is told
    return Whole(exchange, answered(plan, wish, accept, 0))


class Reports:
    def __init__(self, exchange: Exchange, plan: Plan, report: bytes, media_type: str) -> None:
        assert plan.operation.stream is not None
        self._exchange = exchange
        self._plan = plan
        self._stream: Stream = plan.operation.stream
        self._report = report + BEHIND
        self._records = Records()
        exchange.head(200, {"Content-Type": media_type})

    def received(self, content: bytes) -> None:
        try:
            for record in self._records.feed(content):
                self._take(record)
                if self._exchange.over:
                    return
        except Unreadable as wrong:
            self._give_up(str(wrong))

    def ended(self) -> None:
        left = self._records.end()
        if left:
            self._take(left)
        self._exchange.end()

    def lost(self, why: Lost, told: str) -> None:
        if why is not Lost.GONE:
            self._give_up(told)

    def drained(self) -> None:
        pass

    def _take(self, record: bytes) -> None:
        try:
            value = decoded(record)
        except Misspelt as wrong:
            return self._give_up(f"{A_RECORD}: {wrong}")
        fault = self._plan.judge.fault(self._stream.record, value, A_RECORD)
        if fault is None:
            self._exchange.send(self._report)
        else:
            self._refuse(str(fault))

    def _give_up(self, told: str) -> None:
        """Where JSON is broken nobody knows where the next record begins."""
        self._refuse(told)
        self._exchange.end()

    def _refuse(self, told: str) -> None:
        report = self._plan.answers.refusing(self._stream, told, REFUSED)
        if report is None:  # nothing in a report of this stream could say so
            self._exchange.finish(Ending.CUT)
        else:
            self._exchange.send(compact(report) + BEHIND)


class Sized:
    """Waits for the whole body: a single record is a call like any other, and told its fault by the status."""

    def __init__(self, exchange: Exchange, plan: Plan, wish: Preference) -> None:
        self._exchange = exchange
        self._plan = plan
        self._wish = wish
        self._call = Call(exchange, plan, wish)
        self._body: list[bytes] = []
        self._reports: Listener

    def received(self, content: bytes) -> None:
        self._body.append(content)
        self._call.received(content)

    def ended(self) -> None:
        body = b"".join(self._body)
        if not _holds_several(body):
            return self._call.ended()
        self._reports = _stream(self._exchange, self._plan, self._wish)
        self._go_on(body, 0)

    def _go_on(self, body: bytes, place: int) -> None:
        """Piece by piece, for others who ask and for the memory: two bytes can be a record, and its report hundreds."""
        exchange = self._exchange
        if place >= len(body):
            return self._reports.ended()
        if exchange.unsent > AHEAD:
            exchange.later(LOOK, lambda: self._go_on(body, place))
            return
        self._reports.received(body[place : place + PIECE])
        if not exchange.over:
            exchange.later(0, lambda: self._go_on(body, place + PIECE))

    def lost(self, why: Lost, told: str) -> None:
        self._call.lost(why, told)

    def drained(self) -> None:
        pass


def _holds_several(body: bytes) -> bool:
    if not body or _is_one(body):  # as nearly all are
        return False
    records = Records()
    try:
        count = sum(1 for _ in islice(records.feed(body), 2))
    except Unreadable:
        return False
    return count > 1 or (count == 1 and bool(records.end()))


def _is_one(body: bytes) -> bool:
    try:
        decoded(body)
    except Misspelt:
        return False
    return True
