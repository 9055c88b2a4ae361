"""What a JSONPath (RFC 9535) is once it is read: selectors and terms, as functions.

A selector is a function (node, run) -> nodes; a term is a function (node, run) -> value, truth or nodes, as its
``gives`` says. Every node that is visited costs one step of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from specmill.document import limits
from specmill.document.pointers import Path
from specmill.document.query import iregexp
from specmill.values import JSON

Node = tuple[JSON, Path]
NOTHING: Any = object()  # what a query or a function gives that has no value to give


class TooExpensive(ValueError):
    """The query visits more nodes than a run may."""


@dataclass(slots=True)
class Run:
    """One evaluation: the tree it runs on, and the steps that are left to it and to those that follow."""

    root: JSON
    steps: int = field(default_factory=lambda: limits.STEPS)

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise TooExpensive(f"the paths visit more than {limits.STEPS:,} nodes")


Selector = Callable[[Node, Run], Iterator[Node]]


@dataclass(frozen=True, slots=True)
class Segment:
    selectors: tuple[Selector, ...]
    descends: bool = False
    name: str | None = None  # of the one member that is selected
    singular: bool = False
    end: int = 0  # where the segment ends in the query


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    segments: tuple[Segment, ...]

    def nodes(self, run: Run, start: Node | None = None, segments: int | None = None) -> list[Node]:
        """The nodes that the first so many segments select, all of them by default."""
        found = [start or (run.root, None)]
        for segment in self.segments[:segments]:
            found = _selected(segment, found, run)
        return found


def _selected(segment: Segment, nodes: list[Node], run: Run) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        for inner in _descendants(node, run) if segment.descends else (node,):
            for selector in segment.selectors:
                found.extend(selector(inner, run))
    run.spend(len(found))
    return found


def _descendants(node: Node, run: Run) -> Iterator[Node]:
    """The node itself and all containers below it, parents first, in order."""
    pending = [node]
    while pending:
        value, path = node = pending.pop()
        run.spend(1)
        yield node
        children = list(_children(value, path))
        pending += [child for child in reversed(children) if isinstance(child[0], dict | list)]


def _children(value: JSON, path: Path) -> Iterator[Node]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield child, (path, key)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield child, (path, index)


# Selectors


def by_name(name: str) -> Selector:
    def select(node: Node, run: Run) -> Iterator[Node]:
        value, path = node
        if isinstance(value, dict) and name in value:
            yield value[name], (path, name)

    return select


def by_index(index: int) -> Selector:
    def select(node: Node, run: Run) -> Iterator[Node]:
        value, path = node
        if isinstance(value, list) and -len(value) <= index < len(value):
            yield value[index], (path, index % len(value))

    return select


def by_slice(start: int | None, end: int | None, step: int | None) -> Selector:
    def select(node: Node, run: Run) -> Iterator[Node]:
        value, path = node
        if isinstance(value, list) and step != 0:
            for index in range(*slice(start, end, step).indices(len(value))):
                yield value[index], (path, index)

    return select


def all_children(node: Node, run: Run) -> Iterator[Node]:
    return _children(*node)


def by_filter(term: Term) -> Selector:
    def select(node: Node, run: Run) -> Iterator[Node]:
        for child in _children(*node):
            run.spend(1)
            if term.run(child, run):
                yield child

    return select


# Terms of a filter


@dataclass(frozen=True, slots=True)
class Term:
    gives: str  # "value", "truth" or "nodes"
    run: Callable[[Node, Run], Any]
    singular: bool = False  # nodes, at most one
    literal: bool = False


def of_query(query: Query, absolute: bool) -> Term:
    def run(node: Node, run: Run) -> list[Node]:
        return query.nodes(run, (run.root, None) if absolute else node)

    return Term("nodes", run, singular=all(segment.singular for segment in query.segments))


def as_value(term: Term) -> Term:
    """The value of what a singular query finds."""
    if term.gives == "value":
        return term

    def run(node: Node, run: Run) -> JSON:
        nodes = term.run(node, run)
        return nodes[0][0] if len(nodes) == 1 else NOTHING

    return Term("value", run)


def _value(nodes: list[Node]) -> JSON:
    return nodes[0][0] if len(nodes) == 1 else NOTHING


def _length(value: JSON) -> JSON:
    return len(value) if isinstance(value, str | list | dict) else NOTHING


def _matches(run: Run, text: JSON, pattern: JSON, whole: bool) -> bool:
    if not isinstance(text, str) or not isinstance(pattern, str):
        return False
    return iregexp.matches(pattern, text, whole, run.spend)


# Name -> what the arguments have to be, what comes out, and how.
FUNCTIONS: dict[str, tuple[tuple[str, ...], str, Callable[..., Any]]] = {
    "length": (("value",), "value", lambda run, value: _length(value)),
    "count": (("nodes",), "value", lambda run, nodes: len(nodes)),
    "value": (("nodes",), "value", lambda run, nodes: _value(nodes)),
    "match": (("value", "value"), "truth", lambda run, text, pattern: _matches(run, text, pattern, True)),
    "search": (("value", "value"), "truth", lambda run, text, pattern: _matches(run, text, pattern, False)),
}


def call(name: str, arguments: list[Term]) -> Term:
    _, gives, function = FUNCTIONS[name]

    def run(node: Node, run: Run) -> Any:
        return function(run, *[argument.run(node, run) for argument in arguments])

    return Term(gives, run)


def _equal(one: JSON, other: JSON, run: Run) -> bool:
    """As JSON compares: 1 equals 1.0 but not true."""
    run.spend(1)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(value, other[key], run) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(lambda a, b: _equal(a, b, run), one, other))
    return bool(one == other)


def _less(one: JSON, other: JSON) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    return _is_number(one) and _is_number(other) and one < other


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


COMPARISONS: dict[str, Callable[[JSON, JSON, Run], bool]] = {
    "==": _equal,
    "!=": lambda a, b, run: not _equal(a, b, run),
    "<=": lambda a, b, run: _less(a, b) or _equal(a, b, run),
    ">=": lambda a, b, run: _less(b, a) or _equal(a, b, run),
    "<": lambda a, b, run: _less(a, b),
    ">": lambda a, b, run: _less(b, a),
}


def compared(left: Term, operator: str, right: Term) -> Term:
    left, right, compare = as_value(left), as_value(right), COMPARISONS[operator]
    return Term("truth", lambda node, run: compare(left.run(node, run), right.run(node, run), run))
