"""Extension and overlay.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient, Lazy
from .extension import ClientExtension

if TYPE_CHECKING:
    from .resources.greetings import AsyncGreetings, Greetings


class Client(ClientExtension, BaseClient):
    """Extension and overlay."""

    greetings: Lazy[Greetings] = Lazy("greetings", "Greetings")


class AsyncClient(BaseAsyncClient):
    """Extension and overlay."""

    greetings: Lazy[AsyncGreetings] = Lazy("greetings", "AsyncGreetings")
