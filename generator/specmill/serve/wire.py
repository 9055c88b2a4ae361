"""The bytes of one connection: what is said in one turn goes out together, and how it ends comes behind all of it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from specmill.serve.exchange import Ending
from specmill.serve.limits import Limits
from specmill.serve.tls import Tls
from specmill.serve.transcript import Side, Transcript, What

ENOUGH = 64 * 1024  # bytes that do not wait for more
GLANCE = 0.002  # seconds between two looks at whether the client has taken everything


class Home(Protocol):
    limits: Limits
    transcript: Transcript

    def now(self) -> float: ...


class Wire:
    def __init__(self, transport: asyncio.Transport, home: Home, number: int, tls: ssl.SSLContext | None) -> None:
        self._transport = transport
        self._home = home
        self._number = number
        self._tls = Tls(tls) if tls else None
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []  # for the end of the turn
        self._size = 0
        self._flushing = False
        self.in_turn = False  # whether who has it will flush
        self._ending: Ending | None = None  # how it is to end when everything has left
        self._left = -1  # what the client had not taken when it was looked at last
        self._since = 0.0  # when that changed
        self._timer: asyncio.TimerHandle | None = None
        self.ended = False
        self.client_ended = False
        transport.set_write_buffer_limits(home.limits.unsent)

    # --- from the client

    def received(self, data: bytes) -> bytes:
        """What these bytes say. SSLError if nothing."""
        if self._tls is None:
            return data
        try:
            return self._tls.opened(data)
        finally:
            self._put(self._tls.to_send())

    @property
    def farewelled(self) -> bool:
        """Whether the client has ended its side of TLS."""
        return self._tls is not None and self._tls.ended

    @property
    def speaks(self) -> bool:
        return self._tls is None or self._tls.ready

    def listen(self, wanted: bool) -> None:
        if self._transport.is_closing():
            return
        if wanted:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    # --- to the client

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        self._waiting.append(data)
        self._size += len(data)
        if self._size > ENOUGH:
            self.flush()
        elif not self._flushing and not self.in_turn:
            self._flushing = True
            self._loop.call_soon(self._flush_later)

    def _flush_later(self) -> None:
        self._flushing = False
        self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        if not self._transport.is_closing():
            self.say("server", "data", data)
            self._put(self._tls.sealed(data) if self._tls else data)

    def _put(self, data: bytes) -> None:
        if data and not self._transport.is_closing():
            self._transport.write(data)

    @property
    def unsent(self) -> int:
        return self._size + self._transport.get_write_buffer_size()

    def say(self, side: Side, what: What, data: bytes = b"") -> None:
        self._home.transcript.add(self._home.now(), self._number, side, what, data)

    # --- ends

    def finish(self, how: Ending) -> None:
        """Behind everything that was written; a client that takes nothing of it is not waited for very long."""
        if self._ending is not None or self.ended:
            return
        self.flush()
        if how is Ending.CLOSE and self._tls:
            self._put(self._tls.farewell())
        self._ending, self._since = how, self._loop.time()
        self._look()

    def _look(self) -> None:
        """As long as the client takes something, it has time."""
        how, left, now = self._ending, self._not_taken(), self._loop.time()
        if how is None:
            return
        if left != self._left:
            self._left, self._since = left, now
        if not left:
            self._end(how)
        elif now - self._since > self._home.limits.stalled:
            self._end(Ending.RESET)
        else:
            self._after(GLANCE, self._look)

    def _not_taken(self) -> int:
        left = self._transport.get_write_buffer_size()
        if self._ending is Ending.RESET:  # which throws away what the kernel still holds
            left += in_kernel(self._transport.get_extra_info("socket"))
        return left

    def _end(self, how: Ending) -> None:
        self._ending, self.ended = None, True
        self.say("server", "reset" if how is Ending.RESET else "end")
        if how is Ending.RESET:
            return self._reset()
        try:
            self._transport.write_eof()
        except OSError:  # the client has reset the connection, and the loop has not been told yet
            return self._transport.abort()
        self._after(0 if self.client_ended else self._home.limits.linger, self._transport.abort)

    def _reset(self) -> None:
        connection = self._transport.get_extra_info("socket")
        with suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def abort(self) -> None:
        self._transport.abort()

    def lost(self) -> None:
        self._waiting.clear()
        self._ending, self.ended = None, True
        if self._timer is not None:
            self._timer.cancel()

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, call)


def in_kernel(connection: socket.socket) -> int:
    """How many bytes the other side's kernel has not got; 0 where ours does not tell."""
    if sys.platform == "win32":
        return 0
    from fcntl import ioctl
    from termios import TIOCOUTQ

    with suppress(OSError):
        return int.from_bytes(ioctl(connection.fileno(), TIOCOUTQ, bytes(4)), sys.byteorder)
    return 0
