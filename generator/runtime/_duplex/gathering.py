"""Records that wait until the socket is free: when there are many, many go at once, and a lone one goes at once."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from ..errors import ClientError
from .delivery import Delivery
from .exchange import Exchange

R = TypeVar("R")


class Given(Generic[R]):
    """Records that were given together, with their JSON, and the future that wants the report if there is one."""

    __slots__ = ("future", "lines", "records")

    def __init__(self, records: list[R], lines: bytes, future: Any = None) -> None:
        self.records = records
        self.lines = lines
        self.future = future


class Gathering(Generic[R]):
    """``entries`` holds (record, line) for a record on its own, since nothing is cheaper to make, else Given.

    Appending to it is atomic, so any thread may, without a lock for each record; only the owner of the socket takes.
    """

    def __init__(self, exchange: Exchange[R, Any], delivery: Delivery[R, Any]) -> None:
        self.entries: list[tuple[R, bytes] | Given[R]] = []
        self._exchange = exchange
        self._delivery = delivery

    def count(self) -> int:
        return sum(len(one.records) if isinstance(one, Given) else 1 for one in self.entries[:])

    def move(self) -> None:
        """Into the exchange: one chunk for all that came one by one, and one for each that came together."""
        some = self.entries[:]
        singles: list[tuple[R, bytes]] = []
        for one in some:
            if isinstance(one, Given):
                self._add(singles)
                singles = []
                self._expect(one)
                self._exchange.add(one.records, one.lines)
            else:
                singles.append(one)
        self._add(singles)
        del self.entries[: len(some)]

    def refuse(self) -> ClientError | None:
        """The stream is over: what nobody will send any more belongs to what its failure tells."""
        left = self.entries[:]
        del self.entries[: len(left)]
        for one in left:
            self._exchange.refuse_more(one.records if isinstance(one, Given) else [one[0]])
            if isinstance(one, Given):
                self._expect(one)
        failure = self._exchange.failure
        if failure is not None:
            self._delivery.fail(failure)
        return failure

    def _add(self, singles: list[tuple[R, bytes]]) -> None:
        if singles:
            records, lines = zip(*singles, strict=True)
            self._exchange.add(list(records), b"\n".join((*lines, b"")))

    def _expect(self, given: Given[R]) -> None:
        if given.future is not None:
            self._delivery.expect(given.records, given.future)
