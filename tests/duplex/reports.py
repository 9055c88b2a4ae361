"""What the public server reports about a record, and how it cuts a report into chunks."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

DELIMITER = b"\r\n"
CLUSTER, TOPIC = "cluster-1", "orders"
PARTITIONS = 6
FORMATS = ("BINARY", "JSON", "STRING")
NO_REGISTRY = "Error: 42206 : Payload error. Schema Registry must be configured when using schemas."
TERMINAL = "Bad Request: Error processing message: "
IDLE = TERMINAL + "java.util.concurrent.TimeoutException: Idle timeout expired: 30000/30000 ms"
TOO_OLD = "Streaming connection open for longer than allowed: Connection will be closed."
TOO_MANY = "Request rate limit exceeded: The rate limit of requests per second has been exceeded."

# Made once: json.dumps with options makes one for every call, and a soak has a million.
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
PRETTY = json.JSONEncoder(ensure_ascii=False, separators=(",", ": "), indent=2)

Report = Mapping[str, Any]


class Refused(Exception):
    """A record that is not stored, with the code and the message of its report."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.report = refused(code, message)


def accepted(record: Mapping[str, Any], offset: int, cluster: str = CLUSTER, topic: str = TOPIC) -> Report:
    """Absent members are left out, never null; the cluster and the topic are those of the address."""
    report: dict[str, Any] = {
        "error_code": 200,
        "cluster_id": cluster,
        "topic_name": topic,
        "partition_id": record.get("partition_id") or 0,
        "offset": offset,
        "timestamp": record.get("timestamp") or "2026-11-21T01:18:07.736Z",
    }
    for side in ("key", "value"):
        if record.get(side) is not None:
            report[side] = {"type": record[side].get("type"), "size": size(record[side])}
    return report


def refused(code: int, message: str) -> Report:
    return {"error_code": code, "message": message}


def judged(record: Mapping[str, Any]) -> Report | None:
    """The report of a record that the server refuses, or None for one that it stores."""
    try:
        _check(record)
    except Refused as refusal:
        return refusal.report
    return None


def size(side: Mapping[str, Any]) -> int:
    """Bytes as they are stored: -1 for null, and JSON as it is when written compactly again."""
    data = side.get("data")
    if data is None:
        return -1
    match side.get("type"):
        case "BINARY":
            return len(binary(data))
        case "STRING":
            return len(data.encode("utf-8", "replace"))
    return len(COMPACT.encode(data).encode("utf-8", "replace"))


def binary(data: str) -> bytes:
    """The server takes base64 without its padding as well, but no blanks and no other alphabet."""
    return base64.b64decode(data + "=" * (-len(data) % 4), validate=True)


def _check(record: Mapping[str, Any]) -> None:
    """In the server's order: the shape of everything first, then the partition, the key, the value."""
    _members(record, ("partition_id", "headers", "key", "value", "timestamp"))
    if type(record.get("partition_id") or 0) is not int:
        raise Refused(400, f"Cannot deserialize a partition from {json.dumps(record['partition_id'])}")
    for header in record.get("headers") or ():
        _header(header)
    if record.get("timestamp") is not None:
        _timestamp(record["timestamp"])
    sides = [record[side] for side in ("key", "value") if record.get(side) is not None]
    for side in sides:
        _shape(side)
    _partition(record.get("partition_id") or 0)
    for side in sides:
        _data(side)


def _members(value: Any, known: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        raise Refused(400, f"Cannot construct instance from {json.dumps(value)}")
    for name in value.keys() - set(known):
        raise Refused(400, f'Unrecognized field "{name}", not marked as ignorable')


def _partition(partition: int) -> None:
    if partition < 0:
        raise Refused(40402, "Partition not found.")
    if partition >= PARTITIONS:
        where = f"Partition {partition} of topic {TOPIC} with partition count {PARTITIONS}"
        raise Refused(40401, f"{where} is not present in metadata after 60000 ms.")


def _header(header: Any) -> None:
    _members(header, ("name", "value"))
    if header.get("name") is None:
        raise Refused(400, "Cannot construct instance, problem: Null name")
    if not _is_base64(header.get("value") or ""):
        raise Refused(400, "Cannot deserialize value of a header: no base64")


def _is_base64(value: Any) -> bool:
    try:
        return isinstance(value, str) and base64.b64decode(value, validate=True) is not None
    except ValueError:
        return False


def ends_the_stream(record: Mapping[str, Any]) -> bool:
    """Some bad base64 in a header makes the server's decoder lose its place: the stream ends (table 13, row 11)."""
    values = [header.get("value") or "" for header in record.get("headers") or () if isinstance(header, dict)]
    bad = [value for value in values if isinstance(value, str) and not _is_base64(value)]
    return any(len(value) % 4 == 1 or "=" in value for value in bad)


def _timestamp(text: str) -> None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise Refused(400, f"Cannot deserialize an instant from {json.dumps(text)}") from None
    if at.tzinfo is None:
        raise Refused(400, f"Cannot deserialize an instant from {json.dumps(text)}")
    if at < datetime(1970, 1, 1, tzinfo=UTC):
        raise Refused(500, "Internal Server Error")


def _shape(side: Any) -> None:
    _members(side, ("type", "data"))
    if side.get("type") not in (*FORMATS, None):
        raise Refused(400, f"Cannot deserialize a format from {json.dumps(side['type'])}")
    if "data" not in side:
        raise Refused(400, "Cannot construct instance, problem: Null data")


def _data(side: Mapping[str, Any]) -> None:
    kind, data = side.get("type"), side["data"]
    if kind is None:
        raise Refused(422, NO_REGISTRY)
    if data is None or kind == "JSON":
        return
    if not isinstance(data, str):
        wanted = "a base64 string" if kind == "BINARY" else "a string"
        raise Refused(400, f"Bad Request: data={json.dumps(data)} is not {wanted}.")
    if kind == "BINARY":
        try:
            binary(data)
        except ValueError:
            raise Refused(400, f"Bad Request: data={json.dumps(data)} is not a valid base64 string.") from None


def written(report: Report, pretty: bool = False) -> bytes:
    return (PRETTY if pretty else COMPACT).encode(report).encode()


def pieces(text: bytes, how: str, separator: bytes = DELIMITER) -> list[bytes]:
    """The chunks of one report. An empty piece would end the answer, so there is none."""
    middle = len(text) // 2
    match how:
        case "two-chunks":
            cut = [text, separator]
        case "one-chunk":
            cut = [text + separator]
        case "split":
            cut = [text[:middle], text[middle:] + separator]
        case "many":
            cut = [text[at : at + 1] for at in range(len(text))] + [separator]
        case _:
            raise ValueError(f"no way to cut a report: {how}")
    return [piece for piece in cut if piece]
