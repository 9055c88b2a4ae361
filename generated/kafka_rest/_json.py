"""JSON of the wire to models and back: what is sent is held to the document, what is answered is never lost.

Absent (``UNSET``), null (``None``) and a value are three different things in both directions.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from ._deep import deeply
from ._lenient import lenient
from ._open import flattened, has_read_only, is_open, writable
from ._shapes import (
    Member,
    OneOf,
    OpenStruct,
    Shape,
    is_one,
    keywords_of,
    members_of,
    one_of,
    reaches,
    rest_of,
    shape_of,
)
from ._strict import broken, hook, strict

__all__ = [
    "Codec",
    "DateTime",
    "Int32",
    "Int64",
    "InvalidRequest",
    "OneOf",
    "OpenStruct",
    "UndecodableAnswer",
    "codec",
    "decode",
    "decode_strict",
    "encode",
    "one_of",
]

T = TypeVar("T")

Int32: TypeAlias = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Int64: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
# With an offset, as RFC 3339 has it; an answer without one stays the text that it is.
DateTime: TypeAlias = Annotated[datetime.datetime, Meta(tz=True)]


class InvalidRequest(ValueError):
    """A value that the document does not allow to be sent; nothing was sent."""

    def __init__(self, message: str, path: str = "$") -> None:
        super().__init__(message)
        self.path = path


class UndecodableAnswer(ValueError):
    """An answer that is no JSON at all."""


def encode(value: Any, type_: Any) -> bytes:
    """The JSON of a value that holds to its type; raises InvalidRequest."""
    return codec(type_).encode(value)


def decode(raw: bytes, type_: Any) -> Any:
    """The model of an answer. What does not fit its type stays as it came; raises UndecodableAnswer."""
    return codec(type_).decode(raw)


def decode_strict(raw: bytes, type_: Any) -> Any:
    """The model of a text that holds to its type; raises msgspec.DecodeError or its ValidationError."""
    return codec(type_).decode_strict(raw)


def codec(type_: Any) -> Codec[Any]:
    """Everything that one type needs, made once."""
    found = _CODECS.get(type_)
    if found is None:
        found = _CODECS[type_] = Codec(type_)
    return found


class Codec(Generic[T]):
    """Encodes and decodes values of one type."""

    __slots__ = ("_keyed", "_open", "_read_only", "_shape", "_type", "decode_all", "decode_strict")

    decode_strict: Callable[[bytes], T]
    decode_all: Callable[[bytes], list[T]]  # every value of concatenated JSON, as strictly

    def __init__(self, type_: Any) -> None:
        self._type = type_
        self._shape = shape_of(type_)
        self._open = is_open(type_)
        self._read_only = has_read_only(type_)
        self._keyed = reaches(type_, _has_keywords)
        decoder = _decoder(type_)
        self.decode_strict = self._decode_open if self._open else decoder.decode
        self.decode_all = self._decode_all_open if self._open else decoder.decode_lines

    @property
    def plain(self) -> bool:
        """Whether msgspec alone can encode these values and check them."""
        return not (self._open or self._keyed or self._read_only)

    def encode(self, value: T) -> bytes:
        try:
            if self._read_only:
                value = writable(value)
            raw = ENCODE(flattened(value) if self._open else value)
            back = self.decode_strict(raw)
        except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
            raise _invalid(str(error)) from None
        # The encoder writes null for NaN and base64 for bytes wherever they stand.
        if b"null" in raw:
            refuse_nan(value)
        if back != value:
            _refuse_other_class(value, back, self._shape)
        if self._keyed:
            _refuse_broken(back, self._shape)
        return raw

    def decode(self, raw: bytes) -> Any:
        try:
            return self.decode_strict(raw)
        except BAD_TEXT:
            return lenient(_tree(raw), self._shape)

    def _decode_open(self, raw: bytes) -> Any:
        return strict(msgspec.json.decode(raw), self._type)

    def _decode_all_open(self, raw: bytes) -> Any:
        return [strict(tree, self._type) for tree in TREES.decode_lines(raw)]


BAD_TEXT = (msgspec.DecodeError, ValueError, RecursionError)
BINARY = (bytes, bytearray, memoryview)
ENCODE = msgspec.json.Encoder().encode
TREES = msgspec.json.Decoder()
_CODECS: dict[Any, Codec[Any]] = {}


def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return deeply(lambda: msgspec.json.Decoder(type_, dec_hook=hook))


def _has_keywords(shape: Shape) -> bool:
    exclusive = shape.union is not None and shape.union.exclusive
    return exclusive or bool(shape.keywords) or (shape.struct is not None and bool(keywords_of(shape.struct)))


def _invalid(message: str, path: str = "") -> InvalidRequest:
    _, found, rest = message.rpartition(" - at `")
    return InvalidRequest(message, path or (rest.rstrip("`") if found else "$"))


def _tree(raw: bytes) -> Any:
    """Any text that could be meant as JSON: NaN, lone surrogates, wrong UTF-8 and all."""
    try:
        return msgspec.json.decode(raw)
    except BAD_TEXT:
        pass
    try:
        return json.loads(bytes(raw).decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        if not bytes(raw).strip():
            raise UndecodableAnswer("there is no content where JSON is promised") from None
        start = bytes(raw[:80]).decode("utf-8", "replace")
        raise UndecodableAnswer(f"this is not JSON ({error}): {start!r}") from None


def refuse_nan(value: Any, path: str = "$") -> None:
    """The encoder writes null for a number that JSON does not have; raises InvalidRequest."""
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidRequest(f"JSON has no {value!r} - at `{path}`", path)
    if isinstance(value, Struct):
        for name, wire in zip(type(value).__struct_fields__, type(value).__struct_encode_fields__, strict=True):
            refuse_nan(getattr(value, name), f"{path}.{wire}")
    elif isinstance(value, dict):
        for key, one in value.items():
            refuse_nan(one, f"{path}[{key!r}]")
    elif isinstance(value, (list, tuple, set, frozenset)):
        for index, one in enumerate(value):
            refuse_nan(one, f"{path}[{index}]")


def _refuse_broken(back: Any, shape: Shape) -> None:
    try:
        for path, message in broken(back, shape):
            raise _invalid(f"{message} - at `{path}`", path)
    except RecursionError:
        raise InvalidRequest("this is nested too deeply to be checked") from None


def _refuse_other_class(value: Any, back: Any, shape: Shape, path: str = "$") -> None:
    """Bytes where a text was promised would go out as base64, and a text as whatever base64 it happens to be.

    A model in the place of another would go out as what both have in common; one whose tag names another, as that one.
    """
    if shape.any:
        return
    if shape.union is not None and isinstance(value, (Struct, list, tuple)):
        _refuse_other_alternative(value, back, shape.union, path)
        return
    if isinstance(back, Struct):
        if type(value) is type(back):
            for member in _all_members(type(back)):
                ours, theirs = getattr(value, member.python), getattr(back, member.python)
                _refuse_other_class(ours, theirs, member.shape, f"{path}.{member.wire}")
        elif isinstance(value, Struct) and not isinstance(value, type(back)):
            raise _other_class(value, back, path)
    elif isinstance(back, list) and isinstance(value, (list, tuple)) and shape.items is not None:
        for index, (ours, theirs) in enumerate(zip(value, back, strict=False)):
            _refuse_other_class(ours, theirs, shape.items, f"{path}[{index}]")
    elif isinstance(back, dict) and isinstance(value, dict) and shape.values is not None:
        for key in back.keys() & value.keys():
            _refuse_other_class(value[key], back[key], shape.values, f"{path}[{key!r}]")
    elif isinstance(value, BINARY) is not isinstance(back, BINARY) and shape.union is None:
        raise _other_class(value, back, path)


def _other_class(value: Any, back: Any, path: str) -> InvalidRequest:
    expected, given = type(back), type(value)
    names = [each.__name__ for each in (expected, given)]
    if names[0] == names[1]:  # a model of another copy of this client
        names = [f"{each.__module__}.{each.__name__}" for each in (expected, given)]
    return InvalidRequest(f"Expected `{names[0]}`, got `{names[1]}` - at `{path}`", path)


def _refuse_other_alternative(value: Any, back: Any, union: OneOf, path: str) -> None:
    if union.tag and type(value) is not type(back):
        message = f"{type(value).__name__} has the {union.tag!r} of {type(back).__name__} - at `{path}`"
        raise InvalidRequest(message, path)
    refused: InvalidRequest | None = None
    for alternative in union.alternatives:
        if is_one(back, alternative):
            try:
                return _refuse_other_class(value, back, shape_of(alternative), path)
            except InvalidRequest as error:
                refused = refused or error
    if refused:
        raise refused


def _all_members(struct: type[Struct]) -> tuple[Member, ...]:
    rest = rest_of(struct)
    return (*members_of(struct).values(), *((rest,) if rest else ()))
