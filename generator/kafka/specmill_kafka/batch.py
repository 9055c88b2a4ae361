"""``records:batch``: entries that are answered together, when all of them are done."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from specmill.serve.exchange import Exchange, Lost
from specmill_kafka.behaviour import NEVER
from specmill_kafka.judge import Home, Judge
from specmill_kafka.meaning import Bad, Fault, Meant, meant
from specmill_kafka.pages import fault
from specmill_kafka.reports import compact
from specmill_kafka.scan import Scanner, Value
from specmill_kafka.tree import Members, Number, parsed

IDENTIFIER = re.compile(r"[0-9A-Za-z_-]{1,80}")
LARGEST = 16 * 1024 * 1024


class Wrong(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class Batch:
    """The listener of one batch. Nothing is stored unless every entry is a record."""

    def __init__(self, exchange: Exchange, home: Home, cluster: str, topic: str) -> None:
        self._exchange = exchange
        self._home = home
        self._cluster = cluster
        self._judge = Judge(home, cluster, topic)
        self._body = bytearray()
        exchange.patience = home.behaviour.number("idle")

    def received(self, content: bytes) -> None:
        self._body += content
        if len(self._body) > LARGEST:
            fault(self._exchange, 413, "Request Entity Too Large")

    def ended(self) -> None:
        try:
            records = self._entries(_tree(bytes(self._body)))
        except Wrong as wrong:
            return fault(self._exchange, wrong.code, str(wrong), wrong.status)
        except Bad as bad:
            code = 422 if bad.fault.message.startswith("Unrecognized field") else bad.fault.code
            told = bad.fault.message.replace("io.confluent.kafkarest.entities.v3.", "").partition(" (class")[0]
            return fault(self._exchange, code, told)
        delay = self._home.behaviour.number("ack-delay")
        for _, record in records:
            if self._judge.missing(record) is not None:
                delay += self._home.behaviour.number("stall")
        if not delay:
            self._answer(records)
        elif delay != NEVER:
            self._exchange.later(delay, lambda: self._answer(records))

    def lost(self, why: Lost, told: str) -> None:
        if why is not Lost.GONE:
            fault(self._exchange, 400, told)

    def drained(self) -> None:
        pass

    def _entries(self, tree: Any) -> list[tuple[str, Meant]]:
        if tree is None:
            raise Wrong(422, 42208, "Request body is empty. Data is required.")
        if not isinstance(tree, Members):
            raise Wrong(400, 400, "Cannot deserialize value of type `ProduceBatchRequest`")
        members = dict(tree)
        unknown = next((name for name in members if name != "entries"), None)
        if unknown is not None:
            raise Wrong(422, 422, f"Unrecognized field: {unknown}")
        entries = members.get("entries")
        if not isinstance(entries, list) or isinstance(entries, Members):
            raise Wrong(400, 400, "Cannot construct instance of `ProduceBatchRequest`, problem: Null entries")
        return self._judged([_entry(one) for one in entries])

    def _judged(self, entries: list[tuple[Any, Meant]]) -> list[tuple[str, Meant]]:
        if not entries:
            raise Wrong(422, 42208, "Empty batch.")
        if len(entries) > self._home.behaviour.number("batch-entries"):
            raise Wrong(422, 42208, "Too many entries in batch.")
        names = [name for name, _ in entries]
        if not all(IDENTIFIER.fullmatch(name) for name in names):
            raise Wrong(422, 42208, "Batch entry identifier is not a valid string.")
        if len(set(names)) < len(names):
            raise Wrong(422, 42208, "Batch entry IDs are not distinct.")
        return entries

    def _answer(self, records: list[tuple[str, Meant]]) -> None:
        clock, now = time.time_ns() // 1_000_000, self._exchange.now()
        self._tell([(name, self._told(record, now, clock)) for name, record in records])

    def _tell(self, all_told: list[tuple[str, dict[str, Any]]]) -> None:
        successes: list[Any] = []
        failures: list[Any] = []
        for name, told in all_told:
            if told["error_code"] == 200:
                del told["error_code"]
                successes.append({"id": name, **told})
            else:
                failures.append({"id": name, **told})
        body = compact({"successes": successes, "failures": failures})
        self._exchange.answer(207, {"Content-Type": "application/json"}, body)

    def _told(self, record: Meant, now: float, clock: int) -> dict[str, Any]:
        refused: Fault | None = self._judge.refused(record, now) or self._judge.missing(record)
        if refused is not None:
            return {"error_code": refused.code, "message": refused.message}
        told: dict[str, Any] = json.loads(self._judge.stored(record, clock))
        return told


def _tree(body: bytes) -> Any:
    scanner = Scanner()
    found = [*scanner.feed(body)[0], *scanner.end()]
    if not found:
        return None
    first = found[0]
    if not isinstance(first, Value):
        raise Wrong(400, 400, first.message)
    if first.fault is not None:
        raise Wrong(400, 400, first.fault)
    return parsed(first.text.decode("utf-8", "replace"))


def _entry(tree: Any) -> tuple[str, Meant]:
    if not isinstance(tree, Members):
        raise Wrong(400, 400, "Cannot construct instance of `ProduceBatchRequestEntry`")
    name = dict(tree).get("id")
    if name is None:
        raise Wrong(400, 400, "Cannot construct instance of `ProduceBatchRequestEntry`, problem: Null id")
    if not isinstance(name, str) or isinstance(name, Number):
        raise Wrong(422, 42208, "Batch entry identifier is not a valid string.")
    return name, meant(Members(one for one in tree if one[0] != "id"), 0)
