"""What is valid under two schemas at once, as one schema; ``None`` where no single schema says exactly that.

Null is kept apart: a *core* is a schema without its ``nullable``, and null is valid under both where each allows it.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

from specmill.document.passes.dialect import CONDITION, listed, spelled, with_values, without_foreign_words
from specmill.document.tree import AT, Schema, is_annotation, key_of

HIGHER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
LOWER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
UNIONS = ("anyOf", "oneOf")
MEMBERS = ("properties", "additionalProperties", "patternProperties")
WHOLE = ("allOf", "unevaluatedProperties", "unevaluatedItems")  # words that judge by all that stands beside them
GROUPS = (CONDITION, ("contains", "minContains", "maxContains"), ("prefixItems", "items"))
BRANCHES = 32  # how many alternatives a union may have after it was combined with another
STEPS = 5_000  # how many pairs of schemas one merge may come to: copies of copies are exponential
OUTER = ("title", "description")
UNMERGED = "x-unmerged"  # on an allOf that leads back to itself, so that nobody tries again


class Models(Protocol):
    """What merging has to know about the other schemas."""

    def lookup(self, reference: Schema) -> Schema | None:
        """What a reference stands for; None while that is being worked out."""
        ...

    def allows_null(self, schema: Schema) -> bool: ...

    def builds_on(self, key: str, base: str) -> bool:
        """Whatever is valid under the one component is valid under the other."""
        ...

    def has_type(self, key: str, kind: Any) -> bool:
        """All values of a component, but null, are of this type."""
        ...

    def plainest(self, schema: Schema) -> Schema:
        """A schema with a union, in its plainest form."""
        ...


def without_annotations(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if not is_annotation(key)}


def told_of(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if is_annotation(key) and key != UNMERGED}


def core_of(schema: Schema) -> Schema:
    return {key: schema[key] for key in schema if key == UNMERGED or not (key == "nullable" or is_annotation(key))}


def nothing() -> Schema:
    """Under which no value is valid; each a schema of its own, since others write to what they are given."""
    return {"not": {}}


def is_nothing(schema: Schema) -> bool:
    """No value at all is valid under it."""
    core = core_of(schema)
    return core.keys() == {"not"} and isinstance(core["not"], dict) and not without_annotations(core["not"])


def same(left: Any, right: Any) -> bool:
    """Equal but for what is told about it."""
    if isinstance(left, dict) and isinstance(right, dict):
        mine = {key for key in left if not is_annotation(key)}
        return mine == {key for key in right if not is_annotation(key)} and all(
            same(left[key], right[key]) for key in mine
        )
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)


class Circle(Exception):
    """Two schemas whose merging leads to merging them."""


class Merge:
    """One merging of some schemas; ``gave_up`` where it would not end rather than could not be said."""

    def __init__(self, models: Models) -> None:
        self.models = models
        self.gave_up = False
        self.steps = STEPS
        self.open: set[frozenset[Any]] = set()
        self.named: dict[frozenset[Any], Schema] = {}

    def name(self, left: Schema, right: Schema, reference: str) -> None:
        """What the two are together has a name, for when merging them leads to merging them."""
        self.named[frozenset((_token(left), _token(right)))] = {"$ref": reference}

    def schemas(self, left: Schema, right: Schema) -> Schema | None:
        core = self.cores(left, right)
        if core is None:
            return None
        null = self.models.allows_null(left) and self.models.allows_null(right)
        if is_nothing(core) and null:
            core, null = {"type": "null"}, False
        told = {key: left.get(key, right.get(key)) for key in (*OUTER, AT) if key in left or key in right}
        for side in (left, right):
            if "$ref" not in side:
                told = {**_told(side, core), **told}
        return {**told, **core, **self.null(core, null)}

    def null(self, core: Schema, null: bool) -> Schema:
        """What has to be said about null beside a core; a reference speaks for what it stands for."""
        if self.models.allows_null(core) == null:
            return {}
        return {"nullable": null} if null or "$ref" in core else {}

    def both(self, left: Schema, right: Schema) -> Schema:
        """Two schemas at one place inside what is merged: where they are not one schema, an ``allOf``."""
        result = self.schemas(left, right)
        return self.unmerged([left, right], left.get(AT, right.get(AT))) if result is None else result

    def unmerged(self, parts: list[Schema], at: Any) -> Schema:
        """An ``allOf`` of schemas that are not one schema, without any inside it."""
        nested = [core_of(part).keys() - {UNMERGED} == {"allOf"} and not part.get("nullable") for part in parts]
        final = self.gave_up or any(nested) or any(UNMERGED in part for part in parts)
        self.gave_up = False
        flat: list[Schema] = []
        for part, has_parts in zip(parts, nested, strict=True):
            for item in part["allOf"] if has_parts else [part]:
                if not any(same(item, other) for other in flat):
                    flat.append(item)
        return {"allOf": flat, **({UNMERGED: True} if final else {}), AT: at}

    def cores(self, left: Schema, right: Schema) -> Schema | None:
        pair = frozenset((_token(left), _token(right)))
        if pair in self.open and pair in self.named:
            return dict(self.named[pair])
        if pair in self.open:
            raise Circle(pair)
        self.steps -= 1
        if self.steps < 0:
            return self.give_up()
        self.open.add(pair)
        try:
            return self._cores(left, right)
        except Circle as circle:
            if circle.args[0] != pair:
                raise
            return self.give_up()
        finally:
            self.open.discard(pair)

    def give_up(self) -> Schema | None:
        self.gave_up = True
        return None

    def _cores(self, left: Schema, right: Schema) -> Schema | None:
        mine, theirs = core_of(left), core_of(right)
        if not mine or not theirs or same(mine, theirs):
            return mine or theirs
        for one, other in ((mine, theirs), (theirs, mine)):
            if other.keys() == {"type"} and self.has_type(one, other["type"]):
                return one
        if UNMERGED in left or UNMERGED in right:
            return self.give_up()
        for one, other in ((left, right), (right, left)):
            if "$ref" in one:
                return self.with_reference(core_of(one), other)
        for one, other in ((mine, right), (theirs, left)):
            for word in UNIONS:
                if word in one:
                    return self.with_union(one, word, other)
        return self.plain(mine, theirs)

    def has_type(self, core: Schema, kind: Any) -> bool:
        """All its values, but null, are of this type: known without working anything out."""
        if "$ref" in core:
            return self.models.has_type(key_of(core["$ref"]), kind)
        return bool(core.get("type") == kind) or any(
            self.has_type(core_of(part), kind) for part in core.get("allOf", ())
        )

    def with_reference(self, reference: Schema, other: Schema) -> Schema | None:
        """The reference itself where the other side adds nothing to what it stands for."""
        if "$ref" in other:
            keys = key_of(reference["$ref"]), key_of(other["$ref"])
            for (key, base), result in ((keys, reference), (keys[::-1], core_of(other))):
                if self.models.builds_on(key, base):
                    return result
        target = self.models.lookup(reference)
        if target is None:
            return self.give_up()
        merged = self.cores(target, other)
        return reference if merged is not None and same(merged, core_of(target)) else merged

    def with_union(self, union: Schema, word: str, other: Schema) -> Schema | None:
        """Both sides of the union have to hold: either alternative together with the other side."""
        rest = {key: value for key, value in union.items() if key != word}
        beside = self.cores(rest, other) if rest else other
        if beside is None:
            return None
        possible: list[Schema] = []
        for alternative in union[word]:
            result = self.alternative(alternative, beside)
            if result is None:
                return None
            if not is_nothing(result):
                possible.append(result)
        if _leaves(possible) > BRANCHES:
            return self.give_up()
        return core_of(self.models.plainest({word: possible, AT: other.get(AT, "")}))

    def alternative(self, alternative: Schema, other: Schema) -> Schema | None:
        """One alternative of a union, together with what holds for all of them; it keeps its name."""
        core = self.cores(alternative, other)
        if core is None:
            return None
        null = self.null(core, self.models.allows_null(alternative) and self.models.allows_null(other))
        if "$ref" in core:
            return {**core, **null, AT: alternative.get(AT, other.get(AT, ""))}
        told = _told(alternative, core)
        if "$ref" in alternative:
            target = self.models.lookup(alternative) or {}
            name = alternative["$ref"].rpartition("/")[2]
            told = {"title": target.get("title", name), AT: alternative.get(AT, "")}
        return {**told, **core, **null}

    def plain(self, left: Schema, right: Schema) -> Schema | None:
        if is_nothing(left) or is_nothing(right):
            return nothing()
        if any(word in side for word in WHOLE for side in (left, right)) or _mixed(left, right):
            return None
        result: Schema = {}
        for key in (*left, *(key for key in right if key not in left)):
            if key in ("properties", "additionalProperties", "enum", "const"):
                continue
            one = key not in left or key not in right
            value = left.get(key, right.get(key)) if one else self.word(key, left[key], right[key])
            if value is None:
                return nothing() if key == "type" else None
            result[key] = value
        if not self.members(result, left, right):
            return None
        if result.get("type") == "null":
            return {"type": "null"} if self.models.allows_null(result) else nothing()
        without_foreign_words(result)
        values = _values(left, right)
        return result if values is None else with_values(result, values)

    def word(self, key: str, left: Any, right: Any) -> Any:
        """What two values of one keyword mean together; None where one value cannot say it."""
        if same(left, right) or key == "format":
            return left
        if key in HIGHER:
            return max(left, right)
        if key in LOWER:
            return min(left, right)
        if key == "type":
            return _common_type(left, right)
        if key == "required":
            return [*left, *(name for name in right if name not in left)]
        if key == "items":
            return self.both(left, right) if isinstance(left, dict) and isinstance(right, dict) else False
        if key == "uniqueItems":
            return True
        if key == "multipleOf" and isinstance(left, int) and isinstance(right, int):
            return math.lcm(left, right)
        return None

    def members(self, result: Schema, left: Schema, right: Schema) -> bool:
        """Members and what further ones may be; False where one list of members cannot say it."""
        mine, theirs = ({key: side[key] for key in MEMBERS if key in side} for side in (left, right))
        if not mine or not theirs:
            result.update(mine or theirs)
            return True
        if "patternProperties" in result and "additionalProperties" in {**left, **right}:
            return False
        names = {**left.get("properties", {}), **right.get("properties", {})}
        members = {name: self.member(name, left, right) for name in names}
        # What one side forbids is not listed: as a further member it stays forbidden.
        properties = {name: member for name, member in members.items() if member is not None}
        if properties:
            result["properties"] = properties
        further = [side["additionalProperties"] for side in (left, right) if "additionalProperties" in side]
        if any(schema is False for schema in further):
            result["additionalProperties"] = False
        elif further:
            result["additionalProperties"] = further[0] if len(further) == 1 else self.both(further[0], further[1])
        return True

    def member(self, name: str, left: Schema, right: Schema) -> Schema | None:
        said = [side.get("properties", {}).get(name, side.get("additionalProperties", {})) for side in (left, right)]
        return None if any(schema is False for schema in said) else self.both(said[0], said[1])


def _told(schema: Schema, core: Schema) -> Schema:
    """What is told about a schema that became this core: a discriminator knows the old alternatives only."""
    told = told_of(schema)
    if not same(core_of(schema), core):
        told.pop("discriminator", None)
    return told


def _token(schema: Schema) -> Any:
    """The same for the same schema, wherever a reference to it stands."""
    return schema["$ref"] if "$ref" in schema else id(schema)


def _values(left: Schema, right: Schema) -> list[Any] | None:
    mine, theirs = listed(left), listed(right)
    if mine is None or theirs is None:
        return theirs if mine is None else mine
    known = {spelled(value) for value in theirs}
    return [value for value in mine if spelled(value) in known]


def _mixed(left: Schema, right: Schema) -> bool:
    """Words that mean something only together stand on both sides."""
    for group in GROUPS:
        mine, theirs = ({key: side[key] for key in group if key in side} for side in (left, right))
        if mine and theirs and not same(mine, theirs) and {*mine, *theirs} != {"items"}:
            return True
    return False


def _common_type(left: Any, right: Any) -> Any:
    mine = left if isinstance(left, list) else [left]
    theirs = right if isinstance(right, list) else [right]
    common = [kind for kind in mine if kind in theirs or (kind == "integer" and "number" in theirs)]
    common += [kind for kind in theirs if kind == "integer" and "number" in mine and kind not in common]
    return None if not common else common[0] if len(common) == 1 else common


def _leaves(alternatives: list[Schema]) -> int:
    return sum(_leaves(next((item[word] for word in UNIONS if word in item), [])) or 1 for item in alternatives)
