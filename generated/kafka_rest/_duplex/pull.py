"""The driver without a thread: records are taken and reports are given while the caller iterates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TypeVar

from .delivery import Delivery
from .exchange import Exchange
from .link import GLANCE, Link
from .options import Choices
from .records import Records
from .source import Source

R = TypeVar("R")
A = TypeVar("A")
T = TypeVar("T")


def pulled(
    link: Link[R, A],
    delivery: Delivery[R, A],
    records: Records[R],
    choices: Choices,
    given: Iterable[R],
    come: Callable[[], Iterator[T]],
) -> Iterator[T]:
    """Every record with its report, as ``come`` gives what has come; the stream ends with the last record.

    One that cannot be sent ends the iteration, but not the stream.
    """
    source = Source(given, records, choices)
    exchange = link.exchange
    while not exchange.over:
        if not source.empty and _takes_more(exchange, choices) and source.ahead():
            exchange.add(*source.piece())
        if source.empty:
            exchange.end()
        link.turn()
        delivery.take(exchange)
        yield from come()
        if not exchange.over and (source.empty or not _takes_more(exchange, choices)):
            link.wait(monotonic() + GLANCE)
    if exchange.failure is not None:
        raise exchange.failure
    if source.ahead():
        raise exchange.refuse_more(source.piece()[0])


def _takes_more(exchange: Exchange[R, A], choices: Choices) -> bool:
    return not exchange.has_piece and choices.has_room(exchange)
