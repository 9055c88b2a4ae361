"""The clients of Parameters: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.things import AsyncThings, Things

SERVERS = ()


class Client(BaseClient):
    """Parameters."""

    SERVERS = SERVERS

    things: Lazy[Things] = Lazy("things", "Things")


class AsyncClient(BaseAsyncClient):
    """Parameters."""

    SERVERS = SERVERS

    things: Lazy[AsyncThings] = Lazy("things", "AsyncThings")
