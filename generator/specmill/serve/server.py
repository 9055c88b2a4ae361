"""The socket, the thread and the loop: ``with Server(responder) as server: … server.url``."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from specmill.errors import Place, SpecmillError
from specmill.serve.connection import Connection
from specmill.serve.exchange import Exchange, Responder
from specmill.serve.head import Refused
from specmill.serve.limits import Limits
from specmill.serve.transcript import Transcript

T = TypeVar("T")
LOOPBACK = "127.0.0.1"


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
    ) -> None:
        self.responder = responder
        self.limits = limits or Limits()
        self.transcript = Transcript()
        self.connections: set[Connection] = set()
        self.failures: list[Exception] = []
        """What the responder raised: a fault of its own, never of a client."""
        self.host = host
        self.port = port
        self._tls = tls
        self._count = 0
        self._began = time.monotonic()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="specmill-serve", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def close(self) -> None:
        if self._thread is None or self._loop is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def do(self, call: Callable[[], T]) -> T:
        """Calls in the server's thread, between two events, and waits for what it returns."""
        assert self._loop is not None, "the server has not been started"

        async def called() -> T:
            return call()

        return asyncio.run_coroutine_threadsafe(called(), self._loop).result()

    def now(self) -> float:
        return time.monotonic() - self._began

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
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            listener = await self._loop.create_server(
                self._connection, self.host, self.port, ssl=self._tls, backlog=512
            )
        except OSError as error:
            raise SpecmillError(
                f"cannot listen there: {error.strerror or error}",
                place=Place(f"{self.host}:{self.port}"),
                hint="--port 0 takes any free port",
            ) from error
        self.port = listener.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stopping.wait()
        listener.close()
        for connection in list(self.connections):
            connection.drop()
        await asyncio.sleep(0)  # for the connections to be told

    def _connection(self) -> Connection:
        self._count += 1
        return Connection(self, self._count - 1)
