"""One client's connection on an event loop: requests one after the other, each with its exchange."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Protocol, cast

from specmill.serve.body import Body, body_of
from specmill.serve.exchange import FOREVER, Ending, Exchange, Listener, Lost
from specmill.serve.head import Refused, Request, take_head
from specmill.serve.limits import Limits
from specmill.serve.transcript import Transcript
from specmill.serve.wire import Wire

MUCH = 1024 * 1024  # bytes of requests that have come and cannot be looked at before an answer has ended


class Home(Protocol):
    """What a connection needs of its server."""

    limits: Limits
    transcript: Transcript
    connections: set[Connection]
    failures: list[Exception]

    def now(self) -> float: ...

    def begin(self, exchange: Exchange) -> Listener: ...

    def refuse(self, exchange: Exchange, refused: Refused) -> None: ...


class Connection(asyncio.Protocol):
    def __init__(self, home: Home, number: int, tls: ssl.SSLContext | None) -> None:
        self._home = home
        self._number = number
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._inbox = bytearray()
        self._exchange: Exchange | None = None
        self._listener: Listener | None = None
        self._body: Body | None = None
        self._timers: set[asyncio.TimerHandle] = set()  # of the exchange
        self._patience: asyncio.TimerHandle | None = None
        self._patience_ends: float | None = None  # None while nothing is waited for
        self._reader_watch: asyncio.TimerHandle | None = None  # while it has much to read
        self._advancing = False
        self._eof = False  # the client has ended its side
        self._deaf = False  # what still comes is thrown away
        self._held = self._full = self._congested = False

    # --- told by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._wire = Wire(cast(asyncio.Transport, transport), self._home, self._number, self._tls)
        self._home.connections.add(self)
        self._wire.say("client", "open")
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        try:
            said = self._wire.received(data)
        except ssl.SSLError:
            return self.drop()
        if said and not self._deaf:  # nor does what is thrown away push the rest out of the transcript
            self._wire.say("client", "data", said)
            self._inbox += said
            self._advance()
        if self._wire.farewelled:
            self.eof_received()

    def eof_received(self) -> bool:
        """Always true: that the client has ended its side does not end ours."""
        if not self._eof:
            self._eof = self._wire.client_ended = True
            self._wire.say("client", "end")
            if self._wire.ended:
                self._wire.abort()
            else:
                self._advance()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._home.connections.discard(self)
        if exc is not None:
            self._wire.say("client", "reset")
        if self._patience is not None:
            self._patience.cancel()
        self._stop_watching()
        self._wire.lost()
        self._deaf = True
        exchange = self._exchange
        if exchange is not None and not exchange.over:
            exchange.over = True
            self._told(lambda listener: listener.lost(Lost.GONE, str(exc or "the connection was closed")))
        self._forget_timers()

    def pause_writing(self) -> None:
        self._congested = True
        self._listen()
        self._watch_reader(-1)

    def resume_writing(self) -> None:
        self._congested = False
        self._listen()
        if self._exchange is not None and not self._exchange.over:
            self._told(lambda listener: listener.drained())

    def drop(self) -> None:
        """The server stops, or nothing of what comes can be understood."""
        self._deaf = True
        self._wire.abort()

    # --- requests

    def _advance(self) -> None:
        """Everything that what has come allows. An answer that ends in the middle is seen to by the same loop."""
        if self._advancing:
            return
        self._advancing = self._wire.in_turn = True
        try:
            while not self._deaf and self._step():
                pass
            if self._eof and not self._deaf:
                self._nothing_more()
        except Refused as refused:
            self._refuse(refused)
        finally:
            self._advancing = self._wire.in_turn = False
        self._full = len(self._inbox) > MUCH
        self._listen()
        self._wire.flush()
        self._wait_for_body()

    def _step(self) -> bool:
        exchange, body = self._exchange, self._body
        if exchange is None or body is None:
            request = take_head(self._inbox, self._home.limits.head)
            if request is None:
                return False
            self._begin(request)
            return True
        if body.done:
            return exchange.over and self._next()
        self._read_body(body, exchange)
        if exchange.over and not body.done:
            self.finish(Ending.CLOSE)  # what still comes of the request is of no use to anybody
        return body.done

    def _begin(self, request: Request) -> None:
        self._stop_waiting()
        body = self._body = body_of(request.length)
        content = body.take(self._inbox)
        exchange = self._exchange = Exchange(request, self, body.done)
        exchange.patience = self._home.limits.body_seconds
        self._listener = None
        try:
            self._listener = self._home.begin(exchange)
        except Exception as error:
            return self._failed(error)
        self._tell_body(content, body, exchange)

    def _read_body(self, body: Body, exchange: Exchange) -> None:
        self._tell_body(body.take(self._inbox), body, exchange)

    def _tell_body(self, content: bytes, body: Body, exchange: Exchange) -> None:
        if content and not exchange.over:
            self._told(lambda listener: listener.received(content))
        if body.done and not exchange.over:
            self._told(lambda listener: listener.ended())
        if body.broken:
            self._lose(Lost.BAD_FRAMING, body.broken)

    def _next(self) -> bool:
        """Whether another request may follow on this connection."""
        keeps = self._exchange is not None and self._exchange.keeps
        self._exchange = self._listener = self._body = None
        self._held = False
        if not keeps:
            self.finish(Ending.CLOSE)
            return False
        self._wait_for_head()
        return True

    def _nothing_more(self) -> None:
        if self._exchange is None:
            self.finish(Ending.CLOSE)
        elif self._body is not None and not self._body.done:
            self._lose(Lost.HALF_CLOSED, "Early EOF")

    def _refuse(self, refused: Refused) -> None:
        self._stop_waiting()
        self._deaf = True
        exchange = self._exchange = Exchange(Request("GET", "/", 1, ()), self, True)
        exchange.keeps = False
        try:
            self._home.refuse(exchange, refused)
        except Exception as error:
            self._failed(error)
        self.finish(Ending.CLOSE)

    def _lose(self, why: Lost, told: str) -> None:
        self._deaf = True
        exchange = self._exchange
        if exchange is None or exchange.over:
            return self.finish(Ending.CLOSE)
        exchange.keeps = exchange.keeps and exchange.begun
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
            if exchange is not None:
                exchange.over = True
            return self.finish(Ending.RESET)
        exchange.keeps = False
        exchange.answer(500, {"Content-Type": "text/plain"}, b"the responder failed\n")

    # --- what an exchange asks for

    def write(self, data: bytes) -> None:
        self._wire.write(data)

    def later(self, seconds: float, call: Callable[[], None]) -> Callable[[], None]:
        def safely() -> None:
            self._timers.discard(timer)
            try:
                call()
            except Exception as error:
                self._failed(error)

        def cancel() -> None:
            self._timers.discard(timer)
            timer.cancel()

        timer = self._loop.call_later(seconds, safely)
        self._timers.add(timer)
        return cancel

    def answered(self) -> None:
        """Whether the connection goes on depends on what has come of the request, which the loop looks at."""
        self._forget_timers()
        if not self._advancing:
            self._loop.call_soon(self._go_on)
        elif self._deaf:
            self.finish(Ending.CLOSE)

    def finish(self, how: Ending) -> None:
        self._forget_timers()
        self._stop_waiting()
        self._deaf = True
        self._wire.finish(how)
        self._listen()

    def hold(self, still: bool) -> None:
        self._held = still
        self._listen()

    @property
    def unsent(self) -> int:
        return self._wire.unsent

    def now(self) -> float:
        return self._home.now()

    # --- ends and limits

    def _go_on(self) -> None:
        if self._deaf:
            return self.finish(Ending.CLOSE)
        self._advance()

    def _forget_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _wait_for_head(self) -> None:
        self._wait(self._home.limits.head_seconds)

    def _wait_for_body(self) -> None:
        """Each piece of a body is waited for anew, and nothing else: who has said everything waits for us."""
        exchange, body = self._exchange, self._body
        if exchange is None or body is None or self._deaf:
            return
        if body.done or exchange.over:
            self._stop_waiting()
        else:
            self._wait(exchange.patience)

    def _wait(self, seconds: float) -> None:
        """One timer sees to all that a connection waits for: to set another each time would cost more than to read."""
        if seconds == FOREVER:
            return self._stop_waiting()
        ends = self._patience_ends = self._loop.time() + seconds
        if self._patience is not None and self._patience.when() > ends:
            self._patience.cancel()
            self._patience = None
        if self._patience is None:
            self._patience = self._loop.call_at(ends, self._look_whether_it_came)

    def _watch_reader(self, before: int) -> None:
        """Who takes nothing of much for as long as silence is borne is gone."""
        self._stop_watching()
        exchange, left = self._exchange, self._wire.unsent
        patience = FOREVER if exchange is None else exchange.patience
        if not self._congested or self._deaf:  # an ending has a patience of its own
            return
        if left == before and patience != FOREVER:
            return self.drop()
        seconds = min(patience, self._home.limits.body_seconds)
        self._reader_watch = self._loop.call_later(seconds, self._watch_reader, left)

    def _stop_watching(self) -> None:
        if self._reader_watch is not None:
            self._reader_watch.cancel()
            self._reader_watch = None

    def _stop_waiting(self) -> None:
        self._patience_ends = None

    def _look_whether_it_came(self) -> None:
        self._patience = None
        if self._patience_ends is None:
            return
        if self._loop.time() < self._patience_ends:
            self._patience = self._loop.call_at(self._patience_ends, self._look_whether_it_came)
        elif self._exchange is None:
            self._no_head()
        elif self._held or self._full or self._congested:  # it is not the client who is silent
            self._wait_for_body()
        else:
            self._stop_waiting()
            self._lose(Lost.SILENT, f"nothing came for {self._exchange.patience:g} seconds")

    def _no_head(self) -> None:
        """Told only to who has begun: an idle connection that is kept open for later just ends."""
        if self._inbox.strip(b"\r\n"):
            self._refuse(Refused(408, "the head of the request did not come in time"))
        elif self._wire.speaks:
            self.finish(Ending.CLOSE)
        else:
            self.drop()

    def _listen(self) -> None:
        """Reads from the client, or does not: while much of its answers lies here, or of its requests, it waits."""
        self._wire.listen(self._deaf or not (self._held or self._full or self._congested))
