"""A client for the tests of single calls, and what it sends over a real connection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from runtime._auth import Auth
from runtime._facts import Operation, Scheme
from runtime._http import BaseAsyncClient, BaseClient
from tests.runtime.loopback import Loopback, Seen

SCHEMES = {
    "user": Scheme("http", scheme="Basic"),
    "token": Scheme("http", scheme="bearer"),
    "oauth": Scheme("oauth2"),
    "key": Scheme("apiKey", location="header", name="X-Key"),
    "query": Scheme("apiKey", location="query", name="api key"),
    "cookie": Scheme("apiKey", location="cookie", name="sid"),
    "digest": Scheme("http", scheme="digest"),
    "mtls": Scheme("mutualTLS"),
}
PING: Operation[Any] = Operation(id="ping", method="GET", path="/ping", returns={"200": Any, "204": None})


class Client(BaseClient):
    SECURITY: ClassVar[Mapping[str, Scheme]] = SCHEMES


class AsyncClient(BaseAsyncClient):
    SECURITY: ClassVar[Mapping[str, Scheme]] = SCHEMES


def needing(*alternatives: tuple[str, ...]) -> Operation[Any]:
    return msgspec.structs.replace(PING, security=alternatives)


def sent(server: Loopback, operation: Operation[Any], /, auth: Auth = None, **arguments: Any) -> Seen:
    """What arrives, after making sure that both clients send the same."""
    with Client(server.address, auth=auth) as client:
        client.request(operation, **arguments)

    async def again() -> None:
        async with AsyncClient(server.address, auth=auth) as client:
            await client.request(operation, **arguments)

    asyncio.run(again())
    first, second = server.seen[-2:]
    assert (first.method, first.target, first.headers.items(), first.body) == (
        second.method,
        second.target,
        second.headers.items(),
        second.body,
    )
    return first
