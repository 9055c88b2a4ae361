"""The clients of Extension and overlay: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy
from .extension import ClientExtension

if TYPE_CHECKING:
    from .resources.greetings import AsyncGreetings, Greetings

SERVERS = ()


class Client(ClientExtension, BaseClient):
    """Extension and overlay."""

    SERVERS = SERVERS

    greetings: Lazy[Greetings] = Lazy("greetings", "Greetings")


class AsyncClient(BaseAsyncClient):
    """Extension and overlay."""

    SERVERS = SERVERS

    greetings: Lazy[AsyncGreetings] = Lazy("greetings", "AsyncGreetings")
