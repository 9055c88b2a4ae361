"""Over which protocol records go: what the options say to the producer, and who it belongs to."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from .._cli.console import keep_secret
from .._cli.settings import connected, environment_of
from .._cli.trouble import CommandError, explained
from .._http import BaseClient
from .._producer.rules import ProduceOptions, Rules
from ..errors import ConnectionFailed

SECRET = ("password", "secret", "key.pem", "token", "sasl.oauthbearer.config")
NO_NAME = "kafka"  # of a cluster that nobody has named; over Kafka's own protocol nobody asks for it


def rules_of(options: Namespace) -> ProduceOptions:
    found: ProduceOptions = {"on_unknown": options.on_unknown}
    if options.retries is not None:
        found["retries"] = replace(Rules().retries, times=options.retries)
    if options.connections is not None:
        found["connections"] = options.connections
    if options.ordered:
        found["ordered"] = True
    if options.engine == "kafka":
        found["engine"] = "kafka"
        if options.kafka_config is not None:
            found["kafka_settings"] = _read(Path(options.kafka_config))
    elif options.kafka_config is not None:
        raise CommandError("--kafka-config goes with --engine kafka")
    if options.bootstrap_servers is not None:
        if options.engine != "kafka":
            raise CommandError("--bootstrap-servers goes with --engine kafka")
        found["bootstrap_servers"] = options.bootstrap_servers
    return found


def client_of(options: Namespace) -> BaseClient:
    """Over Kafka it has nothing to do, so nobody has to say where the REST API is."""
    if options.engine == "rest":
        return connected(options)
    from ..client import Client

    return Client("http://localhost")


def explained_by(options: Namespace, failure: BaseException) -> tuple[str, str]:
    """What to say of it, and a hint."""
    message, hint, _ = explained(failure)
    if options.engine == "kafka" and isinstance(failure, ConnectionFailed):
        hint = "is a broker there? Look at --bootstrap-servers and --kafka-config"
    return message, hint


def cluster_of(options: Namespace) -> str:
    environment = environment_of(options)
    found = options.cluster_id or environment.get("KAFKA_CLUSTER_ID") or environment.get("KAFKA_ID")
    if not found and options.engine == "rest":
        raise CommandError("of which cluster is the topic?", "give --cluster-id, or set KAFKA_CLUSTER_ID")
    return found or NO_NAME


def _read(path: Path) -> dict[str, Any]:
    """Lines NAME=VALUE, as other programs on librdkafka have them."""
    found: dict[str, Any] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise CommandError(f"{path}:{number}: there is no = between name and value")
        if any(word in name for word in SECRET):
            keep_secret(value.strip())
        found[name.strip()] = value.strip()
    return found
