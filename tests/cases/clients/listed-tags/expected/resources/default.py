"""Operations without a tag."""

from __future__ import annotations

from .._facts import Body, Operation
from .._http import AsyncResource, Resource
from ..models import Event

SEND_EVENT: Operation[None] = Operation(
    id="sendEvent",
    method="POST",
    path="/events",
    body=Body("body", Event, required=True),
    returns={"204": None},
)


class Default(Resource):
    """Operations without a tag."""

    def send_event(self, body: Event) -> None:
        """Send event."""
        return self._call(SEND_EVENT, body=body)


class AsyncDefault(AsyncResource):
    """Operations without a tag."""

    async def send_event(self, body: Event) -> None:
        """Send event. See `Default.send_event`."""
        return await self._call(SEND_EVENT, body=body)
