"""A long production through a server that breaks again and again, in every one of the ways of the table of faults.

``SOAK_RECORDS=1000000`` takes that many records, and minutes.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceRequestData
from kafka_rest._retries import Retries
from kafka_rest.errors import ApiError, ClientError, ConnectionFailed
from kafka_rest.outcomes import outcome_of
from tests.duplex.certificates import ELSEWHERE, HERE, identity
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC
from tests.kafka.ledger import KEYS, Ledger
from tests.kafka.producers import number_of
from tests.kafka.weather import Weather

RECORDS = int(os.environ.get("SOAK_RECORDS", "10000"))
WINDOW = 200
STRETCH = min(3_000, RECORDS // 500)  # records of a stream that goes well
BUFFER = 64 * 1024  # bytes of the kernel, on either side of a connection
LONG = "x" * (32 * BUFFER // WINDOW)  # a window of such records is more than buffers hold
GROWTH = 64 * 1024  # KiB by which the process may grow once it is warm
OPTIONS: dict[str, Any] = {
    "connections": 3,
    "window_records": WINDOW,
    "age_limit": 0.4,  # ends a stream that goes well, and is not as long as one that gets no reports
    "report_timeout": 1.2,
    "write_timeout": 0.15,
    "close_timeout": 0.2,
    "retries": Retries(times=100, first=0.002, most=0.02, longest=5.0),
}


class Source:
    """Gives records by number, and first those that a production gave back; as the weather wants them."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._back: list[int] = []
        self._next = 0

    @property
    def is_empty(self) -> bool:
        return not self._back and self._next >= RECORDS

    def take_back(self, records: tuple[Any, ...]) -> None:
        self._back = list(heapq.merge(self._back, sorted(map(number_of, records))))

    def some(self) -> Iterator[ProduceRequest]:
        """The records of one production."""
        self._weather.enough = False
        while self._goes_on():
            self._weather.calm.wait()
            yield self._one()

    async def some_awaited(self) -> AsyncIterator[ProduceRequest]:
        self._weather.enough = False
        while self._goes_on():
            if not self._weather.calm.is_set():
                await asyncio.to_thread(self._weather.calm.wait)
            yield self._one()

    def _goes_on(self) -> bool:
        return not self.is_empty and (self._weather.hungry > 0 or not self._weather.enough)

    def _one(self) -> ProduceRequest:
        if self._back:
            number = self._back.pop(0)
        else:
            number, self._next = self._next, self._next + 1
        data = {"n": number, "padding": LONG} if self._weather.hungry else {"n": number}
        key = ProduceRequestData(type="JSON", data=number % KEYS)
        return ProduceRequest(key=key, value=ProduceRequestData(type="JSON", data=data))


def produce(peer: Peer, source: Source, note: Callable[[Any, Any], None], policy: Any) -> None:
    with Client(peer.url, verify=peer.certificate) as kafka:
        while not source.is_empty:
            try:
                for one, report in kafka.produce(CLUSTER, TOPIC, source.some(), on_unknown=policy, **OPTIONS):
                    note(one, report)
            except (ApiError, ConnectionFailed) as error:
                go_on_after(error, source, policy)


def produce_awaited(peer: Peer, source: Source, note: Callable[[Any, Any], None], policy: Any) -> None:
    async def run() -> None:
        async with AsyncClient(peer.url, verify=peer.certificate) as kafka:
            while not source.is_empty:
                given = source.some_awaited()
                try:
                    async for one, report in kafka.produce(CLUSTER, TOPIC, given, on_unknown=policy, **OPTIONS):
                        note(one, report)
                except (ApiError, ConnectionFailed) as error:
                    go_on_after(error, source, policy)

    asyncio.run(run())


def go_on_after(error: ClientError, source: Source, policy: str) -> None:
    """Some answers say that it is of no use; the soak goes on with what was not sent."""
    assert policy == "resend" or not error.unknown
    source.take_back(error.unknown + error.unsent)


def narrow(*arguments: Any, **options: Any) -> socket.socket:
    """In place of `socket.create_connection`: the kernel's own buffers would swallow megabytes."""
    connection = CONNECT(*arguments, **options)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    return connection


CONNECT = socket.create_connection


def disguised(weather: Weather) -> ssl.SSLContext:
    """The context of a server that shows the certificate of another one now and then."""
    context = identity.__wrapped__(HERE)  # one of its own, since others use the common one
    elsewhere = identity(ELSEWHERE)

    def choose(connection: Any, name: str | None, first: ssl.SSLContext) -> None:
        if weather.is_disguised():
            connection.context = elsewhere

    context.sni_callback = choose
    return context


class Ends(logging.Handler):
    """Hears how streams end: that the server takes nothing more, only the client can say."""

    def __init__(self, weather: Weather) -> None:
        super().__init__(logging.DEBUG)
        self._weather = weather

    def emit(self, record: logging.LogRecord) -> None:
        match record.args:
            case (ClientError() as failure,):
                self._weather.left(map(number_of, failure.unknown), "has taken nothing" in str(failure))


@contextmanager
def heard(weather: Weather) -> Iterator[None]:
    log, ends = logging.getLogger("kafka_rest"), Ends(weather)
    before = log.level, log.propagate
    log.addHandler(ends)
    log.setLevel(logging.DEBUG)
    log.propagate = False  # pytest would keep every line
    try:
        yield
    finally:
        log.removeHandler(ends)
        log.level, log.propagate = before


RUNS = {
    "blocking, reports, plain": (produce, "report", False),
    "awaiting, resends, TLS": (produce_awaited, "resend", True),
    "blocking, resends, TLS": (produce, "resend", True),
    "awaiting, reports, plain": (produce_awaited, "report", False),
}


@pytest.mark.parametrize("run", RUNS if RECORDS > 10_000 else list(RUNS)[:2])
def test_every_record_has_one_outcome_however_often_the_server_breaks(
    run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer, policy, tls = RUNS[run]
    ledger = Ledger(RECORDS)
    weather = Weather(STRETCH, len(LONG), ledger.throw, tls)
    monkeypatch.setattr(socket, "getaddrinfo", weather.resolve)
    monkeypatch.setattr(socket, "create_connection", narrow)
    identity = disguised(weather) if tls else False
    with heard(weather), Peer(weather, identity, keep=ledger.store, receive_buffer=BUFFER) as peer:
        producer(peer, Source(weather), lambda one, report: ledger.note(number_of(one), outcome_of(report)), policy)
        streams = len(peer.conversations)
    print(f"{RECORDS} records, {streams} streams, {ledger.counts()}, {ledger.grown} KiB more; reached:")
    print(", ".join(f"{name} {count}" for name, count in weather.reached.items()))
    ledger.judge(policy == "resend", WINDOW)
    assert [] == [name for name, count in weather.reached.items() if not count], "never reached"
    assert ledger.grown < GROWTH
