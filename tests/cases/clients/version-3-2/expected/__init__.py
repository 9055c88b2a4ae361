"""Client of Version 3.2."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import Cat, Event, Filter, Hit, Other, Pet, Search

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Cat",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Event",
    "Filter",
    "Hit",
    "Other",
    "Pet",
    "Retries",
    "Search",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
