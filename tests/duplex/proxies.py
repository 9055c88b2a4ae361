"""Proxies by CONNECT, as behaviours of a peer: honest, with a password, refusing, and one that holds answers back."""

from __future__ import annotations

import base64
import select
import socket
from dataclasses import dataclass

from tests.duplex.channel import READ, Channel, Gone
from tests.duplex.conversation import Conversation
from tests.duplex.wire import NotHttp, answer_head

TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Proxy:
    """``Peer(Proxy())`` is a proxy. The heads of its conversations tell who was asked for, and with what password."""

    credentials: tuple[str, str] | None = None
    refuses: int | None = None
    """The status for everyone who may pass otherwise."""
    buffers: bool = False
    """Answers go on only when the server closes, as if the proxy waited for the whole of them."""
    greeting: bytes = TUNNEL
    host: str | None = None
    """Where the tunnel really leads, for names that nobody knows but the proxy."""

    def __call__(self, talk: Conversation) -> None:
        head = talk.read_head()
        if head is None:
            return
        if head.method != "CONNECT" or ("host", head.target) not in head.headers.items():
            raise NotHttp(f"no way to ask for a tunnel: {head}")
        if self.credentials and head.headers.get("proxy-authorization") != basic(*self.credentials):
            return refused(talk, 407)
        if self.refuses:
            return refused(talk, self.refuses)
        host, _, port = head.target.rpartition(":")
        try:
            server = socket.create_connection((self.host or host, int(port)), timeout=5)
        except OSError:
            return refused(talk, 502)
        with server:
            talk.raw(self.greeting)
            talk.flush()
            relay(talk.channel, server, self.buffers)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def refused(talk: Conversation, status: int) -> None:
    body = f"<html><body>{status} of the proxy</body></html>\n".encode()
    asks = {"Proxy-Authenticate": 'Basic realm="proxy"'} if status == 407 else {}
    fields = {**asks, "Content-Type": "text/html", "Content-Length": str(len(body)), "Connection": "close"}
    talk.raw(answer_head(status, fields) + body)
    talk.half_close()
    talk.linger()


class _Way:
    """One direction of a tunnel: what was read on one side and not yet written on the other."""

    def __init__(self, reads: socket.socket, writes: socket.socket, waiting: bytes = b"", holds: bool = False) -> None:
        self.reads, self.writes, self.holds = reads, writes, holds
        self.waiting = bytearray(waiting)
        self.ended = self.told = False

    def move(self) -> None:
        if not self.ended and len(self.waiting) < READ * (64 if self.holds else 1):
            self._read()
        if self.waiting and (self.ended or not self.holds):
            self._write()
        if self.ended and not self.waiting and not self.told:
            self.told = True
            self.writes.shutdown(socket.SHUT_WR)

    def _read(self) -> None:
        try:
            data = self.reads.recv(READ)
        except BlockingIOError:
            return
        self.waiting += data
        self.ended = not data

    def _write(self) -> None:
        try:
            del self.waiting[: self.writes.send(self.waiting)]
        except BlockingIOError:
            return


def relay(channel: Channel, server: socket.socket, buffers: bool) -> None:
    """Bytes in both directions until both have ended; a reset on one side ends the other."""
    server.setblocking(False)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client = channel.connection
    up = _Way(client, server, bytes(channel.inbox))
    down = _Way(server, client, holds=buffers)
    channel.inbox.clear()
    while not (up.told and down.told):
        try:
            up.move()
            down.move()
        except OSError:
            return channel.reset()
        poll = select.poll()
        poll.register(channel.home, select.POLLIN)
        for way, back in ((up, down), (down, up)):
            writes = back.waiting and not (back.holds and not back.ended)
            wanted = (0 if way.ended else select.POLLIN) | (select.POLLOUT if writes else 0)
            if wanted:
                poll.register(way.reads, wanted)
        if not (ready := dict(poll.poll(10_000))) or channel.home.fileno() in ready:
            raise Gone("the test is over, or nobody said a word for long")
