"""How librdkafka is asked for and set up. It is imported when ``engine="kafka"`` is, and nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from msgspec import Struct

from .._duplex.options import Choices
from .._secret import Hidden
from ..errors import ConfigurationError
from .rules import LONGEST_MESSAGE, ProduceOptions, Rules, parted

MISSING = """engine="kafka" needs confluent-kafka, which is not installed: pip install 'confluent-kafka>=2.12,<3'"""
OF_REST = ("mode", "connections", "age_limit", "heartbeat", "write_timeout", "close_timeout")
WHY = {
    "connections": "librdkafka has one connection to each broker",
    "mode": "no proxy of HTTP stands between",
}
OURS = ("error_cb", "on_delivery", "dr_cb", "delivery.report.only.error", "transactional.id", "logger")
TIME_OUTS = ("message.timeout.ms", "delivery.timeout.ms")
# With any of these librdkafka might refuse to be idempotent, so whoever sets one decides about it.
WEAKER = (
    "enable.idempotence",
    "acks",
    "request.required.acks",
    "max.in.flight",
    "max.in.flight.requests.per.connection",
    "retries",
    "message.send.max.retries",
    "queuing.strategy",
)
# It tells each attempt to connect at the level of errors. What counts of that comes as an exception; whoever sets up
# logging sees all of it, and nobody else does.
LOG = logging.getLogger(f"{(__package__ or '').rpartition('.')[0]}.librdkafka")
LOG.addHandler(logging.NullHandler())


class Settings(Hidden):
    """What librdkafka is told, passwords and all."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = dict(given)

    @property
    def servers(self) -> str:
        return str(self._given.get("bootstrap.servers") or self._given.get("metadata.broker.list") or "")

    def producer(self, library: ModuleType, heard: Any) -> Any:
        """A producer, which connects by itself; ``heard`` is told what goes wrong."""
        try:
            return library.Producer({**self._given, "error_cb": heard})
        except (library.KafkaException, TypeError, ValueError) as error:
            raise ConfigurationError(f"librdkafka does not take these settings: {error}") from None


class Wanted(Struct, frozen=True):
    """All that the options say about this engine."""

    rules: Rules
    choices: Choices
    settings: Settings
    library: Any  # the module confluent_kafka


def wanted(options: ProduceOptions) -> Wanted:
    """Of options that ask for this engine; ConfigurationError for what means nothing here."""
    given: dict[str, Any] = dict(options)
    for name in OF_REST:
        if name in given:
            why = f": {WHY[name]}" if name in WHY else ""
            raise ConfigurationError(f'{name} means nothing with engine="kafka"{why}; leave it out')
    servers, more = given.pop("bootstrap_servers", None), given.pop("kafka_settings", None)
    rules, choices, _ = parted(given)
    return Wanted(rules, choices, _settings(servers, more, choices), _library())


def _library() -> ModuleType:
    try:
        return import_module("confluent_kafka")
    except ImportError as error:
        raise ConfigurationError(MISSING) from error


def _settings(servers: Any, more: Any, choices: Choices) -> Settings:
    if more is not None and not isinstance(more, Mapping):
        raise ConfigurationError("kafka_settings is a dict of settings of librdkafka")
    given = {} if more is None else dict(more)
    for name in OURS:
        if name in given:
            raise ConfigurationError(f"kafka_settings may not have {name}, which produce has for itself")
    if servers is not None:
        if not isinstance(servers, str) or not servers:
            raise ConfigurationError(f"bootstrap_servers is a text such as 'one:9092,two:9092', not {servers!r}")
        given["bootstrap.servers"] = servers
    if not any(given.get(name) for name in ("bootstrap.servers", "metadata.broker.list")):
        raise ConfigurationError('engine="kafka" has to know its brokers: bootstrap_servers="host:9092"')
    return Settings({**_defaults(given, choices), **given})


def _defaults(given: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    """Where the API's own producer differs from librdkafka, they are the API's, so that the same comes of both."""
    found: dict[str, Any] = {
        "partitioner": "murmur2_random",
        "message.max.bytes": LONGEST_MESSAGE,
        "queue.buffering.max.messages": max(100_000, choices.window_records),
        "log_level": 3,
        "logger": LOG,
    }
    if not any(name in given for name in WEAKER):
        found["enable.idempotence"] = True
    if not any(name in given for name in TIME_OUTS):
        found["message.timeout.ms"] = 0 if choices.report_timeout is None else round(choices.report_timeout * 1000)
    return found
