"""A small but real HTTP proxy on loopback: CONNECT for TLS, plain forwarding for the rest, perhaps with a password."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread


@dataclass
class Relay:
    """Where the proxy is, whom it lets through, and the first lines it was sent."""

    port: int
    allowed: str = ""  # user:password
    refuses: bytes = b""  # the status with which it refuses everybody
    lines: list[str] = field(default_factory=list)

    def address(self, credentials: str = "", scheme: str = "http") -> str:
        return f"{scheme}://{credentials}{'@' if credentials else ''}127.0.0.1:{self.port}"


@contextmanager
def relay(allowed: str = "", refuses: bytes = b"") -> Iterator[Relay]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        state = Relay(listener.getsockname()[1], allowed, refuses)
        Thread(target=_accept, args=(listener, state), daemon=True).start()
        yield state


def _accept(listener: socket.socket, state: Relay) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            Thread(target=_serve, args=(connection, state), daemon=True).start()


def _serve(client: socket.socket, state: Relay) -> None:
    with client, suppress(OSError, ValueError):
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := client.recv(65536)):
                return
            head += more
        line = head.partition(b"\r\n")[0].decode()
        state.lines.append(line)
        wanted = f"Proxy-Authorization: Basic {base64.b64encode(state.allowed.encode()).decode()}"
        if state.refuses or (state.allowed and wanted.lower() not in head.decode().lower()):
            status = state.refuses or b"407 Proxy Authentication Required"
            client.sendall(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        method, target, _ = line.split()
        tunnel = method == "CONNECT"
        host, _, port = (target if tunnel else target.partition("://")[2].partition("/")[0]).rpartition(":")
        with socket.create_connection((host, int(port)), 10) as server:
            if tunnel:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                server.sendall(head)
            back = Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join(10)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
