"""Version 3.1.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.items import AsyncItemsResource, ItemsResource


class Client(BaseClient):
    """Version 3.1."""

    items: Lazy[ItemsResource] = Lazy("items", "ItemsResource")


class AsyncClient(BaseAsyncClient):
    """Version 3.1."""

    items: Lazy[AsyncItemsResource] = Lazy("items", "AsyncItemsResource")
