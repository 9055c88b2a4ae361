"""The clients of Composition: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.shapes import AsyncShapes, Shapes

SERVERS = ()


class Client(BaseClient):
    """Composition."""

    SERVERS = SERVERS

    shapes: Lazy[Shapes] = Lazy("shapes", "Shapes")


class AsyncClient(BaseAsyncClient):
    """Composition."""

    SERVERS = SERVERS

    shapes: Lazy[AsyncShapes] = Lazy("shapes", "AsyncShapes")
