"""The server on a real socket, with the project's own client before it."""

from __future__ import annotations

import socket
import threading
import urllib.request
from contextlib import ExitStack

import pytest

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from specmill.errors import SpecmillError
from specmill.serve.exchange import Exchange
from specmill.serve.server import LOOPBACK, Server
from specmill_kafka import emulator
from tests.descriptors import descriptors
from tests.duplex.certificates import identity
from tests.serve.speaking import Echo, Heard, chunked, connected, exchanged, request, wait_for


def test_what_a_client_streams_is_kept_and_reported_in_order() -> None:
    kafka = emulator({"partitions": "1"})
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


def test_ten_thousand_records_are_in_flight_at_once() -> None:
    held: list[Exchange] = []

    class Late:
        """Reports nothing before all records are there."""

        def begin(self, exchange: Exchange) -> Heard:
            exchange.head(200, {"Content-Type": "application/json"})
            held.append(exchange)
            return Reporting(exchange)

    class Reporting(Heard):
        def received(self, content: bytes) -> None:
            self.content += content
            while self.content.count(b'{"value"') == 10_000:
                self.content = b""
                for n in range(10_000):
                    self.exchange.send(b'{"error_code":200,"cluster_id":"c","topic_name":"t","offset":%d}' % n)
                    self.exchange.send(b"\r\n")

        def ended(self) -> None:
            self.exchange.end()

    given = [ProduceRequest(value=ProduceRequestData(type="JSON", data=n)) for n in range(10_000)]
    with (
        Server(Late()) as server,
        Client(server.url) as client,
        client.records_v3.produce_record_stream("c", "t") as stream,
    ):
        offsets = [getattr(report, "offset", None) for _, report in stream.exchange(given)]
    assert (list(range(10_000)), 1) == (offsets, len(held))


def test_the_emulator_bears_ten_thousand_records_in_flight() -> None:
    kafka = emulator({"ack-delay": "200ms", "partitions": "1"})
    given = [ProduceRequest(value=ProduceRequestData(type="JSON", data=n)) for n in range(10_000)]
    with (
        Server(kafka) as server,
        Client(server.url) as client,
        client.records_v3.produce_record_stream("c", "t") as stream,
    ):
        offsets = [getattr(report, "offset", None) for _, report in stream.exchange(given)]
    assert list(range(10_000)) == offsets


# --- the start


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    before = threads()
    with Server(Echo()) as first, pytest.raises(SpecmillError) as told:
        Server(Echo(), port=first.port).start()
    assert (f"127.0.0.1:{first.port}", "--port 0 takes any free port") == (str(told.value.place), told.value.hint)
    assert "in use" in told.value.message
    assert before == threads()


@pytest.mark.parametrize(
    ("host", "port"),
    [("no.such.host.invalid", 0), ("203.0.113.1", 0), (LOOPBACK, 70_000), ("a" * 300, 0), ("not an address", 0)],
)
def test_where_nobody_can_listen_is_told(host: str, port: int) -> None:
    before = threads()
    with pytest.raises(SpecmillError, match="cannot listen there"):
        Server(Echo(), host=host, port=port).start()
    assert before == threads()


@pytest.mark.parametrize(
    ("host", "url", "local"),
    [
        (LOOPBACK, "http://127.0.0.1:", True),
        ("localhost", "http://localhost:", True),
        ("::1", "http://[::1]:", True),
        ("0.0.0.0", "http://127.0.0.1:", False),
        ("::", "http://[::1]:", False),
    ],
)
def test_a_server_says_where_it_is_and_whether_others_can_reach_it(host: str, url: str, local: bool) -> None:
    with Server(Echo(), host=host) as server:
        assert (url + str(server.port), local) == (server.url, server.is_local)
        with urllib.request.urlopen(server.url + "/x") as answer:
            assert b"" == answer.read()


# --- the end


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
def test_closing_drops_everything_that_goes_on_and_tells_it(tls: bool) -> None:
    before, responder = threads(), Echo(lambda at: None)
    server = Server(responder, tls=identity() if tls else None)
    server.start()
    with ExitStack() as stack:
        idle = socket.create_connection((server.host, server.port))
        stack.callback(idle.close)
        clients = [stack.enter_context(connected(server)) for _ in range(20)]
        for client in clients:
            client.sendall(chunked(b"x"))
        wait_for(lambda: len(responder.heard) == 20)
        wait_for(lambda: len(server.connections) == 21)
        server.close()
        assert set() == server.connections
        assert [["GONE"]] * 20 == [one.ends for one in responder.heard]
        assert b"" == idle.recv(1)
    assert before == threads()
    server.close()  # once more does nothing


def test_a_failure_in_the_block_leaves_nothing_behind() -> None:
    before = threads()
    with pytest.raises(ZeroDivisionError), Server(Echo()) as server:
        raise ZeroDivisionError
    assert before == threads()
    with pytest.raises(OSError):
        socket.create_connection((server.host, server.port))


def test_many_servers_leave_no_socket_behind() -> None:
    with Server(Echo()) as server:
        exchanged(server, request(b"x", "Connection: close"))
    before = descriptors()
    for _ in range(20):
        with Server(Echo()) as server:
            exchanged(server, request(b"x", "Connection: close"))
    assert set() == descriptors() - before


def test_what_is_done_in_the_server_s_thread_gives_its_result_or_raises() -> None:
    with Server(Echo()) as server:
        assert "specmill-serve" == server.do(lambda: threading.current_thread().name)
        assert 1 == server.do(lambda: server.do(lambda: 1))
        with pytest.raises(ZeroDivisionError):
            server.do(lambda: 1 // 0)


def threads() -> set[threading.Thread]:
    return set(threading.enumerate())
