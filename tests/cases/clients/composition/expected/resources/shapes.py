"""Shapes."""

from __future__ import annotations

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import Answer, Shape, Trouble

ADD_SHAPE: Operation[Answer] = Operation(
    id="addShape",
    method="POST",
    path="/shapes",
    body=Body("body", Shape, required=True),
    returns={"200": Answer},
    errors={"default": Trouble},
)


class Shapes(Resource):
    """Shapes."""

    def add_shape(self, body: Shape) -> Answer:
        """Add shape."""
        return self._call(ADD_SHAPE, body=body)


class AsyncShapes(AsyncResource):
    """Shapes."""

    async def add_shape(self, body: Shape) -> Answer:
        """Add shape. See `Shapes.add_shape`."""
        return await self._call(ADD_SHAPE, body=body)
