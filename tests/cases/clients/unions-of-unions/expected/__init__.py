"""Client of Animals."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import Animal, Cat, Dog, Fish, Pet

__all__ = [
    "Animal",
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Cat",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Dog",
    "Fish",
    "Pet",
    "Retries",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
