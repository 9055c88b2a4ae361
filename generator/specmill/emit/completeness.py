"""Reads the finished models again and compares them with the schemas: whatever got lost on the way is named here.

It knows nothing of how they were made. From a schema and from an annotation it collects facts of the same
form: the models referred to, the types, the values listed, each limit with its number. The schema's must all be there.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from specmill.emit.patterns import python_pattern
from specmill.emit.uses import REF, required_of, said_by
from specmill.values import Schema

Fact = tuple[str, Any]

LIMITS: Mapping[str, str] = {
    **{
        "minimum": "ge",
        "exclusiveMinimum": "gt",
        "maximum": "le",
        "exclusiveMaximum": "lt",
        "multipleOf": "multiple_of",
    },
    **dict.fromkeys(("minLength", "minItems", "minProperties"), "min_length"),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), "max_length"),
    **{"uniqueItems": "uniqueItems", "minContains": "minContains", "maxContains": "maxContains"},
}
ABOUT: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern"), frozenset({"string"})),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), frozenset({"integer", "number"})),
    **{"multipleOf": frozenset({"integer", "number"})},
    **dict.fromkeys(("items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"), frozenset({"array"})),
    **dict.fromkeys(("properties", "required", "additionalProperties", "propertyNames"), frozenset({"object"})),
    **dict.fromkeys(("minProperties", "maxProperties", "patternProperties"), frozenset({"object"})),
}
INNER = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
TABLES = ("properties", "patternProperties", "dependentSchemas")
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "array": "list", "object": "dict"}
FORMATS = {"byte": "bytes", "binary": "bytes", "date": "date", "date-time": "datetime", "uuid": "UUID"}
ALIASES: Mapping[str, tuple[Fact, ...]] = {
    "Int32": (("type", "int"), ("ge", -(2**31)), ("le", 2**31 - 1)),
    "Int64": (("type", "int"), ("ge", -(2**63)), ("le", 2**63 - 1)),
    "DateTime": (("type", "datetime"),),
}
# What a struct says by its members and its class.
TOLD = frozenset({"type", "properties", "required", "additionalProperties"})
BUILTIN = frozenset({"str", "int", "float", "bool", "bytes", "list", "dict", "UUID"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What an annotation says, and whether null and absence are among its alternatives."""

    told: frozenset[Fact]
    null: bool
    unset: bool


@dataclass(frozen=True, slots=True)
class Lost:
    """Something of the document that the models do not say."""

    name: str
    member: str
    what: str


def lost(
    module: ModuleType,
    sources: Mapping[str, str],
    schemas: Mapping[str, Schema],
    fields: Mapping[str, Mapping[str, str]],
    optional: Mapping[str, frozenset[str]],
) -> Iterator[Lost]:
    """``sources`` are the texts of all models that are no structs; those are read from the imported module."""
    for name, schema in schemas.items():
        if not hasattr(module, name):
            yield Lost(name, "", "the model itself")
        elif name in sources:
            yield from (Lost(name, "", what) for what in _missing(schema, _definition(sources[name])))
        else:
            yield from _lost_of_struct(name, schema, getattr(module, name), fields[name], optional[name])


def _definition(source: str) -> Facts:
    """What an alias says; of a union what is true when it runs, not what type checkers read."""
    node = ast.parse(source).body[0]
    line = node.orelse[0] if isinstance(node, ast.If) else node
    value = line.value if isinstance(line, (ast.Assign, ast.AnnAssign)) else None
    return Facts(frozenset(told_by(value) if value else ()), False, False)


def _lost_of_struct(
    name: str, schema: Schema, struct: Any, names: Mapping[str, str], optional: frozenset[str]
) -> Iterator[Lost]:
    annotations: Mapping[str, str] = struct.__annotations__
    wires = dict(zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True))
    wires |= getattr(struct, "__wire_names__", {})
    for member, inner in schema["properties"].items():
        python = names.get(member, "")
        if python not in annotations or wires.get(python) != member:
            yield Lost(name, member, "the member itself")
            continue
        facts = facts_of(annotations[python])
        yield from (Lost(name, member, what) for what in _missing(inner, facts))
        if ("type", "Any") not in facts.told and facts.null is not takes_null(inner):
            yield Lost(name, member, "whether it may be null")
        if facts.unset is not (member in optional):
            yield Lost(name, member, "whether it has to be there")
    closed = schema.get("additionalProperties") is False
    required = () if closed else schema.get("required", ())
    yield from (Lost(name, "", f"the required member {one}") for one in required if names.get(one) not in annotations)
    yield from (Lost(name, "", what) for what in _lost_of_object(schema, struct, annotations))


def _lost_of_object(schema: Schema, struct: Any, annotations: Mapping[str, str]) -> Iterator[str]:
    about = {key: limit for key, limit in schema.items() if key not in TOLD}
    told = set(demanded(getattr(struct, "__extra_json_schema__", {})))
    yield from (_shown(fact) for fact in demanded(about) if fact not in told)
    others = schema.get("additionalProperties")
    if others is False and "patternProperties" not in schema:
        if not struct.__struct_config__.forbid_unknown_fields:
            yield "additionalProperties: false"
    elif others is not None and others is not False:
        kept = annotations.get("additional_properties")
        yield from ["additionalProperties"] if kept is None else _missing(others, facts_of(kept))


