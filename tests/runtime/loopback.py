"""A real HTTP server on loopback that writes down what it gets and answers what it is told."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: Message
    body: bytes
    port: int  # of the client

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass
class Reply:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


@dataclass
class Loopback:
    """Where the server is, what it saw, and what it answers next."""

    address: str
    seen: list[Seen] = field(default_factory=list)
    reply: Reply = field(default_factory=Reply)
    first: list[Reply] = field(default_factory=list)  # these come before it, one each
    answer: Callable[[Seen], Reply] | None = None  # instead of all that

    @property
    def last(self) -> Seen:
        return self.seen[-1]

    def answers(self, status: int = 200, body: bytes = b"{}", content_type: str = "application/json") -> None:
        self.reply = Reply(status, body, {"Content-Type": content_type} if content_type else {})


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or trusts no certificate of ours, is what some tests are about."""


@contextmanager
def loopback(tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    with Server(("127.0.0.1", 0), _handler()) as server:
        if tls is not None:
            # The handshake waits for the thread of its connection, so that one that fails stops no other.
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        state = Loopback(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}")
        server.state = state  # type: ignore[attr-defined]
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield state
        finally:
            server.shutdown()


def _handler() -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def _answer(self) -> None:
            state: Loopback = self.server.state  # type: ignore[attr-defined]
            length = int(self.headers.get("Content-Length") or 0)
            seen = Seen(self.command, self.path, self.headers, self.rfile.read(length), self.client_address[1])
            state.seen.append(seen)
            reply = state.answer(seen) if state.answer else state.first.pop(0) if state.first else state.reply
            body = b"" if self.command == "HEAD" or reply.status in (204, 304) else reply.body
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return None

    return Handler
