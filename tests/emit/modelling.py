"""Models made from a few schemas in normal form, and imported as a client would import them."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from specmill.emit import gate, models
from specmill.emit.format import formatted
from specmill.emit.models import Models
from specmill.values import Body, Content, Document, Normal, Operation, Response, Schema, SourceFile

STRING: dict[str, Any] = {"type": "string"}
INT32: dict[str, Any] = {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1}
INT64: dict[str, Any] = {"type": "integer", "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
WHEN: dict[str, Any] = {"type": "string", "format": "date-time"}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def struct(properties: Mapping[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": list(required), **more}


def normal(schemas: Mapping[str, Any]) -> Normal:
    tree = {"openapi": "3.1.0", "info": {}, "paths": {}, "components": {"schemas": dict(schemas)}}
    source = SourceFile(Path("api.json"), "api.json", json.dumps(tree, indent=1), "")
    return Normal(tree, (), {}, Document(tree, (source,)))


def operation(sent: Sequence[Schema] = (), received: Sequence[Schema] = ()) -> Operation:
    bodies = tuple(Content("application/json", schema) for schema in sent)
    answers = tuple(Content("application/json", schema) for schema in received)
    return Operation(
        id="call",
        python_name="call",
        resource="default",
        tag="",
        method="POST",
        path="/",
        parameters=(),
        body=Body("body", True, bodies) if bodies else None,
        responses=(Response("200", answers),),
        security=(),
        servers=(),
    )


def models_of(schemas: Mapping[str, Any], sent: Sequence[Schema] = (), received: Sequence[Schema] = ()) -> Models:
    return models.emit(normal(schemas), (operation(sent, received),))


def source_of(made: Models) -> str:
    return formatted(made.files)[0].content.decode()


def lines_of(schemas: Mapping[str, Any], **more: Any) -> list[str]:
    """The module as it is generated, without indentation and empty lines."""
    return [line.strip() for line in source_of(models_of(schemas, **more)).splitlines() if line.strip()]


def annotations_of(source: str, name: str) -> dict[str, str]:
    """The types of a class's fields as they are written."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            fields = [line for line in node.body if isinstance(line, ast.AnnAssign)]
            return {ast.unparse(line.target): ast.unparse(line.annotation) for line in fields}
    raise LookupError(name)


def with_source(made: Models, source: str) -> Models:
    return replace(made, files=(replace(made.files[0], content=source.encode()),))


@contextmanager
def loaded(made: Models) -> Iterator[tuple[ModuleType, Any]]:
    """The models as a module, and the runtime's JSON that belongs to them."""
    with gate.imported(made.files[0].content) as module:
        yield module, import_module(f"{gate.PACKAGE}._json")
