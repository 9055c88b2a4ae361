"""The driver on an event loop, which owns the socket without a transport between them.

asyncio's transports close themselves when a write fails and drop what was read, so the answer that a server sends
before it stops listening would never be seen.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Generic, TypeVar

from ..errors import StreamBroken, StreamEnded
from .delivery import Delivery
from .forks import remember
from .gathering import Gathering
from .link import ANOTHER_PROCESS
from .opening import Opening
from .options import Choices
from .pump import Pump
from .wire import Wire

R = TypeVar("R")
A = TypeVar("A")


class Driver(Generic[R, A]):
    """Turns whenever the loop says that the socket is ready, that something was given, or that time is up."""

    def __init__(
        self,
        opening: Opening,
        wire: Wire,
        delivery: Delivery[R, A],
        choices: Choices,
        came: Callable[[], None] | None = None,
    ) -> None:
        self.exchange = opening.exchange()
        self.gathering: Gathering[R] = Gathering(self.exchange, delivery, choices)
        self.gathered = self.gathering.entries
        self.is_over = False
        self.ending = False
        self._delivery = delivery
        self._came = came
        self._wire = wire
        self._pump = Pump(self.exchange, wire, choices.limits, monotonic())
        self._loop = asyncio.get_running_loop()
        self._scheduled = False
        self._writes = False
        self._timer: asyncio.TimerHandle | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._loop.add_reader(wire, self.turn)
        remember(self)
        self.schedule()

    def schedule(self) -> None:
        """A turn as soon as the caller's task waits for something, so that all it gives till then goes at once."""
        if not self._scheduled and not self.is_over:
            self._scheduled = True
            self._loop.call_soon(self._scheduled_turn)

    async def wait_until(self, reached: Callable[[], bool]) -> None:
        """... or until the stream is over."""
        while not self.is_over and not reached():
            self.schedule()
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter

    def turn(self) -> None:
        if self.is_over:
            return
        exchange = self.exchange
        if self.gathered and not exchange.has_piece:
            self.gathering.move()
        elif self.ending and not self.gathered:
            exchange.end()
        self._pump.step(monotonic())
        self.gathering.measure()
        self._delivery.take(exchange)
        if exchange.over:
            self._over()
            return
        self._listen()
        if not exchange.has_piece and (self.gathered or (self.ending and not exchange.ending)):
            self.schedule()
        self._notify()

    def give_up(self, told: str) -> None:
        """Over at once."""
        if not self.is_over:
            self.exchange.break_off(StreamEnded, told)
            self._over()

    def forget(self) -> None:
        """In a child process."""
        self.exchange.break_off(StreamBroken, ANOTHER_PROCESS)
        self._wire.forget()
        self.gathering.forget()
        self.is_over = True

    def _scheduled_turn(self) -> None:
        self._scheduled = False
        self.turn()

    def _listen(self) -> None:
        """To what the pump waits for."""
        if self._pump.waits_to_write != self._writes:
            self._writes = not self._writes
            if self._writes:
                self._loop.add_writer(self._wire, self.turn)
            else:
                self._loop.remove_writer(self._wire)
        if self._timer is None and self._pump.until < math.inf:
            self._timer = self._loop.call_later(max(0.0, self._pump.until - monotonic()), self._time_is_up)

    def _time_is_up(self) -> None:
        # The time may have been put off meanwhile, which a turn finds out more cheaply than a new timer for each.
        self._timer = None
        self.turn()

    def _over(self) -> None:
        self.is_over = True
        self.gathering.measure()
        with suppress(RuntimeError):  # the loop is closed already
            self._loop.remove_reader(self._wire)
            self._loop.remove_writer(self._wire)
        if self._timer is not None:
            self._timer.cancel()
        self._wire.close()
        self.gathering.refuse()
        self._notify()

    def _notify(self) -> None:
        if self._came is not None:
            self._came()
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
