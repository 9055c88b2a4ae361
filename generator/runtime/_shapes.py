"""Reads the annotations of models once, so that a JSON value can be walked beside its type.

msgspec does all decoding of answers that keep their promises. Only what it cannot do walks by these shapes:
answers that break a promise, members that no struct declares, and keywords that no decoder knows.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct, UnsetType

REST = "additional_properties"


class OpenStruct(Struct, kw_only=True):
    """A struct that keeps the members it does not declare in its field ``additional_properties``."""


class OneOf(type):
    """The type of a union that msgspec cannot decode itself: ``isinstance`` is true for every alternative's values."""

    tag: str
    otherwise: str
    exclusive: bool
    _given: Callable[[], tuple[Any, ...] | Mapping[Any, Any]]

    @property
    def by_tag(cls) -> Mapping[Any, Any]:
        given = cls._given()
        return given if isinstance(given, Mapping) else {}

    @property
    def alternatives(cls) -> tuple[Any, ...]:
        given = cls._given()
        return tuple(dict.fromkeys(given.values())) if isinstance(given, Mapping) else given

    def __instancecheck__(cls, value: Any) -> bool:
        # An object whose tag the document does not list stays as it came.
        return (bool(cls.tag) and isinstance(value, dict)) or any(is_one(value, one) for one in cls.alternatives)

    def __call__(cls, *_: Any, **__: Any) -> Any:
        raise TypeError(f"{cls.__name__} is a union: create one of its alternatives, {cls.alternatives}")


def one_of(
    name: str,
    module: str,
    alternatives: Callable[[], tuple[Any, ...] | Mapping[Any, Any]],
    tag: str = "",
    otherwise: str = "",
    exclusive: bool = False,
) -> Any:
    """A union of alternatives that may be defined further down, or of which it is one itself.

    With a ``tag`` (a discriminator) they are a mapping from the tag's values; what has none of these, or no tag at
    all, is what the value ``otherwise`` stands for. What is sent may fit one only if they are ``exclusive``.
    """
    given = functools.cache(alternatives)
    told = {"tag": tag, "otherwise": otherwise, "exclusive": exclusive}
    return OneOf(name, (), {"__module__": module, "_given": staticmethod(given), **told})


class Shape:
    """What a type makes of objects, arrays and all other JSON values."""

    __slots__ = ("any", "items", "keywords", "leaf", "null", "struct", "union", "values")

    def __init__(self) -> None:
        self.any = False
        self.null = False
        self.struct: type[Struct] | None = None  # objects become this,
        self.values: Shape | None = None  # or a dict of these
        self.items: Shape | None = None  # arrays become a list of these
        self.union: OneOf | None = None
        self.leaf: Any = None  # a type for msgspec.convert, without its constraints
        # JSON Schema that msgspec cannot express, each with the alternative that it is about
        self.keywords: list[tuple[Any, Mapping[str, Any]]] = []

    def below(self) -> Iterator[Shape]:
        """All shapes one step further down."""
        if self.struct is not None:
            yield from (member.shape for member in members_of(self.struct).values())
            if (rest := rest_of(self.struct)) is not None:
                yield rest.shape
        if self.union is not None:
            yield from map(shape_of, self.union.alternatives)
        yield from (shape for shape in (self.values, self.items) if shape is not None)


class Member(NamedTuple):
    """A field of a struct with its names: in Python, on the wire, and the one that msgspec encodes.

    The last two differ only where msgspec does not take a name, such as one with a quote in it.
    """

    python: str
    wire: str
    encoded: str
    shape: Shape
    default: Any  # NODEFAULT says that the document requires it


@functools.cache
def shape_of(type_: Any) -> Shape:
    shape = Shape()
    for one in _alternatives(type_, shape.keywords):
        if one is None:
            shape.null = True
        else:
            _add(shape, one)
    return shape


def keywords_for(shape: Shape, value: Any) -> Iterator[Mapping[str, Any]]:
    for type_, keywords in shape.keywords:
        if is_one(value, type_):
            yield keywords


