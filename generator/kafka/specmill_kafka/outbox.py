"""The answer of a stream on its way to the client: framed, bounded, and cut where the switches say so."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable

from specmill.serve.exchange import Ending, Exchange, Framing
from specmill_kafka.behaviour import Behaviour
from specmill_kafka.reports import DELIMITER, framed

AHEAD = 262_144  # bytes that are given to the connection before the client has taken any
TOGETHER = 512  # reports: with more at once the connection would find that too much lies there, and read no further
INSIDE = 10  # bytes that end inside of a report
LOOK = 0.01  # seconds between two looks at a client that is slow
GZIP = 16 + zlib.MAX_WBITS


class Outbox:
    """``put`` reports, ``close`` behind the last. ``full`` tells when no more records should be read."""

    def __init__(self, exchange: Exchange, behaviour: Behaviour, framing: Framing, gzip: bool) -> None:
        self._exchange = exchange
        self._behaviour = behaviour
        self._framing = framing
        self._gzip = zlib.compressobj(wbits=GZIP) if gzip else None
        self._held_back = bytearray()
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._given = 0  # bytes of the body
        self._watching = False
        self._moved = 0.0  # when the client last took something
        self._unsent = 0
        self._closed: Callable[[], None] | None = None
        self._dropping = False
        if self._gzip is not None:
            self._give(self._chunk(self._gzip.compress(b"") or GZIP_HEAD))

    @property
    def full(self) -> bool:
        return self._size > self._behaviour.number("unread-bytes")

    def put(self, reports: list[bytes]) -> None:
        if self._dropping:
            return
        for place in range(0, len(reports), TOGETHER):
            self._put(reports[place : place + TOGETHER])

    def _put(self, reports: list[bytes]) -> None:
        if self._gzip is not None:
            self._held_back += self._gzip.compress(DELIMITER.join([*reports, b""]))
        elif self._framing == "chunked":
            self._queue(framed(reports, self._behaviour.word("reports")))
        else:
            self._queue(DELIMITER.join([*reports, b""]))

    def close(self, then: Callable[[], None]) -> None:
        """``then`` is called when all of it is on its way."""
        if self._gzip is not None:
            rest = bytes(self._held_back) + self._gzip.flush()
            self._queue(self._chunk(rest.removeprefix(GZIP_HEAD)))
        self._closed = then
        self._pump()

    # --- to the connection

    def _queue(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)
        self._pump()

    def _pump(self) -> None:
        while self._waiting and self._exchange.unsent < AHEAD:
            data = self._waiting.popleft()
            self._size -= len(data)
            self._give(data)
        if self._waiting:
            self._watch()
        elif self._closed is not None:
            then, self._closed = self._closed, None
            then()

    def _give(self, data: bytes) -> None:
        reset, cut = (self._behaviour.number(name) - self._given for name in ("reset-after", "cut-after"))
        self._given += len(data)
        if len(data) < min(reset, cut):
            return self._exchange.raw(data)
        self._exchange.raw(data[: max(0, int(min(reset, cut)))])
        self._exchange.finish(Ending.RESET if reset <= cut else Ending.CUT)

    def _chunk(self, data: bytes) -> bytes:
        return b"%X\r\n%b\r\n" % (len(data), data) if self._framing == "chunked" else data

    # --- a client that does not read

    def _watch(self) -> None:
        if not self._watching:
            self._watching = True
            self._moved, self._unsent = self._exchange.now(), self._exchange.unsent
            self._exchange.later(LOOK, self._look)

    def _look(self) -> None:
        self._watching = False
        now, unsent = self._exchange.now(), self._exchange.unsent
        moved = now if unsent < self._unsent else self._moved
        self._pump()
        if not self._waiting:
            return
        if now - moved > self._behaviour.number("idle") and self._behaviour.word("unread") != "hold":
            return self._give_up()
        self._watch()
        self._moved = moved

    def _give_up(self) -> None:
        """What the client has taken ends inside of a report; or there will be no more of them, and a good end."""
        if self._behaviour.word("unread") == "cut":
            self._exchange.raw(self._waiting[0][:INSIDE])
            return self._exchange.finish(Ending.CUT)
        self._dropping = True
        self._waiting.clear()
        self._size = 0
        self._pump()


GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
