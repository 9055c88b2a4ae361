"""The Kafka-protocol peer behind the front: what was produced is consumed again by another client of Kafka."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
import urllib.request

import pytest
from confluent_kafka import Consumer

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from specmill.errors import SpecmillError
from specmill.serve.server import Server
from specmill_kafka import emulator
from specmill_kafka.behaviour import OF_THE_BROKER, ROWS
from specmill_kafka.front import BeforePeer
from specmill_kafka.instants import milliseconds

MANY = 3000
DEFAULTS = {name: default for name, _, default, _ in ROWS}


def before() -> BeforePeer:
    responder = emulator({}, {"kafka": True})
    assert isinstance(responder, BeforePeer)
    return responder


def consumed(servers: str, topic: str, count: int) -> list[bytes | None]:
    settings = {"bootstrap.servers": servers, "group.id": "tests", "auto.offset.reset": "earliest", "log_level": 0}
    consumer = Consumer(settings)
    try:
        consumer.subscribe([topic])
        found: list[bytes | None] = []
        give_up = time.monotonic() + 60
        while len(found) < count and time.monotonic() < give_up:
            found += [one.value() for one in consumer.consume(count - len(found), timeout=1)]
        return found
    finally:
        consumer.close()


def test_what_a_stream_produces_is_consumed_again() -> None:
    kafka = before()
    given = [
        ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": n}), partition_id=n % 4) for n in range(MANY)
    ]
    with Server(kafka) as server, Client(server.url) as client:
        reports = [report for _, report in client.produce("c", "orders", given)]
        assert [(n % 4, n // 4) for n in range(MANY)] == [(one.partition_id, one.offset) for one in reports]  # type: ignore[union-attr]
        found = consumed(kafka.peer, "orders", MANY)
        assert [b'{"n":%d}' % n for n in range(MANY)] == sorted(found, key=lambda one: json.loads(one or b"")["n"])
        assert MANY == len(kafka.records("orders"))
    assert [] == server.failures


def test_what_the_peer_refuses_is_reported_in_its_place() -> None:
    records = [
        {"value": {"type": "JSON", "data": n}, "partition_id": partition} for n, partition in enumerate((0, 99, 0))
    ]
    with Server(before()) as server:
        lines = posted(
            f"{server.url}/v3/clusters/c/topics/orders/records", b"".join(json.dumps(one).encode() for one in records)
        )
    assert [200, 40401, 200] == [json.loads(one)["error_code"] for one in lines.splitlines()]


def test_a_report_tells_the_time_that_a_consumer_reads() -> None:
    body = b'{"timestamp":"2021-02-05T19:14:42.5Z","partition_id":0}{"partition_id":1}'
    before_it = time.time_ns() // 1_000_000
    with Server(kafka := before()) as server:
        lines = posted(f"{server.url}/v3/clusters/c/topics/orders/records", body).splitlines()
        stored = sorted((one.partition, one.timestamp) for one in kafka.records("orders"))
    reported = [milliseconds(json.loads(one)["timestamp"]) for one in lines]
    assert [1612552482500, stored[1][1]] == reported == [instant for _, instant in stored]
    assert before_it <= stored[1][1] <= time.time_ns() // 1_000_000


def test_what_is_wrong_ahead_of_the_broker_keeps_its_place_too() -> None:
    body = b'{"value":{"type":"JSON","data":1}}{"value":{"type":"NO"}}{"value":{"type":"JSON","data":2}}'
    with Server(before()) as server:
        lines = posted(f"{server.url}/v3/clusters/c/topics/orders/records", body)
    assert [200, 400, 200] == [json.loads(one)["error_code"] for one in lines.splitlines()]


def test_a_batch_is_answered_when_all_of_it_is_delivered() -> None:
    entries = [
        {"id": str(n), "value": {"type": "JSON", "data": n}, "partition_id": 0 if n % 2 else 99} for n in range(4)
    ]
    with Server(before()) as server:
        body = json.dumps({"entries": entries}).encode()
        told = json.loads(posted(f"{server.url}/v3/clusters/c/topics/orders/records:batch", body))
    assert [["1", "3"], ["0", "2"]] == [[one["id"] for one in told[name]] for name in ("successes", "failures")]


def test_the_peer_ends_with_its_server() -> None:
    threads = set(threading.enumerate())
    kafka = before()  # and it is held to the end
    with Server(kafka):
        assert "specmill-kafka" in {one.name for one in threading.enumerate()}
        host, _, port = kafka.peer.partition(":")
        socket.create_connection((host, int(port)), 30).close()
    assert threads == set(threading.enumerate())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 30)


@pytest.mark.parametrize(("stores", "values"), [("yes", [b"1", b"2"]), ("no", [])])
def test_what_is_answered_408_is_stored_in_the_cluster(stores: str, values: list[bytes]) -> None:
    kafka = before()
    kafka.behave(max_age="0s", **{"408_stores": stores})
    body = b'{"value":{"type":"JSON","data":1}}{"value":{"type":"JSON","data":2}}'
    with Server(kafka) as server:
        told = posted(f"{server.url}/v3/clusters/c/topics/orders/records", body)
        kafka.behave(max_age="24h")
        posted(f"{server.url}/v3/clusters/c/topics/orders/records", b'{"value":{"type":"JSON","data":"last"}}')
        found = [one.value for one in kafka.records("orders")]
    assert 2 == told.count(b'"error_code":408')
    assert sorted([b'"last"', *values]) == sorted(one or b"" for one in found)


@pytest.mark.parametrize("name", sorted(OF_THE_BROKER))
def test_what_the_cluster_decides_cannot_be_switched(name: str) -> None:
    with pytest.raises(SpecmillError, match=f"{name} is the cluster's to decide here"):
        emulator({name: DEFAULTS[name]}, {"kafka": True})


def test_nor_can_it_be_while_it_serves() -> None:
    with Server(kafka := before()):
        with pytest.raises(SpecmillError, match="ack-delay is the cluster's"):
            kafka.behave(ack_delay="1s")
        with pytest.raises(SpecmillError, match="the cluster's to create"):
            kafka.create_topic("orders", 3)


def test_without_the_wheel_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(SpecmillError) as told:
        emulator({}, {"kafka": True})
    assert ("confluent-kafka is not installed", "pip install 'specmill[kafka]'") == (
        told.value.message,
        told.value.hint,
    )


def posted(url: str, body: bytes) -> bytes:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        said: bytes = answer.read()
        return said
