"""JSON Schema beside the types: what no type says, in the form in which the runtime checks it.

::

    Annotated[str, Meta(extra_json_schema={'not': {'$ref': '#/components/schemas/Kind'}, '$defs': SCHEMAS})]

Patterns get their translation for Python as a neighbour, and what is referred to stands once, in ``SCHEMAS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specmill.document.tree import rebuilt, sub_schemas
from specmill.emit.patterns import python_pattern
from specmill.emit.uses import REF, without_annotations
from specmill.values import Schema

PATTERN = "x-python-pattern"
PATTERNS = "x-python-patterns"
DEFINITIONS = "$defs"
SCHEMAS = "SCHEMAS"  # the name in the generated module


def source_of(rest: Mapping[str, Any]) -> str:
    """A schema as source. All text goes through ``repr``, so that none becomes code."""
    text = repr(checkable(dict(rest)))
    return f"{text[:-1]}, {DEFINITIONS!r}: {SCHEMAS}}}" if any(references(rest)) else text


def checkable(schema: Any) -> Any:
    """The schema with its patterns translated as well."""
    if not isinstance(schema, dict):
        return schema
    made = rebuilt(schema, lambda inner, _: checkable(inner))
    pattern = made.get("pattern")
    if isinstance(pattern, str) and (translated := python_pattern(pattern)) is not None:
        made[PATTERN] = translated
    table = {one: python_pattern(one) for one in made.get("patternProperties", ())}
    if any(table.values()):
        made[PATTERNS] = {one: translated for one, translated in table.items() if translated is not None}
    return made


def references(schema: Any) -> Iterator[str]:
    """The components that a schema names, wherever in it."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].removeprefix(REF)
        for holder, key, _ in sub_schemas(schema):
            yield from references(holder[key])


def definitions(roots: Iterable[Any], schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """All that these schemas refer to, directly or not, in the order of the document."""
    found: set[str] = set()
    stack = list(roots)
    while stack:
        for name in references(stack.pop()):
            if name not in found and name in schemas:
                found.add(name)
                stack.append(schemas[name])
    return {name: checkable(without_annotations(schema)) for name, schema in schemas.items() if name in found}
