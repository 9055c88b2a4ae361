"""What the document asks of a ProduceRequest, keyword by keyword, written out by hand."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

FORMATS = ("BINARY", "JSON", "STRING")
BASE64 = re.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))", re.ASCII)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Check:
    """One keyword at one place; ``*`` in a place is every item of a list."""

    keyword: str
    place: str
    holds: Callable[[object], bool]
    of: str = ""  # whose value is judged, where it is not the one at the place

    @property
    def name(self) -> str:
        return f"{self.keyword} at {self.place}"


def is_object(value: object) -> bool:
    return isinstance(value, dict)


def is_list(value: object) -> bool:
    return isinstance(value, list)


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_integer(value: object) -> bool:
    """1.0 is an integer too, and true is none."""
    return (isinstance(value, float) and value.is_integer()) or (isinstance(value, int) and not isinstance(value, bool))


def is_int32(value: object) -> bool:
    return not isinstance(value, (int, float)) or not is_integer(value) or -(2**31) <= value < 2**31


def is_base64(value: object) -> bool:
    return not isinstance(value, str) or bool(BASE64.fullmatch(value))


def is_format(value: object) -> bool:
    return not isinstance(value, str) or value in FORMATS


def is_not_null(value: object) -> bool:
    return value is not None


def or_null(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: value is None or holds(value)


def is_named(value: object) -> bool:
    return not isinstance(value, dict) or "name" in value


def is_date_time(value: object) -> bool:
    """RFC 3339; a 60th second only where leap seconds are: at the end of a day in UTC."""
    if not isinstance(value, str):
        return True
    match = DATE_TIME.fullmatch(value)
    if match is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    away = (int(match[8]), int(match[9])) if match[7] else (0, 0)
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= DAYS[month - 1] + leap:
        return False
    if hour > 23 or minute > 59 or away[0] > 23 or away[1] > 59:
        return False
    utc = hour * 60 + minute - (away[0] * 60 + away[1]) * (-1 if match[7] == "-" else 1)
    return second < 60 or (second == 60 and utc % 1440 == 1439)


def has_data_of_its_format(value: object) -> bool:
    """No schema says so, but the document shows an answer to data that is no base64: `bad_binary_data`."""
    if not isinstance(value, dict) or value.get("data") is None:
        return True
    data = value["data"]
    if value.get("type") == "BINARY":
        return isinstance(data, str) and is_base64(data)
    return value.get("type") != "STRING" or isinstance(data, str)


def checks_of_data(place: str) -> tuple[Check, ...]:
    """Of a ProduceRequestData, which both the key and the value are."""
    return (
        Check("type", place, or_null(is_object)),
        Check("nullable", f"{place}/type", is_not_null),
        Check("type", f"{place}/type", or_null(is_text)),
        Check("enum", f"{place}/type", is_format),
        Check("data", place, has_data_of_its_format),
    )


CHECKS: tuple[Check, ...] = (
    Check("type", "/", is_object),
    Check("type", "/partition_id", or_null(is_integer)),
    Check("format int32", "/partition_id", is_int32),
    Check("nullable", "/headers", is_not_null),
    Check("type", "/headers", or_null(is_list)),
    Check("nullable", "/headers/*", is_not_null),
    Check("type", "/headers/*", or_null(is_object)),
    Check("required", "/headers/*/name", is_named, of="/headers/*"),
    Check("nullable", "/headers/*/name", is_not_null),
    Check("type", "/headers/*/name", or_null(is_text)),
    Check("type", "/headers/*/value", or_null(is_text)),
    Check("format byte", "/headers/*/value", is_base64),
    *checks_of_data("/key"),
    *checks_of_data("/value"),
    Check("type", "/timestamp", or_null(is_text)),
    Check("format date-time", "/timestamp", is_date_time),
)


def steps_to(place: str) -> tuple[str, ...]:
    return tuple(step for step in place.split("/") if step)


STEPS = tuple((check, steps_to(check.of or check.place)) for check in CHECKS)


def found(value: object, steps: tuple[str, ...]) -> list[object]:
    """The values at a place; where something on the way is missing or of another type there are none."""
    values = [value]
    for step in steps:
        if step == "*":
            values = [item for one in values if isinstance(one, list) for item in one]
        else:
            values = [one[step] for one in values if isinstance(one, dict) and step in one]
    return values


def broken(record: object, skipped: str = "") -> str | None:
    """The first check that does not hold."""
    for check, steps in STEPS:
        if not all(map(check.holds, found(record, steps))) and check.name != skipped:
            return check.name
    return None


def size_of(kind: str, data: object) -> int:
    """The bytes that are stored. Without data there is nothing, which Kafka calls -1."""
    if data is None:
        return -1
    if kind == "BINARY" and isinstance(data, str) and is_base64(data):
        return len(base64.b64decode(data))
    if kind == "STRING" and isinstance(data, str):
        return len(data.encode("utf-8", "replace"))
    return len(compact(data))


def compact(data: object) -> bytes:
    """JSON as it is stored: without white space."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
