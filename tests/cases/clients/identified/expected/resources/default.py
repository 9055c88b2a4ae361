"""Operations without a tag."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import Node

PLANT_TREE: Operation[Node] = Operation(
    id="plantTree",
    method="POST",
    path="/trees",
    body=Body("body", Node),
    returns={"200": Node},
)


class Default(Resource):
    """Operations without a tag."""

    def plant_tree(self, body: Node | UnsetType = UNSET) -> Node:
        """Plant tree."""
        return self._call(PLANT_TREE, body=body)


class AsyncDefault(AsyncResource):
    """Operations without a tag."""

    async def plant_tree(self, body: Node | UnsetType = UNSET) -> Node:
        """Plant tree. See `Default.plant_tree`."""
        return await self._call(PLANT_TREE, body=body)
