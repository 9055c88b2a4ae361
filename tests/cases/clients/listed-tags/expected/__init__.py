"""Client of Listed tags."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import Changed, ChangedKind, Created, Event

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Changed",
    "ChangedKind",
    "Client",
    "Created",
    "Event",
    "UNSET",
    "errors",
    "models",
]
