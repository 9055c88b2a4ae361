"""Moves bytes between an exchange and its wire until both would have to wait, and says for what and how long.

A stream is judged by its progress: something is in flight and nothing comes, or something is to be written and
nothing goes. How long one record takes has no limit of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from ..errors import StreamTimedOut
from .exchange import Exchange
from .wire import Wire

ROUNDS = 16  # turns at writing and reading before a driver sees to its caller again


class Limits(Struct, frozen=True):
    """Seconds without progress; None never ends."""

    heartbeat: float | None = 10.0
    report: float | None = 30.0
    write: float | None = 30.0
    close: float | None = 10.0


class Pump:
    """``step`` is to be called when the socket is ready, when something was added, and when ``until`` has come.

    It moves and judges. Whoever has something more urgent to do than to judge does that in between.
    """

    def __init__(self, exchange: Exchange[Any, Any], wire: Wire, limits: Limits, now: float) -> None:
        self.exchange = exchange
        self.wire = wire
        self.waits_to_write = False
        self.until = math.inf
        self._limits = limits
        self._wrote = now  # when bytes were written last
        self._stuck = now  # since when nothing could be written though something was there
        self._silent = now  # since when nothing came though something was awaited

    def step(self, now: float) -> None:
        """All that goes without waiting. For what it would wait stands in ``waits_to_write`` and ``until``."""
        self.move(now)
        self.judge(now)

    def move(self, now: float) -> None:
        exchange, wire = self.exchange, self.wire
        if not self.waits_to_write:
            self._stuck = now
        if not exchange.awaits:
            self._silent = now
        if self._limits.heartbeat is not None and now - self._wrote >= self._limits.heartbeat:
            exchange.beat()
        has_piece = exchange.has_piece
        for _ in range(ROUNDS):
            wrote = has_piece and self._write(now)
            read = self._read(now)
            has_piece = exchange.has_piece
            if exchange.over or not (wrote or read) or (wire.drained and not has_piece):
                break
        self.waits_to_write = has_piece or wire.read_needs_write

    def write(self, now: float) -> None:
        """All that can be written without waiting to one who was idle; what has come meanwhile stays where it is."""
        self._stuck = self._silent = now
        while self._write(now):
            pass
        self.waits_to_write = self.exchange.has_piece or self.wire.read_needs_write
        self.judge(now)

    def judge(self, now: float) -> None:
        """What has taken too long ends the exchange; what has not yet says until when it may.

        ``now`` is when it was moved: what has come since lies in the socket, and nobody was there to take it.
        """
        self.until = math.inf
        for since, limit, happens in self._limited():
            if limit is None or self.exchange.over:
                continue
            if now - since >= limit:
                happens(limit)
            self.until = min(self.until, since + limit)

    def _write(self, now: float) -> bool:
        piece = self.exchange.piece()
        if piece is None:
            return False
        try:
            count = self.wire.write(piece)
        except OSError as error:
            self.exchange.cannot_write(error)
            return False
        if count:
            self.exchange.wrote(count)
            self._wrote = self._stuck = now
        return count > 0

    def _read(self, now: float) -> bool:
        try:
            data = self.wire.read()
        except OSError as error:
            self.exchange.lost(error)
            return False
        if data is None:
            return False
        self._silent = now
        if data:
            self.exchange.received(data)
        else:
            self.exchange.closed()
        return bool(data)

    def _limited(self) -> Iterator[tuple[float, float | None, Any]]:
        exchange, limits = self.exchange, self._limits
        if self.waits_to_write:
            yield self._stuck, limits.write, self._cannot_write
        if not exchange.writing or (exchange.ending and not exchange.pending):
            yield self._silent, limits.close, self._close
        elif exchange.in_flight:
            yield self._silent, limits.report, self._no_reports
        if exchange.writing and not exchange.ending:
            yield self._wrote, limits.heartbeat, _nothing

    def _cannot_write(self, limit: float) -> None:
        self._timed_out(f"the server has taken nothing for {limit:g} s")

    def _no_reports(self, limit: float) -> None:
        hint = "a proxy that buffers holds all reports back until the stream ends"
        self._timed_out(f"no report has come for {limit:g} s ({hint})")

    def _close(self, limit: float) -> None:
        self.exchange.gave_up()

    def _timed_out(self, told: str) -> None:
        self.exchange.break_off(StreamTimedOut, told)


def _nothing(limit: float) -> None:
    """The heartbeat: ``step`` sees to it."""
