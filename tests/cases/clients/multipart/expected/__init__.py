"""Client of Multipart."""

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
    from .models import About, Album, Bag, Film, Page, Photo, Scan, SendComposedRequest, SendEitherRequest
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
                "About",
                "Album",
                "Bag",
                "Film",
                "Page",
                "Photo",
                "Scan",
                "SendComposedRequest",
                "SendEitherRequest",
            ),
        },
    )

__all__ = [
    "About",
    "Album",
    "ApiKey",
    "AsyncClient",
    "Bag",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "Film",
    "Page",
    "Photo",
    "Retries",
    "Scan",
    "SendComposedRequest",
    "SendEitherRequest",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
