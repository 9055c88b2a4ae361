"""Reports that stay JSON until somebody looks at them: the same stream, the same outcomes, and no work in between."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceRequestData, ProduceResponse
from kafka_rest.errors import ConfigurationError, StreamEnded, StreamGarbled, UnreadRefusals
from kafka_rest.streams import Batch
from tests.duplex.conversation import Conversation
from tests.duplex.faults_end import begun, ended
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC, refused

COUNT = 1200
RECORDS = [ProduceRequest(value=ProduceRequestData(type="JSON", data=n)) for n in range(COUNT)]
Batches = list[Batch[ProduceRequest, ProduceResponse]]


def pulled(peer: Peer) -> Batches:
    with (
        Client(peer.url, verify=peer.certificate) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        return list(stream.batches(iter(RECORDS)))


def called_back(peer: Peer) -> Batches:
    found: Batches = []
    with (
        Client(peer.url, verify=peer.certificate) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_batch=found.append) as stream,
    ):
        stream.send_many(RECORDS[:-1])
        stream.send(RECORDS[-1])
    return found


def awaited(peer: Peer) -> Batches:
    async def all_of() -> Batches:
        async with (
            AsyncClient(peer.url, verify=peer.certificate) as client,
            client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
        ):
            return [batch async for batch in stream.batches(RECORDS)]

    return asyncio.run(all_of())


def awaited_and_called_back(peer: Peer) -> Batches:
    async def all_of() -> Batches:
        found: Batches = []
        async with (
            AsyncClient(peer.url, verify=peer.certificate) as client,
            client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_batch=found.append) as stream,
        ):
            await stream.send_many(RECORDS)
        return found

    return asyncio.run(all_of())


WAYS = {one.__name__: one for one in (pulled, called_back, awaited, awaited_and_called_back)}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("way", WAYS)
def test_batches_hold_every_record_with_its_report_in_order(way: str, tls: bool) -> None:
    with Peer(Honest(), tls) as peer:
        batches = WAYS[way](peer)
        assert RECORDS == [record for batch in batches for record in batch.records]
        assert COUNT == sum(map(len, batches)) == sum(len(batch.texts) for batch in batches)
        pairs = [pair for batch in batches for pair in batch]
        assert RECORDS == [record for record, _ in pairs]
        assert {200} == {report.error_code for _, report in pairs}
        texts = [json.loads(bytes(text)) for batch in batches for text in batch.texts]
        assert [report["offset"] for report in texts] == [report.offset for _, report in pairs]


def test_reports_are_decoded_once_and_only_when_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer(Honest()) as peer:
        batches = pulled(peer)
    batch = batches[0]
    calls: list[Any] = []

    def decode(texts: Any) -> list[ProduceResponse]:
        calls.append(texts)
        return []

    monkeypatch.setattr(batch, "_decode", decode)
    assert len(batch) == len(batch.records)
    assert [] == calls
    assert [[], []] == [batch.reports, batch.reports]
    assert [batch.texts] == calls


def odd(talk: Conversation) -> None:
    """A report that is none among some that are, of which one breaks a promise."""
    talk.read_head()
    talk.head()
    reports = [
        b'{"error_code":200,"offset":1}',
        b'{"error_code":200,"timestamp":"+53069-10-02T21:02:03Z"}',
        b"[1]",
    ]
    for report in reports:
        talk.record()
        talk.chunk(report + b"\r\n")
    talk.end()


def test_what_is_no_report_is_told_when_it_is_looked_at() -> None:
    with Peer(odd) as peer, Client(peer.url) as client:
        with client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream:
            batches = list(stream.batches(RECORDS[:3]))
        texts = [bytes(text) for batch in batches for text in batch.texts]
        assert [b"[1]"] == texts[2:]
        with pytest.raises(StreamGarbled, match=r"this is no report: \[1\]"):
            [batch.reports for batch in batches]


def test_a_stream_that_began_otherwise_has_no_batches() -> None:
    with Peer(Honest()) as peer, Client(peer.url) as client:
        with client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream:
            stream.send(RECORDS[0])
            with pytest.raises(ConfigurationError, match="has its thread already"):
                stream.batches(RECORDS)
            list(stream)
        with pytest.raises(ConfigurationError, match="on_report or on_batch, not both"):
            client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_report=print, on_batch=print)


def test_refusals_in_batches_that_nobody_took_are_told_at_the_end() -> None:
    first_was_taken = threading.Event()

    def refuses_all(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        for number, _ in enumerate(talk.records()):
            talk.report(refused(40301, "Not authorized"))
            if number == 0:
                talk.flush()
                assert first_was_taken.wait(10)
        talk.end()

    with Peer(refuses_all) as peer, Client(peer.url) as client:
        stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
        batches = stream.batches(RECORDS[:600])
        next(batches)
        first_was_taken.set()
        with pytest.raises(UnreadRefusals):
            stream.close()


def test_the_records_of_a_stream_that_ends_early_are_unknown_or_unsent() -> None:
    def ends(talk: Conversation) -> None:
        begun(talk, 1)
        ended(talk)

    with Peer(ends) as peer, Client(peer.url) as client:
        stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
        answered: list[ProduceRequest] = []
        with pytest.raises(StreamEnded) as caught:
            for batch in stream.batches(RECORDS):
                answered += batch.records
        rest = [*caught.value.unknown, *caught.value.unsent]
        assert RECORDS[: 1 + len(rest)] == [*answered, *rest]
        with pytest.raises(StreamEnded):
            stream.close()
