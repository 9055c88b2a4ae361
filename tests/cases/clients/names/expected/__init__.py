"""Client of Names."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import AnyModel, ApiV2CallList, ApiV2CallList2, ClientModel, LiteralModel, NoneModel, Status

__all__ = [
    "AnyModel",
    "ApiKey",
    "ApiV2CallList",
    "ApiV2CallList2",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientModel",
    "LiteralModel",
    "NoneModel",
    "Status",
    "UNSET",
    "errors",
    "models",
]
