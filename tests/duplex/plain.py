"""A client as plain as can be, for the peer's own tests: it sends, keeps every byte that comes, and judges none."""

from __future__ import annotations

import json
import select
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.duplex.peer import Peer
from tests.duplex.wire import LAST_CHUNK, chunk

End = Literal["eof", "cut", "reset", "silence", "enough"]

HEAD = (
    b"POST /kafka/v3/clusters/cluster-1/topics/orders/records HTTP/1.1\r\nHost: peer\r\n"
    b"Content-Type: application/json\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
ENOUGH = 4 * 1024 * 1024
QUIET = 20
"""Milliseconds until the peer is asked whether it has done; how long it takes to say so does not matter."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came, how it ended, and how many bytes were still to be sent then.

    Over TLS ``eof`` is an end that was told and ``cut`` one that was not; Python tells a reset as a cut there.
    """

    data: bytes
    end: End
    unsent: int


def numbered(count: int, size: int = 0) -> list[dict[str, Any]]:
    return [{"value": {"type": "JSON", "data": {"id": number, "text": "x" * size}}} for number in range(count)]


def body(records: Iterable[Mapping[str, Any]], closes: bool = True) -> bytes:
    chunks = b"".join(chunk(json.dumps(record).encode() + b"\n") for record in records)
    return chunks + (LAST_CHUNK if closes else b"")


def connected(peer: Peer) -> socket.socket:
    address = urlsplit(peer.url)
    plain = socket.create_connection(("127.0.0.1", peer.port), timeout=5)
    if address.scheme == "http":
        return plain
    context = ssl.create_default_context(cafile=peer.certificate)
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(plain, server_hostname="127.0.0.1", suppress_ragged_eofs=False)


def converse(peer: Peer, sent: bytes) -> Heard:
    """Sends while it reads; when it cannot send any more it reads on, until the peer has no more to say."""
    with connected(peer) as connection:
        connection.setblocking(False)
        return _listen(connection, memoryview(sent), peer)


def _listen(connection: socket.socket, sent: memoryview, peer: Peer) -> Heard:
    port = connection.getsockname()[1]
    poll = select.poll()
    data = bytearray()
    while True:
        sent = _sent(connection, sent)
        end = _read(connection, data)
        if end is not None:
            return Heard(bytes(data), end, len(sent))
        poll.register(connection, select.POLLIN | (select.POLLOUT if sent else 0))
        while not poll.poll(QUIET):
            if peer.resting(port) and not poll.poll(0):
                return Heard(bytes(data), "silence", len(sent))


def _sent(connection: socket.socket, sent: memoryview) -> memoryview:
    try:
        while sent:
            sent = sent[connection.send(sent[:65536]) :]
    except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
        return sent
    except OSError:  # nobody takes it any more; what the peer said before is still to be read
        return sent[:0]
    return sent


def _read(connection: socket.socket, data: bytearray) -> End | None:
    try:
        while len(data) < ENOUGH:
            piece = connection.recv(65536)
            if not piece:
                return "eof"
            data += piece
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    except ssl.SSLEOFError:
        return "cut"
    except OSError:
        return "reset"
    return "enough"
