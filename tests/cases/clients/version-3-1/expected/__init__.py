"""Client of Version 3.1."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import Id, Item, Items, Owner

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "Id",
    "Item",
    "Items",
    "Owner",
    "UNSET",
    "errors",
    "models",
]
