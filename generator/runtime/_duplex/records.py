"""Records as the JSON that goes up, with the checks that spare a stream its end.

A record that breaks the document's rules is refused by the server, and the stream lives on. But text that is no base64
where bytes belong can end the whole stream, NaN is no JSON, and a record over the size limit costs all that follow it.
So these are found here. ``strict`` holds each record to its type as a single call does, for about twice the work.
Whoever has looked at the JSON of a record gives it as ``msgspec.Raw``, which goes up as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Generic, TypeVar, get_args

import msgspec
from msgspec import UNSET

from .._json import InvalidRequest, codec, refuse_nan
from .._shapes import Shape, members_of, reached_from, shape_of
from ..errors import InvalidRecord

R = TypeVar("R")
BROKEN = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)
NULL = re.compile(b"null").search  # takes half as long as ``in`` does
JSON = {msgspec.Raw}
ENCODE = msgspec.json.Encoder().encode
ENCODE_LINES = msgspec.json.Encoder().encode_lines


class Never(msgspec.Struct):
    """No record is one, so each is held to its type."""


class Records(Generic[R]):
    """Turns records of one type into lines of JSON."""

    def __init__(self, type_: Any, longest: int, strict: bool) -> None:
        struct = shape_of(type_).struct
        plain = struct is type_ and codec(type_).plain and not strict
        self._longest = longest
        self._exactly = codec(type_).encode
        self._class: type = struct if plain and struct else Never  # instances of it need no more than a look
        self._classes = {self._class}
        self._risky, self._harmless = _members_with_bytes(self._class)

    def one(self, record: R) -> bytes:
        """The JSON of one record; raises InvalidRecord."""
        try:
            if type(record) is self._class and self._risky(record) == self._harmless:
                text = ENCODE(record)
                if NULL(text):
                    refuse_nan(record)
            elif isinstance(record, msgspec.Raw):
                text = bytes(record)
            else:
                text = self._exactly(record)
            if len(text) > self._longest:
                raise _too_long(len(text), self._longest)
        except BROKEN as error:
            raise InvalidRecord(str(error), record) from None
        return text

    def many(self, records: list[R]) -> bytes:
        """The lines of some records. InvalidRecord tells the first that is none, and what stands around it."""
        kinds = set(map(type, records))
        are_json = kinds == JSON
        if are_json or (kinds == self._classes and self._all_harmless(records)):
            try:
                text = ENCODE_LINES(records)
            except BROKEN:
                return self._each(records)
            if len(text) <= self._longest and (are_json or not NULL(text)):
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

    def _all_harmless(self, records: list[R]) -> bool:
        return list(map(self._risky, records)).count(self._harmless) == len(records)


def _too_long(length: int, longest: int) -> InvalidRequest:
    return InvalidRequest(f"{length} bytes of JSON are more than the {longest} that a record may have")


def _members_with_bytes(struct: Any) -> tuple[Callable[[Any], Any], Any]:
    """Gets the members in which bytes may stand at any depth, and what it gives where none of them is set."""
    members = [one.python for one in members_of(struct).values() if reached_from(one.shape, _is_bytes)]
    if not members:
        return (lambda _: UNSET), UNSET
    return attrgetter(*members), UNSET if len(members) == 1 else (UNSET,) * len(members)


def _is_bytes(shape: Shape) -> bool:
    return shape.leaf is bytes or bytes in get_args(shape.leaf)
