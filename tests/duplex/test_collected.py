"""Garbage is collected wherever it pleases, in the middle of a turn of an event loop as well."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from kafka_rest import AsyncClient
from tests.duplex.either import record
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC


def test_an_async_stream_may_be_let_go_of_by_its_own_callback() -> None:
    failures: list[Any] = []
    held: list[Any] = []

    async def lets_go(url: str) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.set_exception_handler(lambda _, context: failures.append(context))

        def forgets(*_: Any) -> None:
            held.clear()
            gc.collect()
            over.set()

        async with AsyncClient(url) as client:
            held.append(await client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_report=forgets).open())
            held[0].send_nowait(record())
            await over.wait()

    with Peer(Honest()) as peer, pytest.warns(ResourceWarning, match="a stream was not closed"):
        asyncio.run(lets_go(peer.url))
    assert [] == failures
