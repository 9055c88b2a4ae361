"""Client of Pets."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import AnyCat, AnyPet, Box, BoxEither, Cat, Dog, Lion, Pet

__all__ = [
    "AnyCat",
    "AnyPet",
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Box",
    "BoxEither",
    "Cat",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Dog",
    "Lion",
    "Pet",
    "Retries",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
