"""A type as people read it: a word, its constraints, and what is below it as a tree."""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct, UnsetType

from .._facts import Form
from .._operations import MEMBERS
from .._schemas import DEFINITIONS, PATTERN, PATTERNS
from .._shapes import OneOf, keywords_of, members_of, read_only_of, rest_of

WORDS = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    bytes: "base64",
    type(None): "null",
    datetime.datetime: "date-time",
    datetime.date: "date",
    datetime.time: "time",
    datetime.timedelta: "duration",
    uuid.UUID: "uuid",
    decimal.Decimal: "decimal",
}
LIMITS = {
    "gt": "> {}",
    "ge": ">= {}",
    "lt": "< {}",
    "le": "<= {}",
    "multiple_of": "a multiple of {}",
    "pattern": "matches {}",
    "min_length": "length >= {}",
    "max_length": "length <= {}",
}
RANGES: Mapping[tuple[Any, Any], str] = {(-(2**31), 2**31 - 1): "int32", (-(2**63), 2**63 - 1): "int64"}
INTERNAL = (DEFINITIONS, PATTERN, PATTERNS)


class Node(NamedTuple):
    """A member of a tree, or its root."""

    name: str
    type: str
    required: bool = False
    notes: tuple[str, ...] = ()
    about: str = ""
    below: tuple[Node, ...] = ()


def tree(type_: Any, name: str = "", required: bool = False, about: str = "", above: tuple[Any, ...] = ()) -> Node:
    """The type and all that is below it; what contains itself is told once."""
    plain = type_.type if isinstance(type_, Form) else type_
    found = tuple(node for struct in structs_in(plain) for node in _members(struct, above))
    return Node(name, word(plain), required, tuple(notes(plain)), about, found)


def _members(struct: type[Struct], above: tuple[Any, ...]) -> Iterator[Node]:
    if struct in above:
        return
    hints = get_type_hints(struct, include_extras=True)
    read_only = read_only_of(struct)
    told = MEMBERS.get(struct.__name__, {})
    for wire, member in members_of(struct).items():
        needed = member.default is NODEFAULT
        node = tree(hints[member.python], wire, needed, told.get(wire, ""), (*above, struct))
        yield node._replace(notes=(*node.notes, "read-only")) if member.python in read_only else node
    if (rest := rest_of(struct)) is not None:
        (_, values) = get_args(hints[rest.python])
        yield tree(values, "(any other)", False, "", (*above, struct))


def word(type_: Any) -> str:
    """``integer``, ``array of Pet``, ``string | null``."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return word(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(dict.fromkeys(word(one) for one in arguments if one is not UnsetType))
    if origin is Literal:
        return " | ".join(json.dumps(one) for one in arguments)
    if isinstance(type_, OneOf):
        return " | ".join(dict.fromkeys(map(word, type_.alternatives)))
    if origin is list:
        return f"array of {_inside(arguments[0])}"
    if origin is dict:
        return f"object of {_inside(arguments[1])}"
    return WORDS.get(type_, "any" if type_ is Any else "null" if type_ is None else getattr(type_, "__name__", "any"))


def _inside(type_: Any) -> str:
    inner = word(type_)
    return f"({inner})" if " | " in inner else inner


def structs_in(type_: Any) -> Iterator[type[Struct]]:
    """The models that a value of this type may be, or hold as its items."""
    seen: dict[Any, None] = {}
    stack = [type_]
    while stack:
        one = stack.pop()
        if isinstance(one, OneOf):
            if one not in seen:
                seen[one] = None
                stack.extend(reversed(one.alternatives))
        elif isinstance(one, type) and issubclass(one, Struct):
            if one not in seen:
                seen[one] = None
                yield one
        elif get_origin(one) is not Literal:
            stack.extend(reversed(get_args(one)))


def notes(type_: Any) -> Iterator[str]:
    """What the document demands beyond the type, each in a few words."""
    found: dict[str, None] = {}
    for meta in _metas(type_):
        whole = RANGES.get((meta.ge, meta.le), "")
        found |= {whole: None} if whole else dict.fromkeys(_limits(meta))
        found |= dict.fromkeys(_keywords(meta.extra_json_schema or {}))
    for struct in structs_in(type_):
        found |= dict.fromkeys(_keywords(keywords_of(struct)))
    yield from found


def _limits(meta: Meta) -> Iterator[str]:
    yield from (said.format(limit) for name, said in LIMITS.items() if (limit := getattr(meta, name)) is not None)


def _metas(type_: Any) -> Iterator[Meta]:
    if get_origin(type_) is Annotated:
        inner, *metas = get_args(type_)
        yield from (meta for meta in metas if isinstance(meta, Meta))
        yield from _metas(inner)
    elif get_origin(type_) is not Literal and not isinstance(type_, OneOf):
        for one in get_args(type_):
            yield from _metas(one)


def _keywords(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, value in schema.items():
        if name not in INTERNAL:
            yield f"{name}: {json.dumps(value, ensure_ascii=False, default=str)}"
