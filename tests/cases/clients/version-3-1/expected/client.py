"""The clients of Version 3.1: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.items import AsyncItemsResource, ItemsResource

SERVERS = ()


class Client(BaseClient):
    """Version 3.1."""

    SERVERS = SERVERS

    items: Lazy[ItemsResource] = Lazy("items", "ItemsResource")


class AsyncClient(BaseAsyncClient):
    """Version 3.1."""

    SERVERS = SERVERS

    items: Lazy[AsyncItemsResource] = Lazy("items", "AsyncItemsResource")
