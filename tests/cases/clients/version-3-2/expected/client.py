"""The clients of Version 3.2: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.search import AsyncSearchResource, SearchResource

SERVERS = ()


class Client(BaseClient):
    """Version 3.2."""

    SERVERS = SERVERS

    search: Lazy[SearchResource] = Lazy("search", "SearchResource")


class AsyncClient(BaseAsyncClient):
    """Version 3.2."""

    SERVERS = SERVERS

    search: Lazy[AsyncSearchResource] = Lazy("search", "AsyncSearchResource")
