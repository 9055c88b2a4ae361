"""One socket that never blocks, plain or TLS. Whoever has it is its only owner: no other thread may touch it.

Two threads on one TLS connection crash Python, and so does nothing else here.
"""

from __future__ import annotations

import os
import socket
import ssl

READ_AT_ONCE = 256 * 1024
WAITING = (BlockingIOError, InterruptedError, ssl.SSLWantReadError)


class Wire:
    """Reads and writes what goes without waiting."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._socket = connection
        self.read_needs_write = False  # TLS sometimes has to say something before it can read on

    def fileno(self) -> int:
        return self._socket.fileno()

    def read(self) -> bytes | None:
        """Some bytes, none at the end of the connection, or None where it would have to wait."""
        self.read_needs_write = False
        try:
            return self._socket.recv(READ_AT_ONCE)
        except WAITING:
            return None
        except ssl.SSLWantWriteError:
            self.read_needs_write = True
            return None

    def write(self, data: memoryview) -> int:
        """How many of the bytes were taken; none where it would have to wait."""
        try:
            return self._socket.send(data)
        except (*WAITING, ssl.SSLWantWriteError):
            return 0

    def close(self) -> None:
        self._socket.close()

    def forget(self) -> None:
        """In a child process: closes its copy without a word to the server, since the parent goes on with its own."""
        number = self._socket.detach()
        if number >= 0:
            os.close(number)
