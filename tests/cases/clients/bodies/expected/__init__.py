"""Client of Bodies."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import About, SendFormRequest, Thing, UploadRequest

__all__ = [
    "About",
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "SendFormRequest",
    "Thing",
    "UNSET",
    "UploadRequest",
    "errors",
    "models",
]
