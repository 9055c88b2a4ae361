"""The driver without a thread: records are taken and reports are given while the caller iterates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import Generic, TypeVar

from ..errors import InvalidRecord, StreamEnded
from .delivery import Delivery
from .exchange import Exchange
from .link import Link
from .options import Choices
from .records import Records

R = TypeVar("R")
A = TypeVar("A")
QUICK = 0.001  # seconds


def pulled(
    link: Link[R, A], delivery: Delivery[R, A], records: Records[R], choices: Choices, given: Iterable[R]
) -> Iterator[Iterator[tuple[R, A]]]:
    """Every record with its report, in runs; the stream ends with the last record.

    One that cannot be sent ends the iteration, but not the stream.
    """
    source = Source(given, choices.most_at_once)
    exchange = link.exchange
    while not exchange.over:
        if not source.empty and _takes_more(exchange, choices):
            _add(link, records, source.some())
        if source.empty:
            exchange.end()
        link.turn()
        delivery.take(exchange)
        yield from delivery.runs()
        if not exchange.over and (source.empty or not _takes_more(exchange, choices)):
            link.wait()
    if exchange.failure is not None:
        raise exchange.failure
    if not source.empty:
        raise StreamEnded("the server ended the stream, and more records were to come")


def _takes_more(exchange: Exchange[R, A], choices: Choices) -> bool:
    return not exchange.has_piece and choices.has_room(exchange)


def _add(link: Link[R, A], records: Records[R], some: list[R]) -> None:
    if not some:
        return
    try:
        link.exchange.add(some, records.many(some))
    except InvalidRecord as error:
        if error.sent:
            link.exchange.add(list(error.sent), records.many(list(error.sent)))
        raise


class Source(Generic[R]):
    """What the caller gives: in large pieces where it comes quickly, and one by one where each has to be waited for."""

    def __init__(self, given: Iterable[R], most: int) -> None:
        self.empty = False
        self._given = iter(given)
        self._most = most
        self._count = most if isinstance(given, (list, tuple)) else 1

    def some(self) -> list[R]:
        start = perf_counter()
        found = list(islice(self._given, self._count))
        self.empty = len(found) < self._count
        quick = perf_counter() - start < QUICK
        self._count = min(self._count * 2, self._most) if quick else max(1, self._count // 2)
        return found
