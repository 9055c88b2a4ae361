"""Operations without a tag."""

from __future__ import annotations

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import AnyPet, Box

LIST_PETS: Operation[list[AnyPet]] = Operation(
    id="listPets",
    method="GET",
    path="/pets",
    returns={"200": list[AnyPet]},
)

ADD_PET: Operation[AnyPet] = Operation(
    id="addPet",
    method="POST",
    path="/pets",
    body=Body("body", AnyPet, required=True),
    returns={"200": AnyPet},
    errors={"404": Box},
)


class Default(Resource):
    """Operations without a tag."""

    def list_pets(self) -> list[AnyPet]:
        """List pets."""
        return self._call(LIST_PETS)

    def add_pet(self, body: AnyPet) -> AnyPet:
        """Add pet."""
        return self._call(ADD_PET, body=body)


class AsyncDefault(AsyncResource):
    """Operations without a tag."""

    async def list_pets(self) -> list[AnyPet]:
        """List pets. See `Default.list_pets`."""
        return await self._call(LIST_PETS)

    async def add_pet(self, body: AnyPet) -> AnyPet:
        """Add pet. See `Default.add_pet`."""
        return await self._call(ADD_PET, body=body)
