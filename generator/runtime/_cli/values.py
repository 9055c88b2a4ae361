"""Words of the command line as values of an operation's arguments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from .._facts import Form, Parameter
from .._shapes import shape_of
from .trouble import CommandError


def content_of(given: str) -> bytes:
    """What ``@FILE`` holds, what stdin holds for ``@-``, or the words themselves."""
    if given == "@-":
        return sys.stdin.buffer.read()
    return Path(given[1:]).read_bytes() if given.startswith("@") else given.encode()


def json_of(given: str, option: str) -> Any:
    text = content_of(given)
    try:
        return json.loads(text)
    except ValueError as error:
        hint = "in a shell JSON stands in single quotes; @FILE reads a file, @- reads stdin"
        raise CommandError(f"{option}: this is not JSON: {error}", hint) from None


def parameter_value(parameter: Parameter, words: list[str], option: str) -> Any:
    """One word is the value; several are the items of a list."""
    type_ = parameter.type.type if isinstance(parameter.type, Form) else parameter.type
    shape = shape_of(type_)
    if shape.items is not None and not (len(words) == 1 and words[0].lstrip()[:1] == "["):
        return [value_of(shape.items, word, option) for word in words]
    if len(words) > 1:
        raise CommandError(f"{option} was given {len(words)} times, but it is one value")
    return value_of(shape, words[0], option)


def value_of(shape: Any, word: str, option: str) -> Any:
    """Text where the type takes text, else what it says as a number, a moment, or JSON."""
    if shape.struct is not None or shape.values is not None or shape.items is not None or shape.union is not None:
        return json_of(word, option)
    if shape.any or shape.leaf is None:
        return _anything(word)
    if shape.leaf is bytes:
        return word.encode()
    try:
        return msgspec.convert(word, shape.leaf, strict=False)
    except msgspec.ValidationError as error:
        raise CommandError(f"{option}: {error}", f"it was given {word!r}") from None


def _anything(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError:
        return word
