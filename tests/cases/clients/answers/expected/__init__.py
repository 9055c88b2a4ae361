"""Client of Answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from msgspec import UNSET

    from . import errors, models
    from ._auth import ApiKey, Basic, Bearer
    from ._network import ClientCertificate, Timeouts
    from ._oauth import ClientCredentials
    from ._retries import Retries
    from .client import AsyncClient, Client
    from .models import One, Problem, Two
else:
    from ._lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "msgspec": ("UNSET",),
            ".": ("errors", "models"),
            "._auth": ("ApiKey", "Basic", "Bearer"),
            "._network": ("ClientCertificate", "Timeouts"),
            "._oauth": ("ClientCredentials",),
            "._retries": ("Retries",),
            ".client": ("AsyncClient", "Client"),
            ".models": ("One", "Problem", "Two"),
        },
    )

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "One",
    "Problem",
    "Retries",
    "Timeouts",
    "Two",
    "UNSET",
    "errors",
    "models",
]
