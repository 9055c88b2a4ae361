"""Third pass: allOf merged into one schema wherever that is exact, oneOf and anyOf in their plainest form.

Null leaves the unions and becomes ``nullable``; a union of one is no union; a union of listed values is one list; a
discriminator names every alternative. What no single schema can say stays as ``allOf`` and is told.
"""

from __future__ import annotations

from typing import Any

from specmill.document.passes.merge import UNIONS, merged, same, without_annotations
from specmill.document.tree import AT, Changes, Schema, Tree, component, is_annotation, key_of, places, rebuilt

CHOOSES = frozenset(("$ref", "type", "enum", "const", "allOf", *UNIONS))
REQUIREMENTS = frozenset(("required", "type", "not"))  # alternatives of these choose members, not shapes
SCALARS = ("string", "integer", "number", "boolean")


def composed(tree: Tree, changes: Changes) -> None:
    """Every schema of the tree in place."""
    compose = _Compose(tree["components"]["schemas"], changes)
    for holder, key, _ in places(tree):
        if holder is tree["components"]["schemas"]:
            compose.component(key)
        else:
            holder[key] = compose.schema(holder[key])
    tree["components"]["schemas"].update(compose.done)
    nullable = {key for key, schema in compose.done.items() if schema.get("nullable")}
    for key in nullable:
        compose.done[key] = {k: v for k, v in compose.done[key].items() if k != "nullable"}
        changes.add("nullable", compose.done[key][AT], "null is said where the model is used")
    tree["components"]["schemas"].update(compose.done)
    for holder, key, _ in places(tree):
        holder[key] = _null_at_use(holder[key], nullable)


def _null_at_use(schema: Any, nullable: set[str]) -> Any:
    """References to what was nullable in itself say so themselves; those inside a union lost their null before."""
    if not isinstance(schema, dict):
        return schema
    inside_union = {f"/{word}/{index}" for word in UNIONS for index in range(len(schema.get(word, ())))}
    result = rebuilt(
        schema,
        lambda inner, inside: inner if inside in inside_union and "$ref" in inner else _null_at_use(inner, nullable),
    )
    if "$ref" in schema and key_of(schema["$ref"]) in nullable:
        result["nullable"] = True
    return result


