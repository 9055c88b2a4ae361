"""Composition.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.shapes import AsyncShapes, Shapes


class Client(BaseClient):
    """Composition."""

    shapes: Lazy[Shapes] = Lazy("shapes", "Shapes")


class AsyncClient(BaseAsyncClient):
    """Composition."""

    shapes: Lazy[AsyncShapes] = Lazy("shapes", "AsyncShapes")
