"""One client serves many threads, or many tasks, at the same time; nobody gets the answer of another."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import msgspec
import pytest

from runtime._auth import Bearer
from runtime._facts import Query
from runtime.errors import ConfigurationError
from tests.runtime.calling import AsyncClient, Client, needing
from tests.runtime.loopback import Loopback, Reply, Seen, loopback

THREADS, CALLS = 16, 25
ECHO = msgspec.structs.replace(needing(("token",)), parameters=(Query("who", int),))


@pytest.fixture
def server() -> Iterator[Loopback]:
    def echo(seen: Seen) -> Reply:
        assert "Bearer t" == seen.headers["Authorization"]
        return Reply(body=seen.query.removeprefix("who=").encode())

    with loopback() as state:
        state.answer = echo
        yield state


def numbers(worker: int) -> range:
    return range(worker * CALLS, (worker + 1) * CALLS)


def test_threads_share_a_client(server: Loopback) -> None:
    barrier = Barrier(THREADS)
    with Client(server.address, auth=Bearer("t")) as client, ThreadPoolExecutor(THREADS) as pool:

        def work(worker: int) -> list[Any]:
            barrier.wait(10)  # the first calls, which make the connections, come all at once
            return [client.request(ECHO, who=number).value for number in numbers(worker)]

        assert [list(numbers(worker)) for worker in range(THREADS)] == list(pool.map(work, range(THREADS)))
        assert 1 == len(client._sending()._transports.all())
    assert THREADS * CALLS == len(server.seen)


def test_tasks_share_a_client(server: Loopback) -> None:
    async def work() -> list[list[Any]]:
        async with AsyncClient(server.address, auth=Bearer("t")) as client:

            async def one(worker: int) -> list[Any]:
                return [(await client.request(ECHO, who=number)).value for number in numbers(worker)]

            return await asyncio.gather(*(one(worker) for worker in range(THREADS)))

    assert [list(numbers(worker)) for worker in range(THREADS)] == asyncio.run(work())


def test_a_client_that_is_used_in_another_event_loop_says_so(server: Loopback) -> None:
    client = AsyncClient(server.address, auth=Bearer("t"))
    assert 7 == asyncio.run(client.request(ECHO, who=7)).value
    for again in (lambda: client.request(ECHO, who=7), client.aclose):
        with pytest.raises(ConfigurationError, match="this client belongs to another event loop, in which it was used"):
            asyncio.run(again())


def test_an_httpx2_client_of_ones_own_may_go_from_loop_to_loop(server: Loopback) -> None:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json=7)))
    client = AsyncClient(server.address, auth=Bearer("t"), http=http)
    assert [7, 7] == [asyncio.run(client.request(ECHO, who=7)).value for _ in range(2)]
    asyncio.run(client.aclose())


def test_a_client_that_is_closed_says_so_however_often_it_was_closed(server: Loopback) -> None:
    client = Client(server.address, auth=Bearer("t"), retries=0)
    assert 7 == client.request(ECHO, who=7).value
    client.close()
    client.close()
    with pytest.raises(ConfigurationError, match="the client is closed"):
        client.request(ECHO, who=7)
