"""JSON pointers (RFC 6901), and changing a tree at one of them without changing the tree that others hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from specmill.values import JSON

Token = str | int
Path = tuple[Any, Token] | None  # the path of the parent and the last token: cheap to extend on every step of a walk

INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
MISSING: Any = object()


def split(pointer: str) -> list[str]:
    """The tokens of a pointer: ``/a~1b/0`` has ``a/b`` and ``0``."""
    return [unescaped(token) for token in pointer.split("/")[1:]]


def escaped(name: str) -> str:
    """A name as one token of a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


def join(tokens: Iterable[Token]) -> str:
    return "".join(["/" + escaped(str(token)) for token in tokens])


def tokens_of(path: Path) -> list[Token]:
    tokens: list[Token] = []
    while path is not None:
        path, token = path
        tokens.append(token)
    tokens.reverse()
    return tokens


def pointer_of(path: Path) -> str:
    return join(tokens_of(path))


def path_of(tokens: Iterable[Token]) -> Path:
    path: Path = None
    for token in tokens:
        path = (path, token)
    return path


def step(node: JSON, token: Token) -> JSON:
    """What stands under a token, or ``MISSING``."""
    if isinstance(node, dict):
        return node.get(str(token), MISSING)
    if isinstance(node, list) and INDEX.fullmatch(str(token)) and int(token) < len(node):
        return node[int(token)]
    return MISSING


def find(tree: JSON, tokens: Iterable[Token]) -> JSON:
    """What stands at a pointer, or ``MISSING``."""
    for token in tokens:
        tree = step(tree, token)
        if tree is MISSING:
            break
    return tree


class Draft:
    """A tree that is written to, on top of one that stays as it is: only what is on the way to a change is copied."""

    def __init__(self, tree: JSON) -> None:
        self.tree = tree
        self._own: dict[int, JSON] = {}  # by identity; holding them keeps the identities from being used again

    def owns(self, node: JSON) -> bool:
        return id(node) in self._own

    def own(self, tokens: Iterable[Token]) -> JSON:
        """The container at a pointer, as one that may be written to. All of the path has to exist."""
        node = self.tree = self._mine(self.tree)
        for token in tokens:
            key = token if isinstance(node, dict) else int(token)
            child = self._mine(node[key])
            node[key] = child
            node = child
        return node

    def put(self, tokens: Sequence[Token], value: JSON) -> None:
        """``value`` at a pointer whose parent exists."""
        if not tokens:
            self.tree = value
            return
        parent = self.own(tokens[:-1])
        parent[tokens[-1] if isinstance(parent, dict) else int(tokens[-1])] = value

    def remove(self, tokens: Sequence[Token]) -> None:
        parent = self.own(tokens[:-1])
        del parent[tokens[-1] if isinstance(parent, dict) else int(tokens[-1])]

    def adopt(self, node: JSON) -> JSON:
        """A fresh container that nobody else holds."""
        self._own[id(node)] = node
        return node

    def _mine(self, node: JSON) -> JSON:
        if id(node) in self._own or not isinstance(node, dict | list):
            return node
        return self.adopt(node.copy())
