"""Client of Kafka REST v3."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from ._network import ClientCertificate, Timeouts
from ._oauth import ClientCredentials
from ._retries import Retries
from .client import AsyncClient, Client
from .models import (
    DataType,
    Error,
    ErrorSource,
    ProduceRequest,
    ProduceRequestData,
    ProduceRequestHeader,
    ProduceResponse,
    ProduceResponseData,
)

__all__ = [
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "ClientCertificate",
    "ClientCredentials",
    "DataType",
    "Error",
    "ErrorSource",
    "ProduceRequest",
    "ProduceRequestData",
    "ProduceRequestHeader",
    "ProduceResponse",
    "ProduceResponseData",
    "Retries",
    "Timeouts",
    "UNSET",
    "errors",
    "models",
]
