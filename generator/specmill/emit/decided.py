"""Which schemas the runtime knows all about: only of these does failing to break one mean to hold to it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from specmill.document.tree import rebuilt
from specmill.emit.gate import runtime_package
from specmill.emit.keywords import checkable, references
from specmill.emit.refine import FORMATS
from specmill.emit.uses import without_annotations
from specmill.values import Schema


class Decider:
    """Knows it of every component at once, since each may be asked for through many others."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._decided = import_module(f"{runtime_package().__name__}._schemas").decided
        self._known = dict.fromkeys(schemas, True)
        users: dict[str, list[str]] = {name: [] for name in schemas}
        for name, schema in schemas.items():
            for used in references(schema):
                users.setdefault(used, []).append(name)
        self._open: set[str] = set()
        stack = [name for name, schema in schemas.items() if not self._by_itself(schema)]
        while stack:
            name = stack.pop()
            if name not in self._open:
                self._open.add(name)
                stack += users[name]

    def __call__(self, schema: Any) -> bool:
        return self._by_itself(schema) and self._open.isdisjoint(references(schema))

    def _by_itself(self, schema: Any) -> bool:
        return bool(self._decided(checkable(_typed(without_annotations(schema))), self._known))


def _typed(schema: Any) -> Any:
    """Without the formats that are types of models, since these are checked with the type."""
    if not isinstance(schema, dict):
        return schema
    made = rebuilt(schema, lambda inner, _: _typed(inner))
    return {key: one for key, one in made.items() if key != "format" or one not in FORMATS}
