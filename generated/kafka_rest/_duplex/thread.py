"""The driver with one thread that owns the socket; any other thread may give it records."""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, Thread, current_thread
from typing import Generic, TypeVar

from ..errors import ConfigurationError, StreamEnded
from .delivery import Delivery
from .forks import remember
from .gathering import Gathering
from .link import Link
from .options import Choices

R = TypeVar("R")
A = TypeVar("A")


class Driver(Generic[R, A]):
    """Turns whenever there is something to do, and sleeps otherwise."""

    def __init__(
        self, link: Link[R, A], delivery: Delivery[R, A], choices: Choices, came: Callable[[], None] | None = None
    ) -> None:
        self.gathering: Gathering[R] = Gathering(link.exchange, delivery, choices)
        self.gathered = self.gathering.entries
        self.is_over = False
        self.asleep = False
        self._link = link
        self._exchange = link.exchange
        self._delivery = delivery
        self._choices = choices
        self._came = came
        self._ending = False
        self._given_up = False
        self._changed = Condition()
        self._waiters = 0
        remember(self)
        self._thread = Thread(target=self._run, name="stream", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        if self.asleep:
            self.asleep = False
            self._link.wake()

    def wait_for_room(self) -> None:
        """Until a quarter of the window is free, or the stream is over."""
        self.wait_until(lambda: self.gathering.is_roomy)

    def wait_until(self, reached: Callable[[], bool], timeout: float | None = None) -> bool:
        """Whether it was reached in time; also true when the stream is over."""
        if current_thread() is self._thread:
            raise ConfigurationError("a callback cannot wait for the stream that calls it")
        self.wake()
        with self._changed:
            self._waiters += 1
            try:
                return self._changed.wait_for(lambda: self.is_over or reached(), timeout)
            finally:
                self._waiters -= 1

    def end_soon(self) -> None:
        """No record follows: sends what is left."""
        self._ending = True
        self._link.wake()

    def end(self, timeout: float | None) -> None:
        """No record follows: sends what is left and waits for the answer to be complete, but not for longer."""
        self.end_soon()
        if current_thread() is self._thread:
            return
        self._thread.join(timeout)
        self._given_up = True
        self._link.wake()
        self._thread.join()

    def forget(self) -> None:
        """In a child process, which has no such thread: whoever waited for it would wait for ever."""
        self._changed = Condition()  # the old one may be held by a thread that is not there
        self.gathering.forget()
        self.is_over = True

    # --- in the thread

    def _run(self) -> None:
        exchange, link = self._exchange, self._link
        try:
            while not exchange.over:
                if self.gathered and not exchange.has_piece:
                    self.gathering.move()
                elif self._ending and not self.gathered:
                    exchange.end()
                link.turn()
                self.gathering.measure()
                self._deliver()
                self._sleep()
                if self._given_up:
                    exchange.break_off(StreamEnded, "the caller gave up waiting for reports")
        except BaseException as error:  # whatever it is, nobody may wait for ever
            exchange.break_off(StreamEnded, f"the stream failed by itself ({error!r})", error)
        finally:
            self._over()

    def _sleep(self) -> None:
        """Whoever gives something wakes it, and looks whether it sleeps after having given: so it looks once more."""
        self.asleep = True
        if not self._has_work():
            self._link.wait()
        self.asleep = False

    def _has_work(self) -> bool:
        exchange = self._exchange
        if self.gathered:
            return not exchange.has_piece
        return exchange.over or self._given_up or (self._ending and not exchange.ending)

    def _deliver(self) -> None:
        before = self._delivery.delivered
        self._delivery.take(self._exchange)
        if self._waiters:
            with self._changed:
                self._changed.notify_all()
        if self._came is not None and self._delivery.delivered > before:
            self._came()

    def _over(self) -> None:
        self._link.close()
        self._deliver()  # before anybody can see that it is over
        self.gathering.measure()
        self.is_over = True
        self.gathering.refuse()
        with self._changed:
            self._changed.notify_all()
        if self._came is not None:
            self._came()
