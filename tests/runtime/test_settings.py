"""The options of a client: one set for all of its constructors, and what another engine gets out of them."""

from __future__ import annotations

import asyncio
import copy
import pickle
from collections.abc import Iterator
from typing import Any

import httpx2
import msgspec
import pytest

from runtime import errors
from runtime._auth import Bearer
from runtime._facts import Body, Path, Request, Response, Stream
from tests.runtime.calling import PING, AsyncClient, Client, needing
from tests.runtime.loopback import Loopback, Reply, loopback

WRITE = msgspec.structs.replace(
    PING,
    method="POST",
    path="/things/{id}",
    parameters=(Path("id", str),),
    body=Body("thing", dict[str, int], required=True),
    security=(("token",),),
    stream=Stream(dict[str, int], dict[str, int], framing="concatenated-json", verdict="code", accepted=(200,)),
)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as state:
        yield state


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_an_option_that_does_not_exist_is_refused_by_name(kind: Any) -> None:
    with pytest.raises(TypeError) as raised:
        kind("http://localhost:1", timeouts=3)
    known = "auth, certificate, headers, http, on_request, on_response, proxy, retries, timeout, verify"
    assert f"a client has no option timeouts; it has base_url, {known}" == str(raised.value)


@pytest.mark.parametrize("option", ["verify", "certificate", "proxy"])
def test_a_client_of_ones_own_brings_its_own_network(option: str) -> None:
    options: dict[str, Any] = {option: "http://proxy:1"}
    with httpx2.Client() as http, pytest.raises(errors.ConfigurationError, match=f"brings its own {option}"):
        Client("http://localhost:1", http=http, **options)


def test_a_client_of_ones_own_that_is_closed_is_told_of() -> None:
    http = httpx2.Client()
    http.close()
    with Client("http://localhost:1", http=http) as client, pytest.raises(errors.ConfigurationError) as raised:
        client.request(PING)
    assert "the httpx2 client that was given is closed" == str(raised.value)


@pytest.mark.parametrize("option", ["on_request", "on_response"])
def test_a_hook_is_a_function(option: str) -> None:
    options: dict[str, Any] = {option: [print]}
    with pytest.raises(errors.ConfigurationError, match=f"{option} is a function, not list"):
        Client("http://localhost:1", **options)


def test_a_client_says_who_it_is_unless_it_is_told(server: Loopback) -> None:
    with Client(server.address) as client:
        client.request(PING)
    assert "runtime" == server.last.headers["User-Agent"]
    with Client(server.address, headers={"user-agent": "me"}) as client:
        client.request(PING)
    assert ["me"] == server.last.headers.get_all("User-Agent")
    with httpx2.Client(headers={"User-Agent": "own"}) as http, Client(server.address, http=http) as client:
        client.request(PING)
    assert ["own"] == server.last.headers.get_all("User-Agent")


def test_cookies_of_one_answer_do_not_travel_to_the_next_call(server: Loopback) -> None:
    server.reply = Reply(headers={"Content-Type": "application/json", "Set-Cookie": "a=b"})
    with Client(server.address) as client:
        client.request(PING)
        client.request(PING)
    assert "Cookie" not in server.last.headers


# --- hooks


def test_hooks_see_each_attempt_and_no_credentials(server: Loopback) -> None:
    told: list[str] = []

    def on_request(request: Request) -> Request:
        told.append(f"{request.method} {request.headers.get('Authorization')}")
        return request.with_header("X-Trace", str(len(told)))

    def on_response(response: Response) -> None:
        told.append(f"{response.status} {response.raw!r} {response.request.headers.get('Authorization')}")

    server.first = [Reply(503, b"")]
    with Client(server.address, auth=Bearer("t"), on_request=on_request, on_response=on_response) as client:
        client._sleep = lambda _: None
        client.request(needing(("token",)))
    assert ["GET None", "503 b'' None", "GET None", "200 b'{}' None"] == told
    assert ["1", "3"] == [seen.headers["X-Trace"] for seen in server.seen]
    assert ["Bearer t"] * 2 == [seen.headers["Authorization"] for seen in server.seen]


def test_a_hook_may_leave_the_request_as_it_is(server: Loopback) -> None:
    with Client(server.address, on_request=lambda request: None) as client:
        assert 200 == client.request(PING).status


def test_a_hook_that_gives_something_else_is_told_of(server: Loopback) -> None:
    wrong: Any = repr
    with Client(server.address, on_request=wrong) as client, pytest.raises(errors.ConfigurationError) as raised:
        client.request(PING)
    assert "a function for on_request returns the request, not str" == str(raised.value)


def test_a_hook_that_raises_ends_the_call(server: Loopback) -> None:
    def refuse(_: Any) -> None:
        raise KeyError("no")

    for options in ({"on_request": refuse}, {"on_response": refuse}):
        with Client(server.address, **options) as client, pytest.raises(KeyError):  # type: ignore[arg-type]
            client.request(PING)


def test_hooks_of_the_async_client_may_be_async_and_those_of_the_other_may_not(server: Loopback) -> None:
    told: list[int] = []

    async def on_request(request: Request) -> Request:
        await asyncio.sleep(0)
        return request.with_header("X-Trace", "later")

    async def on_response(response: Response) -> None:
        await asyncio.sleep(0)
        told.append(response.status)

    async def call() -> None:
        async with AsyncClient(server.address, on_request=on_request, on_response=on_response) as client:
            await client.request(PING)

    asyncio.run(call())
    assert ("later", [200]) == (server.last.headers["X-Trace"], told)
    wrong: Any = on_request
    with Client(server.address, on_request=wrong) as client, pytest.raises(errors.ConfigurationError) as raised:
        client.request(PING)
    assert "this function for on_request is async; use it with the async client" == str(raised.value)


# --- for another engine


def test_another_engine_gets_the_signed_head_of_a_call() -> None:
    def on_request(request: Request) -> Request:
        return request.with_header("X-Trace", "1")

    options: Any = {"auth": Bearer("t"), "headers": {"X-Mine": "m"}, "on_request": on_request}
    expected = {
        "User-Agent": "runtime",
        "X-Mine": "m",
        "Accept": "application/json",
        "Content-Type": "application/json",
        "X-Trace": "1",
        "Authorization": "Bearer t",
    }
    request, shown = Client("http://localhost:1", **options)._opened(WRITE, {"id": "a/b"})
    assert Request("POST", "http://localhost:1/things/a%2Fb", request.headers) == request
    assert expected == dict(request.headers)
    assert {"User-Agent", "Accept", "Content-Type"} == set(shown.headers)

    async def again() -> tuple[Request, Request]:
        return await AsyncClient("http://localhost:1", **options)._opened(WRITE, {"id": "a/b"})

    assert (request, shown) == asyncio.run(again())


def test_another_engine_is_told_of_a_missing_argument_and_a_closed_client() -> None:
    client = Client("http://localhost:1", auth=Bearer("t"))
    with pytest.raises(errors.InvalidArgument, match="the argument id is missing"):
        client._opened(WRITE, {})
    client.close()
    with pytest.raises(errors.ConfigurationError, match="the client is closed"):
        client._opened(WRITE, {"id": "1"})


@pytest.mark.parametrize("store", [pickle.dumps, copy.copy, copy.deepcopy])
def test_no_client_is_copied_or_pickled(store: Any) -> None:
    for client in (Client("http://localhost:1"), AsyncClient("http://localhost:1")):
        with pytest.raises(TypeError, match="cannot be copied or pickled"):
            store(client)
