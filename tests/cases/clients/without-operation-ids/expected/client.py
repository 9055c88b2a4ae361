"""The clients of Without operation ids: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.default import AsyncDefault, Default

SERVERS = ()


class Client(BaseClient):
    """Without operation ids."""

    SERVERS = SERVERS

    default: Lazy[Default] = Lazy("default", "Default")


class AsyncClient(BaseAsyncClient):
    """Without operation ids."""

    SERVERS = SERVERS

    default: Lazy[AsyncDefault] = Lazy("default", "AsyncDefault")
