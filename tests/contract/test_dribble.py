"""The tester behind a proxy that cuts, dribbles and glues what the server says: it comes to the same."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from specmill.contract.run import Run
from specmill.contract.values import Result
from tests.contract.__main__ import DRAWN
from tests.contract.faulty import TEMPERAMENTS, VARIANTS, Temperament, Variant, running
from tests.contract.table import IDLE, flagship, options_for, prepared

SIZES = (1, 2, 3, 7, 500, 5, 1, 60_000, 11)
NAMES = ("value-any", "offset-is-text", "no-null-key", "any-token", "every-third-twice", "broken-three-times")
SUBJECTS: list[Variant | Temperament] = [
    TEMPERAMENTS[0],
    *(next(one for one in VARIANTS if one.name == name) for name in NAMES),
]


@contextlib.contextmanager
def dribbling(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    threads: list[threading.Thread] = []
    closing = threading.Event()

    def accept() -> None:
        while not closing.is_set():
            if select.select([listener], [], [], 0.05)[0]:
                client, _ = listener.accept()
                server = socket.create_connection((str(parts.hostname), parts.port or 80))
                thread = threading.Thread(target=carry, args=(client, server, closing))
                thread.start()
                threads.append(thread)

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        closing.set()
        accepting.join()
        for thread in threads:
            thread.join()
        listener.close()


def carry(client: socket.socket, server: socket.socket, closing: threading.Event) -> None:
    """What the client says as it is, what the server says in pieces of odd sizes."""
    sizes = itertools.cycle(SIZES)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with client, server, contextlib.suppress(OSError):
        while not closing.is_set():
            for sock in select.select([client, server], [], [], 0.05)[0]:
                data = sock.recv(65536)
                if not data:
                    return
                if sock is client:
                    server.sendall(data)
                while sock is server and data:
                    size = next(sizes)
                    client.sendall(data[:size])
                    data = data[size:]


def told(url: str) -> Result:
    return Run(flagship(), options_for(url, profile=DRAWN, patience=1.0), prepared=prepared()).result()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.name)
def test_it_comes_to_the_same(subject: Variant | Temperament) -> None:
    with running(subject, IDLE) as server:
        straight = told(server.url)
    with running(subject, IDLE) as server, dribbling(server.url) as url:
        dribbled = told(url)
    assert [one.key for one in straight.failures] == [one.key for one in dribbled.failures]
    assert straight.code == dribbled.code
