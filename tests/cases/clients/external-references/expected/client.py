"""The clients of External references: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.orders import AsyncOrders, Orders

SERVERS = ()


class Client(BaseClient):
    """External references."""

    SERVERS = SERVERS

    orders: Lazy[Orders] = Lazy("orders", "Orders")


class AsyncClient(BaseAsyncClient):
    """External references."""

    SERVERS = SERVERS

    orders: Lazy[AsyncOrders] = Lazy("orders", "AsyncOrders")
