"""Names.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.calls_co import AsyncCallsCo, CallsCo


class Client(BaseClient):
    """Names."""

    calls_co: Lazy[CallsCo] = Lazy("calls_co", "CallsCo")


class AsyncClient(BaseAsyncClient):
    """Names."""

    calls_co: Lazy[AsyncCallsCo] = Lazy("calls_co", "AsyncCallsCo")
