"""Client of Listed tags."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
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
    "ClientCertificate",
    "ClientCredentials",
    "Created",
    "Event",
    "Retries",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
