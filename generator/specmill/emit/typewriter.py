"""Drives datamodel-code-generator over a façade of the schemas and reads back what it wrote.

The engine sees classes ``C0, C1, ...`` with fields ``f0, f1, ...`` that are all required, and of each type only what it
renders without loss: no name, no prose, no default, no pattern of the document gets there, so none can be
mangled, renamed or turned into code. ``refine`` puts back what was left out::

    {"C0": {"type": "object", "required": ["f0", "f1"], "properties": {
        "f0": {"type": "array", "items": {"$ref": "#/components/schemas/C1"}}, "f1": {"enum": ["A", "B"]}}}}

    class C0(Struct, kw_only=True):
        f0: list[C1]
        f1: Literal['A', 'B']
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from specmill.emit.refine import FORMATS
from specmill.emit.uses import REF, Use, fits_literal

Facade = dict[str, Any]
# A place in the façade, as the engine's messages name it.
PLACE = re.compile(r"\bC([0-9]+)(?:(?:/properties/|\.|: field )f([0-9]+))?\b")
CLASS = re.compile(r"class (C[0-9]+)\(")
FIELD = re.compile(r"    f[0-9]+: (.+)")
# Warnings about the engine's own code, on a Python that is newer than it.
OF_PROGRAMMERS = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning, SyntaxWarning)
OPTIONS: Mapping[str, Any] = {
    "disable_timestamp": True,
    "enum_field_as_literal": "all",
    "field_constraints": True,
    "formatters": [],  # a formatter would read the configuration of whatever folder this runs in
    "input_file_type": "openapi",
    "keyword_only": True,
    "output_datetime_class": "datetime",
    "output_model_type": "msgspec.Struct",
    "strict_nullable": True,
    "target_python_version": "3.11",
    "type_mappings": ["string+byte=binary"],
    "use_annotated": True,
    "use_standard_collections": True,
    "use_union_operator": True,
}


class EngineTrouble(Exception):
    """The engine failed or warned; ``slots`` and ``field`` say over what, if it told."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        found = PLACE.search(message)
        self.slots = int(found[1]) if found else None
        self.field = int(found[2]) if found and found[2] else None


def typewritten(uses: Sequence[Sequence[Use]], numbers: Mapping[str, int]) -> list[list[ast.expr]]:
    """The engine's annotation for each use. ``numbers`` says which row a component is."""
    schemas = {f"C{number}": _struct(row, numbers) for number, row in enumerate(uses)}
    if not schemas:
        return []
    rendered = _fields(_generated(schemas))
    missing = [name for name, row in zip(schemas, uses, strict=True) if len(rendered.get(name, ())) != len(row)]
    if missing or len(rendered) != len(schemas):
        raise EngineTrouble(f"it dropped or renamed something of {missing[0] if missing else 'what it was given'}")
    return [rendered[name] for name in schemas]


def _struct(row: Sequence[Use], numbers: Mapping[str, int]) -> Facade:
    properties = {f"f{number}": shown(use, numbers) for number, use in enumerate(row)}
    return {"type": "object", "required": list(properties), "properties": properties}


def shown(use: Use, numbers: Mapping[str, int]) -> Facade:
    """What the engine is shown of a use. That it may be null is none of its business."""
    if use.kind == "ref":
        if use.name not in numbers:
            raise EngineTrouble(f"nothing is called {use.name}")
        return {"$ref": f"{REF}C{numbers[use.name]}"}
    if use.kind == "scalar":
        encoded = use.name == "string" and use.rest.get("contentEncoding") == "base64"
        known = use.name == "string" and use.format in FORMATS and use.format != "uuid"
        return {"type": use.name} | ({"format": "byte" if encoded else use.format} if encoded or known else {})
    if use.kind == "literal":
        return _enum(use.values)
    if use.kind == "union":
        return {"anyOf": [shown(one, numbers) for one in use.parts]}
    if use.kind == "array":
        return {"type": "array", "items": shown(use.parts[0], numbers)}
    if use.kind == "map":
        return {"type": "object", "additionalProperties": shown(use.parts[0], numbers)}
    return {"type": "null"} if use.kind == "null" else {}


def _enum(values: Sequence[Any]) -> Facade:
    if all(map(fits_literal, values)):
        return {"enum": list(values)}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    types = list(dict.fromkeys(kinds.get(type(value), "") for value in values))
    if "" in types:
        return {}
    return {"type": types[0]} if len(types) == 1 else {"anyOf": [{"type": one} for one in types]}


def _generated(schemas: Facade) -> str:
    # Imported late: it takes a fifth of a second, and a run that finds nothing changed does not need it.
    from datamodel_code_generator import generate

    document = {
        "openapi": "3.1.0",
        "info": {"title": "facade", "version": "0"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            text = generate(document, **OPTIONS)
        except Exception as error:  # whatever it raises, it is no fault of the caller's code
            raise EngineTrouble(f"{type(error).__name__}: {error}") from None
    told = [str(one.message) for one in caught if not issubclass(one.category, OF_PROGRAMMERS)]
    if told:
        raise EngineTrouble("; ".join(told))
    if not isinstance(text, str):
        raise EngineTrouble("it wrote several modules")
    return text


def _fields(text: str) -> dict[str, list[ast.expr]]:
    """The annotations of each class. One field is one line, since no formatter has touched them."""
    found: dict[str, list[ast.expr]] = {}
    inside: list[ast.expr] = []
    for line in text.splitlines():
        if header := CLASS.match(line):
            inside = found[header[1]] = []
        elif field := FIELD.match(line):
            inside.append(_parsed(field[1]))
    return found


@functools.lru_cache(maxsize=2**16)
def _parsed(annotation: str) -> ast.expr:
    try:
        return ast.parse(annotation, mode="eval").body
    except (SyntaxError, ValueError):
        raise EngineTrouble(f"it wrote {annotation}") from None
