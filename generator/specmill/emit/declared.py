"""Where the document declares what a model has: a member or a value may stand in what the model is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from specmill.document.pointers import MISSING, escaped, find, join, split
from specmill.document.refs import tokens_to
from specmill.values import JSON

Tree = dict[str, Any]
Places = dict[str, dict[str, str]]  # pointer of a schema -> what it has -> where that stands
Own = Callable[[Tree, str], Iterable[tuple[str, str]]]
PARTS = ("allOf", "anyOf", "oneOf")


class Declared:
    """Looks into the tree of the document as it was before the normaliser."""

    def __init__(self, tree: JSON) -> None:
        self._tree = tree
        self._members: Places = {}
        self._values: Places = {}

    def at(self, pointer: str) -> Any:
        """What stands at a place; None for nothing."""
        found = find(self._tree, split(pointer))
        return None if found is MISSING else found

    def members(self, pointer: str) -> dict[str, str]:
        """The place of each member."""
        return self._all(pointer, self._members, _own_members)

    def values(self, pointer: str) -> dict[str, str]:
        """The place of each value that is listed, by its repr, since 1, 1.0 and true are equal in Python."""
        return self._all(pointer, self._values, _own_values)

    def _all(self, pointer: str, known: Places, own: Own) -> dict[str, str]:
        if pointer not in known:
            found: dict[str, str] = {}
            known[pointer] = found  # before its parts, since these may lead back
            schema = self.at(pointer)
            if isinstance(schema, dict):
                found.update(own(schema, pointer))
                for part in _parts(schema, pointer):
                    inner = self._all(part, known, own)
                    found.update((name, place) for name, place in inner.items() if name not in found)
        return known[pointer]


def _own_members(schema: Tree, pointer: str) -> Iterator[tuple[str, str]]:
    yield from ((name, f"{pointer}/properties/{escaped(name)}") for name in schema.get("properties", ()))


def _own_values(schema: Tree, pointer: str) -> Iterator[tuple[str, str]]:
    if "const" in schema:
        yield repr(schema["const"]), f"{pointer}/const"
    yield from ((repr(value), f"{pointer}/enum/{index}") for index, value in enumerate(schema.get("enum", ())))


def _parts(schema: Tree, pointer: str) -> Iterator[str]:
    """The schemas that speak about the same value."""
    tokens = tokens_to(schema["$ref"]) if isinstance(schema.get("$ref"), str) else None
    if tokens is not None:
        yield join(tokens)
    for word in PARTS:
        yield from (f"{pointer}/{word}/{index}" for index in range(len(schema.get(word, ()))))
