"""Client of Answers."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import One, Problem, Two

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "One",
    "Problem",
    "Two",
    "UNSET",
    "errors",
    "models",
]
