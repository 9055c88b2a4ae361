"""A long production through a server that breaks again and again, in every one of the ways of the table of faults.

``SOAK_RECORDS=1000000`` takes that many records, and minutes.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from kafka_rest import Client, ProduceRequest
from kafka_rest.errors import ApiError
from kafka_rest.outcomes import outcome_of
from tests.duplex.conversation import Conversation
from tests.duplex.faults import FAULTS
from tests.duplex.faults_end import ended
from tests.duplex.peer import Behaviour, Peer
from tests.duplex.reports import CLUSTER, IDLE, TOPIC, refused
from tests.duplex.wire import NotHttp
from tests.kafka.producers import LIMITS, number_of, record

RECORDS = int(os.environ.get("SOAK_RECORDS", "20000"))
WINDOW = 1_000
WAYS = [fault for fault in FAULTS if fault.client == "sends"]
AGE = max(0.1, RECORDS / 2_000_000)  # seconds: some of the ways would go well for ever
GROWTH = 32 * 1024  # KiB by which the process may grow once it is warm
ACCEPTED, REFUSED, UNKNOWN = 1, 2, 3
MARKS = {"accepted": ACCEPTED, "refused": REFUSED, "unknown": UNKNOWN}


def well_for_a_while(talk: Conversation, count: int) -> None:
    """Goes well for so many records, and then ends as an idle stream is ended."""
    talk.read_head()
    talk.head()
    while talk.received < count:
        one = talk.record()
        if one is None:
            return talk.end()
        talk.report(one)
    talk.report(refused(400, IDLE))
    ended(talk)


def broken(talk: Conversation, behaviour: Behaviour) -> None:
    """What is sent again goes alone, and can be less than a way to break waits for."""
    try:
        behaviour(talk)
    except NotHttp as error:
        if "records were to come" not in str(error):
            raise
        talk.close()


def breaking(count: int) -> Behaviour:
    """Every other connection is well for so many records; those between break, each in another way."""

    def behave(talk: Conversation) -> None:
        if talk.number % 2:
            broken(talk, WAYS[talk.number // 2 % len(WAYS)].behaviour)
        else:
            well_for_a_while(talk, count)

    return behave


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Ledger:
    """What the server has stored and what the producer has said, a byte a record."""

    def __init__(self, count: int) -> None:
        self.stored = bytearray(count)
        self.outcomes = bytearray(count)
        self.highest = -1
        self.warm = 0  # KiB of memory once a quarter of the records is through

    def store(self, one: Any) -> None:
        self.stored[number_of(one)] += 1

    def note(self, number: int, outcome: str) -> None:
        assert not self.outcomes[number], f"record {number} has two outcomes"
        self.outcomes[number] = MARKS[outcome]
        assert number > self.highest - WINDOW, "a record came far behind newer ones"
        self.highest = max(self.highest, number)
        if number == len(self.outcomes) // 4:
            self.warm = peak()


def produce_all(peer: Peer, ledger: Ledger, **options: Any) -> None:
    """Begins anew with what was not sent, each time that an answer says that it is of no use."""
    given: Iterator[ProduceRequest] = map(record, range(RECORDS))
    with Client(peer.url, verify=peer.certificate) as kafka:
        while True:
            try:
                chosen = LIMITS | {"window_records": WINDOW, "age_limit": AGE} | options
                for one, report in kafka.produce(CLUSTER, TOPIC, given, **chosen):
                    ledger.note(number_of(one), outcome_of(report))
                return
            except ApiError as error:
                assert not error.unknown or options["on_unknown"] == "resend"
                given = chain(error.unknown, error.unsent, given)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("policy", ["report", "resend"])
def test_every_record_has_one_outcome_however_often_the_server_breaks(policy: str, tls: bool) -> None:
    ledger = Ledger(RECORDS)
    with Peer(breaking(max(50, RECORDS // len(WAYS))), tls, keep=ledger.store) as peer:
        produce_all(peer, ledger, on_unknown=policy)
        streams = len(peer.conversations)
    grown = peak() - ledger.warm
    counts = {name: ledger.outcomes.count(mark) for name, mark in MARKS.items()}
    print(f"{RECORDS} records, {streams} streams, {counts}, {grown} KiB more")
    assert RECORDS == sum(counts.values())
    stored, outcomes = ledger.stored, ledger.outcomes
    assert all(stored[n] for n in range(RECORDS) if outcomes[n] == ACCEPTED), "accepted, but not stored"
    assert not any(stored[n] for n in range(RECORDS) if outcomes[n] == REFUSED), "refused, but stored"
    if policy == "report":
        assert max(stored) <= 1, "stored twice without the caller's word"
    else:
        assert [0, 0] == [counts["unknown"], counts["refused"]]
    assert streams > 50
    assert grown < GROWTH
