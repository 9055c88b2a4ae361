"""External references.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.orders import AsyncOrders, Orders


class Client(BaseClient):
    """External references."""

    orders: Lazy[Orders] = Lazy("orders", "Orders")


class AsyncClient(BaseAsyncClient):
    """External references."""

    orders: Lazy[AsyncOrders] = Lazy("orders", "AsyncOrders")
