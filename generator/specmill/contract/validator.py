"""The independent opinion: which keywords of a schema a value breaks, and where, by jsonschema-rs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jsonschema_rs

from specmill.contract.schemas import COMPONENTS
from specmill.errors import Place, SpecmillError
from specmill.values import JSON, Schema

HOUR = "(?:[01][0-9]|2[0-3])"  # some Pythons read 24:00
MOMENT = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{HOUR}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?(?:[Zz]|[+-]{HOUR}:[0-5][0-9])"
)
UNIONS = ("anyOf", "oneOf")
ROW = 32  # schemas


@dataclass(frozen=True, slots=True)
class Error:
    pointer: str  # of the place in the value
    keyword: str
    message: str


def is_base64(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except (binascii.Error, ValueError):
        return False


def is_moment(text: str) -> bool:
    if not MOMENT.fullmatch(text):
        return False
    try:  # a leap second is one, though Python knows none
        datetime.fromisoformat(text.upper().replace(":60", ":59"))
    except ValueError:
        return False
    return True


FORMATS = {"byte": is_base64, "date-time": is_moment}


class Validator:
    """Of one schema; a schema that does not compile is an error at once, not a validator that allows all."""

    def __init__(self, schema: Schema, components: Mapping[str, Any], pointer: str = "") -> None:
        whole = {"allOf": [schema], "components": needed(schema, components)}
        self._compiled = compiled(whole, pointer)
        self._way: tuple[str, ...] = ()

    @classmethod
    def inside(cls, whole: jsonschema_rs.Validator, way: tuple[str, ...]) -> Validator:
        """Of the schema to which this way leads."""
        found = cls.__new__(cls)
        found._compiled, found._way = whole, way
        return found

    def allows(self, value: JSON) -> bool:
        return self._compiled.is_valid(self._placed(value))

    def errors(self, value: JSON) -> tuple[Error, ...]:
        """Each at the deepest place: of a union whose alternatives all fail, what fails in the one that was meant."""
        way = len(self._way)
        found = self._compiled.iter_errors(self._placed(value))
        return tuple(one for error in found for one in _deepest(error, way))

    def _placed(self, value: JSON) -> JSON:
        placed = value
        for token in reversed(self._way):
            placed = {token: placed}
        return placed


def together(schemas: Iterable[tuple[Any, str]], components: Mapping[str, Any]) -> Iterator[Validator]:
    """A validator for each of these schemas, which have pointers, all in one.

    Each of its own compiles all that it leads to, which is everything in a document whose models lead to each other,
    and takes gigabytes where there are a thousand. They stand in rows: to find one among all would take too long.
    """
    held = list(schemas)
    rows = [held[first : first + ROW] for first in range(0, len(held), ROW)]
    properties = {
        str(number): {"properties": {str(at): schema for at, (schema, _) in enumerate(row)}}
        for number, row in enumerate(rows)
    }
    led_to = needed([schema for schema, _ in held], components)
    try:
        whole = compiled({"properties": properties, "components": led_to}, "")
    except SpecmillError:  # which does not say where
        yield from (Validator(schema, components, pointer) for schema, pointer in held)
        raise
    for number, row in enumerate(rows):
        yield from (Validator.inside(whole, (str(number), str(at))) for at in range(len(row)))


def compiled(schema: dict[str, Any], pointer: str) -> jsonschema_rs.Validator:
    try:
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=FORMATS)
    except (ValueError, jsonschema_rs.ValidationError) as error:
        raise SpecmillError(f"this schema cannot be compiled: {error}", place=Place("", pointer=pointer)) from error


def needed(schema: Any, components: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the schema leads to: each validator has a copy of its own, and a large document has thousands of them."""
    known, found = components.get("schemas", {}), dict[str, Any]()
    left = [schema]
    while left:
        for reference in _references(left.pop()):
            name = reference.removeprefix(COMPONENTS)
            if name not in known:
                return components
            if name not in found:
                found[name] = known[name]
                left.append(known[name])
    return {"schemas": found}


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for one in node.values():
            yield from _references(one)
    elif isinstance(node, list | tuple):
        for one in node:
            yield from _references(one)


def _deepest(error: Any, way: int) -> list[Error]:
    """Of a union that no alternative meets, what the one breaks that was meant: the only one of the value's type."""
    keyword = _keyword(error)
    if keyword in UNIONS and getattr(error.kind, "context", None):
        branches = error.kind.context
        fitting = [one for one in branches if not _is_of_another_type(one, error.instance_path)]
        if len(fitting) > 1:  # a constant tells which was meant
            fitting = [one for one in fitting if not any(_keyword(error) in ("const", "enum") for error in one)]
        if len(fitting) == 1:
            return [one for inner in fitting[0] for one in _deepest(inner, way)]
        if all(_is_of_another_type(one, error.instance_path) for one in branches):
            keyword = "type"
    message = error.message if keyword == error.kind.name or keyword == "type" else f"what is {keyword} stands here"
    return [Error(_pointer(error.instance_path[way:]), keyword, message)]


def told_by(errors: tuple[Error, ...]) -> Error | None:
    """What alone is wrong with a value, if all that is told is told of one place: a wrong type is no member either."""
    if len({error.pointer for error in errors}) != 1:
        return None
    return next((error for error in errors if error.keyword == "type"), errors[0])


def _keyword(error: Any) -> str:
    name: str = error.kind.name
    denied = error.kind.schema if name == "not" else None
    return str(denied.get("$comment", name)) if isinstance(denied, Mapping) else name


def _is_of_another_type(branch: Any, place: Any) -> bool:
    return any(_keyword(error) == "type" and len(error.instance_path) <= len(place) for error in branch)


def _pointer(path: Any) -> str:
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in path)
