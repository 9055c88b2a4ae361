"""Client of Kafka REST v3."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
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
    "DataType",
    "Error",
    "ErrorSource",
    "ProduceRequest",
    "ProduceRequestData",
    "ProduceRequestHeader",
    "ProduceResponse",
    "ProduceResponseData",
    "UNSET",
    "errors",
    "models",
]
