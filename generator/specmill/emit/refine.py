"""The engine's annotations, refined with all that the engine loses: constraints, formats, null.

Each annotation is walked beside the schema it was made from, so one that says something else than
its schema is found here, and never reaches a client.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from specmill.emit.keywords import PATTERN, source_of
from specmill.emit.patterns import python_pattern
from specmill.emit.uses import INT64, Use, fits_literal

# What the engine writes for a scalar -> what we do. Formats that are not listed say nothing about the type.
FORMATS: Mapping[str, tuple[str, str]] = {
    "byte": ("bytes", "bytes"),
    "binary": ("bytes", "bytes"),
    "date": ("date", "datetime.date"),
    "date-time": ("datetime", "DateTime"),
    "uuid": ("str", "UUID"),
}
TYPES: Mapping[str, str] = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
BOUNDS = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le", "exclusiveMaximum": "lt"}
RANGES = {(-(2**31), 2**31 - 1): "Int32", (-(2**63), 2**63 - 1): "Int64"}
LENGTHS = {
    "string": {"minLength": "min_length", "maxLength": "max_length"},
    "array": {"minItems": "min_length", "maxItems": "max_length"},
    "map": {"minProperties": "min_length", "maxProperties": "max_length"},
}


class Mismatch(Exception):
    """The engine rendered something else than the façade says."""


def scalar_types(use: Use) -> tuple[str, str]:
    """The name that the engine writes and the one that a model has."""
    if use.name == "string" and use.rest.get("contentEncoding") == "base64":
        return FORMATS["byte"]
    if use.name == "string" and use.format in FORMATS:
        return FORMATS[use.format]
    return TYPES[use.name], TYPES[use.name]


def annotation(node: ast.expr, use: Use, names: Mapping[str, str], plain: bool = False) -> str:
    """The source of a type. ``names`` are the models behind the engine's classes; ``plain`` drops constraints."""
    text = _inner(node, use, names, plain)
    return f"{text} | None" if use.nullable and text not in ("Any", "None") else text


def _inner(node: ast.expr, use: Use, names: Mapping[str, str], plain: bool) -> str:
    if use.kind == "scalar":
        return _scalar(node, use, plain)
    if use.kind == "literal":
        return _literal(node, use, plain)
    if use.kind == "ref":
        return constrained(_reference(node, use, names), use.rest, plain)
    if use.kind in ("any", "null"):
        return constrained(_expect(node, "None" if use.kind == "null" else "Any"), use.rest, plain)
    if use.kind == "union":
        nodes = list(_alternatives(node))
        if len(nodes) != len(use.parts):
            raise Mismatch(ast.unparse(node))
        uses = map(_shielded, use.parts) if any(one.kind in LENGTHS for one in use.parts) else use.parts
        parts = [annotation(one, part, names, plain) for one, part in zip(nodes, uses, strict=True)]
        return constrained(" | ".join(dict.fromkeys(parts)), use.rest, plain)
    return _container(node, use, names, plain)


def _container(node: ast.expr, use: Use, names: Mapping[str, str], plain: bool) -> str:
    _expect(getattr(node, "value", node), "list" if use.kind == "array" else "dict")
    inside = node.slice if isinstance(node, ast.Subscript) else node
    meta, rest = _renamed(LENGTHS[use.kind], use.rest)
    if use.kind == "array":
        return constrained(f"list[{annotation(inside, use.parts[0], names, plain)}]", rest, plain, meta)
    if not isinstance(inside, ast.Tuple) or len(inside.elts) != 2:
        raise Mismatch(ast.unparse(node))
    return constrained(f"dict[str, {annotation(inside.elts[1], use.parts[0], names, plain)}]", rest, plain, meta)


def _scalar(node: ast.expr, use: Use, plain: bool) -> str:
    theirs, ours = scalar_types(use)
    _expect(node, theirs)
    if use.name in ("integer", "number"):
        meta, rest = _number(use)
        range_ = RANGES.get((meta.get("ge", 0), meta.get("le", 0))) if len(meta) == 2 else None
        if use.name == "integer" and range_ and not plain:
            return constrained(range_, rest, plain)
        return constrained(ours, rest, plain, meta)
    if ours == "str":
        meta, rest = _text(use)
        return constrained(ours, rest, plain, meta)
    rest = {key: limit for key, limit in _shielded(use).rest.items() if key != "contentEncoding"}
    return constrained("datetime.datetime" if plain and ours == "DateTime" else ours, rest, plain)


