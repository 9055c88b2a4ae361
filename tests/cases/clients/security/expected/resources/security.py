"""Security."""

from __future__ import annotations

from .._facts import Operation
from .._http import AsyncResource, Resource

OPEN: Operation[None] = Operation(
    id="open",
    method="GET",
    path="/open",
    returns={"204": None},
)

DEFAULT: Operation[None] = Operation(
    id="default",
    method="GET",
    path="/default",
    returns={"204": None},
    security=(("key",), ("user", "token")),
)

OPTIONAL: Operation[None] = Operation(
    id="optional",
    method="GET",
    path="/optional",
    returns={"204": None},
    security=((), ("cookie",), ("oauth",)),
)


class Security(Resource):
    """Security."""

    def open(self) -> None:
        """Open."""
        return self._call(OPEN)

    def default(self) -> None:
        """Default."""
        return self._call(DEFAULT)

    def optional(self) -> None:
        """Optional."""
        return self._call(OPTIONAL)


class AsyncSecurity(AsyncResource):
    """Security."""

    async def open(self) -> None:
        """Open. See `Security.open`."""
        return await self._call(OPEN)

    async def default(self) -> None:
        """Default. See `Security.default`."""
        return await self._call(DEFAULT)

    async def optional(self) -> None:
        """Optional. See `Security.optional`."""
        return await self._call(OPTIONAL)
