"""Readings."""

from __future__ import annotations

from typing import Any, Unpack

from msgspec import UNSET, UnsetType

from .._duplex import AsyncRecordStream, RecordStream, StreamOptions
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

    def send_readings_stream(
        self, **options: Unpack[StreamOptions[Reading, ReadingReport]]
    ) -> RecordStream[Reading, ReadingReport]:
        """Send readings. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return RecordStream.of(self._client, SEND_READINGS, options)

    def send_events(self, body: dict[str, Any] | UnsetType = UNSET) -> EventReport:
        """Send events."""
        return self._call(SEND_EVENTS, body=body)

    def send_events_stream(
        self, **options: Unpack[StreamOptions[dict[str, Any], EventReport]]
    ) -> RecordStream[dict[str, Any], EventReport]:
        """Send events. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return RecordStream.of(self._client, SEND_EVENTS, options)

    def send_counts(self, body: int | UnsetType = UNSET) -> int:
        """Send counts."""
        return self._call(SEND_COUNTS, body=body)

    def send_counts_stream(self, **options: Unpack[StreamOptions[int, int]]) -> RecordStream[int, int]:
        """Send counts. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return RecordStream.of(self._client, SEND_COUNTS, options)


class AsyncReadings(AsyncResource):
    """Readings."""

    async def send_readings(self, body: Reading) -> ReadingReport:
        """Send readings. See `Readings.send_readings`."""
        return await self._call(SEND_READINGS, body=body)

    def send_readings_stream(
        self, **options: Unpack[StreamOptions[Reading, ReadingReport]]
    ) -> AsyncRecordStream[Reading, ReadingReport]:
        """Send readings. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return AsyncRecordStream.of(self._client, SEND_READINGS, options)

    async def send_events(self, body: dict[str, Any] | UnsetType = UNSET) -> EventReport:
        """Send events. See `Readings.send_events`."""
        return await self._call(SEND_EVENTS, body=body)

    def send_events_stream(
        self, **options: Unpack[StreamOptions[dict[str, Any], EventReport]]
    ) -> AsyncRecordStream[dict[str, Any], EventReport]:
        """Send events. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return AsyncRecordStream.of(self._client, SEND_EVENTS, options)

    async def send_counts(self, body: int | UnsetType = UNSET) -> int:
        """Send counts. See `Readings.send_counts`."""
        return await self._call(SEND_COUNTS, body=body)

    def send_counts_stream(self, **options: Unpack[StreamOptions[int, int]]) -> AsyncRecordStream[int, int]:
        """Send counts. Records go up and reports come down on one connection at the same time: see `RecordStream`."""
        return AsyncRecordStream.of(self._client, SEND_COUNTS, options)
