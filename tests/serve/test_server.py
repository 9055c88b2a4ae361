"""The server on a real socket, with the project's own client before it."""

from __future__ import annotations

import http.client
import re
import socket
import threading

import pytest

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from specmill.serve.server import Server
from specmill_kafka import emulator

CODE = re.compile(rb'"error_code":([0-9]+)')


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


@pytest.mark.parametrize(("when", "sent_first"), [("immediate", b""), ("first-byte", b"1\r\n\n\r\n")])
def test_the_head_of_an_answer_goes_out_when_it_is_said(when: str, sent_first: bytes) -> None:
    head = b"POST /v3/clusters/c/topics/t/records HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    with (
        Server(emulator({"head": when})) as server,
        socket.create_connection((server.host, server.port), timeout=10) as client,
    ):
        client.sendall(head + sent_first)
        assert b"HTTP/1.1 200 OK\r\n" == client.recv(17)
        assert head + sent_first == server.transcript.of(0, "client")


@pytest.mark.parametrize(
    ("path", "body", "status", "codes"),
    [
        ("/nowhere", b"{}", 404, [404]),
        (
            "/kafka/v3/clusters/c/topics/t/records",
            '{"value":{"type":"STRING","data":"ä"}}'.encode() * 2,
            200,
            [200, 200],
        ),
        ("/v3/clusters/c/topics/t/records", b'{}{"value"', 200, [200, 400]),
    ],
)
def test_what_is_sent_is_answered(path: str, body: bytes, status: int, codes: list[int]) -> None:
    with Server(emulator({})) as server:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
        connection.request("POST", path, iter([bytes([byte]) for byte in body]), encode_chunked=True)
        answer = connection.getresponse()
        assert (status, codes) == (answer.status, [int(code) for code in CODE.findall(answer.read())])
        connection.close()
    assert [] == server.failures
