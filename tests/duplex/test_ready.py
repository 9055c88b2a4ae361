"""Both ways of waiting see the same: the one of POSIX, and the one for systems that have no poll."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator

import pytest

from kafka_rest._duplex.ready import Ready, ReadyByNumber, ready

Pair = tuple[socket.socket, socket.socket]
EACH = pytest.mark.parametrize("kind", [Ready, ReadyByNumber])


@pytest.fixture
def ends() -> Iterator[tuple[Pair, Pair]]:
    """Of a wire and of an ear, ours first."""
    wire, ear = socket.socketpair(), socket.socketpair()
    yield wire, ear
    for one in (*wire, *ear):
        one.close()


@EACH
def test_what_is_ready_ends_the_wait(kind: type[Ready | ReadyByNumber], ends: tuple[Pair, Pair]) -> None:
    (wire, server), (ear, mouth) = ends
    made = kind(wire, ear)
    assert made.wait(writes=False, seconds=0) is False, "and nothing is"
    assert made.wait(writes=True, seconds=None) is False, "the wire can be written to"
    assert made.wait(writes=False, seconds=0.001) is False, "which counts no more"
    server.send(b"a report")
    assert made.wait(writes=False, seconds=None) is False
    mouth.send(b"!")
    assert made.wait(writes=False, seconds=None) is True
    wire.recv(100)
    assert made.wait(writes=True, seconds=None) is True
    ear.recv(100)
    server.close()
    assert made.wait(writes=False, seconds=None) is False, "the end of a connection is to be read"


def test_poll_is_taken_where_it_is(monkeypatch: pytest.MonkeyPatch, ends: tuple[Pair, Pair]) -> None:
    (wire, _), (ear, _) = ends
    assert isinstance(ready(wire, ear), Ready)
    monkeypatch.delattr(select, "poll")
    assert isinstance(ready(wire, ear), ReadyByNumber)
