"""Streams.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.readings import AsyncReadings, Readings

SERVERS = ("https://streams.example.com",)


class Client(BaseClient):
    """Streams."""

    SERVERS = SERVERS

    readings: Lazy[Readings] = Lazy("readings", "Readings")


class AsyncClient(BaseAsyncClient):
    """Streams."""

    SERVERS = SERVERS

    readings: Lazy[AsyncReadings] = Lazy("readings", "AsyncReadings")
