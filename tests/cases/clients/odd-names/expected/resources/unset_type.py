"""UnsetType."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from .._facts import Operation, Query
from .._http import AsyncResource, Resource
from ..models import FooBar

B: Operation[FooBar] = Operation(
    id="b",
    method="GET",
    path="/b",
    parameters=(Query("q", str),),
    returns={"200": FooBar},
)


class UnsetTypeResource(Resource):
    """UnsetType."""

    def b(self, *, q: str | UnsetType = UNSET) -> FooBar:
        """B."""
        return self._call(B, q=q)


class AsyncUnsetTypeResource(AsyncResource):
    """UnsetType."""

    async def b(self, *, q: str | UnsetType = UNSET) -> FooBar:
        """B. See `UnsetTypeResource.b`."""
        return await self._call(B, q=q)
