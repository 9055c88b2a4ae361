"""The clients of Names: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.calls_co import AsyncCallsCo, CallsCo

SERVERS = ()


class Client(BaseClient):
    """Names."""

    SERVERS = SERVERS

    calls_co: Lazy[CallsCo] = Lazy("calls_co", "CallsCo")


class AsyncClient(BaseAsyncClient):
    """Names."""

    SERVERS = SERVERS

    calls_co: Lazy[AsyncCallsCo] = Lazy("calls_co", "AsyncCallsCo")
