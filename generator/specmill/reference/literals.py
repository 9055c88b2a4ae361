"""A value of JSON as the Python that makes it: models for objects, moments for texts that are one.

{"key": {"type": "BINARY"}, "timestamp": "2021-02-05T19:14:42Z"}

ProduceRequest(key=ProduceRequestData(type="BINARY"), timestamp=datetime.fromisoformat("2021-02-05T19:14:42Z"))
"""

from __future__ import annotations

import ast
import base64
import datetime
import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specmill.reference.types import alternatives, quoted
from specmill.reference.written import Model

WIDTH = 96  # of a line, which is what a page of a repository shows without scrolling
DEEPEST = 24  # types that refer to each other in a circle of aliases
SCALARS: Mapping[str, type | tuple[type, ...]] = {
    "str": str,
    "bool": bool,
    "int": int,
    "Int32": int,
    "Int64": int,
    "float": (int, float),
    "None": type(None),
}
MOMENTS = {"DateTime": "datetime", "datetime.datetime": "datetime", "datetime.date": "date"}


class Unspeakable(Exception):
    """No Python can be told for the value."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Python that can be laid out over several lines: ``begin``, its parts with commas in between, ``end``."""

    begin: str
    parts: tuple[tuple[str, Piece], ...] = ()
    end: str = ""

    def flat(self) -> str:
        return f"{self.begin}{', '.join(f'{label}{part.flat()}' for label, part in self.parts)}{self.end}"

    def laid_out(self, indent: int = 0, before: int = 0, behind: int = 0) -> str:
        """On one line if it fits there, else each part on its own."""
        flat = self.flat()
        if not self.parts or indent + before + len(flat) + behind <= WIDTH:
            return flat
        margin = " " * (indent + 4)
        lines = [f"{margin}{label}{part.laid_out(indent + 4, len(label), 1)}," for label, part in self.parts]
        return "\n".join([self.begin, *lines, f"{' ' * indent}{self.end}"])


@dataclass(slots=True)
class Speller:
    """Spells values, and remembers which names that took."""

    models: Mapping[str, Model]
    used: set[str] = field(default_factory=set)  # of the client's package
    modules: set[str] = field(default_factory=set)  # lines of import of the standard library

    def spelled(self, type_: ast.expr, value: Any, *, raw: bool = False) -> Piece:
        """``raw`` says that bytes stand in no JSON, so they are not in base64. Raises Unspeakable."""
        return self._any_of(type_, value, raw, 0)

    def _any_of(self, type_: ast.expr, value: Any, raw: bool, depth: int) -> Piece:
        """By the first alternative that takes the value."""
        if depth > DEEPEST:
            raise Unspeakable
        for one in alternatives(type_):
            before = self.used.copy(), self.modules.copy()
            try:
                return self._one(plain(one), value, raw, depth)
            except Unspeakable:
                self.used, self.modules = before
        raise Unspeakable

    def _one(self, node: ast.expr, value: Any, raw: bool, depth: int) -> Piece:
        name = ast.unparse(node) if not isinstance(node, ast.Name) else node.id
        if isinstance(node, ast.BinOp):
            return self._any_of(node, value, raw, depth + 1)
        if isinstance(node, ast.Subscript):
            return self._container(node, value, raw, depth)
        if name in self.models:
            return self._model(self.models[name], value, raw, depth)
        if name == "Any" or (name in SCALARS and _is_scalar(name, value)):
            return literal(value)
        if isinstance(value, str):
            return self._text(name, value, raw)
        raise Unspeakable

    def _text(self, name: str, value: str, raw: bool) -> Piece:
        """What is more in Python than the text that stands for it."""
        try:
            if name == "bytes":
                return Piece(quoted(value.encode() if raw else base64.b64decode(value, validate=True)))
            if name in MOMENTS:
                return self._moment(MOMENTS[name], value)
            if name == "UUID" and uuid.UUID(value):
                self.modules.add("from uuid import UUID")
                return Piece(f"UUID({quoted(value)})")
        except ValueError:
            pass
        raise Unspeakable

    def _moment(self, name: str, value: str) -> Piece:
        made: datetime.date = getattr(datetime, name).fromisoformat(value)
        if isinstance(made, datetime.datetime) and made.tzinfo is None:
            raise Unspeakable
        self.modules.add(f"from datetime import {name}")
        return Piece(f"{name}.fromisoformat({quoted(value)})")

    def _container(self, node: ast.Subscript, value: Any, raw: bool, depth: int) -> Piece:
        name, inside = ast.unparse(node.value), node.slice
        if name == "Literal" and _is_listed(inside, value):
            return literal(value)
        if name in ("list", "Iterable") and isinstance(value, list):
            return Piece("[", tuple(("", self._any_of(inside, one, raw, depth + 1)) for one in value), "]")
        if name == "dict" and isinstance(value, dict) and isinstance(inside, ast.Tuple):
            of = inside.elts[1]
            items = ((f"{quoted(key)}: ", self._any_of(of, one, raw, depth + 1)) for key, one in value.items())
            return Piece("{", tuple(items), "}")
        raise Unspeakable

    def _model(self, model: Model, value: Any, raw: bool, depth: int) -> Piece:
        if model.kind != "struct":
            chosen = model.tags.get(value.get(model.tag, "")) if model.tag and isinstance(value, dict) else None
            assert model.type is not None
            return self._any_of(ast.Name(chosen) if chosen else model.type, value, raw, depth + 1)
        if not isinstance(value, dict):
            raise Unspeakable
        by_wire = {member.wire: member for member in model.members}
        more = {key: one for key, one in value.items() if key not in by_wire}
        missing = [member for member in model.members if member.needed and member.wire not in value]
        if missing or (more and model.closed):
            raise Unspeakable
        given = [(by_wire[key], one) for key, one in value.items() if key in by_wire]
        spelt = [(member, self._any_of(member.type, one, raw, depth + 1)) for member, one in given]
        parts = [(f"{member.name}=", piece) for member, piece in spelt if not member.constant]
        if model.rest and more:
            parts.append(("additional_properties=", literal(more)))
        self.used.add(model.name)
        return Piece(f"{model.name}(", tuple(parts), ")")


def literal(value: Any) -> Piece:
    """JSON as it stands in Python."""
    if isinstance(value, list):
        return Piece("[", tuple(("", literal(one)) for one in value), "]")
    if isinstance(value, dict):
        return Piece("{", tuple((f"{quoted(key)}: ", literal(one)) for key, one in value.items()), "}")
    if isinstance(value, float) and not math.isfinite(value):
        raise Unspeakable
    return Piece(quoted(value) if isinstance(value, str) else repr(value))


def plain(node: ast.expr) -> ast.expr:
    """Without its constraints and quotes."""
    while True:
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Annotated":
            assert isinstance(node.slice, ast.Tuple)
            node = node.slice.elts[0]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        else:
            return node


def _is_scalar(name: str, value: Any) -> bool:
    return isinstance(value, SCALARS[name]) and (name == "bool" or not isinstance(value, bool))


def _is_listed(inside: ast.expr, value: Any) -> bool:
    values = [ast.literal_eval(one) for one in (inside.elts if isinstance(inside, ast.Tuple) else [inside])]
    return any(type(one) is type(value) and one == value for one in values)


def shown_json(value: Any) -> str:
    """JSON on one line where it fits there."""
    flat = json.dumps(value, ensure_ascii=False)
    return flat if len(flat) <= WIDTH else json.dumps(value, ensure_ascii=False, indent=2)
