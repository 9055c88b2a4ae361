"""One client's connection on an event loop: requests one after the other, each with its exchange."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, cast

from specmill.serve.body import BadFraming, Body, body_of
from specmill.serve.exchange import Ending, Exchange, Listener, Lost, Responder
from specmill.serve.head import Refused, Request, take_head
from specmill.serve.limits import Limits
from specmill.serve.transcript import Side, Transcript, What

MUCH = 1024 * 1024  # bytes of requests that have come and cannot be looked at before an answer has ended


class Home(Protocol):
    """What a connection needs of its server."""

    limits: Limits
    responder: Responder
    transcript: Transcript
    connections: set[Connection]
    failures: list[Exception]

    def now(self) -> float: ...

    def refuse(self, exchange: Exchange, refused: Refused) -> None: ...


class Connection(asyncio.Protocol):
    def __init__(self, home: Home, number: int) -> None:
        self._home = home
        self._number = number
        self._loop = asyncio.get_running_loop()
        self._inbox = bytearray()
        self._exchange: Exchange | None = None
        self._listener: Listener | None = None
        self._body: Body | None = None
        self._advancing = False
        self._ending: Ending | None = None  # how it is to end when everything has left
        self._deaf = False  # what still comes is thrown away
        self._held = self._full = self._congested = False
        self._patience: asyncio.TimerHandle | None = None

    # --- told by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(self._home.limits.unsent)
        self._home.connections.add(self)
        self._say("client", "open")
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        self._say("client", "data", data)
        if self._deaf:
            return
        self._inbox += data
        self._advance()

    def eof_received(self) -> bool:
        self._say("client", "end")
        if self._exchange is None or self._deaf:
            return False
        if self._body is not None and not self._body.done:
            self._lose(Lost.HALF_CLOSED, "Early EOF")
        return True  # it can still be answered

    def connection_lost(self, exc: Exception | None) -> None:
        self._home.connections.discard(self)
        if exc is not None:
            self._say("client", "reset")
        self._stop_waiting()
        self._deaf = True
        if self._exchange is not None and not self._exchange.over:
            self._exchange.over = True
            self._told(lambda listener: listener.lost(Lost.GONE, str(exc or "the client closed")))

    def pause_writing(self) -> None:
        self._congested = True
        self._listen()

    def resume_writing(self) -> None:
        self._congested = False
        self._listen()
        if self._ending is not None:
            self._end_now()
        else:
            self._told(lambda listener: listener.drained())

    def drop(self) -> None:
        """The server stops."""
        self._deaf = True
        self._transport.abort()

    # --- requests

    def _advance(self) -> None:
        """Everything that what has come allows. An answer that ends in the middle is seen to by the same loop."""
        if self._advancing:
            return
        self._advancing = True
        try:
            while not self._deaf and self._step():
                pass
        except Refused as refused:
            self._refuse(refused)
        except BadFraming as bad:
            self._lose(Lost.BAD_FRAMING, str(bad))
        finally:
            self._advancing = False
        self._full = len(self._inbox) > MUCH
        self._listen()

    def _step(self) -> bool:
        if self._exchange is None:
            request = take_head(self._inbox, self._home.limits.head)
            if request is None:
                return False
            self._begin(request)
            return True
        body = self._body
        if body is None or body.done:
            return self._exchange.over and self._next()
        content = body.take(self._inbox)
        if content and not self._exchange.over:
            self._told(lambda listener: listener.received(content))
        if body.done:
            if not self._exchange.over:
                self._told(lambda listener: listener.ended())
            return True
        if self._exchange.over:
            self._close_early()
        return False

    def _begin(self, request: Request) -> None:
        self._stop_waiting()
        body = self._body = body_of(request.length)
        content = body.take(self._inbox) if self._inbox else b""
        exchange = self._exchange = Exchange(request, self, body.done)
        try:
            self._listener = self._home.responder.begin(exchange)
        except Exception as error:
            return self._failed(error)
        if content and not exchange.over:
            self._told(lambda listener: listener.received(content))
        if body.done and not exchange.over:
            self._told(lambda listener: listener.ended())

    def _next(self) -> bool:
        """Whether another request may follow on this connection."""
        keeps = self._exchange is not None and self._exchange.keeps
        self._exchange = self._listener = self._body = None
        if not keeps:
            self.finish(Ending.CLOSE)
            return False
        self._wait_for_head()
        return True

    def _close_early(self) -> None:
        """The answer is complete and the request is not: what still comes of it is of no use to anybody."""
        if self._ending is None:
            self.finish(Ending.CLOSE)

    def _refuse(self, refused: Refused) -> None:
        self._deaf = True
        exchange = self._exchange = Exchange(Request("GET", "/", 1, ()), self, True)
        exchange.keeps = False
        self._home.refuse(exchange, refused)
        self.finish(Ending.CLOSE)

    def _lose(self, why: Lost, told: str) -> None:
        self._deaf = True
        exchange = self._exchange
        if exchange is None or exchange.over:
            return self.finish(Ending.CLOSE)
        exchange.keeps = False
        self._told(lambda listener: listener.lost(why, told))

    def _told(self, tell: Callable[[Listener], None]) -> None:
        if self._listener is None:
            return
        try:
            tell(self._listener)
        except Exception as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        """A fault of the responder is the server's to tell; its client gets what there is no mistaking."""
        self._home.failures.append(error)
        exchange = self._exchange
        if exchange is None or exchange.begun:
            return self.finish(Ending.RESET)
        exchange.keeps = False
        exchange.answer(500, {"Content-Type": "text/plain"}, b"the responder failed\n")

    # --- what an exchange asks for

    def write(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        self._say("server", "data", data)
        self._transport.write(data)

    def later(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        def safely() -> None:
            try:
                call()
            except Exception as error:
                self._failed(error)

        return self._loop.call_later(seconds, safely).cancel

    def answered(self) -> None:
        """Whether the connection goes on depends on what has come of the request, which the loop looks at."""
        self._loop.call_soon(self._advance_or_end)

    def finish(self, how: Ending) -> None:
        self._deaf = how is not Ending.CUT
        self._ending = how
        self._transport.set_write_buffer_limits(0)
        if not self.unsent:
            self._end_now()

    def hold(self, still: bool) -> None:
        self._held = still
        self._listen()

    @property
    def unsent(self) -> int:
        return self._transport.get_write_buffer_size()

    def now(self) -> float:
        return self._home.now()

    # --- ends and limits

    def _advance_or_end(self) -> None:
        if self._deaf and self._ending is None:
            self.finish(Ending.CLOSE)
        self._advance()

    def _end_now(self) -> None:
        how, self._ending = self._ending, None
        self._say("server", "reset" if how is Ending.RESET else "end")
        connection = self._transport.get_extra_info("socket")
        if how is Ending.RESET:
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self._transport.abort()
        self._deaf = True
        if how is Ending.CUT or not self._transport.can_write_eof():
            if how is Ending.CLOSE:  # over TLS, whose farewell goes out ahead of the close
                return self._transport.close()
            with suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
        else:
            self._transport.write_eof()
        self._listen()
        self.later(self._home.limits.linger, self._transport.abort)

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._patience = self._loop.call_later(self._home.limits.head_seconds, self._no_head)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _no_head(self) -> None:
        """Told only to who has begun: an idle connection that is kept open for later just ends."""
        if self._inbox:
            return self._refuse(Refused(408, "the head of the request did not come in time"))
        self.finish(Ending.CLOSE)

    def _listen(self) -> None:
        """Reads from the client, or does not: while much of its answers lies here, or of its requests, it waits."""
        if self._transport.is_closing():
            return
        if (self._held or self._full or self._congested) and not self._deaf:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _say(self, side: Side, what: What, data: bytes = b"") -> None:
        self._home.transcript.add(self._home.now(), self._number, side, what, data)
