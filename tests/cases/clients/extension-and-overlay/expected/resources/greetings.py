"""Greetings."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from .._facts import Operation, Query
from .._http import AsyncResource, Resource
from .._json import Int64

HELLO: Operation[str] = Operation(
    id="hello",
    method="GET",
    path="/hello",
    parameters=(Query("times", Int64),),
    returns={"200": {"text/plain": str}},
)


class Greetings(Resource):
    """Greetings."""

    def hello(self, *, times: int | UnsetType = UNSET) -> str:
        """Hello."""
        return self._call(HELLO, times=times)


class AsyncGreetings(AsyncResource):
    """Greetings."""

    async def hello(self, *, times: int | UnsetType = UNSET) -> str:
        """Hello. See `Greetings.hello`."""
        return await self._call(HELLO, times=times)
