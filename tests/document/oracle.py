"""A plain judge of JSON values against a schema of an OpenAPI 3.0 or 3.1 document, the slow and obvious way.

It shares no code with the normaliser, so that the two can be held against each other. What it takes for granted, as
the normaliser does: integer formats are ranges, every other format is a remark; in 3.0 nothing counts beside a
``$ref``, and ``nullable`` beside a type, an enum or a composition allows null whatever else is said; a schema that
only speaks about one type, and says nothing else, means that type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

RANGES = {
    **{"int8": range(-(2**7), 2**7), "int16": range(-(2**15), 2**15)},
    **{"int32": range(-(2**31), 2**31), "int64": range(-(2**63), 2**63)},
    **{"uint8": range(2**8), "uint16": range(2**16), "uint32": range(2**32), "uint64": range(2**64)},
    **{"double-int": range(-(2**53) + 1, 2**53)},
}
COMPOSITIONS = ("allOf", "oneOf", "anyOf")
SPEAKS_FOR_ITSELF = ("$ref", *COMPOSITIONS, "not", "if", "enum", "const")
SPEAKS_OF = {
    "object": "properties required additionalProperties patternProperties propertyNames minProperties maxProperties",
    "array": "items prefixItems contains minItems maxItems uniqueItems",
    "string": "pattern minLength maxLength",
    "number": "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf",
}


def is_valid(document: dict[str, Any], schema: Any, value: Any) -> bool:
    """Is ``value`` what ``schema``, a schema somewhere in ``document``, allows?"""
    if isinstance(schema, bool):
        return schema
    strict = str(document["openapi"]).startswith("3.0")
    if "$ref" in schema:
        target = is_valid(document, target_of(document, schema["$ref"]), value)
        return target and (strict or all_hold(document, schema, value))
    if value is None and strict and is_nullable(schema):
        return True
    return all_hold(document, schema, value)


def all_hold(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    def judge(inner: Any, part: Any) -> bool:
        return is_valid(document, inner, part)

    return has_type(schema, value) and all(RULES[key](judge, schema, value) for key in schema if key in RULES)


def target_of(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        node = node[int(name)] if isinstance(node, list) else node[name]
    return node


def is_nullable(schema: dict[str, Any]) -> bool:
    said = types_of(schema) is not None or any(key in schema for key in ("enum", *COMPOSITIONS))
    return schema.get("nullable") is True and said


def types_of(schema: dict[str, Any]) -> list[str] | None:
    if "type" in schema:
        return schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if any(key in schema for key in SPEAKS_FOR_ITSELF):
        return None
    return next(([kind] for kind, words in SPEAKS_OF.items() if any(word in schema for word in words.split())), None)


def has_type(schema: dict[str, Any], value: Any) -> bool:
    types = types_of(schema)
    return types is None or any(is_a(kind, value) for kind in types)


def is_a(kind: str, value: Any) -> bool:
    if kind == "integer":
        return is_number(value) and value == int(value)
    kinds: dict[str, Callable[[Any], bool]] = {
        "null": lambda value: value is None,
        "boolean": lambda value: isinstance(value, bool),
        "number": is_number,
        "string": lambda value: isinstance(value, str),
        "array": lambda value: isinstance(value, list),
        "object": lambda value: isinstance(value, dict),
    }
    return kinds[kind](value)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 is 1.0, but true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


Judge = Callable[[Any, Any], bool]
Rule = Callable[[Judge, dict[str, Any], Any], bool]
RULES: dict[str, Rule] = {}


def rule(keyword: str, about: type | tuple[type, ...] = object) -> Callable[[Rule], Rule]:
    """The rule of one keyword, which holds for whatever is not of the types it is about."""

    def register(judged: Rule) -> Rule:
        def guarded(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
            concerned = isinstance(value, about) and not (about == NUMBER and isinstance(value, bool))
            return not concerned or judged(judge, schema, value)

        RULES[keyword] = guarded
        return judged

    return register


NUMBER = (int, float)


@rule("allOf")
def all_of(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return all(judge(inner, value) for inner in schema["allOf"])


@rule("anyOf")
def any_of(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return any([judge(inner, value) for inner in schema["anyOf"]])


@rule("oneOf")
def one_of(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return sum(judge(inner, value) for inner in schema["oneOf"]) == 1


@rule("not")
def not_(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return not judge(schema["not"], value)


@rule("if")
def if_(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    branch = "then" if judge(schema["if"], value) else "else"
    return judge(schema.get(branch, True), value)


@rule("enum")
def enum(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return any(same(value, listed) for listed in schema["enum"])


@rule("const")
def const(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return same(value, schema["const"])


@rule("format", NUMBER)
def format_(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    if schema["format"] not in RANGES or "integer" not in (types_of(schema) or ()):
        return True
    return bool(RANGES[schema["format"]].start <= value < RANGES[schema["format"]].stop)


@rule("minimum", NUMBER)
def minimum(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(value > schema["minimum"] if schema.get("exclusiveMinimum") is True else value >= schema["minimum"])


@rule("maximum", NUMBER)
def maximum(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(value < schema["maximum"] if schema.get("exclusiveMaximum") is True else value <= schema["maximum"])


@rule("exclusiveMinimum", NUMBER)
def exclusive_minimum(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return isinstance(schema["exclusiveMinimum"], bool) or value > schema["exclusiveMinimum"]


@rule("exclusiveMaximum", NUMBER)
def exclusive_maximum(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return isinstance(schema["exclusiveMaximum"], bool) or value < schema["exclusiveMaximum"]


@rule("multipleOf", NUMBER)
def multiple_of(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(value % schema["multipleOf"] == 0)


@rule("minLength", str)
def min_length(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(len(value) >= schema["minLength"])


@rule("maxLength", str)
def max_length(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(len(value) <= schema["maxLength"])


@rule("pattern", str)
def pattern(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return re.search(schema["pattern"], value) is not None


@rule("items", list)
def items(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return all(judge(schema["items"], item) for item in value[len(schema.get("prefixItems", ())) :])


@rule("prefixItems", list)
def prefix_items(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return all(judge(inner, item) for inner, item in zip(schema["prefixItems"], value, strict=False))


@rule("contains", list)
def contains(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return any(judge(schema["contains"], item) for item in value)


@rule("minItems", list)
def min_items(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(len(value) >= schema["minItems"])


@rule("maxItems", list)
def max_items(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(len(value) <= schema["maxItems"])


@rule("uniqueItems", list)
def unique_items(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    twice = any(same(one, other) for index, one in enumerate(value) for other in value[:index])
    return not (schema["uniqueItems"] and twice)


@rule("properties", dict)
def properties(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return all(judge(inner, value[name]) for name, inner in schema["properties"].items() if name in value)


@rule("patternProperties", dict)
def pattern_properties(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    patterns = schema["patternProperties"].items()
    return all(judge(inner, value[name]) for text, inner in patterns for name in value if re.search(text, name))


@rule("additionalProperties", dict)
def additional_properties(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    patterns = schema.get("patternProperties", ())
    foreseen = {name for name in value if any(re.search(text, name) for text in patterns)}
    further = value.keys() - foreseen - schema.get("properties", {}).keys()
    return all(judge(schema["additionalProperties"], value[name]) for name in further)


@rule("propertyNames", dict)
def property_names(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return all(judge(schema["propertyNames"], name) for name in value)


@rule("required", dict)
def required(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return all(name in value for name in schema["required"])


@rule("minProperties", dict)
def min_properties(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(len(value) >= schema["minProperties"])


@rule("maxProperties", dict)
def max_properties(judge: Judge, schema: dict[str, Any], value: Any) -> bool:
    return bool(len(value) <= schema["maxProperties"])