def _add(shape: Shape, type_: Any) -> None:
    origin, arguments = get_origin(type_), get_args(type_)
    if isinstance(type_, OneOf):
        shape.union = type_
    elif isinstance(type_, type) and issubclass(type_, Struct):
        shape.struct = type_
    elif origin is list:
        shape.items = shape_of(arguments[0])
    elif origin is dict:
        shape.values = shape_of(arguments[1])
    elif type_ is Any:
        shape.any = True
    else:
        shape.leaf = type_ if shape.leaf is None else shape.leaf | type_


def _alternatives(type_: Any, keywords: list[tuple[Any, Mapping[str, Any]]]) -> Iterator[Any]:
    """The members of a union without their constraints, null as None; absent is no value."""
    origin = get_origin(type_)
    if origin is Annotated:
        inner, *notes = get_args(type_)
        for note in notes:
            if isinstance(note, Meta) and note.extra_json_schema:
                keywords.append((inner, note.extra_json_schema))
        yield from _alternatives(inner, keywords)
    elif origin in (Union, UnionType):
        for one in get_args(type_):
            yield from _alternatives(one, keywords)
    elif type_ is not UnsetType:
        yield None if type_ is type(None) else type_


@functools.cache
def _fields(struct: type[Struct]) -> dict[str, Member]:
    hints = get_type_hints(struct, include_extras=True)
    odd = odd_names_of(struct)
    python, wire, defaults = struct.__struct_fields__, struct.__struct_encode_fields__, struct.__struct_defaults__
    filled = (NODEFAULT,) * (len(python) - len(defaults)) + defaults
    return {
        name: Member(name, odd.get(name, encoded), encoded, shape_of(hints[name]), default)
        for name, encoded, default in zip(python, wire, filled, strict=True)
    }


@functools.cache
def members_of(struct: type[Struct]) -> Mapping[str, Member]:
    """The declared members of a struct by their names on the wire."""
    rest = REST if issubclass(struct, OpenStruct) else ""
    return {member.wire: member for member in _fields(struct).values() if member.python != rest}


def is_one(value: Any, type_: Any) -> bool:
    """Whether a decoded value is one of this type, by its outermost class."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return is_one(value, arguments[0])
    if origin in (Union, UnionType):
        return any(is_one(value, one) for one in arguments)
    if origin is Literal:
        return any(value == one and type(value) is type(one) for one in arguments)
    if type_ is Any:
        return True
    if type_ is None:
        return value is None
    if type_ in (int, float) and (isinstance(value, bool) or (type_ is float and isinstance(value, int))):
        return type_ is float and not isinstance(value, bool)
    return isinstance(value, origin or type_)


def reaches(type_: Any, wanted: Callable[[Shape], bool]) -> bool:
    """Whether a shape like that is anywhere below a type."""
    return reached_from(shape_of(type_), wanted)


def reached_from(start: Shape, wanted: Callable[[Shape], bool]) -> bool:
    seen: set[int] = set()
    stack = [start]
    while stack:
        shape = stack.pop()
        if id(shape) in seen:
            continue
        if wanted(shape):
            return True
        seen.add(id(shape))
        stack.extend(shape.below())
    return False


def rest_of(struct: type[Struct]) -> Member | None:
    """The field that takes what the struct does not declare, if it has one."""
    return _fields(struct)[REST] if issubclass(struct, OpenStruct) else None


def odd_names_of(struct: type[Struct]) -> Mapping[str, str]:
    """Fields whose name on the wire msgspec does not take."""
    found: Mapping[str, str] = getattr(struct, "__wire_names__", {})
    return found


def read_only_of(struct: type[Struct]) -> tuple[str, ...]:
    """Fields that only the server may write."""
    found: tuple[str, ...] = getattr(struct, "__read_only__", ())
    return found


def keywords_of(struct: type[Struct]) -> Mapping[str, Any]:
    """The keywords of the object itself, such as ``minProperties``."""
    found: Mapping[str, Any] = getattr(struct, "__extra_json_schema__", {})
    return found
