"""Version 3.2.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._facts import Scheme
from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.search import AsyncSearchResource, SearchResource

SERVERS = ("https://example.com",)
SECURITY = {
    "device": Scheme("oauth2"),
}


class Client(BaseClient):
    """Version 3.2."""

    SERVERS = SERVERS
    SECURITY = SECURITY

    search: Lazy[SearchResource] = Lazy("search", "SearchResource")


class AsyncClient(BaseAsyncClient):
    """Version 3.2."""

    SERVERS = SERVERS
    SECURITY = SECURITY

    search: Lazy[AsyncSearchResource] = Lazy("search", "AsyncSearchResource")
