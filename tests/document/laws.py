"""The sentences that say what a normal form is, as one function that finds whatever breaks them."""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from specmill import naming

Schema = dict[str, Any]

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}
OWN_METHOD = re.compile(r"[A-Za-z]+")  # of OpenAPI 3.2's additionalOperations
NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
REFERENCE = re.compile(r"#/components/schemas/([A-Za-z0-9]+)")
SCALARS = {"string", "integer", "number", "boolean", "null"}
REMARKS = {
    *("title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples", "externalDocs", "xml"),
    "format",
}
FURTHER = {"not", "if", "then", "else", "pattern"}  # what cannot be said by leaving values out of a list
NULL = {"type": "null"}
ONE = [
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
]
MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "dependentSchemas")


def offences(tree: dict[str, Any]) -> list[str]:
    """Every sentence of the normal form that this tree breaks, and where; nothing for a normal form."""
    return [*_document(tree), *_names(tree), *_components(tree), *_operations(tree), *_references(tree)]


def _document(tree: dict[str, Any]) -> Iterator[str]:
    if tree["openapi"] != "3.1.0":
        yield f"the version is {tree['openapi']}"
    known = {"openapi", "info", "servers", "security", "components", "paths"}
    yield from (f"a field {key} of the document" for key in tree if key not in known and not key.startswith("x-"))
    yield from (
        f"components of the kind {key}" for key in tree["components"] if key not in ("schemas", "securitySchemes")
    )


def _names(tree: dict[str, Any]) -> Iterator[str]:
    names = list(tree["components"]["schemas"])
    yield from (f"{name} is no class name" for name in names if not NAME.fullmatch(name))
    yield from (
        f"{name} means something in Python" for name in names if keyword.iskeyword(name) or hasattr(builtins, name)
    )
    yield from (f"{name} is reserved" for name in names if name in naming.RESERVED)
    counts = Counter(name.casefold() for name in names)
    yield from (f"{name} stands {count} times, but for its case" for name, count in counts.items() if count > 1)


def _components(tree: dict[str, Any]) -> Iterator[str]:
    for name, schema in tree["components"]["schemas"].items():
        at = f"#/components/schemas/{name}"
        yield from (f"{at} is {offence}" for offence in _component(schema, tree))
        yield from _inside(schema, at)


def _component(schema: Any, tree: dict[str, Any]) -> Iterator[str]:
    """What is wrong with it as a struct, an enum, a union or an alias."""
    if not isinstance(schema, dict):
        yield "no object"
    elif allows_null_itself(schema):
        yield "nullable itself"
    elif schema.get("type") == "object" and schema.get("properties"):
        yield from _required(schema)
    elif "enum" in schema:
        yield from _enum(schema)
    elif "allOf" not in schema and ("oneOf" in schema or "anyOf" in schema):
        yield from _union(schema, tree)


def allows_null_itself(schema: Schema) -> bool:
    """Says "or null" in so many words: what allows anything, or only null, does not."""
    types = schema.get("type")
    return (isinstance(types, list) and "null" in types) or any(
        inner == NULL for word in ("anyOf", "oneOf") for inner in schema.get(word, ())
    )


def _enum(schema: Schema) -> Iterator[str]:
    values = schema["enum"]
    if None in values:
        yield "an enum that lists null"
    if len(values) < 2:
        yield "an enum of one value"
    if unexpected := keywords(schema) - {"enum", "type"} - FURTHER:
        yield f"an enum with {sorted(unexpected)}"
    kinds = {_kind(value) for value in values}
    if len(kinds) == 1 and schema.get("type") not in (*kinds, "number" if kinds == {"integer"} else None):
        yield f"an enum of {kinds} with the type {schema.get('type')}"


