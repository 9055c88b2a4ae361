"""A proxy that writes down what it forwards: a responder whose answers come from a live server.

Both directions go on as they come. What was said is kept in memory until the exchange is over, since only then is it
known what of it is secret (see redaction.py); then it is written in one step, or not at all.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal, Protocol

from specmill.errors import Place, SpecmillError
from specmill.serve.exchange import FOREVER, Ending, Exchange, Framing, Listener, Lost
from specmill.serve.recording import AnswerHead, Data, End, Event, RequestHead, Side
from specmill.serve.upstream import Fields, Origin, Upstream

ENOUGH = 256 * 1024  # bytes of an answer that the client has not taken, until no more is read of it
MUCH = 64 * 1024 * 1024  # bytes of one exchange that are kept; a longer one is forwarded and not recorded
GLANCE = 0.005  # seconds between two looks at whether it has
CONNECT_SECONDS = 30.0


class Keeper(Protocol):
    """Who is given what was said in one exchange, once it is over."""

    def keep(self, events: tuple[Event, ...]) -> None: ...

    def failed(self, error: SpecmillError) -> None: ...


class Recorder:
    """Forwards every request, and has it written down."""

    def __init__(self, origin: Origin, keeper: Keeper) -> None:
        self._origin = origin
        self._keeper = keeper

    def begin(self, exchange: Exchange) -> Listener:
        return Forwarding(exchange, self._origin, Story(exchange, self._keeper))


class Story:
    """What is said in one exchange, with the time."""

    def __init__(self, exchange: Exchange, keeper: Keeper) -> None:
        self._now = exchange.now
        self._keeper = keeper
        self._events: list[Event] = []
        self._size = 0
        self._over = False
        request = exchange.request
        self.tell(RequestHead(self._now(), request.method, request.target, request.fields))

    def tell(self, event: Event) -> None:
        if not self._over:
            self._events.append(event)

    def data(self, side: Side, content: bytes, more: bool = False) -> None:
        self._size += len(content)
        if self._size > MUCH and not self._over:
            self.give_up(SpecmillError(f"an exchange of more than {MUCH} bytes was forwarded and not recorded"))
        self.tell(Data(self._now(), side, content, more))

    def answered(self, status: int, fields: Fields) -> None:
        self.tell(AnswerHead(self._now(), status, tuple(fields)))

    def ended(self, side: Side, how: Literal["end", "cut", "reset"] = "end") -> None:
        self.tell(End(self._now(), side, how))
        if not self._over and (side == "server" or how == "reset"):
            self._over = True
            # To write it takes time, and what has been said goes out ahead of that.
            asyncio.get_running_loop().call_soon(self._keeper.keep, tuple(self._events))

    def give_up(self, error: SpecmillError) -> None:
        if not self._over:
            self._over = True
            self._events.clear()
            self._keeper.failed(error)


@dataclass(slots=True)
class _Waiting:
    """What the client says before the server can be told."""

    pieces: list[bytes]
    cut: bool = False


class Forwarding:
    """One exchange on its way through: a listener to the client, and a hearer of the server."""

    def __init__(self, exchange: Exchange, origin: Origin, story: Story) -> None:
        self._exchange = exchange
        self._exchange.patience = FOREVER  # how long a client may be silent is the server's to say
        self._origin = origin
        self._story = story
        self._waiting: _Waiting | None = _Waiting([head_for(exchange, origin)])
        self._chunked = exchange.request.length is None
        self._upstream = Upstream(self, exchange.request.method)
        self._gone = False
        self._task = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        origin = self._origin
        name = origin.host if origin.tls else None
        connecting = loop.create_connection(
            lambda: self._upstream, origin.host, origin.port, ssl=origin.tls, server_hostname=name
        )
        try:
            await asyncio.wait_for(connecting, CONNECT_SECONDS)
        except (OSError, TimeoutError) as error:
            self._not_reached(str(error) or type(error).__name__)

    def _not_reached(self, why: str) -> None:
        error = SpecmillError(f"the server could not be asked: {why}", place=Place(self._origin.authority))
        self._story.give_up(error)
        self._exchange.hold(False)
        if not self._gone:
            self._exchange.keeps = False
            self._exchange.answer(502, {"Content-Type": "text/plain"}, f"{error}\n".encode())

    # --- from the client

    def received(self, content: bytes) -> None:
        self._story.data("client", content)
        self._send(b"%X\r\n%b\r\n" % (len(content), content) if self._chunked else content)

    def ended(self) -> None:
        self._story.ended("client")
        if self._chunked:
            self._send(b"0\r\n\r\n")

    def lost(self, why: Lost, told: str) -> None:
        if why is Lost.GONE:
            self._gone = True
            self._story.ended("client", "reset")
            self._task.cancel()
            if self._waiting is None:
                self._upstream.abort()
            return
        self._story.ended("client", "cut")
        if self._waiting is not None:
            self._waiting.cut = True
        else:
            self._upstream.cut()

    def drained(self) -> None:
        pass  # it has been looked at before

    def _send(self, data: bytes) -> None:
        if self._waiting is None:
            self._upstream.send(data)
            return
        self._waiting.pieces.append(data)
        self._exchange.hold(sum(map(len, self._waiting.pieces)) > ENOUGH)

    # --- from the server

    def connected(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is None or self._gone:
            return self._upstream.abort()
        self._exchange.hold(False)
        self._upstream.send(b"".join(waiting.pieces))
        if waiting.cut:
            self._upstream.cut()

    def interim(self, status: int, fields: Fields) -> None:
        lines = [f"HTTP/1.1 {status} ", *(f"{name}: {value}" for name, value in fields), "", ""]
        self._exchange.raw("\r\n".join(lines).encode("latin-1"))

    def headed(self, status: int, fields: Fields, framing: Framing) -> None:
        self._story.answered(status, fields)
        self._exchange.head_as(status, fields, framing)

    def said(self, content: bytes, more: bool) -> None:
        self._story.data("server", content, more)
        self._exchange.send(content)
        if self._exchange.unsent > ENOUGH:
            self._upstream.listen(False)
            self._exchange.later(GLANCE, self._look)

    def _look(self) -> None:
        if self._exchange.unsent > ENOUGH:
            self._exchange.later(GLANCE, self._look)
        else:
            self._upstream.listen(True)

    def completed(self) -> None:
        self._exchange.end()
        self._story.ended("server")

    def broken(self, how: Literal["cut", "reset"], why: str) -> None:
        self._exchange.finish(Ending.RESET if how == "reset" else Ending.CUT)
        self._story.ended("server", how)

    def full(self, still: bool) -> None:
        self._exchange.hold(still)


def head_for(exchange: Exchange, origin: Origin) -> bytes:
    """The client's own head, addressed to the server."""
    request = exchange.request
    fields = ((name, origin.authority if name.lower() == "host" else value) for name, value in request.fields)
    lines = [f"{request.method} {origin.path}{request.target} HTTP/1.{request.minor}"]
    lines += [f"{name}: {value}" for name, value in fields]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
