"""Discriminators: a union says for each value which alternative it means, also where the document leaves that open."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from specmill.document.tree import Schema, Tree, component, key_of, places, references


class Discriminators:
    """Knows the components as the document has them, by key and by who builds on whom."""

    def __init__(self, tree: Tree) -> None:
        self.components: Tree = tree["components"]["schemas"]
        components = self.components
        self.bases = _bases(components) if any("discriminator" in one for one in components.values()) else {}
        self.children: dict[str, list[str]] = {}
        for key, bases in self.bases.items():
            for base in bases:
                self.children.setdefault(base, []).append(key)
        self.used = {*_used(tree)} if self.bases else set()
        told = [key for key, one in components.items() if isinstance(one.get("discriminator"), dict)]
        self.tagged = {*_reached(told, self.children)}

    def of_union(self, told: Schema, alternatives: list[Schema]) -> Schema:
        """What is told of a union, with a complete mapping; without one where an alternative has no name."""
        raw = told.get("discriminator")
        if not isinstance(raw, dict) or not all("$ref" in item for item in alternatives):
            return {key: value for key, value in told.items() if key != "discriminator"}
        references = dict.fromkeys(item["$ref"] for item in alternatives)
        mapping = {value: target for value, target in self.mapping(raw).items() if target in references}
        mapped = {*mapping.values()}
        for reference in references:
            if reference not in mapped:
                mapping.update((tag, reference) for tag in self.tags(reference, str(raw.get("propertyName"))))
        default = self.named(str(raw.get("defaultMapping")))
        otherwise = {"defaultMapping": default} if default in references else {}
        return {**told, "discriminator": _completed(raw, mapping, references) | otherwise}

    def tags(self, reference: str, name: str) -> list[str]:
        """The values that an alternative itself lists for the member that tells them apart."""
        member = self.components.get(key_of(reference), {}).get("properties", {}).get(name, {})
        listed = member.get("enum", [member["const"]] if "const" in member else []) if isinstance(member, dict) else []
        return [value for value in listed if isinstance(value, str)]

    def family(self, key: str) -> Schema | None:
        """Who builds on a component, and how its values tell whom they mean, if both can be said and matter."""
        raw = self.inherited(key) if key in self.children and key in self.used else None
        if raw is None:
            return None
        references = dict.fromkeys(component(one) for one in _reached([key], self.children))
        mapping = {value: target for value, target in self.mapping(raw).items() if target in references}
        return {**_completed(raw, mapping, references), "defaultMapping": component(key)}

    def is_child(self, key: str) -> bool:
        """Whether it builds on a component whose values tell whom they mean."""
        return key in self.bases and key in self.tagged

    def inherited(self, key: str) -> Schema | None:
        """The discriminator of a component, or that of the nearest one on which it builds."""
        told = (self.components[one].get("discriminator") for one in _reached([key], self.bases))
        return next((raw for raw in told if isinstance(raw, dict)), None)

    def mapping(self, raw: Schema) -> dict[str, str]:
        return {str(value): self.named(str(target)) for value, target in (raw.get("mapping") or {}).items()}

    def named(self, target: str) -> str:
        """The component that a mapping names, by key or by reference."""
        if target in self.components:
            return component(target)
        return component(key_of(target)) if key_of(target) in self.components else target


def _completed(raw: Schema, mapping: dict[str, str], references: Iterable[str]) -> Schema:
    """Whoever is not mapped is meant by its own key."""
    mapped = {*mapping.values()}
    missing = {key_of(reference): reference for reference in references if reference not in mapped}
    return {"propertyName": raw.get("propertyName"), "mapping": {**mapping, **missing}}


def _bases(components: Tree) -> dict[str, list[str]]:
    """On which components each one builds, by reference in its allOf."""
    found: dict[str, list[str]] = {}
    for key, schema in components.items():
        references = [part["$ref"] for part in schema.get("allOf", ()) if isinstance(part, dict) and "$ref" in part]
        bases = [base for base in map(key_of, references) if base in components and base != key]
        if bases:
            found[key] = bases
    return found


def _used(tree: Tree) -> Iterator[str]:
    """The components that are referred to, other than by those that build on them.

    In a chain of bases each has all below it as its family, which is much to write down where nobody asks.
    """
    for holder, key, _ in places(tree):
        schema = holder[key]
        if holder is tree["components"]["schemas"]:
            parts = [part for part in schema.get("allOf", ()) if "$ref" not in part]
            schema = {**schema, "allOf": parts} if "allOf" in schema else schema
        yield from references(schema)


def _reached(keys: Iterable[str], graph: dict[str, list[str]]) -> Iterator[str]:
    """Components and those that are reached from them, the nearest first."""
    seen = {*keys}
    pending = deque(keys)
    while pending:
        yield (one := pending.popleft())
        further = [other for other in dict.fromkeys(graph.get(one, ())) if other not in seen]
        pending += further
        seen.update(further)
