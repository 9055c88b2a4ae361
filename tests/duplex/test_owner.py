"""A socket has one owner: one thread of one process."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from threading import Barrier, Thread

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceRequestData, ProduceResponse
from kafka_rest.errors import ConfigurationError, InvalidRecord, StreamEnded
from kafka_rest.streams import AsyncRecordStream
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


@pytest.mark.parametrize("way", ["exchange", "batches"])
def test_whoever_iterates_over_an_exchange_owns_the_stream_alone(way: str) -> None:
    with (
        Peer(Honest()) as peer,
        Client(peer.url) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        come = getattr(stream, way)([RECORD] * 3)
        seen = len(next(come)) if way == "batches" else len([next(come)])
        others: list[Callable[[], object]] = [
            lambda: stream.send(RECORD),
            lambda: stream.send_nowait(RECORD),
            lambda: stream.send_many([RECORD]),
            lambda: stream.submit(RECORD),
            lambda: next(stream.exchange([RECORD])),
        ]
        for other in others:
            with pytest.raises(ConfigurationError, match=r"exchanged|in use"):
                other()
        seen += sum(map(len, come)) if way == "batches" else len(list(come))
        assert (3, 3) == (seen, len(peer.stored))


def test_what_iterates_no_more_owns_nothing() -> None:
    with (
        Peer(Honest()) as peer,
        Client(peer.url) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        bad = ProduceRequest(value=ProduceRequestData(type="JSON", data=float("nan")))
        with pytest.raises(InvalidRecord):
            list(stream.exchange([bad]))
        stream.send(RECORD)
        assert 1 == len(list(stream))


@pytest.mark.parametrize("over", [False, True])
def test_a_stream_that_is_used_in_another_event_loop_says_so(over: bool) -> None:
    async def used(peer: Peer) -> AsyncRecordStream[ProduceRequest, ProduceResponse]:
        client = AsyncClient(peer.url)
        stream = await client.records_v3.produce_record_stream(CLUSTER, TOPIC).open()
        await stream.send(RECORD)
        assert 1 == len([pair async for pair in stream])
        if over:
            await stream.close()
        return stream

    async def nowait(stream: AsyncRecordStream[ProduceRequest, ProduceResponse]) -> None:
        stream.send_nowait(RECORD)

    async def awaited(call: Callable[[], Awaitable[object]]) -> None:
        await call()

    with Peer(Honest()) as peer:
        stream = asyncio.run(used(peer))
        told = "this stream is closed|over before" if over else "this stream belongs to another event loop"
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: stream.send(RECORD),
            lambda: nowait(stream),
            lambda: stream.send_many([RECORD]),
            lambda: stream.submit(RECORD),
        ]
        for call in calls:
            with pytest.raises((ConfigurationError, StreamEnded), match=told):
                asyncio.run(awaited(call))
        for call in (stream.flush, stream.close):
            if not over:
                with pytest.raises(ConfigurationError, match=told):
                    asyncio.run(awaited(call))
        if not over:
            with pytest.warns(ResourceWarning, match="4 records without a report"):
                del stream, calls, call
                gc.collect()
