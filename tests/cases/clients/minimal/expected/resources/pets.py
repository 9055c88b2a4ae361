"""Pets."""

from __future__ import annotations

from .._facts import Operation, Path
from .._http import AsyncResource, Resource
from .._json import Int64
from ..models import Pet, Problem

GET_PET: Operation[Pet] = Operation(
    id="getPet",
    method="GET",
    path="/pets/{pet_id}",
    parameters=(Path("pet_id", Int64),),
    returns={"200": Pet},
    errors={"404": Problem},
)


class Pets(Resource):
    """Pets."""

    def get_pet(self, pet_id: int) -> Pet:
        """One pet."""
        return self._call(GET_PET, pet_id=pet_id)


class AsyncPets(AsyncResource):
    """Pets."""

    async def get_pet(self, pet_id: int) -> Pet:
        """One pet. See `Pets.get_pet`."""
        return await self._call(GET_PET, pet_id=pet_id)
