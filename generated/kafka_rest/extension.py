"""What the Kafka client has beyond its document: its settings come from the environment.

The names are those that users of this API have set already, for its command line, for Terraform and in its examples::

    KAFKA_REST_ENDPOINT   https://pkc-….confluent.cloud:443, in Confluent Cloud
    KAFKA_API_KEY         an API key of the cluster, with
    KAFKA_API_SECRET      its secret
    KAFKA_CLUSTER_ID      lkc-…; KAFKA_ID is the same

    CONFLUENT_REST_URL    a server of your own: with /kafka inside a Confluent Server, without it a REST Proxy
    CONFLUENT_PLATFORM_USERNAME, CONFLUENT_PLATFORM_PASSWORD
    CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH   a file with the certificates to trust

A variable that is empty counts as not set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec import UNSET, UnsetType, structs

from ._auth import Auth, Basic
from ._facts import Answer, Operation
from ._http import TIMEOUT, BaseAsyncClient, BaseClient
from .errors import ConfigurationError

if TYPE_CHECKING:
    import ssl

T = TypeVar("T")
Environment = Mapping[str, str]

PREFIX = "/kafka"  # begins the paths of the document; a REST Proxy of one's own has none
API_ROOT = re.compile(r"/*(?P<prefix>/kafka)?(?:/+v3)?/*$")  # what people append to the address, or not
BOOTSTRAP = re.compile(r"^(?:\w+://)?(?P<host>[^/,:]+):9092\b")
CLOUD_KEYS = ("KAFKA_API_KEY", "KAFKA_API_SECRET")
PLATFORM_KEYS = ("CONFLUENT_PLATFORM_USERNAME", "CONFLUENT_PLATFORM_PASSWORD")
CONTROL_PLANE = "CONFLUENT_CLOUD_API_KEY"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says."""

    base_url: str
    prefix: str  # "/kafka", or "" where the server has the API at its root
    auth: Auth
    cluster_id: str | None
    certificates: str | None  # the file of the authorities to trust

    def context(self) -> ssl.SSLContext:
        import ssl

        try:
            return ssl.create_default_context(cafile=self.certificates)
        except OSError as error:
            name = "CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH"
            raise ConfigurationError(f"{name}: cannot read {self.certificates} ({error})") from error


def settings_of(environment: Environment, auth: Auth = None) -> Settings:
    """The settings, or the error that names the variable to set. Given credentials win over those it holds."""
    cluster_id = _value(environment, "KAFKA_CLUSTER_ID") or _value(environment, "KAFKA_ID")
    if endpoint := _value(environment, "KAFKA_REST_ENDPOINT"):
        base_url, _ = split_address("KAFKA_REST_ENDPOINT", endpoint)
        return Settings(base_url, PREFIX, auth or _cloud_key(environment), cluster_id, None)
    if url := _value(environment, "CONFLUENT_REST_URL"):
        base_url, prefix = split_address("CONFLUENT_REST_URL", url)
        certificates = _value(environment, "CONFLUENT_PLATFORM_CERTIFICATE_AUTHORITY_PATH")
        return Settings(base_url, prefix, auth or _pair(environment, *PLATFORM_KEYS), cluster_id, certificates)
    raise ConfigurationError(
        "where to send records? Set KAFKA_REST_ENDPOINT to the REST endpoint of a cluster in Confluent Cloud, "
        "or CONFLUENT_REST_URL to the address of a server of your own"
    )


def split_address(name: str, address: str) -> tuple[str, str]:
    """The address without /kafka and /v3, and the prefix that it had: people give all four forms."""
    if found := BOOTSTRAP.match(address):
        raise ConfigurationError(
            f"{name}: {address} is the bootstrap address, where the Kafka protocol is spoken. The REST endpoint stands "
            f"beside it in the settings of the cluster, such as https://{found['host']}:443"
        )
    root = API_ROOT.search(address)
    assert root  # every part of the pattern is optional
    return address[: root.start()], root["prefix"] or ""


def _value(environment: Environment, name: str) -> str | None:
    return environment.get(name, "").strip() or None


def _cloud_key(environment: Environment) -> Basic | None:
    auth = _pair(environment, *CLOUD_KEYS)
    if auth is None and _value(environment, CONTROL_PLANE):
        raise ConfigurationError(
            f"{CONTROL_PLANE} is set, but such a key is for the control plane and opens no cluster. "
            f"Make an API key of the cluster itself and set {' and '.join(CLOUD_KEYS)}"
        )
    return auth


def _pair(environment: Environment, user: str, password: str) -> Basic | None:
    given = {name: _value(environment, name) for name in (user, password)}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == 1:
        (other,) = given.keys() - set(missing)
        raise ConfigurationError(f"{other} is set, but {missing[0]} is not")
    return None if missing else Basic(given[user] or "", given[password] or "")


def _located(operation: Operation[T], prefix: str) -> Operation[T]:
    """The operation at the place where this server has it."""
    if prefix == PREFIX or not operation.path.startswith(f"{PREFIX}/"):
        return operation
    return structs.replace(operation, path=prefix + operation.path.removeprefix(PREFIX))


class ClientExtension(BaseClient):
    """Becomes part of `Client`."""

    cluster_id: str | None = None  # what the environment said
    _prefix = PREFIX

    @classmethod
    def from_env(
        cls,
        environment: Environment | None = None,
        *,
        auth: Auth = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | UnsetType | None = UNSET,
    ) -> Self:
        """A client with the settings of the environment; the module `extension` lists the variables.

        Args:
            environment: Instead of `os.environ`.
            auth: Instead of the key in the environment, such as `Bearer(token)`.
            headers: Sent with every call.
            timeout: Seconds for each of connecting, sending and receiving; None waits for ever.
        """
        settings = settings_of(os.environ if environment is None else environment, auth)
        client = cls(settings.base_url, auth=settings.auth, headers=headers, timeout=timeout)
        client.cluster_id = settings.cluster_id
        client._prefix = settings.prefix
        if settings.certificates:
            import httpx2

            client._own = httpx2.Client(timeout=TIMEOUT, verify=settings.context())
        return client

    def request(self, operation: Operation[T], /, **arguments: Any) -> Answer[T]:
        """Calls an operation and gives the whole answer: value, status, headers and raw content."""
        return super().request(_located(operation, self._prefix), **arguments)


class AsyncClientExtension(BaseAsyncClient):
    """Becomes part of `AsyncClient`."""

    cluster_id: str | None = None  # what the environment said
    _prefix = PREFIX

    @classmethod
    def from_env(
        cls,
        environment: Environment | None = None,
        *,
        auth: Auth = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | UnsetType | None = UNSET,
    ) -> Self:
        """A client with the settings of the environment; see `ClientExtension.from_env`."""
        settings = settings_of(os.environ if environment is None else environment, auth)
        client = cls(settings.base_url, auth=settings.auth, headers=headers, timeout=timeout)
        client.cluster_id = settings.cluster_id
        client._prefix = settings.prefix
        if settings.certificates:
            import httpx2

            client._own = httpx2.AsyncClient(timeout=TIMEOUT, verify=settings.context())
        return client

    async def request(self, operation: Operation[T], /, **arguments: Any) -> Answer[T]:
        """Calls an operation and gives the whole answer: value, status, headers and raw content."""
        return await super().request(_located(operation, self._prefix), **arguments)
