"""The produce API as an emulator: what comes is kept, and every record is answered in its order."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from specmill.serve.exchange import Exchange, Lost


class KafkaRest:
    def __init__(self, behaviour: Mapping[str, str]) -> None:
        self._behaviour = dict(behaviour)
        self._topics: dict[str, list[Any]] = defaultdict(list)

    def behave(self, **switches: str) -> None:
        self._behaviour |= switches

    def records(self, topic: str) -> list[Any]:
        """What was produced to it, in the order stored."""
        return list(self._topics[topic])

    def begin(self, exchange: Exchange) -> Production:
        cluster, topic = exchange.request.segments[-4], exchange.request.segments[-2]
        exchange.head(200, {"Content-Type": "application/json", "Vary": "Accept-Encoding"})
        return Production(exchange, cluster, topic, self._topics[topic])


class Production:
    def __init__(self, exchange: Exchange, cluster: str, topic: str, log: list[Any]) -> None:
        self._exchange = exchange
        self._place = {"cluster_id": cluster, "topic_name": topic, "partition_id": 0}
        self._log = log
        self._text = ""

    def received(self, content: bytes) -> None:
        self._text += content.decode()
        while self._text.lstrip():
            try:
                record, end = json.JSONDecoder().raw_decode(self._text.lstrip())
            except ValueError:
                return
            self._text = self._text.lstrip()[end:]
            self._report(record)

    def _report(self, record: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        report = {"error_code": 200, **self._place, "offset": len(self._log), "timestamp": now}
        self._log.append(record)
        self._exchange.send(json.dumps(report, separators=(",", ":")).encode())
        self._exchange.send(b"\r\n")

    def ended(self) -> None:
        self._exchange.end()

    def lost(self, why: Lost, told: str) -> None:
        pass

    def drained(self) -> None:
        pass
