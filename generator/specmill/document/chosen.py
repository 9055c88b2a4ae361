"""A part of a normal form: some of its operations, with the models and the security schemes that they need.

The choice is made in the normal form and not in the document, so whatever is left is called as in the whole client:
names are given once, for all operations together.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from specmill.document.tree import COMPONENTS, Tree
from specmill.errors import SpecmillError
from specmill.values import Normal, Operation

# How an operation may be named; the first that fits counts.
SPELLINGS: tuple[Callable[[Operation], str], ...] = (
    lambda operation: operation.id,
    lambda operation: operation.python_name,
    lambda operation: f"{operation.method} {operation.path}",
)


def chosen(
    normal: Normal, operations: tuple[Operation, ...], only: Sequence[str]
) -> tuple[Normal, tuple[Operation, ...]]:
    """``only`` has operations by their id, their name in Python, or METHOD /path."""
    wanted = {_found(operations, name).id for name in only}
    left = tuple(operation for operation in operations if operation.id in wanted)
    return replace(normal, tree=_reduced(normal.tree, left)), left


def _found(operations: tuple[Operation, ...], name: str) -> Operation:
    for spelt in SPELLINGS:
        for operation in operations:
            if spelt(operation) == name:
                return operation
    near = difflib.get_close_matches(name, [operation.id for operation in operations], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "`specmill explain` finds operations by their path"
    raise SpecmillError(f"there is no operation {name!r}", hint=hint)


def _reduced(tree: Tree, operations: tuple[Operation, ...]) -> Tree:
    wanted = {operation.id for operation in operations}
    paths: Tree = {}
    for path, item in tree["paths"].items():
        for method, raw in item.items():
            if raw["operationId"] in wanted:
                paths.setdefault(path, {})[method] = raw
    parts = tree["components"]
    schemas = _among(parts["schemas"], _reachable(paths, parts["schemas"]))
    schemes = {name for operation in operations for choice in operation.security for name in choice}
    left = {**parts, "schemas": schemas, "securitySchemes": _among(parts.get("securitySchemes", {}), schemes)}
    return {**tree, "paths": paths, "components": left}


def _among(table: Mapping[str, Any], names: Container[str]) -> Tree:
    return {name: value for name, value in table.items() if name in names}


def _reachable(root: Any, schemas: Mapping[str, Any]) -> set[str]:
    seen: set[str] = set()
    pending = [root]
    while pending:
        for name in _references(pending.pop()):
            if name not in seen:
                seen.add(name)
                pending.append(schemas.get(name))
    return seen


def _references(root: Any) -> Iterator[str]:
    """The components that a tree names anywhere; a value in an example that looks like a reference does no harm."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and reference.startswith(COMPONENTS):
                yield reference.removeprefix(COMPONENTS)
            pending += node.values()
        elif isinstance(node, list):
            pending += node
