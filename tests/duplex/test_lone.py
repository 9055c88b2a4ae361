"""A record that comes while nothing is in flight is written by whoever gives it, and nothing is lost by that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread, get_ident
from typing import Any

import pytest

from kafka_rest import Client
from kafka_rest._duplex.link import Link
from kafka_rest._duplex.wire import Wire
from kafka_rest.errors import StreamBroken
from tests.duplex.either import numbers, record, records
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

PLAIN_AND_TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
Write = Callable[[Wire, memoryview], int]
WRITE: Write = Wire.write


@contextmanager
def idle(peer: Peer) -> Iterator[Any]:
    """A stream that has sent a record and got its report, and sleeps."""
    with (
        Client(peer.url, verify=str(peer.certificate) if peer.certificate else True) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        stream.send(record(-1))
        assert [-1] == numbers(stream)
        until_asleep(stream)
        yield stream


def until_asleep(stream: Any) -> None:
    while not stream._started().asleep:
        pass


@PLAIN_AND_TLS
def test_a_lone_record_goes_without_another_thread(tls: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    writers: list[int] = []

    def seen(wire: Wire, data: memoryview) -> int:
        writers.append(get_ident())
        return WRITE(wire, data)

    with Peer(Honest(), tls) as peer, idle(peer) as stream:
        monkeypatch.setattr(Wire, "write", seen)
        for number in range(20):
            until_asleep(stream)
            stream.send(record(number))
            assert [number] == numbers(stream)
        assert [get_ident()] * 20 == writers


@PLAIN_AND_TLS
def test_what_does_not_go_at_once_goes_later(tls: bool) -> None:
    note = "x" * 900_000  # more than the connection takes
    with Peer(Honest(), tls, receive_buffer=4096) as peer, idle(peer) as stream:
        stream.send(record(note))
        assert [note] == numbers(stream)


def test_whoever_is_interrupted_while_he_writes_knows_which_record_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(wire: Wire, data: memoryview) -> int:
        raise KeyboardInterrupt

    with Peer(Honest()) as peer, pytest.raises(StreamBroken) as caught, idle(peer) as stream:
        monkeypatch.setattr(Wire, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            stream.send(record(7))
        monkeypatch.setattr(Wire, "write", WRITE)
    assert [7] == numbers(caught.value.unknown)


def test_a_handler_of_signals_may_send_while_the_same_thread_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    write, handled = Link.write, list[int]()

    with Peer(Honest()) as peer, idle(peer) as stream:

        def interrupted(link: Link[Any, Any]) -> bool:
            if not handled:
                handled.append(1)
                stream.send(record(8))
            return write(link)

        monkeypatch.setattr(Link, "write", interrupted)
        stream.send(record(7))
        assert [7, 8] == numbers(stream)
        assert [1] == handled


@PLAIN_AND_TLS
def test_threads_that_all_give_lone_records_lose_none(tls: bool) -> None:
    with Peer(Honest(), tls) as peer, idle(peer) as stream:
        ready = Barrier(4)

        def give(first: int) -> None:
            ready.wait()
            for one in records(200, first):
                stream.send(one)
                stream.flush()

        threads = [Thread(target=give, args=(1000 * n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pairs = list(stream)
        assert 800 == len(pairs)
        assert [report.offset for _, report in pairs] == list(range(1, 801))
        assert numbers(pairs) == [one["value"]["data"] for one in peer.stored][1:]
