"""What a generated client lists its operations as: names and texts for people, which need nothing else imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Argument(NamedTuple):
    """One argument of an operation: in Python, and where the document has it."""

    name: str
    place: str  # path, query, querystring, header, cookie, body, or nothing for what chooses the body's media type
    required: bool = False
    about: str = ""


class Listed(NamedTuple):
    """One operation. Its facts are the constant of that name in the module of its resource."""

    resource: str
    name: str
    constant: str
    method: str
    path: str
    arguments: tuple[Argument, ...] = ()
    about: str = ""
    answers: Mapping[str, str] = {}  # status -> what the document says about it
    example: Mapping[str, Any] = {}  # argument -> a value that the document shows
    stream: str = ""  # the method that opens one
    deprecated: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.resource}.{self.name}"

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.arguments if argument.required)
