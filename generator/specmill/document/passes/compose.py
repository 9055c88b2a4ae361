"""Third pass: allOf merged into one schema wherever that is exact, oneOf and anyOf in their plainest form.

Null leaves the unions and becomes ``nullable``; a union of one is no union; a union of listed values is one list; a
discriminator names every alternative. What no single schema can say stays as ``allOf`` and is told.

``nullable: False`` on a reference says that null was taken out of it: it is said by what stands around.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specmill.document.passes.alternatives import (
    by_repetition,
    nested,
    one_list,
    spelled_without_annotations,
    told_apart,
)
from specmill.document.passes.circles import without_circles
from specmill.document.passes.dialect import assume_type, listed, without_foreign_words
from specmill.document.passes.discriminators import Discriminators
from specmill.document.passes.lift import lifted
from specmill.document.passes.merge import (
    UNIONS,
    UNMERGED,
    Merge,
    core_of,
    is_nothing,
    told_of,
    without_annotations,
)
from specmill.document.passes.unevaluated import UNEVALUATED, around
from specmill.document.tree import (
    AT,
    LIMIT_OF_REFERENCES,
    Changes,
    Schema,
    Tree,
    component,
    is_annotation,
    key_of,
    places,
    rebuilt,
)

REQUIREMENTS = frozenset(("required", "type", "not"))  # alternatives of these choose members, not shapes
DEEP = 50  # components that are being worked out, each for the one before
NULL: Schema = {"type": "null"}  # of which a copy goes into a tree, where others write to it


def composed(tree: Tree, changes: Changes) -> None:
    """Every schema of the tree in place."""
    discriminators = Discriminators(tree)  # what is lifted is no child of its base
    tree["components"]["schemas"] = lifted(tree["components"]["schemas"])
    compose = _Compose(tree["components"]["schemas"], discriminators, changes)
    for key in compose.order:
        compose.component(key)
    for holder, key, _ in places(tree):
        if holder is not tree["components"]["schemas"]:
            holder[key] = compose.schema(holder[key])
    nullable = _taken_out(compose, changes)
    tree["components"]["schemas"].update({key: compose.done[key] for key in compose.raw})
    for holder, key, _ in places(tree):
        inside_only = holder is tree["components"]["schemas"]
        holder[key] = _null_at_use(holder[key], nullable, inside_only)


def _taken_out(compose: _Compose, changes: Changes) -> set[str]:
    """The components that are nullable in themselves, or stand for such a one; they are so no longer."""
    nullable: set[str] = set()
    for key in compose.order:
        schema = compose.done[key]
        if schema.get("nullable", "$ref" in schema and key_of(schema["$ref"]) in nullable):
            nullable.add(key)
            changes.add("nullable", schema[AT], "null is said where the model is used")
        compose.done[key] = {name: value for name, value in schema.items() if name != "nullable"}
    return nullable


def _null_at_use(schema: Any, nullable: set[str], inside_only: bool = False) -> Any:
    """References to what was nullable in itself say so themselves."""
    if not isinstance(schema, dict):
        return schema
    result = rebuilt(schema, lambda inner, _: _null_at_use(inner, nullable))
    if "$ref" in schema and not inside_only and key_of(schema["$ref"]) in nullable:
        result.setdefault("nullable", True)
    return result


class _Compose:
    def __init__(self, components: Tree, discriminators: Discriminators, changes: Changes) -> None:
        self.changes = changes
        self.raw, self.order = without_circles(components, changes)
        self.discriminators = discriminators
        self.done: dict[str, Schema] = {}
        self.active: set[str] = set()
        self.nulls: dict[str, bool] = {}
        self.kept: dict[str, bool] = {}
        self.targets: dict[str, Schema] = {}

    # what others ask of the components

    def component(self, key: str) -> Schema | None:
        if key in self.done:
            return self.done[key]
        if key in self.active or len(self.active) > DEEP:
            return None
        self.active.add(key)
        self.done[key] = self.schema(self.raw[key], key)
        self.active.discard(key)
        return self.done[key]

    def lookup(self, reference: Schema) -> Schema | None:
        """What stands behind references, without a name in between."""
        key = key_of(reference["$ref"])
        if key not in self.targets:
            target = self.component(key)
            if target is not None and "$ref" in target:
                target = self.lookup(target)
            if target is None:
                return None
            self.targets[key] = target
        return self.targets[key]

    def foundations(self, key: str) -> Iterator[str]:
        """A component, and those that it refers to as it is or in its allOf: all its values are theirs."""
        found = {key: None}
        pending = [key]
        while pending and len(found) < LIMIT_OF_REFERENCES:
            key = pending.pop()
            yield key
            schema = self.raw[key]
            parts = (schema, *schema.get("allOf", ())) if not schema.get("nullable") else ()
            bases = [key_of(part["$ref"]) for part in parts if "$ref" in part and "nullable" not in part]
            pending += [base for base in bases if base not in found]
            found.update(dict.fromkeys(bases))

    def builds_on(self, key: str, base: str) -> bool:
        return base in self.foundations(key)

    def has_type(self, key: str, kind: Any) -> bool:
        return any(self.raw[base].get("type") == kind for base in self.foundations(key))

    def allows_null(self, schema: Any) -> bool:
        if not isinstance(schema, dict):
            return schema is not False
        if "nullable" in schema:
            return bool(schema["nullable"])
        if schema.get("type", "null") != "null" or listed(schema) is not None:
            return False
        if "$ref" in schema and not self.component_allows_null(key_of(schema["$ref"])):
            return False
        if "not" in schema and self.allows_null(schema["not"]):
            return False
        if "if" in schema and not self.allows_null(
            schema.get("then" if self.allows_null(schema["if"]) else "else", {})
        ):
            return False
        return (
            all(self.allows_null(part) for part in schema.get("allOf", ()))
            and ("anyOf" not in schema or any(self.allows_null(part) for part in schema["anyOf"]))
            and ("oneOf" not in schema or sum(self.allows_null(part) for part in schema["oneOf"]) == 1)
        )

    def component_allows_null(self, key: str) -> bool:
        if key not in self.nulls:
            self.nulls[key] = self.allows_null(self.raw[key])
        return self.nulls[key]

    def is_free(self, schema: Any) -> bool:
        """Anything at all is valid under it."""
        if not isinstance(schema, dict):
            return schema is not False
        target = self.lookup(schema) if "$ref" in schema else schema
        return target is not None and not core_of(target)

    # schemas

    def schema(self, schema: Any, key: str = "") -> Any:
        if not isinstance(schema, dict):
            return schema
        schema.setdefault(AT, "")  # what a merge has made stands nowhere
        result = rebuilt(schema, lambda inner, _: self.schema(inner))
        whole = {word: result.pop(word) for word in UNEVALUATED if word in result}
        composition = self.composition(result, key)
        if whole and not is_nothing(composition):
            composition = around(self.spelled_out(composition), composition, whole)
            assume_type(composition, self.changes)
            without_foreign_words(composition)
        return composition

    def spelled_out(self, schema: Schema) -> Schema:
        """What a reference stands for, with what is told beside it."""
        target = self.lookup(schema) if "$ref" in schema else None
        if target is None:
            return schema
        core = core_of(target)
        return {**told_of(schema), **core, **Merge(self).null(core, self.allows_null(schema))}

    def composition(self, result: Schema, key: str) -> Schema:
        if "$ref" in result and core_of(result).keys() != {"$ref"}:
            result = self.beside_reference(result)
        if "allOf" in result and UNMERGED not in result:
            result = self.all_of(result, key)
            assume_type(result, self.changes)
        if "allOf" not in result and any(word in result for word in UNIONS):
            result = self.plainest(result)
        if not any(word in result for word in UNIONS):
            # On a model that others build on it is no part of the model; families.py sees to what it means.
            result.pop("discriminator", None)
        if "$ref" in result and self.discriminators.is_child(key):
            result = self.of_its_own(result)
        family = self.discriminators.family(key) if key else None
        if family:
            result["x-discriminator"] = family
        return self.settled(result)

    def of_its_own(self, schema: Schema) -> Schema:
        """A child that adds nothing to its base is not the base: a tag can mean it, and others can build on it."""
        base = self.lookup(schema) or schema
        null = {key: one[key] for one in (base, schema) for key in ("nullable",) if key in one}
        return {**core_of(base), **told_of(schema), **null}

    def settled(self, schema: Schema) -> Schema:
        """The same without a word about null where null is valid anyway; null where nothing else is."""
        if schema.get("nullable") and is_nothing(schema):
            return {**told_of(schema), **NULL}
        if not schema.get("nullable") or not self.allows_null(core_of(schema)):
            return schema
        return {key: value for key, value in schema.items() if key != "nullable"}

    @staticmethod
    def beside_reference(schema: Schema) -> Schema:
        told = {key: value for key, value in schema.items() if is_annotation(key) or key == "nullable"}
        rest = {key: value for key, value in schema.items() if key != "$ref" and key not in told}
        reference = {"$ref": schema["$ref"], AT: schema[AT]}
        return {**told, "allOf": [reference, *rest.pop("allOf", ()), {**rest, AT: schema[AT]}]}

    # allOf

    def all_of(self, schema: Schema, key: str = "") -> Schema:
        told = told_of(schema)
        rest = {key: value for key, value in core_of(schema).items() if key != "allOf"} | {AT: schema[AT]}
        beside = self.plainest(rest) if any(word in rest for word in UNIONS) else rest
        parts = [part for part in (beside, *schema["allOf"]) if not self.is_free(part)]
        null = {"nullable": True} if schema.get("nullable") and parts else {}
        merge = Merge(self)
        if key and len(parts) == 2:
            merge.name(parts[0], parts[1], component(key))
        result = parts[0] if parts else {}
        for part in parts[1:]:
            merged = merge.schemas(result, part)
            if merged is None:
                self.changes.add("all-of", schema[AT], "left as it is: no single schema says the same")
                return {**told, **merge.unmerged(parts, schema[AT]), **null}
            result = merged
        if is_nothing(result) and null:
            result, null = dict(NULL), {}
        elif is_nothing(result):
            self.changes.add("all-of", schema[AT], "no value is valid under all of these")
        elif any("$ref" in part for part in parts) and "$ref" not in result:
            self.changes.add("all-of", schema[AT], f"{len(parts)} schemas merged into one")
        if "$ref" in result:
            result = {key: value for key, value in result.items() if key in ("$ref", "nullable")}
        return {**result, **told, **null}

    # oneOf and anyOf

    def plainest(self, schema: Schema) -> Schema:
        if all(word in schema for word in UNIONS):
            one = {"oneOf": schema["oneOf"], AT: schema[AT]}
            return self.all_of(
                {**{key: schema[key] for key in schema if key != "oneOf"}, "allOf": [self.plainest(one)]}
            )
        word = "oneOf" if "oneOf" in schema else "anyOf"
        told, flag = told_of(schema), {key: True for key in ("nullable",) if schema.get(key)}
        core = {key: value for key, value in core_of(schema).items() if key != word} | {AT: schema[AT]}
        alternatives = [item for item in schema[word] if item is not False and not is_nothing(item)]
        if len(alternatives) == 1:
            merged: Schema = self.schema({**told, **core, **flag, "allOf": alternatives})
            return merged
        if len(core) > 1 and alternatives:
            if core.get("type") == "object" and core.get("properties") and all(map(_requires, alternatives)):
                return {**schema, word: alternatives}
            merge = Merge(self)
            distributed = [self.beside_union(merge, item, core) for item in alternatives]
            if None in distributed:
                self.changes.add("union", schema[AT], "left as it is: what stands beside it cannot be told by each")
                union = self.settled(self.plain_union({AT: schema[AT]}, word, alternatives, {}))
                return {**told, **merge.unmerged([core, union], schema[AT]), **flag}
            alternatives = [item for item in distributed if item is not None and not is_nothing(item)]
        return self.plain_union(told, word, alternatives, flag)

    def beside_union(self, merge: Merge, alternative: Schema, core: Schema) -> Schema | None:
        result = merge.alternative(alternative, core)
        if result is not None:
            result.setdefault(AT, core[AT])
            assume_type(result, self.changes)
        return result

    def plain_union(self, told: Schema, word: str, alternatives: list[Schema], flag: Schema) -> Schema:
        free = [item for item in alternatives if self.is_free(item)]
        if free and (word == "anyOf" or len(alternatives) == 1):
            return told
        if free:  # of one alternative that is always valid the others are the exceptions
            others = [item for item in alternatives if not self.is_free(item)]
            exceptions = (
                self.settled(self.plain_union({AT: told.get(AT, "")}, "anyOf", others, {})) if len(free) == 1 else {}
            )
            return {**told, "not": exceptions, **flag}
        nulls = sum(self.allows_null(item) for item in alternatives)
        if nulls == 1 or (nulls and word == "anyOf"):
            flag = {"nullable": True}
        shared = word == "oneOf" and nulls > 1
        flat = self.flattened(
            [self.without_null(item, shared) for item in alternatives if not self.is_null(item)], word
        )
        once, repeated = by_repetition(flat) if word == "oneOf" else (flat, [])
        if repeated:
            note = "an alternative that is listed twice never fits alone, so its values are excluded"
            self.changes.add("union", told.get(AT, ""), note)
            return self.without_values(repeated, self.of_plain(told, word, once, flag))
        return self.of_plain(told, word, flat, flag)

    def without_values(self, excluded: list[Schema], union: Schema) -> Schema:
        if is_nothing(union) or core_of(union) == NULL:
            return union
        at = union.get(AT, "")
        return Merge(self).both(self.settled(union), {"not": self.of_plain({AT: at}, "anyOf", excluded, {}), AT: at})

    def of_plain(self, told: Schema, word: str, flat: list[Schema], flag: Schema) -> Schema:
        """The union of alternatives that are in their plainest form, and have no null of their own."""
        if not flat:
            return {**told, **(NULL if flag else {"not": {}})}
        if len(flat) == 1:
            return self.only(flat[0], told, bool(flag))
        if values := one_list(flat, word):
            return {**told, **values, **flag}
        apart = told_apart(flat)
        if apart and all(core_of(item).keys() == {"type"} for item in flat):
            return {**told, "type": [item["type"] for item in flat], **flag}
        return {**self.discriminators.of_union(told, flat), ("anyOf" if apart else word): flat, **flag}

    def is_null(self, schema: Schema) -> bool:
        """Only null is valid under it."""
        target = self.lookup(schema) if "$ref" in schema else schema
        return target is not None and core_of(target) == NULL

    def only(self, item: Schema, told: Schema, null: bool) -> Schema:
        """A union with one alternative."""
        core = core_of(item)
        flag = {} if self.allows_null(core) == null else {"nullable": null}
        return {**(told_of(item) if "$ref" not in item else {}), **core, **told, **flag}

    def without_null(self, item: Schema, shared: bool) -> Schema:
        """An alternative whose null is said by the union; ``shared`` is null that several allow, so that none may."""
        if not self.allows_null(item):
            return item
        bare = {key: value for key, value in item.items() if key != "nullable"}
        if self.keeps_null(bare):
            return Merge(self).both(bare, {"not": dict(NULL), AT: item.get(AT, "")}) if shared else bare
        return {**bare, "nullable": False} if self.allows_null(core_of(bare)) else bare

    def keeps_null(self, schema: Schema) -> bool:
        """Allows null not as something beside other values, but because of what it does not say."""
        target = self.lookup(schema) if "$ref" in schema else schema
        if target is None:
            return self.component_will_keep_null(key_of(schema["$ref"]))
        return self.allows_null({key: target[key] for key in target if key != "nullable"})

    def component_will_keep_null(self, key: str) -> bool:
        if key not in self.kept:
            self.kept[key] = self.will_keep_null(self.raw[key])
        return self.kept[key]

    def will_keep_null(self, schema: Schema) -> bool:
        """The same of what is still being worked out: a union will get a flag, unless it becomes a negation."""
        if "nullable" in schema or not self.allows_null(schema):
            return False
        if any(not any(map(self.is_free, schema[word])) for word in UNIONS if word in schema):
            return False
        bases = [key_of(schema["$ref"])] if "$ref" in schema else []
        return all(map(self.component_will_keep_null, bases)) and all(map(self.will_keep_null, schema.get("allOf", ())))

    @staticmethod
    def flattened(alternatives: list[Schema], word: str) -> list[Schema]:
        """Alternatives of alternatives are alternatives, where several may hold; there none is told twice."""
        if word == "oneOf":
            return alternatives
        flat: dict[str, Schema] = {}
        for item in alternatives:
            for inner in nested(item):
                flat.setdefault(spelled_without_annotations(inner), inner)
        return list(flat.values())


def _requires(alternative: Schema) -> bool:
    return without_annotations(alternative).keys() <= REQUIREMENTS and alternative.get("type", "object") == "object"
