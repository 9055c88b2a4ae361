"""Client of Parameters."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import FindThingsFilter, FindThingsSort, Query

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "FindThingsFilter",
    "FindThingsSort",
    "Query",
    "UNSET",
    "errors",
    "models",
]
