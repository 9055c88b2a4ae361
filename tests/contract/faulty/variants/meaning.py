"""The shape is right, and it says what is not so."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.faulty.checks import compact
from tests.contract.faulty.honest import Report, Stream
from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.temperaments import BY_NAME
from tests.contract.faulty.texts import Refused
from tests.contract.faulty.wire import Answer


def swapped_sides(honest: Change, stored: Any) -> Report:
    report: Report = honest(stored)
    if "key" in report and "value" in report:
        report["key"], report["value"] = report["value"], report["key"]
    return report


def timed(form: str, **away: int) -> Change:
    """The time of the record, so far away and in this form."""

    def fault(honest: Change, stored: Any) -> Report:
        report: Report = honest(stored)
        moment = datetime.fromisoformat(report["timestamp"]).astimezone(UTC) + timedelta(**away)
        return report | {"timestamp": moment.strftime(form)}

    return fault


def sized(size: Change) -> Change:
    """Another size for some data."""
    return lambda honest, data: (echo := honest(data)) | {"size": size(data, echo["size"])}


def characters(data: dict[str, Any], size: int) -> int:
    text = data.get("data")
    return len(text) if data.get("type") == "STRING" and isinstance(text, str) else size


def composed(data: dict[str, Any], size: int) -> int:
    text = data.get("data")
    if data.get("type") != "STRING" or not isinstance(text, str):
        return size
    return len(unicodedata.normalize("NFC", text).encode("utf-8", "replace"))


def of_16_bits(data: dict[str, Any], size: int) -> int:
    return (size + 2**15) % 2**16 - 2**15


def of_base64(data: dict[str, Any], size: int) -> int:
    text = data.get("data")
    return len(text) if data.get("type") == "BINARY" and isinstance(text, str) else size


def kept_anyway(honest: Change, stream: Stream, raw: bytes) -> Any:
    """What is refused is stored all the same."""
    try:
        return honest(stream, raw)
    except Refused:
        stream.kafka.stored(stream, {})
        raise


def stored_first(honest: Change, stream: Stream) -> None:
    """Stores before it looks whether that is one too many."""
    try:
        honest(stream)
    except Refused:
        stream.kafka.stored(stream, {})
        raise


def other_code(honest: Change, *given: object, **headers: str) -> Answer:
    """The body speaks of another error than the status."""
    answer: Answer = honest(*given, **headers)
    return Answer(answer.status, answer.headers, json.dumps(json.loads(answer.body) | {"error_code": 50002}).encode())


def of_report(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "meaning", what, check, "report", fault)


def of_echo(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "meaning", what, check, "echo", fault)


VARIANTS = (
    of_report(
        "next-partition",
        "the report names the next partition",
        "echo of /partition_id",
        lambda honest, stored: honest(stored) | {"partition_id": (stored.partition + 1) % 2**31},
    ),
    of_report(
        "always-partition-0",
        "the report always names partition 0",
        "echo of /partition_id",
        lambda honest, stored: honest(stored) | {"partition_id": 0},
    ),
    of_report(
        "other-topic",
        "the report names another topic",
        "echo of topic_name",
        lambda honest, stored: honest(stored) | {"topic_name": f"{stored.topic}-copy"},
    ),
    of_report(
        "other-cluster",
        "the report names another cluster",
        "echo of cluster_id",
        lambda honest, stored: honest(stored) | {"cluster_id": f"{stored.cluster}-copy"},
    ),
    of_report(
        "other-timestamp",
        "the report has another time than the record",
        "echo of /timestamp",
        lambda honest, stored: honest(stored) | {"timestamp": "1999-12-31T23:59:59Z"},
    ),
    of_report(
        "time-without-fraction",
        "the report has whole seconds",
        "echo of /timestamp",
        timed("%Y-%m-%dT%H:%M:%SZ"),
    ),
    of_report(
        "clock-of-12-hours",
        "the afternoon is the morning",
        "echo of /timestamp",
        timed("%Y-%m-%dT%I:%M:%S.%fZ"),
    ),
    of_report(
        "other-zone",
        "the time of another zone is called that of UTC",
        "echo of /timestamp",
        timed("%Y-%m-%dT%H:%M:%S.%fZ", hours=2),
    ),
    of_report("swapped-sides", "key and value are swapped", "echo of /key/type", swapped_sides),
    of_report(
        "no-value-reported",
        "the report says nothing of the value",
        "echo of /value",
        lambda honest, stored: {key: it for key, it in honest(stored).items() if key != "value"},
    ),
    of_report(
        "always-the-same",
        "every record that is stored has the same report",
        "echo of ",
        lambda honest, stored: {
            "error_code": 200,
            "cluster_id": "c",
            "topic_name": "t",
            "partition_id": 0,
            "offset": 7,
        },
    ),
    of_report(
        "code-201",
        "a record that was stored is reported with 201",
        "error_code of a stored record",
        lambda honest, stored: honest(stored) | {"error_code": 201},
    ),
    of_echo(
        "always-json",
        "the type is always JSON",
        "echo of /value/type",
        lambda honest, data: honest(data) | {"type": "JSON"},
    ),
    of_echo("one-too-large", "the size is one too large", "echo of /value/size", sized(lambda data, size: size + 1)),
    of_echo(
        "size-in-characters", "the size of a STRING counts its characters", "echo of /value/size", sized(characters)
    ),
    of_echo(
        "size-composed", "the size of a STRING is that of its composed form", "echo of /value/size", sized(composed)
    ),
    of_echo("size-of-16-bits", "the size has 16 bits", "echo of /value/size", sized(of_16_bits)),
    of_echo("size-of-base64", "the size of BINARY counts its base64", "echo of /value/size", sized(of_base64)),
    of_echo(
        "size-of-all",
        "the size counts all of the value as it was sent",
        "echo of /value/size",
        sized(lambda data, size: len(compact(data))),
    ),
    Variant(
        "refused-as-500",
        "meaning",
        "a bad record is called an error of the server",
        "error_code of a refused record",
        "refused",
        lambda honest, code, message: honest(500 if code == 400 else code, message),
    ),
    Variant(
        "refused-as-4000",
        "meaning",
        "a bad record is refused with a code of four digits",
        "error_code of a refused record",
        "refused",
        lambda honest, code, message: honest(4000 if code == 400 else code, message),
    ),
    Variant(
        "refused-as-200",
        "meaning",
        "a bad record is refused with a message, and with 200",
        "error_code of a refused record",
        "refused",
        lambda honest, code, message: honest(200, message),
    ),
    Variant(
        "error-says-50002",
        "meaning",
        "the status is 401 and the error_code in the body is 50002",
        "error_code against status",
        "error",
        other_code,
    ),
    Variant("refused-and-kept", "meaning", "a record that is refused is stored", "13", "record", kept_anyway),
    Variant(
        "limited-and-kept",
        "meaning",
        "a record that is refused with 429 is stored",
        "13",
        "limit",
        stored_first,
        BY_NAME["limits-records"],
    ),
)
