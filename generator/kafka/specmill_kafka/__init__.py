"""Stands in for Kafka's REST API in ``specmill serve``: found by its entry point, of which specmill knows no more.

Nothing is imported before it is used, since pytest imports this package in every run for the sake of its plugin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from specmill.serve.emulators import Emulator
    from specmill.values import Operation
    from specmill_kafka.behaviour import OPTIONS, SWITCHES

__all__ = ["NAME", "OPTIONS", "SWITCHES", "emulator", "fits"]

NAME = "kafka-rest"
RECORDS = "/v3/clusters/{cluster_id}/topics/{topic_name}/records"


def __getattr__(name: str) -> Any:
    if name not in ("OPTIONS", "SWITCHES"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from specmill_kafka import behaviour

    return getattr(behaviour, name)


def fits(operations: tuple[Operation, ...]) -> bool:
    return any(one.method == "POST" and one.path.endswith(RECORDS) for one in operations)


def emulator(behaviour: Mapping[str, str], options: Mapping[str, Any] | None = None) -> Emulator:
    if options:
        from specmill_kafka.front import before_peer

        return before_peer(behaviour, options.get("bootstrap-servers"))
    from specmill_kafka.responder import KafkaRest

    return KafkaRest(behaviour)
