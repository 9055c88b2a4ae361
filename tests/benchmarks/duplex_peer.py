"""A server for the benchmarks of the stream, faster than any client: it counts records and answers with prepared bytes.

``python -m tests.benchmarks.duplex_peer`` says its port on stdout and serves one connection after the other until its
stdin ends; with ``--together`` each has a process of its own. It looks into no record, and what it answers is framed as
the public server does it: two chunks a report.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme

from tests.benchmarks.duplex_count import BUFFER, Count
from tests.support import REPOSITORY

HEAD = (
    b"HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 01:18:07 GMT\r\nContent-Type: application/json\r\n"
    b"Vary: Accept-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"


def sized(value: dict[str, object], padded: str, size: int) -> bytes:
    """The value as compact JSON of exactly so many bytes; a string of it takes up the slack."""
    text = json.dumps(value, separators=(",", ":"))
    return json.dumps({**value, padded: "x" * (size - len(text))}, separators=(",", ":")).encode()


# The sizes that the figures of other clients were measured with.
RECORD = sized({"value": {"type": "JSON", "data": {"id": 1234567}}, "timestamp": ""}, "timestamp", 227)
REPORT = sized(
    {
        "error_code": 200,
        "cluster_id": "",
        "topic_name": "orders",
        "partition_id": 0,
        "offset": 1234567,
        "timestamp": "2026-11-21T01:18:07.736Z",
        "value": {"type": "JSON", "size": 14},
    },
    "cluster_id",
    196,
)
ANSWER = b"%X\r\n%b\r\n2\r\n\r\n\r\n" % (len(REPORT), REPORT)
ANSWERS = memoryview(ANSWER * (BUFFER // len(ANSWER)))


@dataclass(frozen=True, slots=True)
class FastPeer:
    url: str
    port: int
    certificate: Path | None


@contextmanager
def fast_peer(tls: bool = False, together: bool = False) -> Iterator[FastPeer]:
    """The server as a process of its own; ``together``: connections need not wait for each other."""
    with TemporaryDirectory(prefix="duplex-peer-") as folder:
        command = [sys.executable, "-m", "tests.benchmarks.duplex_peer", *(["--together"] if together else [])]
        certificate = written_certificate(Path(folder), command) if tls else None
        process = subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with process:
            assert process.stdin and process.stdout
            port = int(process.stdout.readline())
            try:
                yield FastPeer(f"http{'s' * tls}://127.0.0.1:{port}", port, certificate)
            finally:
                process.stdin.close()
                process.wait(10)


def written_certificate(folder: Path, command: list[str]) -> Path:
    authority = trustme.CA()
    identity = authority.issue_cert("127.0.0.1", "localhost")
    identity.private_key_and_cert_chain_pem.write_to_path(str(folder / "identity.pem"))
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    command += ["--identity", str(folder / "identity.pem")]
    return folder / "authority.pem"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.duplex_peer")
    parser.add_argument("--identity", type=Path, help="a file with a key and its certificates: speak TLS")
    parser.add_argument("--together", action="store_true", help="each connection has a process of its own")
    arguments = parser.parse_args()
    identity = arguments.identity
    if arguments.together:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the processes of connections
    context = None
    if identity:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(identity)
        context.set_alpn_protocols(["http/1.1"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        poll = select.poll()
        poll.register(sys.stdin, select.POLLIN)
        poll.register(listener, select.POLLIN)
        while sys.stdin.fileno() not in dict(poll.poll()):
            connection, _ = listener.accept()
            if arguments.together and os.fork():
                connection.close()
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(OSError):  # a client that left is the client's business
                serve(context.wrap_socket(connection, server_side=True) if context else connection)
            connection.close()
            if arguments.together:
                os._exit(0)  # the process of this connection


def serve(connection: socket.socket) -> None:
    """Requests on one connection until the client closes it."""
    with connection:
        received = b""
        while True:
            while (end := received.find(b"\r\n\r\n")) < 0:
                connection.setblocking(True)
                piece = connection.recv(65536)
                if not piece:
                    return
                received += piece
            connection.setblocking(False)
            exchange(connection, received[end + 4 :])
            received = b""


def exchange(connection: socket.socket, received: bytes) -> None:
    """One stream: reads and writes whatever is possible, and waits only when neither is."""
    count = Count()
    count.view[: len(received)] = received
    records = count.came(len(received))
    head, answered, at = HEAD, 0, 0  # ``at``: how far into a report the last write went
    while not count.ended or answered < records or head:
        moved = 0
        if not count.ended and (size := received_into(connection, count.view)) is not None:
            if not size:
                raise ConnectionError("the client closed inside of the body")
            records, moved = count.came(size), size
        if head:
            head = head[(done := sent_of(connection, memoryview(head))) :]
            moved += done
        elif due := (records - answered) * len(ANSWER) - at:
            moved += (done := sent_of(connection, ANSWERS[at : at + due]))
            more, at = divmod(at + done, len(ANSWER))
            answered += more
        if not moved:
            writes = head or answered < records
            waits = select.poll()
            waits.register(connection, (0 if count.ended else select.POLLIN) | (select.POLLOUT if writes else 0))
            waits.poll()
    connection.setblocking(True)
    connection.sendall(LAST_CHUNK)


def received_into(connection: socket.socket, view: memoryview) -> int | None:
    try:
        return connection.recv_into(view)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None


def sent_of(connection: socket.socket, data: memoryview) -> int:
    try:
        return connection.send(data)
    except (BlockingIOError, ssl.SSLWantWriteError):
        return 0


if __name__ == "__main__":
    main()
