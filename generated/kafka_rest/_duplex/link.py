"""Exchange, wire and pump of one stream, driven by a thread that may wait: the caller's, or one of its own."""

from __future__ import annotations

import math
import socket
from contextlib import suppress
from time import monotonic
from typing import Generic, TypeVar

from .._forks import remember
from ..errors import StreamBroken, StreamEnded
from .opening import Opening
from .pump import Limits, Pump
from .ready import ready

R = TypeVar("R")
A = TypeVar("A")
ANOTHER_PROCESS = "this is another process than the one that opened the stream"
GLANCE = 0.5
"""Seconds that a caller's thread waits at once: of a signal that comes just ahead of a wait, Python tells behind it."""


class Link(Generic[R, A]):
    """One stream on its connection. Whoever calls ``turn`` and ``wait`` is its owner at that time."""

    def __init__(self, opening: Opening, limits: Limits) -> None:
        self.exchange = opening.exchange()
        self.is_forgotten = False  # in a child process, whose parent sees to it
        self.wire = opening.connected()
        self._pump = Pump(self.exchange, self.wire, limits, monotonic())
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)
        self._ready = ready(self.wire, self._ear)
        remember(self)

    def turn(self) -> None:
        """All I/O that goes without waiting."""
        self.judge(self.move())

    def move(self) -> float:
        """The first half of a turn, and when it was; ``judge`` is the other, which nobody has to wait for."""
        now = monotonic()
        try:
            self._pump.move(now)
        except BaseException as error:
            self._interrupted(error)
            raise
        return now

    def judge(self, now: float) -> None:
        """Whether something has taken too long."""
        self._pump.judge(now)

    def write(self) -> bool:
        """Writes what goes without waiting; whether it was all, and a wait that goes on need not end earlier now."""
        until = self._pump.until
        try:
            self._pump.write(monotonic())
        except BaseException as error:
            self._interrupted(error)
            raise
        return not self._pump.waits_to_write and not self.exchange.over and self._pump.until >= until

    def wait(self, end: float = math.inf) -> None:
        """Until the socket is ready, somebody calls ``wake``, or time is up for something."""
        until = min(self._pump.until, end)
        left = None if until == math.inf else max(0.0, until - monotonic())
        if self._ready.wait(self._pump.waits_to_write, left):
            self._ear.recv(4096)

    def _interrupted(self, error: BaseException) -> None:
        """By Ctrl-C, say: nobody knows how much of a chunk has gone."""
        self.exchange.break_off(StreamBroken, f"it was interrupted while it sent and received ({error!r})", error)

    def run_to_end(self, timeout: float | None) -> None:
        """Turns until the exchange is over, but for no longer than that."""
        end = math.inf if timeout is None else monotonic() + timeout
        while not self.exchange.over:
            self.turn()
            if not self.exchange.over and monotonic() >= end:
                self.exchange.break_off(StreamEnded, "the caller gave up waiting for reports")
            if not self.exchange.over:
                self.wait(min(end, monotonic() + GLANCE))
        self.close()

    def wake(self) -> None:
        """The only method that another thread than the owner may call."""
        with suppress(OSError):  # it is awake, or gone
            self._mouth.send(b"!")

    def close(self) -> None:
        self.exchange.tell()
        self.wire.close()
        self._ear.close()
        self._mouth.close()

    def forget(self) -> None:
        """In a child process, where nothing of this may be used: the parent goes on with it."""
        self.is_forgotten = True
        self.exchange.break_off(StreamBroken, ANOTHER_PROCESS)
        self.wire.forget()
        for one in (self._ear, self._mouth):
            one.close()
