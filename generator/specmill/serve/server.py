"""The socket, the thread and the loop: ``with Server(responder) as server: … server.url``."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from ipaddress import ip_address
from types import TracebackType
from typing import Self, TypeVar

from specmill.errors import Place, SpecmillError
from specmill.serve.connection import Connection
from specmill.serve.exchange import Exchange, Listener, Responder
from specmill.serve.head import Refused
from specmill.serve.limits import Limits
from specmill.serve.origins import Origins
from specmill.serve.transcript import Transcript

T = TypeVar("T")
LOOPBACK = "127.0.0.1"
ANYWHERE = {"": LOOPBACK, "0.0.0.0": LOOPBACK, "::": "::1"}
BACKLOG = 512


class Server:
    """Listens when the block is entered; when it is left no thread and no socket is."""

    def __init__(
        self,
        responder: Responder,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        origins: Iterable[str] = (),
    ) -> None:
        self.responder = responder
        self.limits = limits or Limits()
        self.transcript = Transcript()
        self.connections: set[Connection] = set()
        self.failures: list[Exception] = []
        """What the responder raised: a fault of its own, never of a client."""
        self.host = host
        self.port = port
        self.is_local = True
        """Whether nobody but this machine can reach it; known once it listens."""
        self._tls = tls
        self._origins = Origins(origins)
        self._count = 0
        self._began = time.monotonic()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where a client on this machine finds it."""
        host = ANYWHERE.get(self.host, self.host)
        return f"{'https' if self._tls else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"

    def start(self) -> None:
        self._socket = _listening(self.host, self.port)
        address, self.port = self._socket.getsockname()[:2]
        self.is_local = ip_address(address.partition("%")[0]).is_loopback
        self._thread = threading.Thread(target=self._run, name="specmill-serve", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def close(self) -> None:
        """Whatever is going on: every connection is dropped, and its listener told."""
        if self._thread is None or self._loop is None:
            return
        with suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None
        close = getattr(self.responder, "close", None)  # of one that has connections or threads of its own
        if close is not None:
            close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def do(self, call: Callable[[], T]) -> T:
        """Calls in the server's thread, between two events, and waits for what it returns."""
        assert self._loop is not None, "the server has not been started"
        if threading.current_thread() is self._thread or self._thread is None:
            return call()
        result: Future[T] = Future()

        def called() -> None:
            try:
                result.set_result(call())
            except BaseException as error:
                result.set_exception(error)

        self._loop.call_soon_threadsafe(called)
        return result.result()

    def now(self) -> float:
        return time.monotonic() - self._began

    def begin(self, exchange: Exchange) -> Listener:
        return self._origins.opened(exchange) or self.responder.begin(exchange)

    def refuse(self, exchange: Exchange, refused: Refused) -> None:
        """What is no request. A responder that has a page of its own for these says so by a method of this name."""
        own = getattr(self.responder, "refuse", None)
        if own is not None:
            own(exchange, refused)
        else:
            exchange.answer(refused.status, {"Content-Type": "text/plain"}, refused.message.encode() + b"\n")

    # --- in the thread

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        assert self._socket is not None
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        listener = await self._loop.create_server(self._connection, sock=self._socket, backlog=BACKLOG)
        self._ready.set()
        await self._stopping.wait()
        listener.close()
        while self.connections:
            for connection in tuple(self.connections):
                connection.drop()
            await asyncio.sleep(0)  # for the connections to be told

    def _connection(self) -> Connection:
        self._count += 1
        return Connection(self, self._count - 1, self._tls)


def _listening(host: str, port: int) -> socket.socket:
    """Listening on the first address that the name has: on two, a port of 0 would be two ports."""
    listening: socket.socket | None = None
    try:
        if not 0 <= port < 65536:  # which getaddrinfo might make another one of
            raise OverflowError("a port is a number from 0 to 65535")
        family, kind, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind)
        if os.name == "posix":  # elsewhere it lets two listen on one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        if listening is not None:
            listening.close()
        told = getattr(error, "strerror", None) or error
        hint = "--port 0 takes any free port" if port else "--host 127.0.0.1 is this machine"
        raise SpecmillError(f"cannot listen there: {told}", place=Place(f"{host}:{port}"), hint=hint) from error
    return listening
