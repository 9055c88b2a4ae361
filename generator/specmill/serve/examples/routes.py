"""Which operation a request is for: one walk down a tree of segments, what is spelt out before what is templated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote, urlsplit

from specmill.values import Operation

T = TypeVar("T")
TEMPLATE = re.compile(r"\{([^{}]*)\}")
REMEMBERED = 1024  # paths whose place is known without a walk


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    what: T
    names: tuple[str, ...]  # of the templates, in their order


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    methods: Mapping[str, Entry[T]]
    values: tuple[str, ...]  # of the templates, as they were sent


@dataclass(slots=True)
class _Node(Generic[T]):
    spelt: dict[str, _Node[T]] = field(default_factory=dict)
    parts: dict[str, tuple[re.Pattern[str], _Node[T]]] = field(default_factory=dict)  # such as {name}.{kind}
    any: _Node[T] | None = None
    methods: dict[str, Entry[T]] = field(default_factory=dict)


class Routes(Generic[T]):
    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._known: dict[str, tuple[Match[T], ...]] = {}

    def add(self, operation: Operation, what: T) -> None:
        """Below the paths of its servers, and without them, as a client asks whose base URL is this server's."""
        names = tuple(TEMPLATE.findall(operation.path))
        for base in dict.fromkeys(("", *map(_base, operation.servers))):
            node = self._root
            for segment in (base + operation.path).split("/")[1:]:
                node = _step(node, segment)
            node.methods.setdefault(operation.method, Entry(what, names))

    def find(self, path: str) -> tuple[Match[T], ...]:
        """All that a path can mean, the most concrete first."""
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            place = path if path.startswith("/") else urlsplit(path).path
            known = self._known[path] = tuple(_walk(self._root, place.split("/")[1:], 0, ()))
        return known


def _base(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/"))


def _step(node: _Node[T], segment: str) -> _Node[T]:
    if "{" not in segment or not TEMPLATE.search(segment):
        return node.spelt.setdefault(unquote(segment), _Node())
    if TEMPLATE.fullmatch(segment):
        node.any = node.any or _Node()
        return node.any
    pieces = TEMPLATE.split(segment)[::2]
    pattern = "(.+?)".join(map(re.escape, pieces))
    return node.parts.setdefault(pattern, (re.compile(pattern), _Node()))[1]


def _walk(node: _Node[T], segments: list[str], at: int, values: tuple[str, ...]) -> Iterator[Match[T]]:
    """No node is looked at twice, so it costs no more than the document has nodes."""
    if at == len(segments):
        if node.methods:
            yield Match(node.methods, values)
        return
    segment = segments[at]
    spelt = node.spelt.get(unquote(segment))
    if spelt is not None:
        yield from _walk(spelt, segments, at + 1, values)
    for pattern, further in node.parts.values():
        found = pattern.fullmatch(segment)
        if found is not None:
            yield from _walk(further, segments, at + 1, (*values, *found.groups()))
    if node.any is not None and segment:
        yield from _walk(node.any, segments, at + 1, (*values, segment))
