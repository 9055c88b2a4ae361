"""Discriminators: a union says for each value which alternative it means, also where the document leaves that open."""

from __future__ import annotations

from typing import Any

from specmill.document.tree import Schema, Tree, component, key_of


class Discriminators:
    """Knows the components as the document has them, by key and by who builds on whom."""

    def __init__(self, components: Tree) -> None:
        self.components = components
        self.children = _children_of_bases(components)

    def of_union(self, told: Schema, alternatives: list[Schema]) -> Schema:
        """What is told of a union, with a complete mapping; without one where an alternative has no name."""
        raw = told.get("discriminator")
        if not isinstance(raw, dict) or not all("$ref" in item for item in alternatives):
            return {key: value for key, value in told.items() if key != "discriminator"}
        references = [item["$ref"] for item in alternatives]
        mapping = {value: target for value, target in self.mapping(raw).items() if target in references}
        for reference in references:
            if reference not in mapping.values():
                mapping.update((tag, reference) for tag in self.tags(reference, str(raw.get("propertyName"))))
        default = self.named(str(raw.get("defaultMapping")))
        otherwise = {"defaultMapping": default} if default in references else {}
        return {**told, "discriminator": _completed(raw, mapping, references) | otherwise}

    def tags(self, reference: str, name: str) -> list[str]:
        """The values that an alternative itself lists for the member that tells them apart."""
        member = self.components.get(key_of(reference), {}).get("properties", {}).get(name, {})
        listed = member.get("enum", [member["const"]] if "const" in member else []) if isinstance(member, dict) else []
        return [value for value in listed if isinstance(value, str)]

    def of_base(self, schema: Schema, key: str) -> Schema:
        """A discriminator on a model that others build on is a hint, since any of them is valid where it stands."""
        rest = {name: value for name, value in schema.items() if name != "discriminator"}
        raw = schema["discriminator"]
        children = self.children.get(key, []) if isinstance(raw, dict) else []
        if not children:
            return rest
        return {**rest, "x-discriminator": _completed(raw, self.mapping(raw), [component(child) for child in children])}

    def mapping(self, raw: Schema) -> dict[str, str]:
        return {str(value): self.named(str(target)) for value, target in (raw.get("mapping") or {}).items()}

    def named(self, target: str) -> str:
        """The component that a mapping names, by key or by reference."""
        if target in self.components:
            return component(target)
        return component(key_of(target)) if key_of(target) in self.components else target


def _completed(raw: Schema, mapping: dict[str, str], references: list[str]) -> Schema:
    """Whoever is not mapped is meant by its own key."""
    missing = {key_of(reference): reference for reference in references if reference not in mapping.values()}
    return {"propertyName": raw.get("propertyName"), "mapping": {**mapping, **missing}}


def _children_of_bases(components: Tree) -> dict[str, list[str]]:
    """Which components build on a component with a discriminator, by reference in an allOf."""
    children: dict[str, list[str]] = {key: [] for key, schema in components.items() if "discriminator" in schema}
    for key, schema in components.items():
        for part in schema.get("allOf", ()):
            base: Any = key_of(part.get("$ref", "")) if isinstance(part, dict) else ""
            if base in children:
                children[base].append(key)
    return children