class _Compose:
    def __init__(self, components: Tree, changes: Changes) -> None:
        self.raw = dict(components)
        self.done: dict[str, Schema] = {}
        self.active: set[str] = set()
        self.changes = changes
        self.bases = self.children_of_bases()

    def children_of_bases(self) -> dict[str, list[str]]:
        """Which components build on a component with a discriminator, by reference in an allOf."""
        children: dict[str, list[str]] = {key: [] for key, schema in self.raw.items() if "discriminator" in schema}
        for key, schema in self.raw.items():
            for part in schema.get("allOf", ()):
                base = key_of(part.get("$ref", "")) if isinstance(part, dict) else ""
                if base in children:
                    children[base].append(key)
        return children

    def component(self, key: str) -> Schema | None:
        if key in self.active:
            return None
        if key not in self.done:
            self.active.add(key)
            self.done[key] = self.schema(self.raw[key], key)
            self.active.discard(key)
        return self.done[key]

    def lookup(self, reference: Schema) -> Schema | None:
        """What stands behind references, without a name in between."""
        seen: set[str] = set()
        target: Schema | None = reference
        while target is not None and "$ref" in target:
            key = key_of(target["$ref"])
            if key in seen:
                return None
            seen.add(key)
            target = self.component(key)
        return target

    def schema(self, schema: Any, key: str = "") -> Any:
        if not isinstance(schema, dict):
            return schema
        result = rebuilt(schema, lambda inner, _: self.schema(inner))
        if "$ref" in result and any(word != "nullable" and not is_annotation(word) for word in result if word != "$ref"):
            result = self.beside_reference(result)
        if "allOf" in result:
            result = self.all_of(result)
        if "allOf" not in result and any(word in result for word in UNIONS):
            result = self.union(result)
        if "discriminator" in result and not any(word in result for word in UNIONS):
            result = self.base(result, key)
        return result

    def beside_reference(self, schema: Schema) -> Schema:
        rest = {key: value for key, value in schema.items() if key != "$ref" and not is_annotation(key)}
        told = {key: value for key, value in schema.items() if is_annotation(key)}
        reference = {"$ref": schema["$ref"], AT: schema[AT]}
        return {**told, "allOf": [reference, *rest.pop("allOf", ()), {**rest, AT: schema[AT]}]}

    # null

    def allows_null(self, schema: Any, seen: frozenset[str] = frozenset()) -> bool:
        if not isinstance(schema, dict):
            return schema is not False
        if schema.get("nullable"):
            return True
        if "$ref" in schema:
            key = key_of(schema["$ref"])
            return key not in seen and self.allows_null(self.raw[key], seen | {key})
        if "type" in schema:
            return schema["type"] == "null" and "allOf" not in schema
        if "enum" in schema or "const" in schema or self.allows_null(schema.get("not", False), seen):
            return False
        return (
            all(self.allows_null(part, seen) for part in schema.get("allOf", ()))
            and ("anyOf" not in schema or any(self.allows_null(part, seen) for part in schema["anyOf"]))
            and ("oneOf" not in schema or sum(self.allows_null(part, seen) for part in schema["oneOf"]) == 1)
        )

    def is_free(self, schema: Any) -> bool:
        """Anything at all is valid under it."""
        if "$ref" in schema:
            target = self.lookup(schema)
            return target is not None and not without_annotations(target)
        return not without_annotations(schema)

    # allOf

    def all_of(self, schema: Schema) -> Schema:
        told = {key: value for key, value in schema.items() if is_annotation(key)}
        rest = {key: value for key, value in schema.items() if key not in told and key not in ("allOf", "nullable")}
        parts = [part for part in ({**rest, AT: schema[AT]}, *schema["allOf"]) if not self.is_free(part)]
        null = {"nullable": True} if schema.get("nullable") else {}
        result: Schema | None = {}
        for part in parts:
            result = merged(result, part, self.lookup, self.allows_null) if result else part
            if result is None:
                self.changes.add("all-of", schema[AT], "left as it is: no single schema says the same")
                return {**told, "allOf": parts, **null}
        if result and any("$ref" in part for part in parts) and "$ref" not in result:
            self.changes.add("all-of", schema[AT], f"{len(parts)} schemas merged into one")
        if result and "$ref" in result:
            result = {key: value for key, value in result.items() if key in ("$ref", "nullable")}
        return {**(result or {}), **told, **null}

    # oneOf and anyOf

    def union(self, schema: Schema) -> Schema:
        word = "oneOf" if "oneOf" in schema else "anyOf"
        if all(other in schema for other in UNIONS):
            return self.two_unions(schema)
        told = {key: value for key, value in schema.items() if is_annotation(key)}
        core = {key: value for key, value in schema.items() if key not in told and key not in (word, "nullable")}
        alternatives = schema[word]
        if core:
            if all(without_annotations(item).keys() <= REQUIREMENTS for item in alternatives):
                return schema
            distributed = [merged({**core, AT: schema[AT]}, item, self.lookup, self.allows_null) for item in alternatives]
            if None in distributed:
                self.changes.add("union", schema[AT], "left as it is: what stands beside it cannot be told by each")
                return {**told, "allOf": [{**core, AT: schema[AT]}, {word: alternatives, AT: schema[AT]}], **self.flag(schema)}
            alternatives = [item for item in distributed if item is not None]
        return self.plain_union(schema, told, word, alternatives)

    @staticmethod
    def flag(schema: Schema) -> Schema:
        return {"nullable": True} if schema.get("nullable") else {}

    def two_unions(self, schema: Schema) -> Schema:
        one = {"oneOf": schema["oneOf"], AT: schema[AT]}
        rest = {key: value for key, value in schema.items() if key != "oneOf"}
        return self.all_of({**rest, "allOf": [self.union(one)]})

    def plain_union(self, schema: Schema, told: Schema, word: str, alternatives: list[Schema]) -> Schema:
        free = [item for item in alternatives if self.is_free(item)]
        if free and (word == "anyOf" or len(alternatives) == 1):
            return told
        if free:
            return {**told, "allOf": [{word: alternatives, AT: schema[AT]}], **self.flag(schema)}
        nulls = sum(self.allows_null(item) for item in alternatives)
        null = bool(schema.get("nullable")) or (nulls > 0 if word == "anyOf" else nulls == 1)
        flag = {"nullable": True} if null else {}
        bare = [{key: value for key, value in item.items() if key != "nullable"} for item in alternatives]
        bare = [item for item in bare if item.get("type") != "null"]
        flat = self.flattened(bare, word)
        if not flat:
            return {**told, "type": "null"} if null else {**told, "not": {}}
        if len(flat) == 1:
            return self.only(flat[0], told, flag)
        if values := _listed(flat, word):
            return {**told, **values, **flag}
        apart = told_apart(flat)
        if apart and all(without_annotations(item).keys() == {"type"} for item in flat):
            return {**told, "type": [item["type"] for item in flat], **flag}
        return {**self.discriminated(told, flat), ("anyOf" if apart else word): flat, **flag}

    @staticmethod
    def only(item: Schema, told: Schema, flag: Schema) -> Schema:
        core = without_annotations(item) if "$ref" in item else item
        return {**core, **told, **flag}

    def flattened(self, alternatives: list[Schema], word: str) -> list[Schema]:
        flat: list[Schema] = []
        for item in alternatives:
            inner = item.get("anyOf") if word == "anyOf" and "discriminator" not in item else None
            if inner is not None and without_annotations(item).keys() == {"anyOf"}:
                flat += inner
            else:
                flat.append(item)
        if word == "oneOf":
            return flat
        return [item for index, item in enumerate(flat) if not any(same(item, other) for other in flat[:index])]

    def discriminated(self, told: Schema, alternatives: list[Schema]) -> Schema:
        """A discriminator says for each value which alternative it means, also where the document leaves that open."""
        raw = told.get("discriminator")
        if not isinstance(raw, dict) or not all("$ref" in item for item in alternatives):
            return {key: value for key, value in told.items() if key != "discriminator"}
        references = {item["$ref"] for item in alternatives}
        mapping = {str(value): self.named(target) for value, target in (raw.get("mapping") or {}).items()}
        mapping = {value: target for value, target in mapping.items() if target in references}
        for reference in (item["$ref"] for item in alternatives):
            if reference not in mapping.values():
                mapping[key_of(reference)] = reference
        return {**told, "discriminator": {"propertyName": raw.get("propertyName"), "mapping": mapping}}

    def named(self, target: Any) -> str:
        """The component that a mapping names, by key or by reference."""
        key = str(target)
        return component(key) if key in self.raw else component(key_of(key)) if key_of(key) in self.raw else key

    def base(self, schema: Schema, key: str) -> Schema:
        """A discriminator on a model that others build on is a hint, since any of them is valid where it stands."""
        rest = {name: value for name, value in schema.items() if name != "discriminator"}
        raw = schema["discriminator"]
        children = self.bases.get(key, []) if isinstance(raw, dict) else []
        if not children:
            return rest
        mapping = {str(value): self.named(target) for value, target in (raw.get("mapping") or {}).items()}
        for child in children:
            if component(child) not in mapping.values():
                mapping[child] = component(child)
        hint = {"propertyName": raw.get("propertyName"), "mapping": mapping}
        return {**rest, "x-discriminator": hint}


def _listed(alternatives: list[Schema], word: str) -> Schema | None:
    """A choice between listed values is one list of values."""
    cores = [without_annotations(item) for item in alternatives]
    if not all(core.keys() <= {"const", "enum", "type"} and core.keys() & {"const", "enum"} for core in cores):
        return None
    values = [value for core in cores for value in (core["enum"] if "enum" in core else [core["const"]])]
    spelled = [repr(value) for value in values]
    if word == "oneOf" and len(set(spelled)) < len(spelled):
        return None
    types = {core.get("type") for core in cores}
    distinct = list({repr(value): value for value in values}.values())
    kind = {"type": types.pop()} if len(types) == 1 and None not in types else {}
    return {**kind, "enum": distinct} if len(distinct) > 1 else {**kind, "const": distinct[0]}


def told_apart(alternatives: list[Schema]) -> bool:
    """Scalars of different kinds: a JSON decoder sees which one it is, so at most one of them can be meant."""
    kinds = [item.get("type") for item in alternatives]
    if any(kind not in SCALARS or "enum" in item for kind, item in zip(kinds, alternatives, strict=True)):
        return False
    folded = ["number" if kind == "integer" else kind for kind in kinds]
    return len(set(folded)) == len(folded)
