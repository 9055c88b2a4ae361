"""Minimal.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.pets import AsyncPets, Pets

SERVERS = ("https://api.example.com/v1",)


class Client(BaseClient):
    """Minimal."""

    SERVERS = SERVERS

    pets: Lazy[Pets] = Lazy("pets", "Pets")


class AsyncClient(BaseAsyncClient):
    """Minimal."""

    SERVERS = SERVERS

    pets: Lazy[AsyncPets] = Lazy("pets", "AsyncPets")
