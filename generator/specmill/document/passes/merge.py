"""What is valid under two schemas at once, as one schema; ``None`` where no single schema says exactly that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specmill.document.passes.dialect import OF_A_NUMBER, _is, _spelled
from specmill.document.tree import AT, Schema, is_annotation

Lookup = Callable[[Schema], Schema | None]  # what a reference stands for; None while that is being worked out

HIGHER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
LOWER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
UNIONS = ("anyOf", "oneOf")
MEMBERS = ("properties", "additionalProperties")
BRANCHES = 32  # how many alternatives a union may have after it was combined with another
OUTER = ("title", "description")


def without_annotations(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if not is_annotation(key)}


def same(left: Any, right: Any) -> bool:
    """Equal but for what is told about it."""
    if isinstance(left, dict) and isinstance(right, dict):
        mine = {key for key in left if not is_annotation(key)}
        return mine == {key for key in right if not is_annotation(key)} and all(same(left[key], right[key]) for key in mine)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(*pair) for pair in zip(left, right, strict=True))
    return type(left) is type(right) and bool(left == right)


def merged(left: Schema, right: Schema, lookup: Lookup, allows_null: Callable[[Schema], bool]) -> Schema | None:
    return _Merge(lookup, allows_null).schemas(left, right)


class _Merge:
    def __init__(self, lookup: Lookup, allows_null: Callable[[Schema], bool]) -> None:
        self.lookup = lookup
        self.allows_null = allows_null

    def schemas(self, left: Schema, right: Schema) -> Schema | None:
        null = self.allows_null(left) and self.allows_null(right)
        core = self.cores(_core(left), _core(right))
        if core is None:
            return None
        told = {key: left.get(key, right.get(key)) for key in (*OUTER, AT) if key in left or key in right}
        told |= {key: value for side in (right, left) for key, value in side.items()
                 if is_annotation(key) and key not in told and "$ref" not in side}
        return {**told, **core, **({"nullable": True} if null and core else {})}

    def cores(self, left: Schema, right: Schema) -> Schema | None:
        if not left or not right:
            return left or right
        if same(left, right):
            return left
        for one, other in ((left, right), (right, left)):
            if "$ref" in one:
                return self.with_reference(one, other)
        for one, other in ((left, right), (right, left)):
            for word in UNIONS:
                if word in one:
                    return self.with_union(one, word, other)
        return self.plain(left, right)

    def with_reference(self, reference: Schema, other: Schema) -> Schema | None:
        """The reference itself where the other side adds nothing to what it stands for."""
        target = self.lookup(reference)
        if target is None or "allOf" in target:
            return None
        result = self.cores(_core(target), other)
        return reference if result is not None and same(result, _core(target)) else result

    def with_union(self, union: Schema, word: str, other: Schema) -> Schema | None:
        """Both sides of the union have to hold: either alternative together with the other side."""
        rest = {key: value for key, value in union.items() if key != word}
        other = self.cores(rest, other) if rest else other  # type: ignore[assignment]
        if other is None:
            return None
        alternatives = [self.alternative(alternative, other) for alternative in union[word]]
        possible = [alternative for alternative in alternatives if alternative is not None]
        if len(possible) < len(alternatives) or _leaves(possible) > BRANCHES:
            return None
        return {word: possible}

    def alternative(self, alternative: Schema, other: Schema) -> Schema | None:
        result = self.schemas(alternative, other)
        if result is not None and "$ref" in alternative and "$ref" not in result:
            target = self.lookup(alternative) or {}
            result.setdefault("title", target.get("title", alternative["$ref"].rpartition("/")[2]))
        return result

    def plain(self, left: Schema, right: Schema) -> Schema | None:
        result: Schema = {}
        for key in (*left, *(key for key in right if key not in left)):
            if key in MEMBERS:
                continue
            value = left[key] if key not in right else right[key] if key not in left else self.both(key, left[key], right[key])
            if value is None:
                return None
            result[key] = value
        if not _agree(result) or not self.members(result, left, right):
            return None
        return result

    def both(self, key: str, left: Any, right: Any) -> Any:
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
        if key == "enum":
            known = {_spelled(value) for value in right}
            return [value for value in left if _spelled(value) in known] or None
        if key == "items" and isinstance(left, dict) and isinstance(right, dict):
            return self.schemas(left, right)
        if key == "uniqueItems":
            return True
        return None

    def members(self, result: Schema, left: Schema, right: Schema) -> bool:
        """Members and what further ones may be; False where one list of members cannot say it."""
        if not any(key in side for key in MEMBERS for side in (left, right)):
            return True
        if any("patternProperties" in side for side in (left, right)) and "additionalProperties" in {**left, **right}:
            return False
        properties: Schema = {}
        for name in {**left.get("properties", {}), **right.get("properties", {})}:
            value = self.member(name, left, right)
            if value is None:
                return False
            properties[name] = value
        if properties:
            result["properties"] = properties
        further = [side["additionalProperties"] for side in (left, right) if "additionalProperties" in side]
        if False in further:
            result["additionalProperties"] = False
        elif further:
            both = further[0] if len(further) == 1 else self.schemas(further[0], further[1])
            if both is None:
                return False
            result["additionalProperties"] = both
        return True

    def member(self, name: str, left: Schema, right: Schema) -> Schema | None:
        said = [side.get("properties", {}).get(name, side.get("additionalProperties", {})) for side in (left, right)]
        if False in said:
            return None
        return self.schemas(said[0], said[1])


def _core(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key != "nullable" and not is_annotation(key)}


def _common_type(left: Any, right: Any) -> Any:
    mine = left if isinstance(left, list) else [left]
    theirs = right if isinstance(right, list) else [right]
    common = [kind for kind in mine if kind in theirs or (kind == "integer" and "number" in theirs)]
    common += [kind for kind in theirs if kind == "integer" and "number" in mine and kind not in common]
    return None if not common else common[0] if len(common) == 1 else common


def _agree(schema: Schema) -> bool:
    """Listed values have to fit the type that stands beside them; where they do not, no one schema says it all."""
    types = schema.get("type")
    listed = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])]
    if types is None or not listed:
        return "const" not in schema or "enum" not in schema
    kinds = types if isinstance(types, list) else [types]
    fits = all(any(_is(value, kind) or {kind} <= set(OF_A_NUMBER) and _is(value, kind) for kind in kinds) for value in listed)
    return fits and not ("const" in schema and "enum" in schema)


def _leaves(alternatives: list[Schema]) -> int:
    return sum(_leaves(next((item[word] for word in UNIONS if word in item), [])) or 1 for item in alternatives)
