"""Client of Version 3.2."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import Cat, Event, Filter, Hit, Other, Pet, Search

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Cat",
    "Client",
    "Event",
    "Filter",
    "Hit",
    "Other",
    "Pet",
    "Search",
    "UNSET",
    "errors",
    "models",
]
