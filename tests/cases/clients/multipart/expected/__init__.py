"""Client of Multipart."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import About, Album, Bag, Film, Page, Photo, Scan, SendComposedRequest, SendEitherRequest

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
