"""TLS as bytes in and bytes out. asyncio's own cannot end one direction, nor end without its farewell."""

from __future__ import annotations

import ssl
from contextlib import suppress

PIECE = 256 * 1024


class Tls:
    """The server's side of one connection. ``ssl.SSLError`` is raised for what is no TLS."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_side=True)
        self.ready = False  # whether the handshake is over
        self.ended = False  # whether the client has said farewell

    def opened(self, data: bytes) -> bytes:
        """What the client said by these bytes; there may be something ``to_send`` afterwards."""
        self._in.write(data)
        pieces: list[bytes] = []
        try:
            if not self.ready:
                self._object.do_handshake()
                self.ready = True
            while not self.ended:
                piece = self._object.read(PIECE)
                pieces.append(piece)
                self.ended = not piece
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.ended = True
        return b"".join(pieces)

    def sealed(self, data: bytes) -> bytes:
        """What is sent in order to say this."""
        if data:
            self._object.write(data)
        return self.to_send()

    def farewell(self) -> bytes:
        with suppress(ssl.SSLError):  # it waits for the other side's, or there never was a handshake
            self._object.unwrap()
        return self.to_send()

    def to_send(self) -> bytes:
        return self._out.read()
