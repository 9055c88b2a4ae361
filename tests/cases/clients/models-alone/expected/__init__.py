"""Client of Pets."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import Arrival, Pet

__all__ = [
    "ApiKey",
    "Arrival",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Pet",
    "Retries",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
