"""One accepted connection, plain or TLS, owned by one thread that reads and writes as if at once.

Nothing here blocks but ``_wait``, which has a limit and is woken when the peer goes home. What is written gathers in
the outbox and leaves before any wait; while it leaves, what the client sends meanwhile is taken in. So no two sides
ever wait for each other, however much either of them writes before it reads.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

# Linux tells of a client's end even behind bytes that were never read.
HUNG_UP = select.POLLHUP | select.POLLERR | getattr(select, "POLLRDHUP", 0)
FULL_OUTBOX = 64 * 1024
READ = 256 * 1024


class Gone(Exception):
    """The client closed or reset the connection, or the test is over: no fault, just the end of the conversation."""


class Waited(AssertionError):
    """The client did not do in time what the behaviour waits for."""


class Channel:
    def __init__(self, connection: socket.socket, port: int, home: socket.socket, patience: float) -> None:
        self.inbox = bytearray()
        self.reading = True
        self.protocol: str | None = None
        self.connection = connection
        self.port = port
        """The client's own."""
        self.home = home
        self._patience = patience
        self._awaits: int | None = None
        self._outbox = bytearray()
        connection.setblocking(False)
        with suppress(OSError):  # the client may have gone already
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def start_tls(self, context: ssl.SSLContext) -> None:
        self.connection = secured = context.wrap_socket(
            self.connection, server_side=True, do_handshake_on_connect=False
        )
        until = monotonic() + self._patience
        while (wanted := self._try(secured.do_handshake)) is not None:
            self._wait(wanted, until)
        self.protocol = secured.selected_alpn_protocol()

    # What a conversation is made of

    def write(self, data: bytes) -> None:
        self._outbox += data
        if len(self._outbox) >= FULL_OUTBOX:
            self.flush()

    def flush(self) -> None:
        """All that was written is with the kernel when this returns."""
        until = monotonic() + self._patience
        while self._outbox:
            wanted = self._try(self._send)
            if wanted is not None:
                ready = self._wait(wanted | (select.POLLIN if self.reading else 0), until)
                if ready & select.POLLIN and self.reading:
                    self.reading = self._take_in()

    def fill(self, within: float | None = None) -> bool:
        """Waits for more bytes of the client; False at its end, or when there were none within so many seconds."""
        self.flush()
        before = len(self.inbox)
        until = monotonic() + (self._patience if within is None else within)
        while len(self.inbox) == before:
            if not self._take_in():
                return False
            if len(self.inbox) > before:
                break
            try:
                self._wait(select.POLLIN, until, rests=within is None)
            except Waited:
                if within is None:
                    raise
                return False
        return True

    def _send(self) -> None:
        sent = self.connection.send(self._outbox)
        del self._outbox[:sent]

    def _take_in(self) -> bool:
        """What is there, without waiting; False when the client has ended its side."""
        try:
            data = self.connection.recv(READ)
        except (ssl.SSLWantReadError, BlockingIOError):
            return True
        except ssl.SSLEOFError:
            return False
        except OSError as error:
            raise Gone(str(error)) from error
        self.inbox += data
        return bool(data)

    def resting(self) -> bool:
        """Whether everything that came was judged, everything said has left, and only the client can go on.

        For other threads. Who asks and sees True has in its own socket all that it will ever hear without saying more.
        """
        awaited = self._awaits
        if awaited is None:
            return False
        poll = select.poll()
        poll.register(self.connection, awaited | (0 if awaited else HUNG_UP))
        return not poll.poll(0) and self._awaits is not None

    # How it ends

    def half_close(self, notify: bool = True) -> None:
        """FIN, after TLS's own farewell unless the end is to look like a cut."""
        self.flush()
        if notify:
            self._farewell()
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Both directions at once, as a process does that ends; the kernel resets when bytes were left unread."""
        self.flush()
        self._farewell()
        self.connection.close()

    def drop(self) -> None:
        """As it is, whatever was still to be written."""
        self.connection.close()

    def reset(self) -> None:
        """RST, behind everything that was written."""
        self.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def linger(self) -> None:
        """Reads on and throws away until the client closes."""
        self.flush()
        until = monotonic() + self._patience
        while True:
            try:
                if not self.connection.recv(READ):
                    return
            except (ssl.SSLWantReadError, BlockingIOError):
                self._wait(select.POLLIN, until, rests=True)
            except OSError:
                return

    def until_closed(self) -> None:
        """Reads nothing, and waits until the client has gone."""
        self.flush()
        self._wait(0, monotonic() + self._patience, rests=True)

    def _farewell(self) -> None:
        if isinstance(self.connection, ssl.SSLSocket):
            with suppress(OSError, ValueError):  # it also wants to wait for the client's; ours is sent by then
                self.connection.unwrap()

    # Waiting

    def _try(self, step: Callable[[], None]) -> int | None:
        """Runs one step on the socket; what to wait for when it could not go on."""
        try:
            step()
        except ssl.SSLWantReadError:
            return select.POLLIN
        except (ssl.SSLWantWriteError, BlockingIOError):
            return select.POLLOUT
        except OSError as error:
            raise Gone(str(error)) from error
        return None

    def _wait(self, wanted: int, until: float, rests: bool = False) -> int:
        poll = select.poll()
        poll.register(self.home, select.POLLIN)
        poll.register(self.connection, wanted | (0 if wanted else HUNG_UP))
        self._awaits = wanted if rests else None
        ready = dict(poll.poll(max(0.0, until - monotonic()) * 1000))
        self._awaits = None
        if self.home.fileno() in ready:
            raise Gone("the test is over")
        if not ready:
            raise Waited(f"the client did nothing for {self._patience} s")
        return ready[self.connection.fileno()]
