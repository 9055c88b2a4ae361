"""Readings."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from .._facts import Body, Operation, Stream
from .._http import AsyncResource, Resource
from ..models import EventReport, Reading, ReadingReport

SEND_READINGS: Operation[ReadingReport] = Operation(
    id="sendReadings",
    method="POST",
    path="/readings",
    body=Body("body", Reading, required=True),
    returns={"200": ReadingReport},
    stream=Stream(Reading, ReadingReport, framing="concatenated-json", verdict="ok", accepted=(True,)),
)

SEND_EVENTS: Operation[EventReport] = Operation(
    id="sendEvents",
    method="POST",
    path="/events",
    body=Body("body", dict[str, Any]),
    returns={"200": EventReport},
    stream=Stream(
        dict[str, Any], EventReport, framing="concatenated-json", verdict="state", accepted=("stored", "stored twice")
    ),
)

SEND_COUNTS: Operation[int] = Operation(
    id="sendCounts",
    method="POST",
    path="/counts",
    body=Body("body", int),
    returns={"200": int},
    stream=Stream(int, int, framing="concatenated-json", verdict="", accepted=()),
)


class Readings(Resource):
    """Readings."""

    def send_readings(self, body: Reading) -> ReadingReport:
        """Send readings."""
        return self._call(SEND_READINGS, body=body)

    def send_events(self, body: dict[str, Any] | UnsetType = UNSET) -> EventReport:
        """Send events."""
        return self._call(SEND_EVENTS, body=body)

    def send_counts(self, body: int | UnsetType = UNSET) -> int:
        """Send counts."""
        return self._call(SEND_COUNTS, body=body)


class AsyncReadings(AsyncResource):
    """Readings."""

    async def send_readings(self, body: Reading) -> ReadingReport:
        """Send readings. See `Readings.send_readings`."""
        return await self._call(SEND_READINGS, body=body)

    async def send_events(self, body: dict[str, Any] | UnsetType = UNSET) -> EventReport:
        """Send events. See `Readings.send_events`."""
        return await self._call(SEND_EVENTS, body=body)

    async def send_counts(self, body: int | UnsetType = UNSET) -> int:
        """Send counts. See `Readings.send_counts`."""
        return await self._call(SEND_COUNTS, body=body)
