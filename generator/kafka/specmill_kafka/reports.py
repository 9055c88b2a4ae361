"""Reports as bytes, and how they lie in the chunks of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from specmill_kafka import instants
from specmill_kafka.meaning import Fault, Meant

DELIMITER = b"\r\n"
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
DELIMITER_CHUNK = b"2\r\n\r\n\r\n"


def refusal(fault: Fault) -> bytes:
    return compact({"error_code": fault.code, "message": fault.message.partition("\n")[0]})


def compact(value: object) -> bytes:
    return COMPACT.encode(value).encode("utf-8", "replace")


class Slot:
    """The place of a report that is still to come."""

    __slots__ = ("report",)

    def __init__(self) -> None:
        self.report: bytes | None = None


class Successes:
    """Of one stream: what is the same in all of its reports is written once."""

    def __init__(self, cluster: str, topic: str) -> None:
        self._place = _begun(cluster, topic)
        self._milliseconds = -1
        self._instant = b""

    def report(self, record: Meant, partition: int, offset: int, milliseconds: int) -> bytes:
        if milliseconds != self._milliseconds:
            self._milliseconds = milliseconds
            self._instant = instants.text(milliseconds).encode()
        key = _side(b"key", record.key_type, record.key) if record.key_type else b""
        value = _side(b"value", record.value_type, record.value) if record.value_type else b""
        return b'%b%d,"offset":%d,"timestamp":"%b"%b%b}' % (self._place, partition, offset, self._instant, key, value)


@lru_cache(maxsize=256)
def _begun(cluster: str, topic: str) -> bytes:
    """A report up to where one differs from another."""
    return compact({"error_code": 200, "cluster_id": cluster, "topic_name": topic})[:-1] + b',"partition_id":'


def _side(name: bytes, kind: str, content: bytes | None) -> bytes:
    size = -1 if content is None else len(content)
    return b',"%b":{"type":"%b","size":%d}' % (name, kind.encode(), size)


def framed(reports: Iterable[bytes], how: str) -> bytes:
    """In chunks: each report and its line end in one of their own, in one, all in one, or each cut in its middle."""
    if how == "two-chunks":
        return b"".join([b"%X\r\n%b\r\n%b" % (len(report), report, DELIMITER_CHUNK) for report in reports])
    whole = [report + DELIMITER for report in reports]
    if how == "several":
        whole = [b"".join(whole)]
    if how == "split":
        whole = [half for one in whole for half in (one[: len(one) // 2], one[len(one) // 2 :])]
    return b"".join([b"%X\r\n%b\r\n" % (len(one), one) for one in whole if one])
