"""Discriminators: a union says for each value which alternative it means, also where the document leaves that open."""

from __future__ import annotations

from specmill.document.tree import Schema, Tree, component, key_of


class Discriminators:
    """Knows the components as the document has them, by key and by who builds on whom."""

    def __init__(self, components: Tree) -> None:
        self.components = components
        self.bases = _bases(components) if any("discriminator" in one for one in components.values()) else {}
        self.descendants = _descendants(self.bases)

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

    def family(self, key: str) -> Schema | None:
        """Who builds on a component, and how its values tell whom they mean, if both can be said."""
        children = self.descendants.get(key)
        raw = self.inherited(key) if children else None
        if not children or raw is None:
            return None
        references = [component(child) for child in (key, *children)]
        mapping = {value: target for value, target in self.mapping(raw).items() if target in references}
        return {**_completed(raw, mapping, references), "defaultMapping": component(key)}

    def inherited(self, key: str) -> Schema | None:
        """The discriminator of a component, or that of the nearest one on which it builds."""
        pending, seen = [key], {key}
        while pending:
            raw = self.components[pending[0]].get("discriminator")
            if isinstance(raw, dict):
                return raw
            bases = [base for base in self.bases.get(pending.pop(0), ()) if base not in seen]
            pending += bases
            seen.update(bases)
        return None

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


def _bases(components: Tree) -> dict[str, list[str]]:
    """On which components each one builds, by reference in its allOf."""
    found: dict[str, list[str]] = {}
    for key, schema in components.items():
        references = [part["$ref"] for part in schema.get("allOf", ()) if isinstance(part, dict) and "$ref" in part]
        bases = [base for base in map(key_of, references) if base in components and base != key]
        if bases:
            found[key] = bases
    return found


def _descendants(bases: dict[str, list[str]]) -> dict[str, list[str]]:
    """Who builds on a component, those included that build on them."""
    children: dict[str, list[str]] = {}
    for key, some in bases.items():
        for base in some:
            children.setdefault(base, []).append(key)
    found: dict[str, list[str]] = {}
    for base in children:
        inside: dict[str, None] = {}
        pending = [*children[base]]
        while pending:
            key = pending.pop(0)
            if key not in inside and key != base:
                inside[key] = None
                pending += children.get(key, [])
        found[base] = [*inside]
    return found
