"""The driver without a thread: records are taken and reports are given while the caller iterates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TypeVar

from .delivery import Delivery
from .exchange import Exchange, counted
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

    One that cannot be sent ends the iteration, but not the stream; so does what the caller's iterable raises.
    """
    source = Source(given, records, choices)
    exchange = link.exchange
    try:
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
        if exchange.failure is None:
            source.ahead()  # the server thinks that it was all, and the caller may have more
    except BaseException as error:
        _hand_over(source, exchange)
        _tell_outstanding(error, exchange)
        raise
    _hand_over(source, exchange)
    if exchange.failure is not None:
        source.tell(exchange.failure)
        raise exchange.failure


def _hand_over(source: Source[R], exchange: Exchange[R, A]) -> None:
    """What was taken and not sent: the caller has it no more."""
    for records, lines in source.rest():
        if exchange.over:
            exchange.refuse_more(records)
        else:
            exchange.add(records, lines)


def _tell_outstanding(error: BaseException, exchange: Exchange[R, A]) -> None:
    """How many records the caller has to hear of yet. Nobody sees an end that the caller made himself."""
    if exchange.pending and not exchange.over and not isinstance(error, GeneratorExit):
        error.add_note(
            f"{counted(exchange.pending)} from before without a report so far: closing the stream waits for it, and "
            "iterating over the stream gives it then"
        )


def _takes_more(exchange: Exchange[R, A], choices: Choices) -> bool:
    return not exchange.has_piece and choices.has_room(exchange)
