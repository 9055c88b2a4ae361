"""What stands where in an OpenAPI document: which mapping is a schema, which a response, and which is mere data.

A kind is a name; ``{kind}`` is a mapping of names to that kind, ``[kind]`` a list of it. What the tables do not name
(examples, defaults, enums, ``x-`` fields) is data: a ``$ref`` in there is no reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from specmill.document.pointers import Path, Token
from specmill.values import JSON

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
QUERY = "query"  # a method since OpenAPI 3.2
REST = "*"  # every other field but ``x-`` ones

_CONTENT = {"schema": "schema", "content": "{media type}", "examples": "{example}"}

FIELDS: dict[str, dict[str, str]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "paths": "paths",
        "webhooks": "{path item}",
        "components": "components",
        "security": "[security requirement]",
    },
    "info": {},
    "server": {},
    "security requirement": {},
    "paths": {REST: "path item"},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{request body}",
        "headers": "{header}",
        "securitySchemes": "{security scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path item}",
        "mediaTypes": "{media type}",
    },
    "path item": {
        **dict.fromkeys((*METHODS, QUERY), "operation"),
        "additionalOperations": "{operation}",
        "parameters": "[parameter]",
        "servers": "[server]",
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request body",
        "responses": "responses",
        "callbacks": "{callback}",
        "security": "[security requirement]",
        "servers": "[server]",
    },
    "responses": {REST: "response"},
    "callback": {REST: "path item"},
    "parameter": _CONTENT,
    "header": _CONTENT,
    "request body": {"content": "{media type}"},
    "response": {"headers": "{header}", "content": "{media type}", "links": "{link}"},
    "media type": {
        "schema": "schema",
        "itemSchema": "schema",
        "examples": "{example}",
        "encoding": "{encoding}",
        "prefixEncoding": "[encoding]",
        "itemEncoding": "encoding",
    },
    "encoding": {
        "headers": "{header}",
        "encoding": "{encoding}",
        "prefixEncoding": "[encoding]",
        "itemEncoding": "encoding",
    },
    "example": {},
    "link": {},
    "security scheme": {},
    "schema": {
        **dict.fromkeys(["allOf", "anyOf", "oneOf", "prefixItems"], "[schema]"),
        **dict.fromkeys(
            ["items", "additionalItems", "unevaluatedItems", "contains", "not", "if", "then", "else"], "schema"
        ),
        **dict.fromkeys(["additionalProperties", "unevaluatedProperties", "propertyNames", "contentSchema"], "schema"),
        **dict.fromkeys(["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"], "{schema}"),
    },
}

# The kinds that a ``$ref`` may stand for, and the section of ``components`` that is their home.
SECTIONS = {kind[1:-1]: section for section, kind in FIELDS["components"].items()}


def is_reference(kind: str, node: JSON) -> bool:
    return kind in SECTIONS and isinstance(node, dict) and "$ref" in node


def child_kind(kind: str, token: Token) -> str | None:
    """The kind of what stands under a key or an index; None for data."""
    if kind[0] in "{[":
        return kind[1:-1]
    fields = FIELDS[kind]
    found = fields.get(str(token))
    return fields.get(REST) if found is None and not str(token).startswith("x-") else found


def kind_at(tokens: Sequence[Token]) -> str | None:
    """The kind of what stands at a pointer of the document; None for data."""
    kind: str | None = "document"
    for token in tokens:
        kind = kind and child_kind(kind, token)
    return kind


def walk(node: JSON, kind: str = "document", path: Path = None) -> Iterator[tuple[str, Any, Path]]:
    """Everything that has a kind, with its path, in the order of the document; what is wrong in form, too.

    A reference ends its branch, except where its siblings count: in schemas and path items.
    """
    pending: list[tuple[str, JSON, Path]] = [(kind, node, path)]
    while pending:
        kind, node, path = spot = pending.pop()
        yield spot
        if isinstance(node, dict):
            if kind[0] == "{":
                inner = kind[1:-1]
                pending += [(inner, child, (path, key)) for key, child in reversed(node.items())]
            elif kind[0] != "[" and not (is_reference(kind, node) and kind not in ("schema", "path item")):
                pending += _children(kind, node, path)
        elif isinstance(node, list) and kind[0] == "[":
            inner = kind[1:-1]
            pending += [(inner, node[index], (path, index)) for index in range(len(node) - 1, -1, -1)]


def _children(kind: str, node: dict[str, Any], path: Path) -> list[tuple[str, JSON, Path]]:
    fields = FIELDS[kind]
    if REST not in fields:
        return [(fields[key], child, (path, key)) for key, child in reversed(node.items()) if key in fields]
    rest = fields[REST]
    return [(rest, child, (path, key)) for key, child in reversed(node.items()) if not key.startswith("x-")]