def _shielded(use: Use) -> Use:
    """The use with its pattern as JSON Schema, for the runtime to check: some types cannot have one in their ``Meta``.

    Beside a list or a dict, msgspec 0.22 frees the wrong memory when a decoder with a pattern goes.
    """
    pattern = use.rest.get("pattern")
    translated = python_pattern(pattern) if use.kind == "scalar" and isinstance(pattern, str) else None
    return use if translated is None else replace(use, rest={**use.rest, PATTERN: translated})


def _text(use: Use) -> tuple[dict[str, Any], dict[str, Any]]:
    meta, rest = _renamed(LENGTHS["string"], use.rest)
    pattern = rest.get("pattern")
    if isinstance(pattern, str) and PATTERN not in rest and (translated := python_pattern(pattern)) is not None:
        meta["pattern"] = translated
        del rest["pattern"]
    return meta, rest


def _number(use: Use) -> tuple[dict[str, Any], dict[str, Any]]:
    """Bounds as msgspec takes them; those that it cannot stay JSON Schema, and the runtime holds to them."""
    meta: dict[str, Any] = {}
    rest = dict(use.rest)
    for keyword, name in BOUNDS.items():
        limit = rest.get(keyword)
        if isinstance(limit, (int, float)) and (bound := _bound(limit, use.name)) is not None and _alone(name, meta):
            meta[name] = bound
            del rest[keyword]
    multiple = rest.get("multipleOf")
    if isinstance(multiple, (int, float)) and float(multiple).is_integer() and 0 < multiple < 2**53:
        meta["multiple_of"] = int(
            multiple
        )  # of others, the rounding of floats would refuse 19.99 as no multiple of 0.01
        del rest["multipleOf"]
    return meta, rest


def _alone(name: str, meta: Mapping[str, Any]) -> bool:
    """msgspec takes one lower and one upper bound."""
    return {"gt": "ge", "lt": "le"}.get(name) not in meta


def _bound(limit: float, type_: str) -> int | float | None:
    if isinstance(limit, bool):
        return None
    if type_ == "number":
        return float(limit) if abs(limit) < 2**53 or isinstance(limit, float) else None
    whole = int(limit) if math.isfinite(limit) and limit == int(limit) else None
    return whole if whole is not None and whole in INT64 else None


def _renamed(table: Mapping[str, str], given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    meta: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for keyword, limit in given.items():
        small = keyword in table and not isinstance(limit, bool) and isinstance(limit, (int, float)) and limit < 2**63
        if small and float(limit).is_integer() and limit >= 0:
            meta[table[keyword]] = int(limit)
        else:
            rest[keyword] = limit
    return meta, rest


def constrained(text: str, rest: Mapping[str, Any], plain: bool = False, meta: Mapping[str, Any] | None = None) -> str:
    """A type with its ``Meta``."""
    arguments = [f"{name}={value!r}" for name, value in (meta or {}).items()]
    if rest:
        arguments.append(f"extra_json_schema={source_of(rest)}")
    return text if plain or not arguments else f"Annotated[{text}, Meta({', '.join(arguments)})]"


def _literal(node: ast.expr, use: Use, plain: bool) -> str:
    if not all(map(fits_literal, use.values)):
        kinds = [_expect(one, *BASES) for one in _alternatives(node)]
        return constrained(" | ".join(kinds), {"enum": list(use.values), **use.rest}, plain)
    if not isinstance(node, ast.Subscript):
        raise Mismatch(ast.unparse(node))
    _expect(node.value, "Literal")
    inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    values = [ast.literal_eval(one) for one in inside]
    if [(type(one), one) for one in values] != [(type(one), one) for one in use.values]:
        raise Mismatch(ast.unparse(node))
    return constrained(f"Literal[{', '.join(map(repr, values))}]", use.rest, plain)


BASES = ("str", "int", "float", "bool", "Any")


def _expect(node: ast.AST, *names: str) -> str:
    found = node.id if isinstance(node, ast.Name) else str(node.value) if isinstance(node, ast.Constant) else ""
    if found not in names:
        raise Mismatch(ast.unparse(node))
    return found


def _reference(node: ast.expr, use: Use, names: Mapping[str, str]) -> str:
    """The engine quotes what it has not defined yet."""
    found = node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else ""
    if names.get(str(found)) != use.name:
        raise Mismatch(ast.unparse(node))
    return use.name


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Union":
        inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for one in inside:
            yield from _alternatives(one)
    else:
        yield node
