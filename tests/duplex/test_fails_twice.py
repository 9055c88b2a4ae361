"""The caller's own iterable raises while the stream fails: both are seen, and no record is untold."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from threading import Event
from typing import Any

import pytest

from kafka_rest.errors import ClientError, StreamBroken
from tests.duplex.conversation import Conversation
from tests.duplex.either import Way, either, numbers, opened, records
from tests.duplex.honest import Honest
from tests.duplex.peer import PATIENCE, Peer
from tests.duplex.test_callbacks import Mine

FULL = 9  # a window in which records go by twos, so that the last one waits together with what is raised behind it


class BreaksLater:
    """Answers nothing, and breaks the connection once the caller's iterable is about to raise."""

    def __init__(self, count: int) -> None:
        self.raises = Event()
        self.count = count
        self.given: list[int] = []

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.records(self.count)
        assert self.raises.wait(PATIENCE)
        talk.reset()

    def records(self, count: int) -> Iterator[Any]:
        for one in records(count):
            self.given += numbers([one])
            yield one
        self.raises.set()
        raise Mine("mine")

    async def awaited(self, count: int) -> AsyncIterator[Any]:
        for one in self.records(count):
            await asyncio.sleep(0)
            yield one


def seen(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def told(failure: ClientError | None) -> list[int]:
    """The records that the stream tells of, each once."""
    return [] if failure is None else sorted(numbers((*failure.unknown, *failure.unsent)))


@either
async def test_what_the_iterable_of_send_many_raises_is_seen_beside_what_the_stream_ends_with(way: Way) -> None:
    breaks = BreaksLater(FULL)
    with Peer(breaks) as peer, pytest.raises(StreamBroken) as caught:
        async with opened(way, peer.url, window_records=FULL) as stream:
            await stream.send_many(breaks.records(FULL + 1))
    assert "Mine('mine')" in seen(caught.value)
    assert breaks.given == told(caught.value)


@pytest.mark.parametrize("given", ["records", "awaited"])
def test_what_the_iterable_of_an_exchange_raises_is_seen_beside_what_the_stream_ends_with(given: str) -> None:
    async def run(peer: Peer) -> list[Any]:
        async with opened("async", peer.url) as stream:
            return [pair async for pair in stream.exchange(getattr(breaks, given)(3))]

    breaks = BreaksLater(3)
    with Peer(breaks) as peer, pytest.raises(StreamBroken) as caught:
        asyncio.run(run(peer))
    assert "Mine('mine')" in seen(caught.value)
    assert breaks.given == told(caught.value)


def test_an_exchange_in_the_callers_thread_raises_what_its_iterable_raised_and_tells_how_the_stream_ended() -> None:
    async def run(peer: Peer) -> None:
        async with opened("blocking", peer.url) as stream:
            streams.append(stream)
            async for _ in stream.exchange(breaks.records(3)):
                pass

    streams: list[Any] = []
    breaks = BreaksLater(0)
    with Peer(breaks) as peer, pytest.raises(Mine) as caught:
        asyncio.run(run(peer))
    assert "the stream failed: " in seen(caught.value)
    assert breaks.given == told(streams[0].failure)


def test_an_async_record_that_waits_for_room_when_its_exchange_is_left_is_sent() -> None:
    """The iterable has it no more, and the exchange never gave it back."""

    async def run(peer: Peer) -> list[int]:
        async with opened("async", peer.url, window_records=1) as stream:
            exchange = stream.exchange(given())
            waiting = asyncio.ensure_future(anext(exchange))
            while len(taken) < 2:
                await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            released.set()
            return numbers([pair async for pair in stream])

    async def given() -> AsyncIterator[Any]:
        for one in records(100):
            taken.extend(numbers([one]))
            yield one

    def waits(talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        assert released.wait(PATIENCE)
        while (one := talk.record()) is not None:
            talk.report(one)
        talk.end()
        talk.linger()

    taken: list[int] = []
    released = Event()
    with Peer(waits) as peer:
        assert taken == asyncio.run(run(peer))
        assert taken == [one["value"]["data"] for one in peer.stored]


def test_what_an_iterable_raises_while_its_exchange_is_left_reaches_the_loops_handler() -> None:
    async def given() -> AsyncIterator[Any]:
        yield records(1)[0]
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            raise Mine("mine")

    async def run(peer: Peer) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: handled.append(context["exception"]))
        async with opened("async", peer.url) as stream:
            exchange = stream.exchange(given())
            await anext(exchange)
            await exchange.aclose()

    handled: list[Any] = []
    with Peer(Honest()) as peer:
        asyncio.run(run(peer))
    assert ["Mine('mine')"] == list(map(repr, handled))
