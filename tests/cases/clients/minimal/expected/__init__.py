"""Client of Minimal."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import Pet, PetKind, Problem

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "Pet",
    "PetKind",
    "Problem",
    "UNSET",
    "errors",
    "models",
]
