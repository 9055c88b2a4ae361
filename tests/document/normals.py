"""What the tests of the normaliser share: small documents, their normal form, and short spellings of schemas."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from specmill.document.normal import normalise
from specmill.values import Document, Normal, SourceFile
from tests.document.laws import offences

Tree = dict[str, Any]
JSON = "application/json"


def document_of(body: Any, schemas: Tree | None = None, version: str = "3.0.3", **operation: Any) -> Tree:
    post: Tree = {
        "operationId": "addThing",
        "requestBody": {"content": {JSON: {"schema": body}}},
        "responses": {"204": {"description": "Done"}},
        **operation,
    }
    return {
        "openapi": version,
        "info": {"title": "Things", "version": "1"},
        "paths": {"/things": {"post": post}},
        "components": {"schemas": schemas or {}},
    }


def read_of(tree: Tree) -> Document:
    """The document as it would come from a file."""
    return Document(tree, (SourceFile(Path("api.json"), "api.json", json.dumps(tree, indent=2), ""),))


def normal_of(tree: Tree) -> Normal:
    normal = normalise(read_of(tree))
    assert offences(normal.tree) == []
    assert normal.tree == normalise(read_of(deepcopy(normal.tree))).tree
    return normal


def after(body: Any, schemas: Tree | None = None, version: str = "3.0.3") -> tuple[Any, Tree]:
    """The body's schema and the components of the normal form."""
    tree = normal_of(document_of(body, schemas, version)).tree
    return schema_of(tree["paths"]["/things"]["post"]["requestBody"]), tree["components"]["schemas"]


def schema_of(holder: Tree) -> Any:
    return holder["content"][JSON]["schema"]


def ref(name: str, **beside: Any) -> Tree:
    return {"$ref": f"#/components/schemas/{name}", **beside}


def struct(**properties: Any) -> Tree:
    return {"type": "object", "properties": properties}


def or_null(schema: Tree) -> Tree:
    return {"anyOf": [schema, NULL]}


NULL = {"type": "null"}
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
INT32 = {"minimum": -(2**31), "maximum": 2**31 - 1}
INT64 = {"minimum": -(2**63), "maximum": 2**63 - 1}
THING = struct(a=TEXT)
BASE = {**struct(id=WHOLE), "required": ["id"]}
AB = {"type": "string", "enum": ["a", "b"]}


def cases(table: dict[str, Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """One test for each row of a table whose keys are sentences."""
    rows = [pytest.param(*row, id=name.replace(" ", "-")) for name, row in table.items()]
    width = len(next(iter(table.values())))
    return pytest.mark.parametrize(("before", "expected", "schemas")[:width], rows)
