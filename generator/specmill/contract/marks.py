"""What a document cannot say in a schema: ``x-contract`` of an operation, which an overlay says.

=============  ====================================================================================================
``accepts``    a schema narrower than the body's: what every server has to accept. What only the body's own schema
               allows may be refused for its meaning
``echo``       pointer in a report -> what stands there: ``path.NAME`` of a parameter, ``record#POINTER`` of the record
``sequence``   ``value``, a pointer in a report that rises by one from record to record, for each of ``per``
``codes``      how the verdict of a report goes with the status of HTTP: ``status``, ``status * 100 + n``, or both
``idle``       for how many seconds a silent stream stays open
``keepalive``  what keeps it open for longer
``sizes``      pointer in a report -> pointer in the record whose encoded size it tells; or ``of`` that pointer, ``by``
               a member of the record that says how it is encoded, ``as`` its values -> ``text`` or ``base64``
=============  ====================================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from specmill.contract.validator import Validator
from specmill.document.pointers import escaped, find, split
from specmill.errors import Place, SpecmillError
from specmill.values import JSON, Operation, Schema

NAME = "x-contract"
POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
SOURCE = re.compile(r"(path|record)(?:\.(.+)|#((?:/(?:[^~/]|~[01])*)+))", re.DOTALL)
WAYS = ("text", "base64")
TOO_LATE = 408
TOO_MANY = 429
CODES = ("status", "status * 100 + n")


@dataclass(frozen=True, slots=True)
class Source:
    """Where what is echoed comes from: a parameter of the path, or a place in the record."""

    parameter: str = ""
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    value: str
    per: str


@dataclass(frozen=True, slots=True)
class Size:
    """``of`` which place of the record; how it is encoded says the place ``by``, in the words of ``ways``."""

    of: str
    by: str = ""
    ways: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marks:
    accepts: Schema | None = None
    echo: Mapping[str, Source] = field(default_factory=dict)
    sequence: Sequence | None = None
    codes: tuple[str, ...] = ()
    idle: float | None = None
    keepalive: bytes = b""
    sizes: Mapping[str, Size] = field(default_factory=dict)
    pointer: str = ""  # of the marks in the document

    def fits_status(self, code: JSON, status: int) -> bool:
        """Whether a verdict can go with this status; where nothing is said any can."""
        if not self.codes or not isinstance(code, int):
            return True
        return status in self.statuses(code)

    def is_limit(self, code: JSON) -> bool:
        """Whether a verdict says that there were too many, which is nothing about what was sent."""
        return self._means(code, TOO_MANY)

    def is_age(self, code: JSON) -> bool:
        """Whether a verdict says that the stream was open for too long, which a slow machine can bring about."""
        return self._means(code, TOO_LATE)

    def _means(self, code: JSON, status: int) -> bool:
        return isinstance(code, int) and (code == status or status in self.statuses(code))

    def statuses(self, code: int) -> tuple[int, ...]:
        """What a verdict means in HTTP."""
        plain = (code,) if "status" in self.codes and 100 <= code < 600 else ()
        return plain or ((code // 100,) if CODES[1] in self.codes and 10000 <= code < 60000 else ())


def marks_of(tree: JSON, operation: Operation) -> Marks:
    """Of an operation; ``tree`` is the document with its overlays."""
    node = find(tree, split(operation.pointer))
    given = node.get(NAME) if isinstance(node, dict) else None
    pointer = f"{operation.pointer}/{NAME}"
    if given is None:
        return Marks(pointer=operation.pointer)
    read: dict[str, Any] = {}
    for name, value in _object(given, pointer).items():
        place = f"{pointer}/{escaped(str(name))}"
        reads = READS.get(name)
        if reads is None:
            raise _wrong(f"{name!r} is no mark", place, f"it may hold {', '.join(READS)}")
        read[name] = reads(value, place)
    _judge_parameters(read.get("echo", {}), operation, pointer)
    return Marks(**read, pointer=pointer)


def _wrong(what: str, pointer: str, hint: str = "") -> SpecmillError:
    return SpecmillError(what, place=Place("x-contract", pointer=pointer), hint=hint)


def _object(value: JSON, pointer: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong("an object has to stand here", pointer)
    return value


def _pointer(value: JSON, pointer: str) -> str:
    if not isinstance(value, str) or not POINTER.fullmatch(value) or not value:
        raise _wrong(f"this is no JSON pointer: {value!r}", pointer, "like /partition_id")
    return value


def _accepts(value: JSON, pointer: str) -> Schema:
    schema = _object(value, pointer)
    Validator(schema, {}, pointer)  # says what is wrong with it
    return schema


def _echo(value: JSON, pointer: str) -> dict[str, Source]:
    return {
        _pointer(place, pointer): _source(source, f"{pointer}/{escaped(str(place))}")
        for place, source in _object(value, pointer).items()
    }


def _source(value: JSON, pointer: str) -> Source:
    found = SOURCE.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[1] == "path") != (found[2] is not None):
        raise _wrong(f"nothing can be echoed from {value!r}", pointer, "like path.cluster_id or record#/partition_id")
    return Source(parameter=found[2] or "", pointer=found[3] or "")


def _judge_parameters(echo: Mapping[str, Source], operation: Operation, pointer: str) -> None:
    known = {parameter.name for parameter in operation.parameters if parameter.location == "path"}
    for place, source in echo.items():
        if source.parameter and source.parameter not in known:
            what = f"the path has no parameter {source.parameter!r}"
            raise _wrong(what, f"{pointer}/echo/{escaped(place)}", f"it has {', '.join(sorted(known)) or 'none'}")


def _sequence(value: JSON, pointer: str) -> Sequence:
    given = _object(value, pointer)
    if set(given) != {"value", "per"}:
        raise _wrong("a sequence has a value and a per", pointer)
    return Sequence(_pointer(given["value"], f"{pointer}/value"), _pointer(given["per"], f"{pointer}/per"))


def _codes(value: JSON, pointer: str) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    if not given or any(one not in CODES for one in given):
        raise _wrong(f"codes go with the status in no such way: {value!r}", pointer, f"known: {', '.join(CODES)}")
    return tuple(given)


def _idle(value: JSON, pointer: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise _wrong(f"this is no number of seconds: {value!r}", pointer)
    return float(value)


def _keepalive(value: JSON, pointer: str) -> bytes:
    if not isinstance(value, str) or not value or value.strip(" \t\r\n"):
        raise _wrong("what keeps a stream open is white space", pointer)
    return value.encode()


def _sizes(value: JSON, pointer: str) -> dict[str, Size]:
    return {
        _pointer(place, pointer): _size(source, f"{pointer}/{escaped(str(place))}")
        for place, source in _object(value, pointer).items()
    }


def _size(value: JSON, pointer: str) -> Size:
    if not isinstance(value, dict):
        return Size(_pointer(value, pointer))
    if set(value) != {"of", "by", "as"}:
        raise _wrong("a size is of something, by a member, as it says", pointer)
    ways = _object(value["as"], f"{pointer}/as")
    for name, way in ways.items():
        if way not in WAYS:
            raise _wrong(f"nothing is encoded as {way!r}", f"{pointer}/as/{escaped(str(name))}", " or ".join(WAYS))
    return Size(_pointer(value["of"], f"{pointer}/of"), _pointer(value["by"], f"{pointer}/by"), ways)


READS: Mapping[str, Callable[[JSON, str], Any]] = {
    "accepts": _accepts,
    "echo": _echo,
    "sequence": _sequence,
    "codes": _codes,
    "idle": _idle,
    "keepalive": _keepalive,
    "sizes": _sizes,
}
