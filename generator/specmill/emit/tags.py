"""What the values of a discriminator stand for, also where an alternative is a union with one of its own."""

from __future__ import annotations

from collections.abc import Mapping

from specmill.emit.components import Component

Table = dict[str, str]  # from the value of a tag to the name of the alternative that it means


def discriminator_of(component: Component, components: Mapping[str, Component]) -> tuple[str, Table] | None:
    """The member that tells the alternatives apart and what its values stand for, if it really does."""
    found = component.schema.get("discriminator") or {}
    tag, mapping = str(found.get("propertyName", "")), dict(found.get("mapping") or {})
    names = [use.name for use in component.uses if use.kind == "ref"]
    if len(names) < len(component.uses) or {*names} != {*mapping.values()}:
        return None
    table: Table = {}
    for name in names:
        given = [value for value, target in mapping.items() if target == name]
        values = _values(components[name], tag, given, components)
        if not values or any(table.get(value, name) != name for value in values):
            return None
        table.update(dict.fromkeys(values, name))
    return tag, {value: table[value] for value in mapping if value in table} | table


def _values(component: Component, tag: str, given: list[str], components: Mapping[str, Component]) -> list[str]:
    """An outer mapping need not list what an inner union tells apart: the inner one says which values are its own."""
    if component.sort == "struct":
        return given if tag in component.members else []
    if len(component.uses) == 1 and component.uses[0].kind == "ref":
        return _values(components[component.uses[0].name], tag, given, components)
    inner = discriminator_of(component, components)
    return [*inner[1]] if inner and inner[0] == tag else []
