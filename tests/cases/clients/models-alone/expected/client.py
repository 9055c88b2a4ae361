"""Pets.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._http import BaseAsyncClient, BaseClient


class Client(BaseClient):
    """Pets."""


class AsyncClient(BaseAsyncClient):
    """Pets."""
