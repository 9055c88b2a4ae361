"""Operations without a tag."""

from __future__ import annotations

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import Order

ADD_ORDER: Operation[Order] = Operation(
    id="addOrder",
    method="POST",
    path="/orders",
    body=Body("body", Order, required=True),
    returns={"200": Order},
)


class Default(Resource):
    """Operations without a tag."""

    def add_order(self, body: Order) -> Order:
        """Add order."""
        return self._call(ADD_ORDER, body=body)


class AsyncDefault(AsyncResource):
    """Operations without a tag."""

    async def add_order(self, body: Order) -> Order:
        """Add order. See `Default.add_order`."""
        return await self._call(ADD_ORDER, body=body)
