"""Components that are made of themselves, and an order in which each comes after those that it is made of.

A member or an item may refer to anything. But a schema whose own values are judged by itself, by way of allOf, anyOf
and the like, says nothing at all. One such circle is common and clear: a base that lists its children as a union, and
children that build on the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specmill.document.tree import AT, Changes, Schema, Tree, fault, is_annotation, key_of

UNIONS = ("anyOf", "oneOf")


def without_circles(components: Tree, changes: Changes) -> tuple[dict[str, Schema], list[str]]:
    """The components without the common circle, and their order; an error where there are others."""
    broken = _broken(components, changes)
    groups = circles(_graph(broken))
    for group in groups:
        if len(group) > 1 or group[0] in in_place(broken[group[0]]):
            raise fault(
                broken[group[0]][AT],
                f"this schema is made of itself, by way of {', '.join(group)}",
                "let a member or an item refer back, or leave one of the references out",
            )
    return broken, [key for group in groups for key in group]


def in_place(schema: Any) -> Iterator[str]:
    """The keys of the components whose values this schema speaks about, rather than those of a member or an item."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield key_of(schema["$ref"])
    for part in (*schema.get("allOf", ()), *_alternatives(schema)):
        yield from in_place(part)
    for word in ("not", "if", "then", "else"):
        yield from in_place(schema.get(word))


def _alternatives(schema: Schema) -> list[Any]:
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def _graph(components: Tree) -> dict[str, list[str]]:
    return {key: [*dict.fromkeys(in_place(schema))] for key, schema in components.items()}


def _broken(components: Tree, changes: Changes) -> dict[str, Schema]:
    """A model that builds on the union which lists it builds on what else stands beside that union."""
    groups = [group for group in circles(_graph(components)) if len(group) > 1]
    unions = {key: {*group} for group in groups for key in group if _alternatives(components[key])}
    broken = dict(components)
    for key, schema in components.items():
        bases = {key_of(part.get("$ref", "")) for part in schema.get("allOf", ())} if unions else set()
        if any(key in unions.get(base, ()) for base in bases):
            broken[key] = _without_unions(schema, components, unions, key)
            changes.add("assumed", schema[AT], "builds on a union that lists it: the union is left out of it")
    return broken


def _without_unions(schema: Schema, components: Tree, unions: dict[str, set[str]], key: str) -> Schema:
    parts: list[Schema] = []
    for part in schema["allOf"]:
        base = key_of(part.get("$ref", ""))
        if base != key and key in unions.get(base, ()):
            told = {name: value for name, value in components[base].items() if name == AT or not is_annotation(name)}
            part = {name: value for name, value in told.items() if name not in UNIONS}
            if "allOf" in part:
                part = _without_unions(part, components, unions, key)
        parts.append(part)
    return {**schema, "allOf": parts}


def circles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan), those first that the others lead to; without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    waiting: set[str] = set()
    groups: list[list[str]] = []

    def entered(node: str) -> tuple[str, Iterator[str]]:
        index[node] = low[node] = len(index)
        open_nodes.append(node)
        waiting.add(node)
        return node, iter(graph[node])

    for start in graph:
        walk = [entered(start)] if start not in index else []
        while walk:
            node, following = walk[-1]
            after = next((other for other in following if other not in index or other in waiting), None)
            if after is None:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    groups.append(_closed(open_nodes, waiting, node))
            elif after in index:
                low[node] = min(low[node], index[after])
            else:
                walk.append(entered(after))
    return groups


def _closed(open_nodes: list[str], waiting: set[str], first: str) -> list[str]:
    at = open_nodes.index(first)
    group = open_nodes[at:]
    del open_nodes[at:]
    waiting.difference_update(group)
    return group
