"""The ways to give records and to get their reports, blocking and async alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import wait
from threading import Event
from typing import Any

import pytest

from kafka_rest import Client
from kafka_rest.errors import ConfigurationError, NotFlushed, StreamEnded, UnreadRefusals, WindowFull
from tests.duplex.conversation import Conversation
from tests.duplex.either import Way, either, numbers, opened, record, records
from tests.duplex.faults_end import ended
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

MANY = 1300  # more than go together


def stored(peer: Peer) -> list[Any]:
    return [one["value"]["data"] for one in peer.stored]


async def one_by_one(stream: Any) -> None:
    for one in records(MANY):
        await stream.send(one)


async def at_once(stream: Any) -> None:
    await stream.send_many(records(MANY))


async def from_an_iterator(stream: Any) -> None:
    await stream.send_many(iter(records(MANY)))


async def mixed(stream: Any) -> None:
    await stream.send_many(records(400))
    for one in records(100, first=400):
        await stream.send(one)
        stream.send_nowait(record(numbers([one])[0] + 0.5))
    await stream.send_many(records(MANY - 500, first=500))


@pytest.mark.parametrize("sent", [one_by_one, at_once, from_an_iterator])
@either
async def test_all_reports_come_in_order(sent: Any, way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            await sent(stream)
            pairs = [pair async for pair in stream]
            assert 0 == stream.pending
        assert list(range(MANY)) == numbers(pairs) == stored(peer)
        assert list(range(MANY)) == [report.offset for _, report in pairs]


@either
async def test_ways_to_send_may_be_mixed(way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            await mixed(stream)
            pairs = [pair async for pair in stream]
        assert stored(peer) == numbers(pairs) == sorted(stored(peer))
        assert MANY + 100 == len(pairs)


@either
async def test_exchange_gives_each_record_with_its_report(way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            assert list(range(MANY)) == numbers([pair async for pair in stream.exchange(records(MANY))])
        assert list(range(MANY)) == stored(peer)


def test_an_async_stream_takes_async_iterables() -> None:
    async def given() -> AsyncIterator[Any]:
        for one in records(MANY):
            yield one

    async def exchanged(peer: Peer) -> list[Any]:
        async with opened("async", peer.url) as stream:
            await stream.send_many(given())
            first = numbers([pair async for pair in stream])
            return first + numbers([pair async for pair in stream.exchange(given())])

    with Peer(Honest()) as peer:
        assert 2 * list(range(MANY)) == asyncio.run(exchanged(peer))


@either
async def test_callbacks_and_futures_and_iteration_share_the_reports(way: str) -> None:
    told: list[Any] = []
    with Peer(Honest()) as peer:
        async with opened(way, peer.url, on_report=lambda one, report: told.append((one, report.offset))) as stream:
            await stream.send(record(0))
            future = await stream.submit(record(1))
            await stream.send(record(2))
            await stream.flush()
            assert 1 == (await future).offset
            assert [] == [pair async for pair in stream]
    assert [(record(0), 0), (record(2), 2)] == told


@either
async def test_a_future_shows_what_the_stream_fails_with(way: str) -> None:
    def fails(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.report(talk.records(2)[0])
        ended(talk)

    with Peer(fails) as peer:
        with pytest.raises(StreamEnded) as caught:
            async with opened(way, peer.url) as stream:
                await stream.submit(record(0))
                future = await stream.submit(record(1))
                with pytest.raises(StreamEnded) as seen:
                    await future
        assert caught.value is seen.value
        assert ([1], ()) == (numbers(caught.value.unknown), caught.value.unsent)


@either
async def test_a_future_that_was_cancelled_harms_nobody(way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            future = await stream.submit(record(0))
            future.cancel()
            assert 1 == (await (await stream.submit(record(1)))).offset


@either
async def test_the_report_of_a_cancelled_future_comes_with_the_others(way: Way) -> None:
    held = Held()
    with Peer(held) as peer:
        async with opened(way, peer.url) as stream:
            inner = stream.stream if way == "blocking" else stream
            submitted = inner.submit(record(0))
            future = submitted if way == "blocking" else await submitted
            await stream.send(record(1))
            assert (True, True) == (future.cancel(), future.cancelled())
            held.released.set()
            await stream.flush()
            assert [0, 1] == numbers([pair async for pair in stream])


def test_whoever_waits_for_a_cancelled_future_is_let_go() -> None:
    held = Held()
    with (
        Peer(held) as peer,
        Client(peer.url) as client,
        client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream,
    ):
        some = [stream.submit(one) for one in records(3)]
        some[1].cancel()
        held.released.set()
        done, rest = wait(some, 10)
        assert (set(some), set()) == (done, rest)


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_cancelled_future_does_not_hide_the_failure(cancelled: bool) -> None:
    def fails(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.records(2)
        ended(talk)

    with Peer(fails) as peer, Client(peer.url) as client:
        stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
        some = [stream.submit(one) for one in records(2)]
        if cancelled:
            some[0].cancel()
        with pytest.raises(StreamEnded) as caught:
            stream.close()
        assert [0, 1] == numbers(caught.value.unknown)
        assert wait(some, 10).not_done == set()
        assert caught.value is some[1].exception()


class Held:
    """Answers nothing until it is released."""

    def __init__(self) -> None:
        self.released = Event()

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.flush()
        first = talk.record()
        assert self.released.wait(10)
        talk.report(first)
        while (one := talk.record()) is not None:
            talk.report(one)
        talk.end()


@either
async def test_a_flush_that_takes_too_long_says_so_and_the_stream_lives_on(way: str) -> None:
    held = Held()
    with Peer(held) as peer:
        async with opened(way, peer.url) as stream:
            await stream.send_many(records(3))
            with pytest.raises(NotFlushed, match=r"3 records without a report after 0\.05 s"):
                await stream.flush(timeout=0.05)
            assert 3 == stream.pending
            held.released.set()
            await stream.flush()
            assert [0, 1, 2] == numbers([pair async for pair in stream])


@either
async def test_who_must_not_wait_is_told_that_the_window_is_full(way: str) -> None:
    held = Held()
    with Peer(held) as peer:
        async with opened(way, peer.url, window_records=2) as stream:
            if way == "blocking":
                stream.send_nowait(record(0))
            else:
                await stream.open()
                stream.send_nowait(record(0))
            stream.send_nowait(record(1))
            with pytest.raises(WindowFull, match="2 records without a report so far"):
                stream.send_nowait(record(2))
            held.released.set()
            assert [0, 1] == numbers([pair async for pair in stream])


@either
async def test_whoever_follows_sees_everything_up_to_the_end(way: str) -> None:
    def closes(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        for one in talk.records(3):
            talk.report(one)
        talk.end()
        talk.linger()

    with Peer(closes) as peer:
        async with opened(way, peer.url) as stream:
            await stream.send_many(records(3))
            assert [0, 1, 2] == numbers([pair async for pair in stream.follow()])


@either
async def test_whoever_stops_looking_finds_the_rest_later(way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            await stream.send_many(records(10))
            async for pair in stream:
                first = [pair]
                break
            assert list(range(10)) == numbers(first + [pair async for pair in stream])


@either
async def test_a_refused_record_that_nobody_looked_at_is_told_at_the_end(way: str) -> None:
    refusing = Honest(adorned=lambda report: {**report, "error_code": 40301, "message": "no"})
    with Peer(refusing) as peer:
        with pytest.raises(UnreadRefusals) as caught:
            async with opened(way, peer.url) as stream:
                await stream.send_many(records(2))
        assert [0, 1] == numbers(caught.value.refused)
        async with opened(way, peer.url) as stream:
            await stream.send_many(records(2))
            assert {40301} == {report.error_code async for _, report in stream}


@either
async def test_a_stream_is_closed_once_and_takes_nothing_more(way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            await stream.send(record(0))
            await stream.close()
            await stream.close()
            for call in (stream.send(record(1)), stream.send_many(records(2))):
                with pytest.raises((ConfigurationError, StreamEnded)):
                    await call
    assert [0] == stored(peer)


@either
async def test_a_stream_that_is_not_used_ends_without_a_word(way: str) -> None:
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            await stream.flush()
            assert [] == [pair async for pair in stream]
    assert [] == peer.stored
