"""The document that openapi-python-client is shown: our operations, with nothing in it that it could drop.

The engine leaves out what it does not understand and still reports success. So every schema is opaque here (for a
parameter a string, which it takes in a header, too), every name is one that it takes as it is, and a method that it
has never heard of is one that it knows::

    {"/3/{p0}": {"post": {"operationId": "o3", "tags": ["r0"],
                          "parameters": [{"name": "p0", "in": "path", "required": True, "schema": {"type": "string"}},
                                         {"name": "p1", "in": "query", "schema": {"type": "string"}}],
                          "requestBody": {"content": {"application/b0+json": {"schema": {}}}},
                          "responses": {"200": {"description": ""}, "5XX": {"description": ""}}}}}

No text of the document is in it. There are no components either: the time the engine takes for them is quadratic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.values import Operation

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STAND_IN = "post"  # for QUERY of OpenAPI 3.2 and methods of the document's own
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Facade:
    """The document for the engine, and whose facade each of its operations is."""

    tree: Mapping[str, Any]
    operations: Mapping[tuple[str, str], Operation]  # (method, path) in the facade -> ours
    resources: tuple[str, ...]  # the tag ``r3`` stands for the fourth


def facade(operations: Iterable[Operation]) -> Facade:
    known: dict[tuple[str, str], Operation] = {}
    resources: dict[str, int] = {}
    paths: dict[str, Any] = {}
    for number, operation in enumerate(operations):
        tag = resources.setdefault(operation.resource, len(resources))
        method, path = _method(operation), _path(number, operation)
        known[method, path] = operation
        paths[path] = {method: _operation(number, tag, operation)}
    tree = {"openapi": "3.1.0", "info": {"title": "facade", "version": "0"}, "paths": paths}
    return Facade(tree, known, tuple(resources))


def number_of(name: str) -> int:
    """Which one of its kind a name of the facade stands for: 3 for ``p3`` and ``application/b3+json``."""
    found = NUMBER.search(name)
    return int(found.group()) if found else -1


def _method(operation: Operation) -> str:
    method = operation.method.lower()
    return method if method in METHODS else STAND_IN


def _path(number: int, operation: Operation) -> str:
    """A path of its own for each operation, so that (method, path) is a key whatever the document does."""
    steps = [f"{{p{index}}}" for index, one in enumerate(operation.parameters) if one.location == "path"]
    return "/".join(["", str(number), *steps])


def _operation(number: int, tag: int, operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"o{number}",
        "tags": [f"r{tag}"],
        "parameters": [_parameter(index, one.location) for index, one in enumerate(operation.parameters)],
        "responses": {response.status: {"description": ""} for response in operation.responses},
    }
    if operation.body is not None:
        contents: dict[str, Any] = {
            f"application/b{index}+json": {"schema": {}} for index in range(len(operation.body.contents))
        }
        described["requestBody"] = {"content": contents}
    return described


def _parameter(index: int, location: str) -> dict[str, Any]:
    known = "query" if location == "querystring" else location
    return {"name": f"p{index}", "in": known, "required": known == "path", "schema": {"type": "string"}}
