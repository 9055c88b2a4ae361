"""The clients of Bodies: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.bodies import AsyncBodies, Bodies

SERVERS = ()


class Client(BaseClient):
    """Bodies."""

    SERVERS = SERVERS

    bodies: Lazy[Bodies] = Lazy("bodies", "Bodies")


class AsyncClient(BaseAsyncClient):
    """Bodies."""

    SERVERS = SERVERS

    bodies: Lazy[AsyncBodies] = Lazy("bodies", "AsyncBodies")
