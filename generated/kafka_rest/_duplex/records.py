"""Records as the JSON that goes up, with the checks that spare a stream its end.

A record that breaks the document's rules is refused by the server, and the stream lives on. But text that is no base64
where bytes belong can end the whole stream, NaN is no JSON, and a record over the size limit costs all that follow it.
So these are found here. ``strict`` holds each record to its type as a single call does, for about twice the work.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args

import msgspec
from msgspec import UNSET

from .._json import InvalidRequest, codec, refuse_nan
from .._shapes import Shape, members_of, reached_from, shape_of
from ..errors import InvalidRecord

R = TypeVar("R")
BROKEN = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)
ENCODER = msgspec.json.Encoder()


class Records(Generic[R]):
    """Turns records of one type into lines of JSON."""

    def __init__(self, type_: Any, longest: int, strict: bool) -> None:
        struct = shape_of(type_).struct
        self._longest = longest
        self._exactly = codec(type_).encode
        self._class = struct if struct is type_ else None
        self._strict = strict or self._class is None or not codec(type_).plain
        self._risky = [] if self._strict else [attrgetter(name) for name in _members_with_bytes(type_)]

    def one(self, record: R) -> bytes:
        """The JSON of one record; raises InvalidRecord."""
        try:
            if self._strict or type(record) is not self._class or self._risk(record):
                text = self._exactly(record)
            else:
                text = ENCODER.encode(record)
                if b"null" in text:
                    refuse_nan(record)
            if len(text) > self._longest:
                raise _too_long(len(text), self._longest)
        except BROKEN as error:
            raise InvalidRecord(str(error), record) from None
        return text

    def many(self, records: list[R]) -> bytes:
        """The lines of some records. InvalidRecord tells the first that is none, and what stands around it."""
        if not self._strict and self._all_harmless(records):
            try:
                text = ENCODER.encode_lines(records)
            except BROKEN:
                return self._each(records)
            if b"null" not in text and len(text) <= self._longest:
                return text
        return self._each(records)

    def _each(self, records: list[R]) -> bytes:
        lines: list[bytes] = []
        for index, record in enumerate(records):
            try:
                lines.append(self.one(record))
            except InvalidRecord as error:
                raise InvalidRecord(str(error), record, records[:index], records[index + 1 :]) from None
        return b"\n".join([*lines, b""])

    def _risk(self, record: R) -> bool:
        return any(risky(record) is not UNSET for risky in self._risky)

    def _all_harmless(self, records: list[R]) -> bool:
        if set(map(type, records)) != {self._class}:
            return False
        return all(list(map(risky, records)).count(UNSET) == len(records) for risky in self._risky)


def _too_long(length: int, longest: int) -> InvalidRequest:
    return InvalidRequest(f"{length} bytes of JSON are more than the {longest} that a record may have")


def _members_with_bytes(struct: Any) -> list[str]:
    """The members of a record in which bytes may stand, at any depth."""
    members = members_of(struct).values()
    return [member.python for member in members if reached_from(member.shape, _is_bytes)]


def _is_bytes(shape: Shape) -> bool:
    return shape.leaf is bytes or bytes in get_args(shape.leaf)
