"""Client of Names."""

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
    from .models import AnyModel, ApiV2CallList, ApiV2CallList2, ClientModel, LiteralModel, NoneModel, Status
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
            ".models": (
                "AnyModel",
                "ApiV2CallList",
                "ApiV2CallList2",
                "ClientModel",
                "LiteralModel",
                "NoneModel",
                "Status",
            ),
        },
    )

__all__ = [
    "AnyModel",
    "ApiKey",
    "ApiV2CallList",
    "ApiV2CallList2",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "ClientModel",
    "LiteralModel",
    "NoneModel",
    "Retries",
    "Status",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
