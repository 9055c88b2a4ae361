"""Several processes that produce: they share one input, one window, one set of books and one end."""

from __future__ import annotations

import socket
import time
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import suppress
from heapq import heappop, heappush
from multiprocessing.connection import wait
from typing import Any

from .._cli.trouble import CommandError
from .._duplex.link import GLANCE
from .._duplex.options import Choices
from .._producer.sync import FAREWELL
from .books import Books
from .feed import Feed
from .hand import Hand, begun
from .routes import Routes
from .texts import Texts
from .told import Leave, News, One, Over

LOT = 2000  # lines that are sent at once, roughly
MARGIN = 5.0  # seconds beyond its own farewell that a process has to end


class Crew:
    def __init__(self, options: Namespace, cluster_id: str, feed: Feed, books: Books, apart: Sequence[int]) -> None:
        self._feed, self._books = feed, books
        self._routes = Routes(options, options.processes)
        self._hands = begun(options, cluster_id, apart)
        choices = Choices()
        self._window, self._window_bytes = choices.window_records, choices.window_bytes
        self._taken = 0
        self._flight = 0  # lines without outcome
        self._bytes = 0  # ... and about how long they are
        self._ending = False
        self._failure: BaseException | None = None
        self._order = Order(books) if options.ordered else None
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)

    def wake(self) -> None:
        with suppress(OSError):  # it is awake, or gone
            self._mouth.send(b"!")

    def rounds(self) -> Generator[bool, None, None]:
        """After each, what has come stands in the books."""
        try:
            while any(hand.is_there for hand in self._hands):
                busy = self._take()
                busy |= self._hear(0.0 if busy else GLANCE)
                yield busy
        except BaseException:
            self._leave()
            raise
        if self._failure is not None:
            raise self._failure
        if self._feed.error is not None:
            raise self._feed.error

    def rest(self) -> list[int]:
        """The numbers of what was certainly not sent. What is in nobody's hands any more is known by then."""
        for hand in self._hands:
            hand.end(MARGIN)
        for end in (self._ear, self._mouth):
            end.close()
        if self._order is not None:
            self._order.flush()
        return [number for hand in self._hands if hand.over is not None for number in hand.over.unsent]

    # --- lines out

    def _take(self) -> bool:
        if self._ending:
            return False
        room = self._room()
        texts = self._feed.texts(room) if room else None
        if texts:
            self._deal(texts)
        if self._feed.empty:
            self._end()
        return bool(texts)

    def _room(self) -> int:
        """None at all unless there is some for a whole lot: to cut one costs more than to wait a moment."""
        room = self._window - self._flight
        return 0 if self._bytes >= self._window_bytes or (self._flight and room < LOT) else room

    def _deal(self, texts: Texts) -> None:
        numbers = range(self._taken, self._taken + len(texts))
        self._taken += len(texts)
        self._flight += len(texts)
        self._bytes += texts.size
        idlest = min(range(len(self._hands)), key=lambda one: self._hands[one].load)
        for way, lot in self._routes.of(numbers, texts, idlest):
            self._hands[way].load += len(lot.numbers)
            self._hands[way].send(lot)

    def _end(self) -> None:
        self._ending = True
        for hand in self._hands:
            hand.send(None)

    # --- outcomes in

    def _hear(self, timeout: float) -> bool:
        there: dict[Any, Hand] = {hand.connection: hand for hand in self._hands if hand.is_there}
        ready = wait([*there, self._ear], timeout)
        for one in ready:
            if one is self._ear:
                with suppress(BlockingIOError):
                    self._ear.recv(4096)
            else:
                self._heard(there[one])
        return any(one is not self._ear for one in ready)

    def _heard(self, hand: Hand) -> None:
        try:
            came: News | Over = hand.connection.recv()
        except (EOFError, OSError):
            return self._lost(hand)
        if isinstance(came, News):
            return self._settle(hand, came)
        hand.over = came
        hand.connection.close()
        if came.failure is not None:
            self._fail(CommandError(*came.failure))

    def _lost(self, hand: Hand) -> None:
        """What it had may be stored or not: its lines have no outcome, as after a kill of the whole."""
        hand.connection.close()
        hand.process.join(MARGIN)
        hint = "there may not have been enough memory for it"
        self._fail(CommandError(f"a process ended in the middle, with {hand.process.exitcode}", hint))

    def _fail(self, failure: BaseException) -> None:
        self._failure = self._failure or failure
        self._end()

    def _settle(self, hand: Hand, news: News) -> None:
        count = sum(last - first + 1 for first, last in news.accepted) + len(news.others)
        hand.load -= count
        if self._order is None:
            self._landed(count)
            self._books.settle_runs(news.accepted)
            for one in news.others:
                self._books.settle_one(*one)
        else:
            self._landed(self._order.add(news))

    def _landed(self, count: int) -> None:
        """Lines are taken to be as long as the others: to know it of each would cost as much as to send it here."""
        self._bytes -= self._bytes * count // self._flight if count else 0
        self._flight -= count

    def _leave(self) -> None:
        """What is on its way may arrive, but nobody waits for long."""
        self._ending = True
        for hand in self._hands:
            hand.send(Leave())
        end = time.monotonic() + FAREWELL + MARGIN
        while any(hand.is_there for hand in self._hands) and (left := end - time.monotonic()) > 0:
            self._hear(min(left, GLANCE))
        for hand in self._hands:
            if hand.is_there:
                hand.process.terminate()
                hand.connection.close()


class Order:
    """Keeps what is early, so that the books have all in the order of the input."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._next = 0
        self._early: list[tuple[int, int, One | None]] = []

    def add(self, news: News) -> int:
        """How many could be settled."""
        for first, last in news.accepted:
            heappush(self._early, (first, last, None))
        for one in news.others:
            heappush(self._early, (one.number, one.number, one))
        before = self._next
        while self._early and self._early[0][0] == self._next:
            self._settle()
        return self._next - before

    def flush(self) -> None:
        """It ends with a gap, so what came behind the gap waits for nothing any more."""
        while self._early:
            self._settle()

    def _settle(self) -> None:
        first, last, one = heappop(self._early)
        self._next = last + 1
        if one is None:
            self._books.settle_runs([(first, last)])
        else:
            self._books.settle_one(*one)
