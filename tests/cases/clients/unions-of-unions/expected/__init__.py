"""Client of Animals."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
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
    "Dog",
    "Fish",
    "Pet",
    "UNSET",
    "errors",
    "models",
]
