"""A socket has one owner: one thread of one process."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from kafka_rest.errors import StreamBroken
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

RECORD = ProduceRequest(value=ProduceRequestData(type="JSON", data=1))


def test_threads_that_send_their_first_records_at_once_share_one_owner() -> None:
    with (
        Peer(Honest()) as peer,
        Client(peer.url) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        ready, drivers = Barrier(8), []

        def start() -> None:
            ready.wait()
            drivers.append(stream._started())

        threads = [Thread(target=start) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert 1 == len(set(map(id, drivers)))


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_child_process_is_told_and_its_parent_goes_on(tls: bool) -> None:
    with (
        Peer(Honest(), tls) as peer,
        Client(peer.url, verify=peer.certificate) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        stream.send(RECORD)
        list(stream)

        def use() -> None:
            calls: list[Callable[[], object]] = [lambda: stream.send(RECORD), stream.flush, stream.close]
            for call in calls:
                with pytest.raises(StreamBroken, match="another process"):
                    call()

        child = multiprocessing.get_context("fork").Process(target=use)
        child.start()
        child.join(20)
        alive = child.is_alive()
        child.kill()
        assert (False, 0) == (alive, child.exitcode)
        stream.send(RECORD)
        assert 1 == len(list(stream))
