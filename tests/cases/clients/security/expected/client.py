"""Security.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._facts import Scheme
from ._http import BaseAsyncClient, BaseClient, Lazy

if TYPE_CHECKING:
    from .resources.security import AsyncSecurity, Security

SECURITY = {
    "key": Scheme("apiKey", location="query", name="api_key"),
    "cookie": Scheme("apiKey", location="cookie", name="sid"),
    "token": Scheme("http", scheme="bearer"),
    "user": Scheme("http", scheme="basic"),
    "oauth": Scheme("oauth2", token_url="https://auth.example.com/token"),
}


class Client(BaseClient):
    """Security."""

    SECURITY = SECURITY

    security: Lazy[Security] = Lazy("security", "Security")


class AsyncClient(BaseAsyncClient):
    """Security."""

    SECURITY = SECURITY

    security: Lazy[AsyncSecurity] = Lazy("security", "AsyncSecurity")
