"""Odd names.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.none import AsyncNoneResource, NoneResource
    from .resources.unset_type import AsyncUnsetTypeResource, UnsetTypeResource


class Client(BaseClient):
    """Odd names."""

    none: Lazy[NoneResource] = Lazy("none", "NoneResource")
    unset_type: Lazy[UnsetTypeResource] = Lazy("unset_type", "UnsetTypeResource")


class AsyncClient(BaseAsyncClient):
    """Odd names."""

    none: Lazy[AsyncNoneResource] = Lazy("none", "AsyncNoneResource")
    unset_type: Lazy[AsyncUnsetTypeResource] = Lazy("unset_type", "AsyncUnsetTypeResource")
