"""What is measured against the fast peer, one way to send records a function.

``python -m tests.benchmarks.stream_subjects NAME PORT RECORDS`` prints the seconds from the first record to the last
report, or what else the subject measures. The connection is open before, and imports are done.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import ssl
import statistics
import sys
from collections.abc import Callable, Iterator
from itertools import chain, islice, repeat
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any

from tests.benchmarks.duplex_peer import RECORD, FastPeer

CLUSTER, TOPIC = "cluster-1", "orders"
PATH = f"/kafka/v3/clusters/{CLUSTER}/topics/{TOPIC}/records"
A_SECOND = 1000  # records, where latency is measured
Subject = Callable[[FastPeer, int], float]


def given(count: int) -> Iterator[Any]:
    """Records as a caller has them; making them is not what is measured, nor is what the collector makes of them."""
    from kafka_rest import ProduceRequest, ProduceRequestData

    padding = "x" * (len(RECORD) - len('{"value":{"type":"JSON","data":{"id":1234567,"note":""}}}'))
    some = [
        ProduceRequest(value=ProduceRequestData(type="JSON", data={"id": 1234567 + n, "note": padding}))
        for n in range(500)
    ]
    return islice(chain.from_iterable(repeat(some)), count)


def opened(peer: FastPeer, **options: Any) -> Any:
    from kafka_rest import Client

    client = Client(peer.url, verify=str(peer.certificate) if peer.certificate else True)
    return client.records_v3.produce_record_stream(CLUSTER, TOPIC, **options)


def seen(pairs: Iterator[tuple[Any, Any]], count: int) -> None:
    number = 0
    for number, (_record, report) in enumerate(pairs, 1):  # noqa: B007
        pass
    assert (count, 200) == (number, report.error_code)


class Told:
    """Looks at each report as it comes: kept until the end they would measure the memory."""

    def __init__(self) -> None:
        self.number = 0
        self.last: Any = None

    def __call__(self, record: Any, report: Any) -> None:
        self.number += 1
        self.last = report

    def check(self, count: int) -> None:
        assert (count, 200) == (self.number, self.last.error_code)


def pull(peer: FastPeer, count: int) -> float:
    records = given(count)
    with opened(peer) as stream:
        started = perf_counter()
        seen(stream.exchange(records), count)
        return perf_counter() - started


def send_many(peer: FastPeer, count: int) -> float:
    records, told = given(count), Told()
    with opened(peer, on_report=told) as stream:
        started = perf_counter()
        stream.send_many(records)
        stream.flush()
        told.check(count)
        return perf_counter() - started


def send(peer: FastPeer, count: int) -> float:
    records, told = given(count), Told()
    with opened(peer, on_report=told) as stream:
        started, send = perf_counter(), stream.send
        for record in records:
            send(record)
        stream.flush()
        told.check(count)
        return perf_counter() - started


def send_awaited(peer: FastPeer, count: int) -> float:
    async def sent() -> float:
        from kafka_rest import AsyncClient

        records, told = given(count), Told()
        async with (
            AsyncClient(peer.url) as client,
            client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_report=told) as stream,
        ):
            started = perf_counter()
            for record in records:
                await stream.send(record)
            await stream.flush()
            told.check(count)
            return perf_counter() - started

    return asyncio.run(sent())


def post(peer: FastPeer, count: int) -> float:
    """One call of httpx2 a record, which has a peer of its own."""
    import httpx2

    record = json.loads(RECORD)
    with httpx2.Client(base_url=peer.url) as client:
        started = perf_counter()
        for _ in range(count):
            assert client.post(PATH, json=record).json()["error_code"] == 200
        return perf_counter() - started


class TwoThreads:
    """How people stream with http.client: one thread writes a chunk a record, another one reads line by line."""

    def __init__(self, peer: FastPeer, on_report: Callable[[Any], None]) -> None:
        self._connection = self._connected(peer)
        self._connection.putrequest("POST", PATH)
        for name, value in (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")):
            self._connection.putheader(name, value)
        self._connection.endheaders()
        self._on_report = on_report
        self._reader = Thread(target=self._read)

    def send(self, record: Any) -> None:
        line = json.dumps(record).encode() + b"\n"
        self._connection.send(b"%x\r\n%b\r\n" % (len(line), line))

    def start(self) -> None:
        self._reader.start()

    def end(self) -> None:
        self._connection.send(b"0\r\n\r\n")
        self._reader.join()
        self._connection.close()

    def _read(self) -> None:
        for line in self._connection.getresponse():
            if line.strip():
                self._on_report(json.loads(line))

    def _connected(self, peer: FastPeer) -> http.client.HTTPConnection:
        if peer.certificate is None:
            return http.client.HTTPConnection("127.0.0.1", peer.port)
        context = ssl.create_default_context(cafile=peer.certificate)
        return http.client.HTTPSConnection("127.0.0.1", peer.port, context=context)


def two_threads(peer: FastPeer, count: int) -> float:
    reports: list[Any] = []
    stream, record = TwoThreads(peer, reports.append), json.loads(RECORD)
    stream.start()
    started = perf_counter()
    for _ in range(count):
        stream.send(record)
    stream.end()
    assert count == len(reports)
    return perf_counter() - started


def latency(peer: FastPeer, count: int) -> float:
    """Seconds from send to report, the median, while records come at a steady pace."""
    came: list[float] = []
    with opened(peer, on_report=lambda record, report: came.append(perf_counter())) as stream:
        gone = paced(stream.send, given(count))
    return _median(gone, came)


def latency_of_two_threads(peer: FastPeer, count: int) -> float:
    came: list[float] = []
    stream = TwoThreads(peer, lambda report: came.append(perf_counter()))
    stream.start()
    gone = paced(stream.send, repeat(json.loads(RECORD), count))
    stream.end()
    return _median(gone, came)


def paced(send: Callable[[Any], None], records: Iterator[Any]) -> list[float]:
    """When each was sent. A thread of the interpreter that sleeps is woken late alike in all subjects."""
    gone: list[float] = []
    started = perf_counter()
    for number, record in enumerate(records):
        sleep(max(0.0, started + number / A_SECOND - perf_counter()))
        gone.append(perf_counter())
        send(record)
    return gone


def _median(gone: list[float], came: list[float]) -> float:
    return statistics.median(after - before for before, after in zip(gone, came, strict=True))


def raw(peer: FastPeer, count: int) -> float:
    from tests.benchmarks.duplex_raw import exchange

    return exchange(peer, count)


SUBJECTS: dict[str, Subject] = {
    "raw": raw,
    "pull": pull,
    "send_many": send_many,
    "send": send,
    "send, awaited": send_awaited,
    "post": post,
    "two threads": two_threads,
    "latency": latency,
    "latency of two threads": latency_of_two_threads,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.stream_subjects", description=__doc__)
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("port", type=int)
    parser.add_argument("records", type=int)
    parser.add_argument("--certificate", type=Path, help="the file with the authority of a peer that speaks TLS")
    parser.add_argument("--pure", action="store_true", help="without httptools")
    options = parser.parse_args()
    if options.pure:
        sys.modules["httptools"] = None  # type: ignore[assignment]
    scheme = "https" if options.certificate else "http"
    peer = FastPeer(f"{scheme}://127.0.0.1:{options.port}", options.port, options.certificate)
    print(SUBJECTS[options.subject](peer, options.records))


if __name__ == "__main__":
    main()
