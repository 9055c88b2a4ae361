"""One schema as a comparison looks at it: behind references, null apart from what else it may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from specmill.diff.sides import Side
from specmill.document.tree import is_annotation

KINDS = frozenset(("object", "array", "string", "number", "integer", "boolean"))
NUMBERS = frozenset(("number", "integer"))
UNIONS = ("anyOf", "oneOf")
NOTHING: Mapping[str, Any] = {"not": {}}


@dataclass(frozen=True, slots=True)
class View:
    schema: Mapping[str, Any]
    component: str  # "" if it stands inline
    null: bool  # by the schema itself
    types: frozenset[str]
    branches: tuple[Any, ...]  # of a union, without null; else empty
    exclusive: bool = False
    optional: bool = False  # null may stand here instead, whatever the component says

    @property
    def takes_null(self) -> bool:
        return self.null or self.optional

    @property
    def values(self) -> list[Any] | None:
        """What is listed, without null."""
        listed = listed_in(self.schema)
        return None if listed is None else [value for value in listed if value is not None]


def view_of(side: Side, schema: Any) -> View:
    found, component = side.target(schema)
    if not isinstance(found, dict):
        return View({} if found else NOTHING, component, bool(found), KINDS if found else frozenset(), ())
    keyword = next((word for word in UNIONS if word in found), "")
    if keyword:
        return _view_of_union(side, found, keyword, component)
    types, null = _types_of(found)
    for part in found.get("allOf", ()):
        inner = view_of(side, part)
        types, null = _both(types, inner.types), null and inner.takes_null
    return View(found, component, null, types, ())


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    whole = {"integer"} if {"integer", "number"} <= one | other and one & NUMBERS and other & NUMBERS else set()
    return frozenset((one & other) | whole)


def _view_of_union(side: Side, schema: Mapping[str, Any], keyword: str, component: str) -> View:
    branches = tuple(one for one in schema[keyword] if not _is_null(one))
    null = len(branches) < len(schema[keyword])
    rest = {key: value for key, value in schema.items() if key != keyword}
    if len(branches) == 1:
        inner = view_of(side, branches[0])
        told = {key: value for key, value in rest.items() if is_annotation(key)}
        found = replace(inner, schema={**inner.schema, **told}, component=inner.component or component)
        if inner.component and not component:
            return replace(found, optional=null or inner.optional)
        return replace(found, null=null or inner.takes_null, optional=False)
    null = null or any(isinstance(one, dict) and "$ref" not in one and view_of(side, one).null for one in branches)
    exclusive = keyword == "oneOf" and "discriminator" not in schema
    return View(rest, component, null, KINDS, branches, exclusive)


def _is_null(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") in ("null", ["null"])


def _types_of(schema: Mapping[str, Any]) -> tuple[frozenset[str], bool]:
    given = schema.get("type")
    listed = listed_in(schema)
    if given is None:
        types = KINDS if listed is None else frozenset(kind_of(value) for value in listed if value is not None)
        null = listed is None or None in listed
    else:
        types = frozenset([given] if isinstance(given, str) else given)
        null = "null" in types and (listed is None or None in listed)
    return types - {"null"}, null


def listed_in(schema: Mapping[str, Any]) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return list(schema["enum"]) if "enum" in schema else None


def kind_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def plain(schema: Any) -> str:
    """The same text for schemas that say the same about values."""
    return json.dumps(_bare(schema), sort_keys=True)


def _bare(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            key: _bare(value) for key, value in node.items() if not is_annotation(key) or not isinstance(value, str)
        }
    return [_bare(one) for one in node] if isinstance(node, list) else node


def key_of_value(value: Any) -> str:
    """The same for values that are the same JSON: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)
