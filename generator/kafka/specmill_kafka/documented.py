"""What the document refuses and the public server takes, or breaks down at: for the switch ``judge``."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from specmill_kafka import instants
from specmill_kafka.tree import Members, Number


def refused(tree: Any) -> str:
    """Why a record is none of the document's; empty for one that is, or that the public server refuses as well."""
    if not isinstance(tree, Members):
        return "a record is an object" if tree is None else ""
    for name, value in tree:
        rule = RULES.get(name)
        if rule is not None and not rule(value):
            return f"{name} is not what the document says"
    return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Number)


def _is_integer(value: Any) -> bool:
    return value is None or (isinstance(value, Number) and float(value).is_integer())


def _are_headers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_header, value))


def _is_header(value: Any) -> bool:
    if not isinstance(value, Members):
        return False
    members = dict(value)
    content = members.get("value")
    return _is_text(members.get("name")) and (content is None or (_is_text(content) and _is_base64(content)))


def _is_base64(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (binascii.Error, ValueError):
        return False


def _is_side(value: Any) -> bool:
    """A key or a value, as far as its type goes: the rest is judged alike by both."""
    return not isinstance(value, Members) or all(_is_text(one) for name, one in value if name == "type")


def _is_instant(value: Any) -> bool:
    """Of RFC 3339; one before 1970 is none that Kafka has."""
    if value is None:
        return True
    if not _is_text(value) or not instants.RFC_3339.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return (instants.milliseconds(value) or 0) >= 0


RULES = {
    "partition_id": _is_integer,
    "headers": _are_headers,
    "key": _is_side,
    "value": _is_side,
    "timestamp": _is_instant,
}
