"""Whether the parameters of a request are what its operation wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, unquote_plus

import msgspec

from specmill.document.media_types import URL_ENCODED, bare, is_json
from specmill.schemas.faults import Fault
from specmill.schemas.validate import Judge
from specmill.serve.examples.shapes import Shape, shape_of
from specmill.serve.examples.spelling import (
    Absent,
    Decode,
    Misspelt,
    Pair,
    cookies_of,
    of_form,
    of_pairs,
    of_segment,
    pairs_of,
)
from specmill.serve.head import Request
from specmill.values import Operation, Parameter


@dataclass(slots=True)
class Sent:
    """The parts of a request in which parameters stand, each taken apart when it is needed."""

    request: Request
    path: Mapping[str, str]
    query: list[Pair] = field(init=False)
    cookies: list[Pair] = field(init=False)

    def __post_init__(self) -> None:
        self.query = pairs_of(self.request.query) if "?" in self.request.target else []
        self.cookies = cookies_of(self.request.lower["cookie"]) if "cookie" in self.request.lower else []


@dataclass(frozen=True, slots=True)
class _Known:
    parameter: Parameter
    shape: Shape
    where: str
    any_text: bool  # whether no text could be wrong


class Parameters:
    def __init__(self, operation: Operation, judge: Judge, schemas: Mapping[str, Any]) -> None:
        self._judge = judge
        self._known = tuple(_known(one, schemas) for one in operation.parameters)
        self._names = frozenset(one.name for one in operation.parameters if one.location == "query")

    def fault(self, sent: Sent) -> Fault | None:
        return next(self._faults(sent), None)

    def _faults(self, sent: Sent) -> Iterator[Fault]:
        for known in self._known:
            if known.any_text and sent.path.get(known.parameter.name):
                continue
            try:
                value = self._read(known, sent)
            except Absent:
                if known.parameter.required:
                    yield Fault(known.where, "", "required", "this is missing")
                continue
            except Misspelt as wrong:
                yield Fault(known.where, "", "style", str(wrong))
                continue
            fault = self._judge.fault(known.parameter.schema, value, known.where)
            if fault is not None:
                yield fault

    def _read(self, known: _Known, sent: Sent) -> Any:
        parameter, shape = known.parameter, known.shape
        name, style, explode = parameter.name, parameter.style, parameter.explode
        if parameter.media_type is not None:
            return _content(parameter, shape, sent)
        if parameter.location == "path":
            return of_segment(sent.path[name], name, style, explode, shape)
        if parameter.location == "header":
            return of_segment(_header(sent, name), name, "simple", explode, shape, str.strip)
        if parameter.location == "cookie":
            decode: Decode = str if style == "cookie" else unquote
            return of_pairs(sent.cookies, name, "form", explode, shape, decode)
        decode = unquote if parameter.allow_reserved else unquote_plus
        return of_pairs(sent.query, name, style, explode, shape, decode, self._names - {name})


def _known(parameter: Parameter, schemas: Mapping[str, Any]) -> _Known:
    kind = "header" if parameter.location == "header" else f"{parameter.location} parameter"
    where = "the query string" if parameter.location == "querystring" else f"the {kind} {parameter.name}"
    plain = parameter.schema.keys() <= {"type", "description", "title", "example", "examples", "default"}
    any_text = plain and parameter.schema.get("type") == "string" and parameter.style == "simple"
    shape = shape_of(parameter.schema, schemas)
    return _Known(parameter, shape, where, any_text and parameter.location == "path" and not parameter.media_type)


def _header(sent: Sent, name: str) -> str:
    value = sent.request.lower.get(name.lower())
    if value is None:
        raise Absent
    return value


def _content(parameter: Parameter, shape: Shape, sent: Sent) -> Any:
    """The value of a parameter that is a document of its own: JSON, a form, or text."""
    media_type = parameter.media_type or ""
    text = _text(parameter, sent)
    if bare(media_type) == URL_ENCODED:
        return of_form(pairs_of(text), shape, parameter.encoding)
    if not is_json(media_type):
        return unquote(text)
    try:
        return msgspec.json.decode(text if parameter.location == "header" else unquote_plus(text))
    except (msgspec.DecodeError, RecursionError) as error:
        raise Misspelt(f"this is not JSON: {error}") from None


def _text(parameter: Parameter, sent: Sent) -> str:
    if parameter.location == "querystring":
        if not sent.request.query:
            raise Absent
        return sent.request.query
    if parameter.location == "path":
        return sent.path[parameter.name]
    if parameter.location == "header":
        return _header(sent, parameter.name)
    pairs = sent.cookies if parameter.location == "cookie" else sent.query
    for name, value in pairs:
        if name == parameter.name:
            return value
    raise Absent
