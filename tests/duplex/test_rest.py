"""Whoever waits does nothing: neither a thread nor an event loop turns while nobody has anything to say."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kafka_rest import AsyncClient
from kafka_rest._duplex.loop import Driver
from tests.duplex.either import records
from tests.duplex.faults_stall import answers_with_a_head_only
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

FEW = 20  # turns; a loop that spins has hundreds of times as many in the same time


async def flushed(stream: Any) -> None:
    await stream.flush()


async def iterated(stream: Any) -> None:
    async for _ in stream:
        pass


async def followed(stream: Any) -> None:
    async for _ in stream.follow():
        pass


async def room(stream: Any) -> None:
    await stream.send_many(records(50))


async def closed(stream: Any) -> None:
    await stream.leave(5)


@pytest.mark.parametrize("waits", [flushed, iterated, followed, room, closed], ids=lambda one: one.__name__)
def test_an_event_loop_has_little_to_do_while_a_stream_waits(
    waits: Callable[[Any], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[None] = []
    turn = Driver.turn

    def counted(driver: Driver[Any, Any]) -> None:
        turns.append(None)
        turn(driver)

    monkeypatch.setattr(Driver, "turn", counted)

    async def wait(peer: Peer) -> None:
        async with AsyncClient(peer.url) as client:
            stream = await client.records_v3.produce_record_stream(CLUSTER, TOPIC, window_records=8).open()
            await stream.send_many(records(3))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(waits(stream), 0.2)
            await stream.leave(0)

    with Peer(answers_with_a_head_only) as peer:
        asyncio.run(wait(peer))
    assert len(turns) < FEW
