"""Listens on a free port of this machine, with one thread for every connection, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Protocol

from tests.contract.faulty.wire import Gone, Malformed, Request, Wire, head_of

ACROSS = 30.0  # seconds that a thread may take to end; it takes none unless something is wrong
BUFFER = 65536  # bytes for each direction; the less there is, the sooner a slow reader is felt


class Site(Protocol):
    """What answers the requests."""

    def serve(self, wire: Wire, request: Request) -> bool:
        """Answers one request. Whether the connection can take another."""


class Listener:
    def __init__(self, site: Site, idle: float) -> None:
        self.failures: list[Exception] = []  # what nobody had thought of; a server without faults has none
        self._site = site
        self._idle = idle
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._closing = False
        self._thread = threading.Thread(target=self._listen, name="listener")
        self._thread.start()

    @property
    def url(self) -> str:
        host, port = self._socket.getsockname()
        return f"http://{host}:{port}"

    def settle(self) -> None:
        """Waits until every connection that is open now has ended, as those end that the caller has closed."""
        with self._lock:
            threads = list(self._open.values())
        for thread in threads:
            thread.join(ACROSS)

    def close(self) -> None:
        self._closing = True
        with contextlib.suppress(OSError), socket.create_connection(self._socket.getsockname()):
            pass  # wakes the thread that accepts
        self._thread.join(ACROSS)
        with self._lock:
            left = dict(self._open)
        for sock, thread in left.items():
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            thread.join(ACROSS)
        self._socket.close()

    def _listen(self) -> None:
        while True:
            sock, _ = self._socket.accept()
            if self._closing:
                sock.close()
                return
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            thread = threading.Thread(target=self._talk, args=(sock,), name="connection")
            with self._lock:
                self._open[sock] = thread
                thread.start()

    def _talk(self, sock: socket.socket) -> None:
        wire = Wire(sock, self._idle)
        try:
            self._requests(wire)
        except (OSError, Gone):
            pass  # the caller went away, or was silent for too long between two requests
        except Exception as problem:
            self.failures.append(problem)
        finally:
            sock.close()
            with self._lock:
                del self._open[sock]

    def _requests(self, wire: Wire) -> None:
        try:
            while (request := wire.request()) is not None:
                if not self._site.serve(wire, request):
                    wire.linger()
                    return
        except Malformed:
            wire.send(head_of(400, {"Content-Length": "0", "Connection": "close"}))
            wire.linger()


@contextlib.contextmanager
def listening(site: Site, idle: float) -> Iterator[Listener]:
    listener = Listener(site, idle)
    try:
        yield listener
    finally:
        listener.close()
