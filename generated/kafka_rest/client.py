"""Kafka REST v3.

Two clients with the same operations: `Client` blocks, `AsyncClient` is awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._facts import Scheme
from ._http import BaseAsyncClient, BaseClient, Lazy
from .extension import AsyncClientExtension, ClientExtension

if TYPE_CHECKING:
    from .resources.records_v3 import AsyncRecordsV3, RecordsV3

SECURITY = {
    "resource-api-key": Scheme("http", scheme="basic"),
    "external-access-token": Scheme("oauth2", token_url="https://idp.example.com/oauth2/token"),
}


class Client(ClientExtension, BaseClient):
    """Kafka REST v3.

    Writes records to the topics of a Kafka cluster over HTTP, one at a time or as a stream.
    """

    SECURITY = SECURITY

    records_v3: Lazy[RecordsV3] = Lazy("records_v3", "RecordsV3")


class AsyncClient(AsyncClientExtension, BaseAsyncClient):
    """Kafka REST v3.

    Writes records to the topics of a Kafka cluster over HTTP, one at a time or as a stream.
    """

    SECURITY = SECURITY

    records_v3: Lazy[AsyncRecordsV3] = Lazy("records_v3", "AsyncRecordsV3")
