"""Trees.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.default import AsyncDefault, Default


class Client(BaseClient):
    """Trees."""

    default: Lazy[Default] = Lazy("default", "Default")


class AsyncClient(BaseAsyncClient):
    """Trees."""

    default: Lazy[AsyncDefault] = Lazy("default", "AsyncDefault")
