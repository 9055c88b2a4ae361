"""Schemas with an ``$id``: a URI that names them, and against which the references inside of them are resolved."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urljoin

from specmill.document.pointers import Token, tokens_of
from specmill.document.shape import walk
from specmill.values import JSON


class Resources:
    """Of one file: all in a document, and of any other file the one that it may be as a whole."""

    def __init__(self, tree: JSON, is_document: bool) -> None:
        self.places: dict[str, list[str]] = {}
        self._names: dict[tuple[str, ...], str] = {}  # by place
        for tokens, name in sorted(_named(tree, is_document), key=lambda one: len(one[0])):
            base, _ = self.around(tokens)
            self._names[tokens] = joined(base, name).partition("#")[0]
            self.places.setdefault(self._names[tokens], [*tokens])

    def __bool__(self) -> bool:
        return bool(self.places)

    def around(self, tokens: Sequence[Token]) -> tuple[str, list[str]]:
        """The name and the place of the innermost schema with a name in which this place is."""
        there = tuple(map(str, tokens))
        for length in range(len(there), -1, -1):
            if there[:length] in self._names:
                return self._names[there[:length]], [*there[:length]]
        return "", []


def joined(base: str, uri: str) -> str:
    """A reference as seen from the base; as it is, where it is no URI."""
    try:
        return urljoin(base, uri)
    except ValueError:
        return uri


def _named(tree: JSON, is_document: bool) -> list[tuple[tuple[str, ...], str]]:
    if not is_document:
        name = tree.get("$id") if isinstance(tree, dict) else None
        return [((), name)] if isinstance(name, str) else []
    return [
        (tuple(map(str, tokens_of(path))), node["$id"])
        for kind, node, path in walk(tree)
        if kind == "schema" and isinstance(node, dict) and isinstance(node.get("$id"), str)
    ]
