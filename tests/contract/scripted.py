"""A server that hears so much and then says what its script says, on one connection after another."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator

Script = Callable[[socket.socket], None]
ACROSS = 10.0


def heard(sock: socket.socket, end: bytes) -> bytes:
    """Everything up to some bytes, or to the end."""
    found = b""
    while end not in found and (data := sock.recv(65536)):
        found += data
    return found


def says(*pieces: bytes, after: bytes = b"\r\n\r\n") -> Script:
    def script(sock: socket.socket) -> None:
        heard(sock, after)
        for piece in pieces:
            sock.sendall(piece)

    return script


def resets(*pieces: bytes) -> Script:
    def script(sock: socket.socket) -> None:
        says(*pieces)(sock)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return script


def waits(*pieces: bytes) -> Script:
    """Says it, and then nothing until the client has gone."""

    def script(sock: socket.socket) -> None:
        says(*pieces)(sock)
        heard(sock, b"\0 never \0")

    return script


@contextlib.contextmanager
def scripted(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    failures: list[BaseException] = []

    def run() -> None:
        for script in scripts:
            try:
                sock, _ = listener.accept()
                sock.settimeout(ACROSS)
                with tls.wrap_socket(sock, server_side=True) if tls is not None else sock as connection:
                    script(connection)
            except (ConnectionError, ssl.SSLError):
                pass  # the client has gone, as some scripts want it to
            except BaseException as error:
                failures.append(error)
                return

    thread = threading.Thread(target=run, name="scripted")
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(ACROSS)
        with contextlib.suppress(OSError):  # wakes a script that nobody came for
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    assert [] == failures
