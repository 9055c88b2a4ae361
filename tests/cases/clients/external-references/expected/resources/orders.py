"""Orders."""

from __future__ import annotations

from .._facts import Operation
from .._http import AsyncResource, Resource
from ..models import Order

LIST_ORDERS: Operation[list[Order]] = Operation(
    id="listOrders",
    method="GET",
    path="/orders",
    returns={"200": list[Order]},
)


class Orders(Resource):
    """Orders."""

    def list_orders(self) -> list[Order]:
        """List orders."""
        return self._call(LIST_ORDERS)


class AsyncOrders(AsyncResource):
    """Orders."""

    async def list_orders(self) -> list[Order]:
        """List orders. See `Orders.list_orders`."""
        return await self._call(LIST_ORDERS)
