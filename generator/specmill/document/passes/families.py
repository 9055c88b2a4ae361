"""Sixth pass: a model that others build on by allOf, where its values tell which of them they are.

Where such a base is used, a value may be any of the family, and one that names a child has the child's members. So a
place of use gets a union of base and children, which allows what the base alone allows, since each child is narrower.
The base is what a tag that nobody knows means::

    AnyPet:  anyOf: [Pet, Cat, Dog], discriminator: {propertyName: petType, mapping: ..., defaultMapping: Pet}
"""

from __future__ import annotations

from typing import Any

from specmill import naming
from specmill.document.passes.merge import UNIONS
from specmill.document.tree import COMPONENTS, Changes, Schema, Tree, places, rebuilt

JUDGED = ("allOf", "not", "if", "then", "else")  # here a reference is a condition, and nothing is decoded as it


def with_families(tree: Tree, changes: Changes, origins: dict[str, tuple[str, ...]]) -> None:
    """The unions that places of use need, in place; ``origins`` learns what they stand for."""
    models: dict[str, Schema] = tree["components"]["schemas"]
    told = {name: schema.pop("x-discriminator") for name, schema in models.items() if "x-discriminator" in schema}
    families = _Families(models, {name: one for name, one in told.items() if _tells(models[name])})
    for holder, key, _ in places(tree):
        component = key if holder is models else ""
        holder[key] = families.used(holder[key], component)
    for name, union in families.unions.items():
        base = families.bases[union]
        models[union] = families.union(base)
        origins[union] = origins.get(base, ())
        others = ", ".join(one["$ref"].removeprefix(COMPONENTS) for one in models[union]["anyOf"][1:])
        changes.add("family", next(iter(origins[union]), ""), f"{union} where {name} is used: it may be {others}")


def _tells(schema: Schema) -> bool:
    """A base that is a union already says itself what it may be."""
    return "$ref" not in schema and not any(word in schema for word in UNIONS)


class _Families:
    def __init__(self, models: dict[str, Schema], told: dict[str, Schema]) -> None:
        self.told = told
        self.members = {base: {*one["mapping"].values()} for base, one in told.items()}
        self.unions: dict[str, str] = {}  # name of a base that is used -> name of its union
        self.bases: dict[str, str] = {}  # ... and back
        self._taken = {name.casefold() for name in models}

    def union(self, base: str) -> Schema:
        told = self.told[base]
        names = dict.fromkeys((base, *told["mapping"].values()))
        return {"anyOf": [{"$ref": COMPONENTS + name} for name in names], "discriminator": told}

    def used(self, schema: Any, component: str = "") -> Any:
        """The schema with unions in place of the bases that it uses; ``component`` is the model that it stands for.

        A child that adds nothing is but its base: as the union that lists it, it would be made of itself.
        """
        if not isinstance(schema, dict):
            return schema
        if (base := _named(schema)) in self.told:
            if component in self.members[base]:
                return schema
            return {**schema, "$ref": COMPONENTS + self._union_of(base)}
        alternatives = {_named(one) for word in UNIONS for one in schema.get(word, ())}

        def change(inner: Any, inside: str) -> Any:
            word = inside[1:].partition("/")[0]
            # Who lists the members of a family beside each other has told what may come.
            listed = word in UNIONS and _named(inner) in self.told and self._is_listed(_named(inner), alternatives)
            return inner if word in JUDGED or listed else self.used(inner, component if word in UNIONS else "")

        return schema if "discriminator" in schema else rebuilt(schema, change)

    def _is_listed(self, base: str, alternatives: set[str]) -> bool:
        return not (alternatives & self.members[base]) <= {base}

    def _union_of(self, base: str) -> str:
        if base not in self.unions:
            name = naming.unique([f"Any{base}", f"{base}Family"], self._taken)
            self._taken.add(name.casefold())
            self.unions[base], self.bases[name] = name, base
        return self.unions[base]


def _named(schema: Any) -> str:
    return str(schema["$ref"]).removeprefix(COMPONENTS) if isinstance(schema, dict) and "$ref" in schema else ""
