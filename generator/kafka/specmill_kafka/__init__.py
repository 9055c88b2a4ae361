"""Stands in for Kafka's REST API in ``specmill serve``: found by its entry point, of which specmill knows no more."""

from __future__ import annotations

from collections.abc import Mapping

from specmill.serve.emulators import Emulator
from specmill.values import Operation
from specmill_kafka.behaviour import SWITCHES

__all__ = ["NAME", "SWITCHES", "emulator", "fits"]

NAME = "kafka-rest"
RECORDS = "/v3/clusters/{cluster_id}/topics/{topic_name}/records"


def fits(operations: tuple[Operation, ...]) -> bool:
    return any(one.method == "POST" and one.path.endswith(RECORDS) for one in operations)


def emulator(behaviour: Mapping[str, str]) -> Emulator:
    from specmill_kafka.emulator import KafkaRest

    return KafkaRest(behaviour)
