"""Bodies.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.bodies import AsyncBodies, Bodies


class Client(BaseClient):
    """Bodies."""

    bodies: Lazy[Bodies] = Lazy("bodies", "Bodies")


class AsyncClient(BaseAsyncClient):
    """Bodies."""

    bodies: Lazy[AsyncBodies] = Lazy("bodies", "AsyncBodies")
