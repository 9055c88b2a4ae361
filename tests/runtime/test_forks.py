"""A child process has connections and locks of its own: on a shared one it would read the answers of its parent."""

from __future__ import annotations

import asyncio
import multiprocessing
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runtime._oauth import ClientCredentials
from tests.runtime.calling import PING, AsyncClient, Client, needing
from tests.runtime.certificates import Files, for_server
from tests.runtime.loopback import Loopback, Reply, Seen, loopback

NEEDED = needing(("oauth",))


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def server(request: pytest.FixtureRequest) -> Iterator[Loopback]:
    with loopback(for_server() if request.param else None) as state:
        yield state


@pytest.fixture
def verify(tmp_path: Path) -> Path:
    return Files(tmp_path).authority


def in_a_child(work: Callable[[], object]) -> int | None:
    """Its exit code; None if it hangs."""
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join(20)
    code = child.exitcode
    child.kill()
    child.join()
    return code


def test_a_child_process_calls_over_a_connection_of_its_own(server: Loopback, verify: Path) -> None:
    with Client(server.address, verify=verify) as client:
        client.request(PING)

        def call() -> None:
            client.request(PING)
            client.request(PING)
            client.close()
            assert [] == told

        with warnings.catch_warnings(record=True, action="always") as told:
            assert 0 == in_a_child(call)
        client.request(PING)
    parent, *child, again = [seen.port for seen in server.seen]
    assert (parent, 1) == (again, len(set(child)))
    assert parent not in child


def test_a_child_process_awaits_over_a_connection_of_its_own(server: Loopback, verify: Path) -> None:
    async def use() -> None:
        async with AsyncClient(server.address, verify=verify) as client:
            await client.request(PING)

            async def call() -> None:
                await client.request(PING)
                await client.request(PING)
                await client.aclose()

            assert 0 == in_a_child(lambda: asyncio.run(call()))
            await client.request(PING)

    asyncio.run(use())
    parent, *child, again = [seen.port for seen in server.seen]
    assert (parent, 1) == (again, len(set(child)))
    assert parent not in child


def test_a_child_process_does_not_wait_for_a_token_that_its_parent_fetches() -> None:
    codes: list[int | None] = []

    def answer(seen: Seen) -> Reply:
        if seen.path == "/token" and not codes:
            codes.append(0)
            codes[0] = in_a_child(lambda: client.request(NEEDED))
        return Reply(body=b'{"access_token":"t","token_type":"Bearer"}')

    with loopback() as server:
        server.answer = answer
        auth = ClientCredentials(f"{server.address}/token", "me", "secret")
        with Client(server.address, auth=auth) as client:
            client.request(NEEDED)
    assert [0] == codes
