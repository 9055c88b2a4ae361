"""The driver on an event loop, which owns the socket without a transport between them.

asyncio's transports close themselves when a write fails and drop what was read, so the answer that a server sends
before it stops listening would never be seen.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from contextlib import suppress
from threading import get_ident
from time import monotonic
from typing import Generic, TypeVar

from .._forks import remember
from .._http import ANOTHER_LOOP
from ..errors import ConfigurationError, StreamBroken, StreamEnded
from .delivery import Delivery
from .gathering import Gathering
from .link import ANOTHER_PROCESS
from .opening import Opening
from .options import Choices
from .pump import Pump
from .source import tell_beside
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
        if choices.on_batch is not None:
            delivery.stay_text(self.exchange)
        self.gathering: Gathering[R] = Gathering(self.exchange, delivery, choices)
        self.gathered = self.gathering.entries
        self.is_over = False
        self.is_forgotten = False  # in a child process, whose parent sees to it
        self.ending = False
        self._delivery = delivery
        self.came = came
        self._wire = wire
        self._pump = Pump(self.exchange, wire, choices.limits, monotonic())
        self._loop = asyncio.get_running_loop()
        self._thread = get_ident()
        self._scheduled = False
        self._writes = False
        self._timer: asyncio.TimerHandle | None = None
        self._alarm = math.inf  # when the timer goes off
        self._waiters: list[asyncio.Future[None]] = []
        self._watch()
        remember(self)
        self.schedule()

    def wake(self) -> None:
        """Somebody gave something. Raises what the stream ended with, if nobody takes that any more."""
        if self.is_over:
            failure = self.gathering.refuse()
            if failure is not None:
                raise failure
        self.schedule()

    async def wait_for_room(self) -> None:
        """Until a quarter of the window is free, or the stream is over."""
        await self.wait_until(lambda: self.gathering.is_roomy)

    def schedule(self) -> None:
        """A turn as soon as the caller's task waits for something, so that all it gives till then goes at once."""
        if not self._scheduled and not self.is_over:
            self.refuse_elsewhere()
            self._scheduled = True
            self._loop.call_soon(self._scheduled_turn)

    async def wait_until(self, reached: Callable[[], bool]) -> None:
        """... or until the stream is over."""
        self.refuse_elsewhere()
        self.schedule()  # once: each turn wakes its waiters, and a turn for each that goes on waiting would never end
        while not self.is_over and not reached():
            waiter = self._loop.create_future()
            self._waiters.append(waiter)
            await waiter

    def refuse_elsewhere(self) -> None:
        """Whoever waits in another event loop would wait for ever."""
        try:
            here = asyncio.get_running_loop()
        except RuntimeError:
            here = None
        if here is not self._loop and not self.is_over:
            raise ConfigurationError(ANOTHER_LOOP.format("stream"))

    def turn(self) -> None:
        if self.is_over:
            return
        exchange = self.exchange
        if self.ending and not self.gathered:
            exchange.end()
        elif self._takes():
            self.gathering.move()
        self._pump.step(monotonic())
        self.gathering.measure()
        self._delivery.take(exchange)
        if exchange.over:
            self._over()
            return
        self._listen()
        if self._takes() or (self.ending and not self.gathered and not exchange.ending):
            self.schedule()
        self._notify()

    def give_up(self, told: str) -> None:
        """Over at once."""
        if not self.is_over:
            self.exchange.break_off(StreamEnded, told)
            self._over()

    def abandon(self, told: str) -> None:
        """Over at once, though a collector of garbage calls in any thread, and maybe after the end of the loop."""
        if get_ident() == self._thread or self._loop.is_closed():
            self.give_up(told)
            return
        with suppress(RuntimeError):  # it was closed meanwhile, and took the socket with it
            self._loop.call_soon_threadsafe(self.give_up, told)

    def forget(self) -> None:
        """In a child process."""
        self.is_forgotten = True
        self.exchange.break_off(StreamBroken, ANOTHER_PROCESS)
        self._wire.forget()
        self.gathering.forget()
        self.is_over = True

    def _takes(self) -> bool:
        """Behind the last chunk nothing can follow: whoever gave it too late is told so when the stream is over."""
        return bool(self.gathered) and not self.exchange.has_piece and not self.exchange.ending

    def _watch(self) -> None:
        try:
            self._loop.add_reader(self._wire, self.turn)
        except NotImplementedError:
            self._wire.close()
            raise ConfigurationError(
                f"a stream needs an event loop that watches sockets, which {type(self._loop).__name__} does not; "
                "use asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)"
            ) from None

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
        if self._pump.until < self._alarm:
            if self._timer is not None:
                self._timer.cancel()
            self._alarm = self._pump.until
            self._timer = self._loop.call_later(max(0.0, self._alarm - monotonic()), self._time_is_up)

    def _time_is_up(self) -> None:
        # The time may have been put off meanwhile, which a turn finds out more cheaply than a new timer for each.
        self._timer = None
        self._alarm = math.inf
        self.turn()

    def _over(self) -> None:
        if self.is_over:  # a callback let go of the stream, in the middle of a turn
            return
        self.is_over = True
        self.gathering.measure()
        if not self._loop.is_closed():
            self._loop.remove_reader(self._wire)
            self._loop.remove_writer(self._wire)
        if self._timer is not None:
            self._timer.cancel()
        self._wire.close()
        self.exchange.tell()
        self.gathering.refuse()
        if not self._loop.is_closed():
            self._notify()

    def _notify(self) -> None:
        if self.came is not None:
            self.came()
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


async def stop(feeding: asyncio.Task[None], error: BaseException, known: BaseException | None) -> None:
    """Nobody takes its reports any more, because of an error; what it ended with itself is not lost beside that."""
    feeding.cancel()
    await asyncio.wait([feeding])
    own = None if feeding.cancelled() else feeding.exception()
    if own is None or own is error or own is known:
        return
    if isinstance(error, GeneratorExit):  # which nobody sees
        told = {"message": "an exchange was left, and its records ended with an error", "exception": own}
        asyncio.get_running_loop().call_exception_handler(told)
    else:
        tell_beside(error, own)
