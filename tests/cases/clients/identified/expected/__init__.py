"""Client of Trees."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import Node, Weight

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Node",
    "Retries",
    "Timeouts",
    "UNSET",
    "Weight",
    "errors",
    "models",
]
