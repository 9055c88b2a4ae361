"""Parameters.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.things import AsyncThings, Things


class Client(BaseClient):
    """Parameters."""

    things: Lazy[Things] = Lazy("things", "Things")


class AsyncClient(BaseAsyncClient):
    """Parameters."""

    things: Lazy[AsyncThings] = Lazy("things", "AsyncThings")
