"""A failure names the line of the document that did not hold."""

from __future__ import annotations

import pytest

from specmill.contract.located import located
from specmill.contract.values import Finding
from specmill.document.pointers import join

BODY = ("paths", "/a", "post", "requestBody", "content", "application/json")
NODE = ("components", "schemas", "Node")
TREE = {
    "paths": {
        "/a": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}},
                "parameters": [{"name": "ids", "schema": {"type": "array", "items": {"minimum": 1}}}],
            }
        }
    },
    "components": {
        "schemas": {
            "Node": {
                "type": "object",
                "properties": {
                    "next": {"anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]},
                    "size": {"allOf": [{"type": "integer"}, {"minimum": 3}]},
                    "list": {"type": "array", "items": {"type": "object", "additionalProperties": {"maxLength": 4}}},
                },
            },
            "Loop": {"anyOf": [{"$ref": "#/components/schemas/Loop"}, {"$ref": "#/components/schemas/Loop"}]},
        }
    },
}
PARAMETER = ("paths", "/a", "post", "parameters", 0)
WHERE = [
    (BODY, "/size", "minimum", (*NODE, "properties", "size", "allOf", 1, "minimum")),
    (BODY, "/next/next/size", "type", (*NODE, "properties", "size", "allOf", 0, "type")),
    (BODY, "/list/3/key", "maxLength", (*NODE, "properties", "list", "items", "additionalProperties", "maxLength")),
    (BODY, "/list/3/key", "", (*NODE, "properties", "list", "items", "additionalProperties")),
    (BODY, "", "type", (*NODE, "type")),
    (BODY, "body", "type", (*NODE, "type")),
    (BODY, "/unknown/deeper", "type", (*BODY, "schema")),
    (BODY, "/size", "enum", (*NODE, "properties", "size")),
    (PARAMETER, "query ids/2", "minimum", (*PARAMETER, "schema", "items", "minimum")),
    (PARAMETER, "query ids", "type", (*PARAMETER, "schema", "type")),
    (("components", "schemas", "Loop"), "/a", "type", ("components", "schemas", "Loop")),
    (("paths", "/b"), "/a", "type", ("paths", "/b")),
    ((), "/a", "type", ()),
]


@pytest.mark.parametrize(("start", "place", "keyword", "expected"), WHERE)
def test_a_place_leads_to_its_schema_and_keyword(
    start: tuple[str | int, ...], place: str, keyword: str, expected: tuple[str | int, ...]
) -> None:
    finding = Finding("refuses", "op", place, keyword, "", "", "", pointer=join(start))
    assert join(expected) == located(finding, TREE).pointer
