"""Operations without a tag."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import Animal

ADD_ANIMAL: Operation[Animal] = Operation(
    id="addAnimal",
    method="POST",
    path="/animals",
    body=Body("body", Animal),
    returns={"200": Animal},
)


class Default(Resource):
    """Operations without a tag."""

    def add_animal(self, body: Animal | UnsetType = UNSET) -> Animal:
        """Add animal."""
        return self._call(ADD_ANIMAL, body=body)


class AsyncDefault(AsyncResource):
    """Operations without a tag."""

    async def add_animal(self, body: Animal | UnsetType = UNSET) -> Animal:
        """Add animal. See `Default.add_animal`."""
        return await self._call(ADD_ANIMAL, body=body)
