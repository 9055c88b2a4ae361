"""The driver with one thread that owns the socket; any other thread may give it records.

While it sleeps and nothing is in flight, whoever gives a record owns the socket for as long as it takes to write it: to
wake the thread for that would take longer than all the rest of the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Condition, Lock, Thread, get_ident
from time import monotonic
from typing import Generic, TypeVar

from .._forks import remember
from ..errors import ConfigurationError, StreamEnded
from .delivery import Delivery
from .gathering import Gathering
from .link import GLANCE, Link
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
        self.asleep = False  # and for good once it is over, so that nobody gives anything unnoticed
        self.came = came
        self._link = link
        self._exchange = link.exchange
        self._delivery = delivery
        self._ending = False
        self._given_up = False
        self._changed = Condition()
        self._turning = Lock()  # held by the owner of the socket, for as long as it does anything with it
        self._writing: set[int] = set()  # threads; a handler of signals that sends meanwhile would wait for itself
        self._waiters = 0
        remember(self)
        self._ident = 0  # of the thread, once it runs
        self._thread = Thread(target=self._run, name="stream", daemon=True)

    def start(self) -> None:
        """Apart from making it, so that whoever is interrupted while the thread starts has something to end it by."""
        self._thread.start()

    @property
    def is_here(self) -> bool:
        """Whether the caller is a callback, which the thread itself called."""
        return get_ident() == self._ident

    def wake(self) -> None:
        """Somebody gave something, or waits. Raises what the stream ended with, if nobody takes that any more."""
        if self.is_over:
            failure = self.gathering.refuse()
            if failure is not None:
                raise failure
        elif self.asleep and not (self._exchange.is_idle and self._written_at_once()):
            self.asleep = False
            self.asleep = self.is_over  # which it may have become since
            self._link.wake()

    def _written_at_once(self) -> bool:
        """Whether what was given is on its way, and the thread may sleep on."""
        me = get_ident()
        if self._ending or me == self._ident or me in self._writing:
            return False
        try:
            with self._turning:
                self._writing.add(me)
                if not (self.asleep and self.gathered and self._exchange.is_idle):
                    return False
                return self._moved_at_once()
        except BaseException:
            self._link.wake()  # it is over
            raise
        finally:
            self._writing.discard(me)

    def _moved_at_once(self) -> bool:
        """Counted afterwards: by then it is on its way."""
        count = self.gathering.add()
        try:
            return self._link.write()
        finally:
            self.gathering.moved(count)

    def wait_for_room(self) -> None:
        """Until a quarter of the window is free, or the stream is over."""
        self.wait_until(lambda: self.gathering.is_roomy)

    def wait_until(self, reached: Callable[[], bool], timeout: float | None = None) -> bool:
        """Whether it was reached in time; also true when the stream is over."""
        if self.is_here:
            raise ConfigurationError("a callback cannot wait for the stream that calls it")
        end = math.inf if timeout is None else monotonic() + timeout
        with self._changed:
            self._waiters += 1
            try:
                while not (there := self.is_over or reached()) and (left := end - monotonic()) > 0:
                    self._changed.wait(min(left, GLANCE))
            finally:
                self._waiters -= 1
        return there

    def end_soon(self) -> None:
        """No record follows: sends what is left."""
        self._ending = True
        self._link.wake()

    def end(self, timeout: float | None) -> None:
        """No record follows: sends what is left and waits for the answer to be complete, but not for longer."""
        if self._thread.ident is None:  # interrupted before it was started
            self._thread.start()
        self.end_soon()
        if self.is_here:  # the collector of garbage runs in any thread
            return
        self.wait_until(_never, timeout)  # to join is not to be interrupted: Python takes the thread for ended then
        self._given_up = True
        self._link.wake()
        self.wait_until(_never)
        self._thread.join()

    def forget(self) -> None:
        """In a child process, which has no such thread: whoever waited for it would wait for ever."""
        self._changed, self._turning = Condition(), Lock()  # the old ones may be held by a thread that is not there
        self.gathering.forget()
        self.is_over = self.asleep = True

    # --- in the thread

    def _run(self) -> None:
        exchange, link = self._exchange, self._link
        self._ident = get_ident()
        try:
            while not exchange.over:
                with self._turning:
                    moved = self._turn()
                self._deliver()
                link.judge(moved)
                self._sleep()
        except BaseException as error:  # whatever it is, nobody may wait for ever
            exchange.break_off(StreamEnded, f"the stream failed by itself ({error!r})", error)
        finally:
            self._over()
            self._ident = 0  # which another thread may be given as soon as this one has ended

    def _turn(self) -> float:
        """When it was."""
        exchange = self._exchange
        if self._given_up:
            exchange.break_off(StreamEnded, "the caller gave up waiting for reports")
        elif self._ending and not self.gathered:
            exchange.end()
        elif self._takes():
            self.gathering.move()
        moved = self._link.move()
        self.gathering.measure()
        return moved

    def _sleep(self) -> None:
        """Whoever gives something wakes it, and looks whether it sleeps after having given: so it looks once more."""
        self.asleep = True
        if not self._has_work():
            self._link.wait()
        self.asleep = False

    def _has_work(self) -> bool:
        exchange = self._exchange
        ends = self._ending and not self.gathered and not exchange.ending
        return self._takes() or ends or exchange.over or self._given_up

    def _takes(self) -> bool:
        """Behind the last chunk nothing can follow: whoever gave it too late is told so when the stream is over."""
        return bool(self.gathered) and not self._exchange.has_piece and not self._exchange.ending

    def _deliver(self) -> None:
        before = self._delivery.delivered
        self._delivery.take(self._exchange)
        if self._waiters:
            with self._changed:
                self._changed.notify_all()
        if self.came is not None and self._delivery.delivered > before:
            self.came()

    def _over(self) -> None:
        self._link.close()
        self._deliver()  # before anybody can see that it is over
        self.gathering.measure()
        self.is_over = self.asleep = True
        self.gathering.refuse()
        with self._changed:
            self._changed.notify_all()
        if self.came is not None:
            self.came()


def _never() -> bool:
    return False
