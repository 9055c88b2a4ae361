"""Before the merging: what stands inside a component and has to be merged with that component gets a name of its own.

``Node`` with a member ``{allOf: [Node, {required: [x]}]}`` is merged with itself while it is being worked out. As a
component that member waits for ``Node``, whose own member is then but a reference, and comes out as a struct. So does
what is made of two recursive components: merged with each other they come to the same two again, which has to be named.
"""

from __future__ import annotations

from typing import Any

from specmill.document.passes.circles import circles, in_place
from specmill.document.passes.merge import UNIONS, core_of
from specmill.document.tree import AT, Schema, Tree, component, rebuilt, references

IN_PLACE = ("allOf", *UNIONS, "not", "if", "then", "else")
OF_THE_USE = ("readOnly", "writeOnly", "default")
ADDS_NOTHING: tuple[set[str], ...] = (set(), {"type"})  # next to a reference: known without looking behind it


def lifted(components: Tree) -> Tree:
    """The components, and after them those that were made of their insides."""
    return _Lift(components).all()


class _Lift:
    def __init__(self, components: Tree) -> None:
        self.components = components
        graph = {key: [*dict.fromkeys(references(schema))] for key, schema in components.items()}
        groups = circles(graph)
        self.group = {key: number for number, group in enumerate(groups) for key in group}
        self.recursive = {key for group in groups for key in group if len(group) > 1 or key in graph[key]}
        self.made: Tree = {}

    def all(self) -> Tree:
        stayed = {key: self.below(schema, self.group[key]) for key, schema in self.components.items()}
        return {**stayed, **self.made}

    def below(self, schema: Any, group: int) -> Any:
        """A schema that judges in place; what is inside of it may be lifted."""
        if not isinstance(schema, dict):
            return schema

        def change(inner: Any, inside: str) -> Any:
            below = self.below(inner, group)
            return below if inside.split("/")[1] in IN_PLACE else self.inside(below, group)

        return rebuilt(schema, change)

    def inside(self, schema: Any, group: int) -> Any:
        if not isinstance(schema, dict) or not _is_merged(schema):
            return schema
        made_of = {*in_place(schema)}
        if all(self.group[key] != group for key in made_of) and len(made_of & self.recursive) < 2:
            return schema
        told = {key: schema[key] for key in (*OF_THE_USE, "description", "deprecated", AT) if key in schema}
        return {**told, "$ref": component(self.lift(schema))}

    def lift(self, schema: Schema) -> str:
        """Its key is the pointer: copies have that of the original, and a component may have been made of it."""
        key: str = schema[AT]
        if key not in self.components and key not in self.made:
            self.made[key] = {word: value for word, value in schema.items() if word not in OF_THE_USE}
        return key


def _is_merged(schema: Schema) -> bool:
    """More than a reference, a list of alternatives, or one of these with null beside it."""
    words = core_of(schema)
    parts = [core_of(part) for part in words.get("allOf", ()) if isinstance(part, dict)]
    beside = {key: value for key, value in words.items() if key not in ("allOf", "$ref", *UNIONS)}
    sources = [{"$ref": 0}] * ("$ref" in words) + [{"anyOf": 0}] * any(word in words for word in UNIONS)
    return sum(part.keys() not in ADDS_NOTHING for part in (*parts, *sources, beside)) > 1
