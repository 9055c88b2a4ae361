"""What goes up for a record, and which records do not go up at all: those that the server would misread.

It takes a number where a moment is due for seconds, and stores the record in some far year. A moment before 1970 is an
error of the server's own, which says nothing about what became of the record. What has no ``type`` or no ``data`` is
refused, whatever the model allows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

from msgspec import UNSET, Raw, Struct, ValidationError, convert
from msgspec.structs import replace

from .._json import DateTime
from ..models import DataType, ProduceRequest, ProduceRequestData

KINDS = frozenset(get_args(DataType))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unsendable(ValueError):
    """Why a record does not go up. One in the place of a record says so of what could not even be read."""


def sendable(record: Any) -> Any:
    """The record as it goes up, the same one as a rule; raises Unsendable. Whoever gives JSON has seen to it."""
    if type(record) is Raw:
        return record
    if type(record) is ProduceRequest and record.timestamp is UNSET and record.key is UNSET:
        value = record.value  # most records are like this, and what is below costs each a microsecond
        if type(value) is ProduceRequestData and value.type in KINDS and value.data is not UNSET:
            return record
    if isinstance(record, Unsendable):
        raise record
    for name in ("key", "value"):
        side = _member(record, name)
        if side is not None and side is not UNSET:
            _check_side(name, side)
    moment = _member(record, "timestamp")
    if moment is None or moment is UNSET:
        return record
    utc = _utc(moment)
    if isinstance(record, dict):
        return {**record, "timestamp": utc}
    return replace(record, timestamp=utc) if isinstance(record, Struct) and utc is not moment else record


def _check_side(name: str, side: Any) -> None:
    if _member(side, "type") in (None, UNSET):
        raise Unsendable(f"its {name} has no type, such as JSON")
    if _member(side, "data") is UNSET:
        raise Unsendable(f"its {name} has no data, not even null")


def _utc(moment: Any) -> datetime:
    """With Z for an offset when it is written."""
    at = moment if isinstance(moment, datetime) else _read(moment)
    if at.utcoffset() is None:
        raise Unsendable(f"its timestamp has no offset: {at}")
    if at < EPOCH:
        raise Unsendable(f"its timestamp is before 1970: {at}")
    try:
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except OverflowError:
        raise Unsendable(f"its timestamp is out of range: {at}") from None


def _read(moment: Any) -> datetime:
    if not isinstance(moment, str):
        raise Unsendable(f"its timestamp is no datetime but {type(moment).__name__}")
    try:
        read: datetime = convert(moment, DateTime)
    except ValidationError:
        raise Unsendable(f"its timestamp is no moment with an offset: {moment!r}") from None
    return read


def _member(one: Any, name: str) -> Any:
    return one.get(name, UNSET) if isinstance(one, dict) else getattr(one, name, UNSET)
