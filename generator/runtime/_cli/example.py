"""A call that runs: values that the document shows, or made from the types, as a command."""

from __future__ import annotations

import datetime
import json
import math
import shlex
import uuid
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Meta, Struct, UnsetType

from .. import _bodies
from .._calls import Place, prepare
from .._facts import Form, Operation
from .._listed import Listed
from .._parameters import URL_ENCODED, is_json
from .._shapes import OneOf, members_of
from ..errors import ClientError
from .names import program

DEEPEST = 12
NOWHERE = Place("http://localhost", ())
WORDS: Mapping[Any, Callable[[], Any]] = {
    bool: lambda: True,
    bytes: lambda: "c3BlY21pbGw=",
    datetime.datetime: lambda: "2001-02-03T03:04:05Z",
    datetime.date: lambda: "2001-02-03",
    datetime.time: lambda: "03:04:05Z",
    datetime.timedelta: lambda: "PT1S",
    uuid.UUID: lambda: "00000000-0000-4000-8000-000000000000",
}


def command(one: Listed, facts: Operation[Any]) -> str:
    """The command; nothing where no values that the document allows are at hand."""
    values = {name: one.example.get(name, made(type_of(facts, name))) for name in one.required}
    if not _is_allowed(facts, values):
        values = {name: made(type_of(facts, name)) for name in one.required}
        if not _is_allowed(facts, values):
            return ""
    words = [word for name, value in values.items() for word in _option(facts, name, value)]
    return " ".join([program(), "exec", one.full_name, *map(shlex.quote, words)])


def type_of(facts: Operation[Any], name: str) -> Any:
    """The type of an argument; of a body, that of the media type that is sent by itself."""
    body = facts.body
    if body is not None and body.argument == name:
        contents = _bodies.by_media_type(body.contents)
        found = contents[_bodies.default_of(contents)]
    else:
        found = next(one.type for one in facts.parameters if (one.argument or one.name) == name)
    return found.type if isinstance(found, Form) else found


def _is_allowed(facts: Operation[Any], values: Mapping[str, Any]) -> bool:
    try:
        prepare(facts, values, NOWHERE)
    except (ClientError, ValueError, TypeError, RecursionError):
        return False
    return True


def _option(facts: Operation[Any], name: str, value: Any) -> list[str]:
    body = facts.body
    if body is not None and body.argument == name:
        name = "json" if takes_json(facts) else "body"
    text = value if isinstance(value, str) and name != "json" else json.dumps(value, ensure_ascii=False)
    return [f"--{name.replace('_', '-')}", text]


def takes_json(facts: Operation[Any], media_type: str = "") -> bool:
    """Whether the body is a value rather than text or bytes."""
    if facts.body is None:
        return False
    contents = _bodies.by_media_type(facts.body.contents)
    name = media_type or _bodies.default_of(contents)
    form = name.startswith("multipart/") or name == URL_ENCODED
    return is_json(name) or form or get_origin(contents.get(name)) is list


def made(type_: Any, depth: int = 0, limits: Meta | None = None) -> Any:
    """A small value of a type, as JSON. It may break what only a pattern or a keyword says; who asks checks it."""
    origin, arguments = get_origin(type_), get_args(type_)
    if origin is Annotated:
        inner, *metas = arguments
        return made(inner, depth, next((meta for meta in metas if isinstance(meta, Meta)), limits))
    if origin in (Union, UnionType):
        return made(next((one for one in arguments if one not in (UnsetType, type(None))), None), depth, limits)
    if isinstance(type_, OneOf):
        return _alternative(type_, depth)
    if origin is Literal:
        return arguments[0]
    if origin is list:
        least = max(1, limits.min_length or 0) if limits else 1
        return [made(arguments[0], depth + 1) for _ in range(least if depth < DEEPEST else 0)]
    if isinstance(type_, type) and issubclass(type_, Struct):
        return _object(type_, depth)
    if type_ in (int, float):
        return _number(type_, limits)
    if type_ is str:
        return _text(limits)
    return WORDS[type_]() if type_ in WORDS else {} if type_ is Any or origin is dict else None


def _alternative(union: OneOf, depth: int) -> Any:
    """The first one; where a tag tells which one it is, with that tag."""
    if not union.by_tag:
        return made(union.alternatives[0], depth + 1)
    tag, type_ = next(iter(union.by_tag.items()))
    value = made(type_, depth + 1)
    return {**value, union.tag: tag} if isinstance(value, dict) else value


def _object(struct: type[Struct], depth: int) -> Any:
    if depth > DEEPEST:
        return {}
    hints = get_type_hints(struct, include_extras=True)
    members = members_of(struct).values()
    return {one.wire: made(hints[one.python], depth + 1) for one in members if one.default is NODEFAULT}


def _number(kind: type, limits: Meta | None) -> Any:
    if limits is None:
        return kind(1)
    low = limits.ge if limits.ge is not None else None if limits.gt is None else limits.gt + 1
    high = limits.le if limits.le is not None else None if limits.lt is None else limits.lt - 1
    number = max(1, low) if low is not None else 1
    number = min(number, high) if high is not None else number
    step = limits.multiple_of
    return kind(math.ceil(number / step) * step if step else number)


def _text(limits: Meta | None) -> str:
    least = limits.min_length if limits and limits.min_length else 0
    most = limits.max_length if limits and limits.max_length is not None else None
    return "string".ljust(least, "x")[:most]