def _missing(schema: Any, facts: Facts) -> Iterator[str]:
    wanted = set(demanded(schema))
    yield from sorted(_shown(fact) for fact in wanted - facts.told)
    yield from sorted(f"that it has no {_shown(fact)}" for fact in facts.told - wanted if fact[0] == "refers to")


def _shown(fact: Fact) -> str:
    return f"{fact[0]} {fact[1]}"


# --- the facts of a schema


def demanded(schema: Any) -> Iterator[Fact]:
    """All that a schema demands, wherever in it."""
    if not isinstance(schema, dict):
        return
    values = _listed(schema)
    if "$ref" in schema:
        yield "refers to", str(schema["$ref"]).removeprefix(REF)
    yield from (("value", _value(value)) for value in values)
    if not values:
        yield from _types(schema)
    for key, limit in schema.items():
        if not _matters(key, schema):
            continue
        if key in LIMITS and not (values and all(said_by(value, key, limit) for value in values)):
            yield LIMITS[key], limit
        elif key == "pattern":
            yield "pattern", (python_pattern(limit) if isinstance(limit, str) else None) or limit
        elif key == "required":
            yield from (("requires", name) for name in required_of(schema))
        else:
            yield from _below(key, limit)


def _matters(key: str, schema: Mapping[str, Any]) -> bool:
    """A limit of texts says nothing about numbers."""
    given = schema.get("type")
    if given is None or key not in ABOUT:
        return True
    return not ABOUT[key].isdisjoint([given] if isinstance(given, str) else given)


def _below(key: str, limit: Any) -> Iterator[Fact]:
    if key in INNER:
        yield from demanded(limit)
    elif key in LISTS:
        for one in limit:
            yield from demanded(one)
    elif key in TABLES:
        for one in limit.values():
            yield from demanded(one)
    elif key == "dependentRequired":
        yield "requires", repr(limit)


def _listed(schema: Mapping[str, Any]) -> list[Any]:
    given = [schema["const"]] if "const" in schema else schema.get("enum", [])
    given = [one for one in given if one is not None and _is_of(one, schema.get("type"))]
    whole = schema.get("type") in ("integer", ["integer"], ["integer", "null"], ["null", "integer"])
    return [int(one) if whole and isinstance(one, float) else one for one in given]


def _is_of(value: Any, types: Any) -> bool:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}
    kind = kinds.get(type(value), "")
    whole = isinstance(value, float) and value.is_integer()
    allowed = [types] if isinstance(types, str) else types
    return (
        not allowed
        or kind in allowed
        or (kind == "integer" and "number" in allowed)
        or (whole and "integer" in allowed)
    )


def _types(schema: Mapping[str, Any]) -> Iterator[Fact]:
    given = schema.get("type", [])
    for one in [given] if isinstance(given, str) else given:
        if one == "string":
            encoded = schema.get("contentEncoding") == "base64"
            yield "type", "bytes" if encoded else FORMATS.get(str(schema.get("format")), "str")
        elif one in TYPES:
            yield "type", TYPES[one]


def takes_null(schema: Any) -> bool:
    if not isinstance(schema, dict) or "$ref" in schema:
        return False
    given = schema.get("type")
    if given is not None and "null" not in ([given] if isinstance(given, str) else given):
        return False
    if "enum" in schema or "const" in schema:
        return None in schema.get("enum", [schema.get("const")])  # the type allows it, or says nothing
    return all(any(map(takes_null, schema[key])) for key in ("anyOf", "oneOf") if key in schema)


def _value(value: Any) -> str:
    return f"{type(value).__name__} {value!r}"


# --- the facts of an annotation


@functools.lru_cache(maxsize=2**16)
def facts_of(annotation: str) -> Facts:
    node = ast.parse(annotation, mode="eval").body
    alternatives = list(_alternatives(node))
    null = any(isinstance(one, ast.Constant) and one.value is None for one in alternatives)
    unset = any(isinstance(one, ast.Name) and one.id == "UnsetType" for one in alternatives)
    return Facts(frozenset(told_by(node)), null, unset)


def told_by(node: ast.AST) -> Iterator[Fact]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Meta":
        for keyword in node.keywords:
            yield from _told_by_meta(keyword.arg or "", _literal(keyword.value))
    elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
        for one in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
            yield "value", _value(ast.literal_eval(one))
    elif isinstance(node, ast.Name):
        yield from _told_by_name(node.id)
    elif isinstance(node, ast.Attribute):
        yield "type", node.attr
    else:
        for inner in ast.iter_child_nodes(node):
            yield from told_by(inner)


def _literal(node: ast.expr) -> Any:
    """The value of an argument; what a schema refers to stands elsewhere, under a name."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {ast.literal_eval(key): _literal(one) for key, one in pairs if key and not isinstance(one, ast.Name)}
    return ast.literal_eval(node)


def _told_by_name(name: str) -> Iterator[Fact]:
    if name in ALIASES:
        yield from ALIASES[name]
    elif name in BUILTIN or name == "Any":
        yield "type", name
    elif name not in ("Annotated", "UnsetType", "one_of", "__name__"):
        yield "refers to", name


def _told_by_meta(argument: str, value: Any) -> Iterator[Fact]:
    if argument == "extra_json_schema":
        yield from demanded(value)
    else:
        yield argument, value


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp):
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
    else:
        yield node
