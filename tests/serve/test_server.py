"""The server on a real socket, with the project's own client before it."""

from __future__ import annotations

import threading

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from specmill.serve.server import Server
from specmill_kafka import emulator


def test_what_a_client_streams_is_kept_and_reported_in_order() -> None:
    kafka = emulator({})
    given = [ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": n})) for n in range(5000)]
    with Server(kafka) as server, Client(server.url) as client:
        offsets = [getattr(report, "offset", None) for _, report in client.produce("cluster-1", "orders", given)]
    assert list(range(5000)) == offsets
    assert [] == server.failures


def test_a_server_leaves_no_thread_and_no_connection() -> None:
    before = set(threading.enumerate())
    with Server(emulator({})) as server, Client(server.url) as client:
        client.records_v3.produce_record("cluster-1", "orders", ProduceRequest())
        assert 1 == len(server.connections)
    assert before == set(threading.enumerate())
    assert set() == server.connections
