"""Multipart.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.parts import AsyncParts, Parts


class Client(BaseClient):
    """Multipart."""

    parts: Lazy[Parts] = Lazy("parts", "Parts")


class AsyncClient(BaseAsyncClient):
    """Multipart."""

    parts: Lazy[AsyncParts] = Lazy("parts", "AsyncParts")