def _kind(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def _union(schema: Schema, tree: dict[str, Any]) -> Iterator[str]:
    words = keywords(schema)
    if len(words & {"oneOf", "anyOf"}) != 1 or words - {"oneOf", "anyOf", "discriminator"}:
        yield f"a union with {sorted(words)}"
        return
    alternatives = schema.get("oneOf") or schema.get("anyOf") or []
    if len(alternatives) < 2:
        yield "a union of one"
    if "discriminator" in schema:
        yield from _discriminator(schema["discriminator"], alternatives, tree)


def _discriminator(discriminator: Any, alternatives: list[Schema], tree: dict[str, Any]) -> Iterator[str]:
    mapping = discriminator.get("mapping", {})
    named = {inner["$ref"].rpartition("/")[2] for inner in alternatives if "$ref" in inner}
    if not discriminator.get("propertyName") or len(named) != len(alternatives):
        yield "a union whose discriminator cannot tell"
    if set(mapping.values()) != named:
        yield f"a union whose discriminator names {sorted(mapping.values())} for {sorted(named)}"
    if not set(mapping.values()) <= tree["components"]["schemas"].keys():
        yield "a union whose discriminator names no component"


def _required(schema: Schema) -> Iterator[str]:
    if len(set(schema.get("required", ()))) != len(schema.get("required", ())):
        yield "a struct that requires something twice"
    if "required" in schema and not schema["required"]:
        yield "a struct with an empty list of what is required"


def keywords(schema: Schema) -> set[str]:
    """The words that say what is valid."""
    return {key for key in schema if key not in REMARKS and not key.startswith("x-")}


def _inside(schema: Any, at: str) -> Iterator[str]:
    for inner, where in sub_schemas(schema):
        yield from _use(inner, f"{at}/{where}")


def _use(schema: Any, at: str) -> Iterator[str]:
    """What is wrong with a schema at a place of use, and inside it."""
    if schema is False and at.rpartition("/")[2] in ("additionalProperties", "items"):
        return
    if not isinstance(schema, dict):
        yield f"{at} is {schema}"
        return
    yield from (f"{at} has {offence}" for offence in _inline(schema))
    yield from _inside(schema, at)


def _inline(schema: Schema) -> Iterator[str]:
    words = keywords(schema)
    types = schema.get("type")
    if "nullable" in schema or ("discriminator" in schema and "oneOf" not in schema and "anyOf" not in schema):
        yield f"words of 3.0: {sorted(schema)}"
    if "$ref" in schema:
        if words != {"$ref"}:
            yield f"words beside a reference: {sorted(words)}"
    elif "anyOf" in words:
        yield from _choice(schema, words)
    elif "const" in words and types not in ("object", "array") and words - {"const", "type"} - FURTHER:
        yield f"words beside a const: {sorted(words)}"
    elif types == "null" and words != {"type"}:
        yield f"words beside null: {sorted(words)}"
    elif words & {"oneOf", "allOf", "enum"}:
        yield f"a model that has no name: {sorted(words)}"
    elif types == "object" and "properties" in words:
        yield "a struct that has no name"
    elif isinstance(types, list) and not (len(types) > 1 and len(set(types)) == len(types)):
        yield f"a list of types: {types}"
    elif isinstance(types, list) and len(set(types) - {"null"}) > 1 and not set(types) <= SCALARS:
        yield f"a choice that has no name: {types}"


def _choice(schema: Schema, words: set[str]) -> Iterator[str]:
    """X or null, or scalars of different kinds."""
    others = [inner for inner in schema["anyOf"] if inner != NULL]
    kinds = [kind for inner in others for kind in types_of(inner)]
    if words != {"anyOf"}:
        yield f"words beside a choice: {sorted(words)}"
    elif len(schema["anyOf"]) != len(others) + 1 and len(schema["anyOf"]) != len(others):
        yield "null twice"
    elif len(others) == 1:
        if len(schema["anyOf"]) == 1:
            yield "a choice of one"
        elif types_of(others[0]) and not {"$ref", "const", "not", "if"} & others[0].keys():
            yield f"null beside what has a type: {types_of(others[0])}"
    elif not set(kinds) <= SCALARS or len(set(kinds)) != len(kinds) or any(not types_of(inner) for inner in others):
        yield f"a union that has no name: {schema['anyOf']}"


def types_of(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    return types if isinstance(types, list) else [types]


def sub_schemas(schema: Any) -> Iterator[tuple[Any, str]]:
    if not isinstance(schema, dict):
        return
    yield from ((schema[word], word) for word in ONE if word in schema)
    yield from ((inner, f"{word}/{index}") for word in MANY for index, inner in enumerate(schema.get(word, ())))
    yield from ((inner, f"{word}/{name}") for word in NAMED for name, inner in schema.get(word, {}).items())


def _operations(tree: dict[str, Any]) -> Iterator[str]:
    for path, item in tree["paths"].items():
        yield from (f"{path} has {key}" for key in item if key not in METHODS and not OWN_METHOD.fullmatch(key))
        for method, operation in item.items():
            yield from _operation(operation, f"{method} {path}")


def _operation(operation: dict[str, Any], at: str) -> Iterator[str]:
    needed = {"operationId", "parameters", "security", "servers", "responses", "tags"}
    yield from (f"{at} has no {key}" for key in needed - operation.keys())
    for parameter in operation["parameters"]:
        styled = {"style", "explode", "schema"} <= parameter.keys() and "content" not in parameter
        if "required" not in parameter or not (styled or len(parameter.get("content", ())) == 1):
            yield f"{at} has an incomplete parameter {parameter}"
    for schema, where in schemas_of(operation):
        yield from _use(schema, f"{at}/{where}")


def schemas_of(node: Any, at: str = "") -> Iterator[tuple[Any, str]]:
    """The schemas of an operation: where ``schema`` and ``itemSchema`` stand outside of examples."""
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from schemas_of(inner, f"{at}/{index}")
    elif isinstance(node, dict):
        for key, inner in node.items():
            if key in ("schema", "itemSchema"):
                yield inner, f"{at}/{key}"
            elif key not in ("example", "examples") and not key.startswith("x-"):
                yield from schemas_of(inner, f"{at}/{key}")


def _references(tree: dict[str, Any]) -> Iterator[str]:
    """Each reference names a component; none stands but where a schema does."""
    components = tree["components"]["schemas"]
    for schema in every_schema(tree):
        if "$ref" in schema:
            match = REFERENCE.fullmatch(schema["$ref"])
            if not match or match.group(1) not in components:
                yield f"the reference {schema['$ref']} leads to no component"
    for place in _outside_schemas(tree["paths"]):
        yield f"a reference outside of schemas: {place}"


def _outside_schemas(node: Any) -> Iterator[Any]:
    if isinstance(node, list):
        for inner in node:
            yield from _outside_schemas(inner)
    elif isinstance(node, dict):
        if "$ref" in node:
            yield node
        for key, inner in node.items():
            if key not in ("schema", "itemSchema", "example", "examples") and not key.startswith("x-"):
                yield from _outside_schemas(inner)


def every_schema(tree: dict[str, Any]) -> Iterator[Schema]:
    pending = [*tree["components"]["schemas"].values(), *(schema for schema, _ in schemas_of(tree["paths"]))]
    while pending:
        schema = pending.pop()
        if isinstance(schema, dict):
            yield schema
            pending += [inner for inner, _ in sub_schemas(schema)]
