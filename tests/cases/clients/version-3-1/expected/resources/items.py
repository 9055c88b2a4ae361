"""Items."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from .._facts import Operation, Query
from .._http import AsyncResource, Resource
from ..models import Items

LIST_ITEMS: Operation[Items] = Operation(
    id="listItems",
    method="GET",
    path="/items",
    parameters=(Query("limit", Annotated[int, Meta(gt=0)]),),
    returns={"200": Items},
)


class ItemsResource(Resource):
    """Items."""

    def list_items(self, *, limit: int | UnsetType = UNSET) -> Items:
        """List items."""
        return self._call(LIST_ITEMS, limit=limit)


class AsyncItemsResource(AsyncResource):
    """Items."""

    async def list_items(self, *, limit: int | UnsetType = UNSET) -> Items:
        """List items. See `ItemsResource.list_items`."""
        return await self._call(LIST_ITEMS, limit=limit)
