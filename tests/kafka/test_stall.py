"""A record behind a partition that the server does not know waits a minute; and where records stand in the log."""

from __future__ import annotations

from typing import Any

import pytest

from kafka_rest._duplex.exchange import Exchange
from kafka_rest._duplex.options import chosen
from kafka_rest._duplex.pump import Pump
from kafka_rest._duplex.reports import Reports
from kafka_rest._producer.rules import rules_of
from kafka_rest.errors import ClientError, StreamTimedOut
from kafka_rest.models import ProduceResponse
from tests.duplex.conversation import Conversation
from tests.duplex.peer import Peer
from tests.duplex.reports import accepted
from tests.kafka.producers import PRODUCERS, Produce, number_of, records

MINUTE = 60.0
OK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
REPORT = b'18\r\n{"error_code":40401    }\r\n'


class Stalled:
    """A wire whose other end reads only so much, until it is told to go on."""

    drained = True
    read_needs_write = False

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.incoming = [OK]

    def write(self, data: memoryview) -> int:
        count = min(self.takes, len(data))
        self.takes -= count
        return count

    def read(self) -> bytes | None:
        return self.incoming.pop(0) if self.incoming else None


def stalled(takes: int, count: int, now: float = 0.0) -> tuple[Stalled, Exchange[int, Any], Pump]:
    """With the time-outs that a producer has by default."""
    wire: Any = Stalled(takes)
    exchange: Exchange[int, Any] = Exchange("POST /", b"", Reports(ProduceResponse), lambda *_: ClientError())
    _, options = rules_of({})
    pump = Pump(exchange, wire, chosen(options).limits, now)
    for number in range(count):
        exchange.add([number], b"{}" * 50_000)
    pump.step(now)
    return wire, exchange, pump


@pytest.mark.parametrize("takes", [10**9, 150_000], ids=["it reads on", "it reads no further"])
def test_a_minute_for_each_of_many_bad_records_is_waited_out(takes: int) -> None:
    wire, exchange, pump = stalled(takes, 5)
    for number in range(1, 6):
        for quarter in range(4):
            pump.step((number - 1 + quarter / 4) * MINUTE)
        wire.incoming.append(REPORT)
        wire.takes += 100_000
        pump.step(number * MINUTE)
        assert exchange.failure is None
    assert 0 == exchange.pending


@pytest.mark.parametrize("takes", [10**9, 150_000], ids=["it reads on", "it reads no further"])
def test_a_server_that_does_nothing_for_longer_is_left(takes: int) -> None:
    _, exchange, pump = stalled(takes, 5)
    for second in range(76):
        assert exchange.failure is None
        pump.step(float(second))
    assert isinstance(exchange.failure, StreamTimedOut)


@pytest.mark.parametrize("produce", PRODUCERS.values(), ids=PRODUCERS)
@pytest.mark.parametrize("ordered", [False, True])
def test_offsets_are_the_servers_even_where_they_are_in_another_order(produce: Produce, ordered: bool) -> None:
    """The broker took the first record in at its second attempt."""

    def retried(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        while (one := talk.record()) is not None:
            talk.report(accepted(one, {0: 2, 1: 0, 2: 1}.get(number_of(one), number_of(one))))
        talk.end()
        talk.linger()

    with Peer(retried) as peer:
        result = produce(peer, records(5), ordered=ordered)
    assert [(0, 2), (1, 0), (2, 1), (3, 3), (4, 4)] == [(number, report.offset) for number, report in result.pairs]
