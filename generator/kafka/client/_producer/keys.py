"""Which connection a record goes over: the same for the same key, in every process."""

from __future__ import annotations

from itertools import count
from typing import Any
from zlib import crc32

import msgspec

from ..models import ProduceRequestData


class Keyed(msgspec.Struct):
    key: ProduceRequestData | msgspec.UnsetType | None = msgspec.UNSET


KEYED = msgspec.json.Decoder(Keyed).decode


class Keys:
    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._turn = count()

    def lane_of(self, record: Any) -> int:
        """By the key; records without one take turns, since nothing orders them."""
        text = _key(record)
        return (next(self._turn) if text is None else crc32(text)) % self._connections


def _key(record: Any) -> bytes | None:
    """Type and data as they are written: hash() differs between processes, and not every key has one."""
    if type(record) is msgspec.Raw:
        record = KEYED(record)
    key = getattr(record, "key", None)
    data = getattr(key, "data", None)
    if data is None or data is msgspec.UNSET:
        return None
    try:
        return msgspec.json.encode((getattr(key, "type", None), data))
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError):
        return None  # it cannot be sent either
