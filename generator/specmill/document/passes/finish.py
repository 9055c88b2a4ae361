"""Last pass: null the way 2020-12 says it, and nothing left of what only the passes need."""

from __future__ import annotations

from typing import Any

from specmill.document.tree import AT, Schema, Tree, is_annotation, places, rebuilt

JUDGING = ("anyOf", "oneOf", "allOf", "not", "if", "enum", "const")  # words that null would have to pass, too


def finished(tree: Tree) -> None:
    """Every schema of the tree in place."""
    for holder, key, _ in places(tree):
        holder[key] = _schema(holder[key])


def _schema(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    result = rebuilt(schema, lambda inner, _: _schema(inner))
    result.pop(AT, None)
    if not result.pop("nullable", False):
        return result
    return with_null(result)


def with_null(schema: Schema) -> Schema:
    """Null beside what this schema allows, at the place of use."""
    types = schema.get("type")
    told = {key: value for key, value in schema.items() if is_annotation(key)}
    core = {key: value for key, value in schema.items() if key not in told}
    if types == "null" or not core:
        return schema
    if types and not any(word in schema for word in JUDGING):
        return {**schema, "type": [*(types if isinstance(types, list) else [types]), "null"]}
    if core.keys() == {"anyOf"}:
        return {**told, "anyOf": [*core["anyOf"], {"type": "null"}]}
    return {**told, "anyOf": [core, {"type": "null"}]}
