"""What the command line of this client has beyond that of every client: ``produce``, and where settings are found."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Client

# Names of one address each: whoever sets one in the environment does not want the other from a profile.
ALTERNATIVES = (("KAFKA_REST_ENDPOINT", "CONFLUENT_REST_URL", "KAFKA_REST_BASE_URL"),)


def add(verbs: _SubParsersAction[ArgumentParser]) -> None:
    """The verbs beyond those of every client."""
    from ._produce.arguments import add_produce

    add_produce(verbs)


def connected(base_url: str | None, environment: Mapping[str, str], options: Any) -> Client:
    """A client by the variables that users of this API have set already; an address that was given wins."""
    from .client import Client
    from .extension import read_address

    if base_url:
        read_address("base_url", base_url)  # the variable in its place below is none that anybody has set
    given = {**environment, "KAFKA_REST_ENDPOINT": base_url} if base_url else environment
    if base_url and "auth" not in options and not _has_cloud_key(environment):
        options = {**options, **_platform_key(environment)}
    return Client.from_env(given, **options)


def defaults(client: Client) -> Mapping[str, Any]:
    """Arguments of operations that need not be given, since the settings have them."""
    return {"cluster_id": client.cluster_id} if client.cluster_id else {}


def _has_cloud_key(environment: Mapping[str, str]) -> bool:
    return bool(environment.get("KAFKA_API_KEY"))


def _platform_key(environment: Mapping[str, str]) -> dict[str, Any]:
    """An address of one's own goes with the credentials of a server of one's own."""
    from ._auth import Basic

    user, password = (environment.get(f"CONFLUENT_PLATFORM_{name}") for name in ("USERNAME", "PASSWORD"))
    return {"auth": Basic(user, password)} if user and password else {}
