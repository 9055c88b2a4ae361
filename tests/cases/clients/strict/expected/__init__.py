"""Client of What is sent is strict."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import Card, Kind, Order, Payment, Transfer

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Card",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Kind",
    "Order",
    "Payment",
    "Retries",
    "Timeouts",
    "Transfer",
    "UNSET",
    "errors",
    "models",
]
