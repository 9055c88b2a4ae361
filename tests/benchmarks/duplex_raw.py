"""The limit that every stream is measured against: a raw socket that sends precomputed bytes and drains the answer.

``python -m tests.benchmarks.duplex_raw`` prints its records a second, plain and TLS.
"""

from __future__ import annotations

import argparse
import select
import socket
import ssl
import statistics
from time import perf_counter

from tests.benchmarks.duplex_count import BUFFER
from tests.benchmarks.duplex_peer import (
    ANSWER,
    HEAD,
    LAST_CHUNK,
    RECORD,
    FastPeer,
    fast_peer,
    received_into,
    sent_of,
)

REQUEST = (
    b"POST /kafka/v3/clusters/cluster-1/topics/orders/records HTTP/1.1\r\nHost: peer\r\n"
    b"Content-Type: application/json\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
A_CHUNK = 500
"""Records a chunk."""


def exchange(peer: FastPeer, records: int) -> float:
    """Seconds from the first byte of the request to the last of the answer. Whole chunks only."""
    chunks, rest = divmod(records, A_CHUNK)
    assert not rest, f"{records} records are no multiple of {A_CHUNK}"
    lines = (RECORD + b"\n") * A_CHUNK
    chunk = b"%X\r\n%b\r\n" % (len(lines), lines)
    at_once = min(chunks, max(1, BUFFER // len(chunk)))
    with connected(peer) as connection:
        connection.setblocking(False)
        started = perf_counter()
        drained = pump(connection, memoryview(chunk * at_once), chunks * len(chunk), len(HEAD) + records * len(ANSWER))
        seconds = perf_counter() - started
    assert drained == LAST_CHUNK, f"the answer ends with {drained!r}"
    return seconds


def pump(connection: socket.socket, block: memoryview, to_send: int, to_drain: int) -> bytes:
    """Sends a request whose body is the block over and over; the bytes of the answer behind those that are due."""
    left, buffer = to_send, memoryview(bytearray(BUFFER))
    ends = memoryview(REQUEST)
    to_drain += len(LAST_CHUNK)
    end = b""
    while to_drain:
        moved = 0
        if ends:
            ends = ends[(moved := sent_of(connection, ends)) :]
        elif left:
            at = (to_send - left) % len(block)
            left -= (moved := sent_of(connection, block[at : at + left]))
            if not left:
                ends = memoryview(LAST_CHUNK)
        if got := received_into(connection, buffer):
            to_drain -= got
            end = (end + bytes(buffer[max(0, got - 5) : got]))[-len(LAST_CHUNK) :]
        elif got == 0:
            raise ConnectionError(f"the answer ended {to_drain} bytes early")
        elif not moved:
            wait = select.poll()
            wait.register(connection, select.POLLIN | (select.POLLOUT if left or ends else 0))
            wait.poll()
    return end


def connected(peer: FastPeer) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", peer.port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if peer.certificate is None:
        return plain
    context = ssl.create_default_context(cafile=peer.certificate)
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(plain, server_hostname="127.0.0.1")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.duplex_raw", description=__doc__)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for tls in (False, True):
        with fast_peer(tls) as peer:
            rates = [options.records / exchange(peer, options.records) for _ in range(options.rounds)]
        print(
            f"{'TLS' if tls else 'plain':6} {statistics.median(rates) / 1e6:6.2f} million records a second", flush=True
        )


if __name__ == "__main__":
    main()
