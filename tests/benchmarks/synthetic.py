"""Documents of any size, alike but for the number of operations: one resource and two models for every ten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIELDS: dict[str, Any] = {
    "id": {"type": "integer", "format": "int64"},
    "name": {"type": "string", "minLength": 1, "maxLength": 64},
    "note": {"type": "string", "nullable": True},
    "created": {"type": "string", "format": "date-time"},
    "size": {"type": "integer", "format": "int32", "minimum": 0},
    "tags": {"type": "array", "items": {"type": "string"}},
}


def document(operations: int) -> dict[str, Any]:
    """An OpenAPI document with this many operations and a model of its own for each."""
    return {
        "openapi": "3.0.3",
        "info": {"title": f"Synthetic {operations}", "version": "1"},
        "paths": dict(_path(number) for number in range(operations)),
        "components": {"schemas": dict(_model(number, operations) for number in range(operations))},
    }


def write(operations: int, folder: Path) -> Path:
    path = folder / f"synthetic-{operations}.json"
    path.write_text(json.dumps(document(operations)), encoding="utf-8")
    return path


def _model(number: int, operations: int) -> tuple[str, dict[str, Any]]:
    following = {"$ref": f"#/components/schemas/Thing{(number + 1) % operations}"}
    return f"Thing{number}", {
        "type": "object",
        "required": ["id", "name"],
        "properties": {**FIELDS, f"kind{number}": {"type": "string", "enum": ["a", f"b{number}"]}, "next": following},
    }


def _path(number: int) -> tuple[str, dict[str, Any]]:
    answer = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}
    operation = {
        "operationId": f"putThing{number}",
        "tags": [f"group {number // 50}"],
        "summary": f"Put thing {number}",
        "parameters": [
            {"name": "thing_id", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
        ],
        "requestBody": {"required": True, "content": answer},
        "responses": {"200": {"description": "The thing", "content": answer}, "5XX": {"description": "Trouble"}},
    }
    return f"/things{number}/{{thing_id}}", {"put": operation}
