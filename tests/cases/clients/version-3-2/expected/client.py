"""Version 3.2.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.search import AsyncSearchResource, SearchResource


class Client(BaseClient):
    """Version 3.2."""

    search: Lazy[SearchResource] = Lazy("search", "SearchResource")


class AsyncClient(BaseAsyncClient):
    """Version 3.2."""

    search: Lazy[AsyncSearchResource] = Lazy("search", "AsyncSearchResource")
