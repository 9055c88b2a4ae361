"""None."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from .._facts import Operation, Query
from .._http import AsyncResource, Resource
from ..models import Anything

A: Operation[Anything] = Operation(
    id="a",
    method="GET",
    path="/a",
    parameters=(Query("q", str),),
    returns={"200": Anything},
)


class NoneResource(Resource):
    """None."""

    def a(self, *, q: str | UnsetType = UNSET) -> Anything:
        """A."""
        return self._call(A, q=q)


class AsyncNoneResource(AsyncResource):
    """None."""

    async def a(self, *, q: str | UnsetType = UNSET) -> Anything:
        """A. See `NoneResource.a`."""
        return await self._call(A, q=q)
