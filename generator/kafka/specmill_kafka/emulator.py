"""The produce API as an emulator: what comes is kept, and every record is answered in its order."""

from __future__ import annotations

import json
import re
from codecs import getincrementaldecoder
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from specmill.serve.exchange import Exchange, Listener, Lost

RECORDS = re.compile(r"(?:/kafka)?/v3/clusters/([^/]+)/topics/([^/]+)/records")


class KafkaRest:
    def __init__(self, behaviour: Mapping[str, str]) -> None:
        self._behaviour = dict(behaviour)
        self._topics: dict[str, list[Any]] = defaultdict(list)

    def behave(self, **switches: str) -> None:
        self._behaviour |= switches

    def records(self, topic: str) -> list[Any]:
        """What was produced to it, in the order stored."""
        return list(self._topics[topic])

    def begin(self, exchange: Exchange) -> Listener:
        found = RECORDS.fullmatch(exchange.request.path)
        if found is None or exchange.request.method != "POST":
            exchange.answer_json(404, {"error_code": 404, "message": "HTTP 404 Not Found"})
            return Nothing()
        cluster, topic = map(unquote, found.groups())
        production = Production(exchange, cluster, topic, self._topics[topic])
        if self._behaviour.get("head") != "first-byte":
            production.head()
        return production


class Nothing:
    """Listens to what is answered already."""

    def received(self, content: bytes) -> None:
        pass

    def ended(self) -> None:
        pass

    def lost(self, why: Lost, told: str) -> None:
        pass

    def drained(self) -> None:
        pass


class Production(Nothing):
    def __init__(self, exchange: Exchange, cluster: str, topic: str, log: list[Any]) -> None:
        self._exchange = exchange
        self._place = {"cluster_id": cluster, "topic_name": topic, "partition_id": 0}
        self._log = log
        self._text = ""
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def head(self) -> None:
        if not self._exchange.begun:
            self._exchange.head(200, {"Content-Type": "application/json", "Vary": "Accept-Encoding"})

    def received(self, content: bytes) -> None:
        self.head()
        self._text = (self._text + self._decoder.decode(content)).lstrip()
        while self._text:
            try:
                record, end = json.JSONDecoder().raw_decode(self._text)
            except ValueError:
                return
            self._text = self._text[end:].lstrip()
            self._report(record)

    def _report(self, record: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        report = {"error_code": 200, **self._place, "offset": len(self._log), "timestamp": now}
        self._log.append(record)
        self._exchange.send(json.dumps(report, separators=(",", ":")).encode())
        self._exchange.send(b"\r\n")

    def ended(self) -> None:
        self.head()
        if self._text:
            report = {"error_code": 400, "message": "Bad Request: Error processing message: this is no JSON"}
            self._exchange.send(json.dumps(report, separators=(",", ":")).encode() + b"\r\n")
        self._exchange.end()
