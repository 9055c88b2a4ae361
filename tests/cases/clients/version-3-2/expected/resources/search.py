"""Search."""

from __future__ import annotations

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import Search

SEARCH: Operation[bytes] = Operation(
    id="search",
    method="QUERY",
    path="/search",
    body=Body("body", Search, required=True),
    returns={"200": {"application/jsonl": bytes}},
)

COPY_SEARCH: Operation[None] = Operation(
    id="copySearch",
    method="COPY",
    path="/search",
    returns={"204": None},
)


class SearchResource(Resource):
    """Search."""

    def search(self, body: Search) -> bytes:
        """Search."""
        return self._call(SEARCH, body=body)

    def copy_search(self) -> None:
        """Copy search."""
        return self._call(COPY_SEARCH)


class AsyncSearchResource(AsyncResource):
    """Search."""

    async def search(self, body: Search) -> bytes:
        """Search. See `SearchResource.search`."""
        return await self._call(SEARCH, body=body)

    async def copy_search(self) -> None:
        """Copy search. See `SearchResource.copy_search`."""
        return await self._call(COPY_SEARCH)
