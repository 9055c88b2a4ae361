"""The clients of Kafka REST API v3: produce records: one that blocks and one to await."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._facts import Scheme
from ._http import BaseAsyncClient, BaseClient, Lazy
from .extension import AsyncClientExtension, ClientExtension

if TYPE_CHECKING:
    from .resources.records_v3 import AsyncRecordsV3, RecordsV3

SERVERS = ()
SECURITY = {
    "resource-api-key": Scheme("http", scheme="basic"),
    "external-access-token": Scheme("oauth2"),
}


class Client(ClientExtension, BaseClient):
    """Kafka REST API v3: produce records.

    The one operation of the Kafka REST API that writes records to a topic, alone or as a stream. Structure, names
    and values are as its owner publishes them, flaws included; the wording of the descriptions is this project's.
    """

    SERVERS = SERVERS
    SECURITY = SECURITY

    records_v3: Lazy[RecordsV3] = Lazy("records_v3", "RecordsV3")


class AsyncClient(AsyncClientExtension, BaseAsyncClient):
    """Kafka REST API v3: produce records.

    The one operation of the Kafka REST API that writes records to a topic, alone or as a stream. Structure, names
    and values are as its owner publishes them, flaws included; the wording of the descriptions is this project's.
    """

    SERVERS = SERVERS
    SECURITY = SECURITY

    records_v3: Lazy[AsyncRecordsV3] = Lazy("records_v3", "AsyncRecordsV3")
