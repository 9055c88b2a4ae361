"""One test for both streams: the blocking one is given the methods of the async one."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeAlias

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceRequestData, ProduceResponse
from tests.duplex.reports import CLUSTER, TOPIC

Way: TypeAlias = Literal["blocking", "async"]
Pair: TypeAlias = tuple[ProduceRequest, ProduceResponse]
P = ParamSpec("P")
PATIENCE = 20.0
"""Seconds after which a test that hangs fails."""


def either(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Runs the test twice, with ``way`` for ``opened``."""

    @pytest.mark.parametrize("way", ["blocking", "async"])
    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def limited() -> None:
            async with asyncio.timeout(PATIENCE):
                await test(*args, **kwargs)

        asyncio.run(limited())

    return run


def record(number: Any = 0, **members: Any) -> ProduceRequest:
    return ProduceRequest(value=ProduceRequestData(type="JSON", data=number), **members)


def records(count: int, first: int = 0) -> list[ProduceRequest]:
    return [record(number) for number in range(first, first + count)]


def numbers(some: Iterable[Any]) -> list[Any]:
    """What the records are called; of pairs, their records."""
    return [(one[0] if isinstance(one, tuple) else one).value.data for one in some]


class Awaited:
    """A blocking stream whose methods are awaited."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.stream, name)
        if not callable(found) or name in ("send_nowait", "watch", "arrived"):
            return found
        return functools.partial(self._called, found)

    async def _called(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return method(*args, **kwargs)

    async def submit(self, one: ProduceRequest) -> asyncio.Future[ProduceResponse]:
        return asyncio.wrap_future(self.stream.submit(one))

    def __aiter__(self) -> AsyncIterator[Pair]:
        return self._given(self.stream)

    def exchange(self, some: Iterable[ProduceRequest]) -> AsyncIterator[Pair]:
        return self._given(self.stream.exchange(some))

    def follow(self) -> AsyncIterator[Pair]:
        return self._given(self.stream.follow())

    @staticmethod
    async def _given(pairs: Iterable[Pair]) -> AsyncIterator[Pair]:
        for pair in pairs:
            yield pair


@asynccontextmanager
async def opened(
    way: str, url: str, verify: Path | bool = True, settings: dict[str, Any] | None = None, **options: Any
) -> AsyncIterator[Any]:
    """A stream on a client of its own, which the end of the block closes."""
    checked = str(verify) if isinstance(verify, Path) else verify
    if way == "async":
        async with (
            AsyncClient(url, verify=checked, **settings or {}) as client,
            client.records_v3.produce_record_stream(CLUSTER, TOPIC, **options) as stream,
        ):
            yield stream
    else:
        with (
            Client(url, verify=checked, **settings or {}) as blocking,
            blocking.records_v3.produce_record_stream(CLUSTER, TOPIC, **options) as other,
        ):
            yield Awaited(other)
