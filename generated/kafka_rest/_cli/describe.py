"""``describe``: one operation with its arguments, body and answers as trees, and an example that runs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from .. import _bodies
from .._facts import Operation
from .._listed import Listed
from .console import BOLD, answer
from .example import command
from .methods import as_tree
from .operations import facts_of, named
from .output import as_json
from .table import table, width, wrapped
from .types import Node, notes, tree


def run(options: Namespace) -> int:
    one = named(options.operation)
    facts = facts_of(one)
    if options.output == "json":
        answer(as_json(_tree(one, facts)))
        return 0
    for title, text in _parts(one, facts, Trees()):
        answer(title, BOLD)
        answer(f"{text}\n")
    answer("Example", BOLD)
    shown = command(one, facts)
    answer(f"  {shown}" if shown else "  the document shows none, and none can be made of the types alone")
    return 0


class Trees:
    """Draws each tree once: most errors of an operation are the same model."""

    def __init__(self) -> None:
        self._drawn: set[Node] = set()

    def drawn(self, type_: Any) -> str:
        node = tree(type_)
        if node.below and node in self._drawn:
            return f"  {node.type}, as above"
        self._drawn.add(node)
        return table([("", *row) for row in _rows(node, 0)], limit=width())


def _parts(one: Listed, facts: Operation[Any], trees: Trees) -> Iterator[tuple[str, str]]:
    yield f"{one.full_name}  {one.method} {one.path}", wrapped(one.about, "  ", width())
    yield "Reached by", table([("", kind, text) for kind, text in _reached(one)])
    if one.arguments:
        yield "Arguments", table([("", *row) for row in _arguments(one, facts)], limit=width())
    if facts.body is not None:
        for name, type_ in _bodies.by_media_type(facts.body.contents).items():
            yield f"Body  {name}", trees.drawn(type_)
    for status, (name, type_) in _answers(facts):
        yield f"Answer {status}  {name}".rstrip(), _answer(one.answers.get(status, ""), type_, trees)


def _reached(one: Listed) -> Iterator[tuple[str, str]]:
    yield "Python", f"client.{one.full_name}({', '.join(one.required)})"
    if one.stream:
        given = (argument.name for argument in one.arguments if argument.required and argument.place != "body")
        yield "as a stream", f"client.{one.resource}.{one.stream}({', '.join(given)})"
    yield "id", facts_of(one).id


def _arguments(one: Listed, facts: Operation[Any]) -> Iterator[tuple[str, ...]]:
    types = {parameter.argument or parameter.name: parameter.type for parameter in facts.parameters}
    for argument in one.arguments:
        type_ = types.get(argument.name)
        kind = "see below" if argument.place == "body" else "" if type_ is None else tree(type_).type
        needed = "required" if argument.required else ""
        told = "; ".join([*([] if type_ is None else notes(type_)), *([argument.about] if argument.about else [])])
        yield argument.name, argument.place, kind, needed, told


def _answers(facts: Operation[Any]) -> Iterator[tuple[str, tuple[str, Any]]]:
    for status, contents in (*facts.returns.items(), *facts.errors.items()):
        if contents is None:
            yield status, ("", None)
        else:
            yield from ((status, pair) for pair in _bodies.by_media_type(contents).items())


def _answer(about: str, type_: Any, trees: Trees) -> str:
    told = [wrapped(about, "  ", width())] if about else []
    return "\n".join([*told, "  no content" if type_ is None else trees.drawn(type_)])


def _rows(node: Node, depth: int) -> Iterator[tuple[str, ...]]:
    """One member a line: name, type, whether it is required, and what else is said of it."""
    told = "; ".join([*node.notes, *([node.about] if node.about else [])])
    name, kind = ("  " * depth + node.name, node.type) if node.name else (node.type, "")
    yield name, kind, "required" if node.required else "", told
    for below in node.below:
        yield from _rows(below, depth + 1)


def _tree(one: Listed, facts: Operation[Any]) -> dict[str, Any]:
    """The same for machines."""
    contents = _bodies.by_media_type(facts.body.contents) if facts.body is not None else {}
    answers: dict[str, Any] = {}
    for status, (name, type_) in _answers(facts):
        shown = answers.setdefault(status, {"description": one.answers.get(status, ""), "content": {}})
        if type_ is not None:
            shown["content"][name] = _node(tree(type_))
    return {
        **as_tree(one),
        "id": facts.id,
        "arguments": [argument._asdict() for argument in one.arguments],
        "body": {name: _node(tree(type_)) for name, type_ in contents.items()},
        "answers": answers,
        "example": command(one, facts),
    }


def _node(node: Node) -> dict[str, Any]:
    return {**node._asdict(), "below": [_node(one) for one in node.below]}
