"""What the passes share: pointers, references and the places of an OpenAPI tree where a schema stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from specmill.document.pointers import escaped, split, unescaped
from specmill.errors import Place, SpecmillError
from specmill.values import Change

Tree = dict[str, Any]
Schema = dict[str, Any]

COMPONENTS = "#/components/schemas/"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

# Where a schema stands inside a schema.
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

# What tells about a schema without changing which values are valid.
ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "deprecated",
        "readOnly",
        "writeOnly",
        "example",
        "examples",
        "externalDocs",
        "xml",
        "discriminator",
    ]
)

AT = "x-specmill-at"  # on every schema while the passes run: its pointer in the document
LIMIT_OF_REFERENCES = 100


def is_annotation(keyword: str) -> bool:
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def steps(reference: str) -> list[str]:
    """The steps of an internal reference or a pointer."""
    pointer = unquote(reference.removeprefix("#")) if reference.startswith("#") else reference
    return split(pointer)


def found(tree: Any, reference: str, at: str) -> Any:
    """What an internal reference points to; an error at the place of the reference where there is nothing."""
    node = tree
    for part in steps(reference):
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            hint = "mend the $ref, or add what it points to"
            raise SpecmillError(f"nothing stands at {reference}", place=Place("", pointer=at), hint=hint)
    return node


def component(key: str) -> str:
    return COMPONENTS + escaped(key)


def key_of(reference: str) -> str:
    """The key of the component that a reference of the passes names."""
    return unescaped(reference.removeprefix(COMPONENTS))


def fault(pointer: str, message: str, hint: str = "") -> SpecmillError:
    """An error at a pointer into the document; ``normal.py`` finds the file and the line."""
    return SpecmillError(message, place=Place("", pointer=pointer), hint=hint)


def sub_schemas(schema: Schema) -> Iterator[tuple[Any, Any, str]]:
    """Each schema right inside this one: what holds it, under which key, and the pointer from here to it."""
    for keyword in ONE:
        if isinstance(schema.get(keyword), dict | bool):
            yield schema, keyword, f"/{keyword}"
    for keyword in MANY:
        if isinstance(schema.get(keyword), list):
            for index in range(len(schema[keyword])):
                yield schema[keyword], index, f"/{keyword}/{index}"
    for keyword in NAMED:
        if isinstance(schema.get(keyword), dict):
            for name in schema[keyword]:
                yield schema[keyword], name, f"/{keyword}/{escaped(name)}"


def references(schema: Any) -> Iterator[str]:
    """The key of each component that a schema refers to, at any depth."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield key_of(schema["$ref"])
        for holder, key, _ in sub_schemas(schema):
            yield from references(holder[key])


def rebuilt(schema: Schema, change: Callable[[Any, str], Any]) -> Schema:
    """A copy of this schema with ``change(sub-schema, pointer from here)`` in place of each schema right inside it."""
    copy = {
        keyword: dict(value)
        if keyword in NAMED and isinstance(value, dict)
        else list(value)
        if keyword in MANY and isinstance(value, list)
        else value
        for keyword, value in schema.items()
    }
    for holder, key, inside in sub_schemas(copy):
        holder[key] = change(holder[key], inside)
    return copy


def places(tree: Tree) -> Iterator[tuple[Any, Any, str]]:
    """Each schema of a tree whose operations are complete: what holds it, its key, its pointer in this tree."""
    for key in tree["components"]["schemas"]:
        yield tree["components"]["schemas"], key, f"/components/schemas/{escaped(key)}"
    for path, item in tree["paths"].items():
        for method, operation in item.items():
            yield from _of_operation(operation, f"/paths/{escaped(path)}/{escaped(method)}")


def _of_operation(operation: Tree, at: str) -> Iterator[tuple[Any, Any, str]]:
    for index, parameter in enumerate(operation.get("parameters", ())):
        yield from _of_parameter(parameter, f"{at}/parameters/{index}")
    if "requestBody" in operation:
        yield from _of_contents(operation["requestBody"], f"{at}/requestBody")
    for status, response in operation["responses"].items():
        yield from _of_contents(response, f"{at}/responses/{escaped(status)}")
        for name, header in response.get("headers", {}).items():
            yield from _of_parameter(header, f"{at}/responses/{escaped(status)}/headers/{escaped(name)}")


def _of_parameter(parameter: Tree, at: str) -> Iterator[tuple[Any, Any, str]]:
    if "schema" in parameter:
        yield parameter, "schema", f"{at}/schema"
    yield from _of_contents(parameter, at)


def _of_contents(holder: Tree, at: str) -> Iterator[tuple[Any, Any, str]]:
    for media_type, content in holder.get("content", {}).items():
        for key in ("schema", "itemSchema"):
            if key in content:
                yield content, key, f"{at}/content/{escaped(media_type)}/{key}"


class Changes:
    """What the passes did, each kind of change at each place once."""

    def __init__(self) -> None:
        self._seen: dict[Change, None] = {}

    def add(self, rule: str, pointer: str, note: str) -> None:
        self._seen[Change(rule, pointer, note)] = None

    def all(self) -> tuple[Change, ...]:
        return tuple(self._seen)
