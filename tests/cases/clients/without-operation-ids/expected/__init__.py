"""Client of Without operation ids."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import GetUsersByIdPostsResponseItem

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "GetUsersByIdPostsResponseItem",
    "UNSET",
    "errors",
    "models",
]
