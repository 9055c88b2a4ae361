"""Texts that would be code, or would command a terminal, if they were let; and a document full of them."""

from __future__ import annotations

from typing import Any

from tests.emit.clients import JSON, PET, REF, STRING, content, document, parameter

SCHEMAS = "/components/schemas"
CANARY = "__import__('pathlib').Path('canary').touch()"
EVIL = [
    CANARY,
    f'"""\n{CANARY}\n"""',
    f"'''\n{CANARY}\n'''",
    f'"; {CANARY}; "',
    f"'; {CANARY}; '",
    f"\\'; {CANARY}; \\'",
    f'\\"""\n{CANARY}',
    f"\n{CANARY}\n",
    f"\r{CANARY}\r",
    f"\u2028{CANARY}\u2029\x85\x0b\x0c",
    f"{{{{ {CANARY} }}}}",
    "{{ config.__class__ }}{% raw %}{%- for x in y %}{# comment #}",
    "{% endset %}{{ self }}{% import 'x' %}",
    f"{{{CANARY}}}",
    "{0.__class__}%s%(x)s$x${x}",
    "\\",
    "\\N{BULLET}\\x41\\u0041\\",
    "\u202e }\u2066 touch \u2069\u202d\u200b\u200f\u061c",
    '"',
    '""',
    '"""',
    'ends with a quote"',
    "ends with a backslash\\",
    "# type: ignore\n# noqa\n# fmt: off",
    "\x00\x01\x1b[31m\x7f\ufeff\U000e0001",
    "../../canary",
    "..\\..\\canary\\__init__.py",
]


def evil_document(evil: str) -> dict[str, Any]:
    """A document that says it everywhere where text may stand."""
    inert = evil.replace("{", "(").replace("}", ")")  # braces in a path are parameters
    inline = {"title": evil, "type": "object", "properties": {evil: {**STRING, "enum": [evil]}}}
    hook = {"post": {"summary": evil, "requestBody": content({**inline, "title": ""}), "responses": {}}}
    operation = {
        "operationId": f"op {evil}",
        "tags": [f"tag {evil}"],
        "summary": evil,
        "description": evil,
        "parameters": [
            parameter(f"q{evil}", description=evil),
            parameter(f"c{evil}", "cookie", description=evil, deprecated=True),
            {"name": "t", "in": "query", "content": {f"text/x {evil}": {"schema": STRING}}},
        ],
        "requestBody": {
            "description": evil,
            "x-body-name": evil,
            "content": {
                JSON: {"schema": REF},
                f"application/x {evil}+json": {"schema": REF},
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {evil: STRING}},
                    "encoding": {evil: {"contentType": evil, "style": evil}},
                },
            },
        },
        "responses": {
            "200": {
                "description": evil,
                "content": {f"text/y {evil}": {"schema": STRING, "examples": {evil: {"summary": evil, "value": evil}}}},
                "links": {evil: {"operationId": evil, "description": evil, "parameters": {evil: evil}}},
            },
            "404": {
                "description": evil,
                "headers": {f"X-{evil}": {"description": evil, "schema": STRING, "example": evil}},
                **content(REF),
            },
        },
        "security": [{evil: [evil]}],
        "servers": [{"url": f"https://evil.example/{inert}", "description": evil}],
        "callbacks": {evil: {f"{{$url}}{inert}": hook}},
        "externalDocs": {"url": evil, "description": evil},
        f"x-{evil}": evil,
    }
    stream = {
        "operationId": "stream",
        "requestBody": {"content": {JSON: {"itemSchema": REF}}},
        "responses": {"200": {"description": "", "content": {JSON: {"itemSchema": {"$ref": f"#{SCHEMAS}/Report"}}}}},
        "x-stream": {"framing": "json-lines", "verdict": evil, "accepted": [evil], f"x-{evil}": evil},
    }
    scheme = {"type": "apiKey", "in": "query", "name": evil, "description": evil}
    flow = {"tokenUrl": evil, "scopes": {evil: evil}}
    variable = {"default": evil, "enum": [evil], "description": evil}
    return document(
        {f"/p {inert}": {"post": operation}, "/stream": {"post": stream}},
        {
            "Pet": {**PET, "description": evil, "externalDocs": {"url": evil}, "xml": {"name": evil}},
            f"Named {evil}": inline,
            "Report": {"type": "object", "properties": {evil: STRING}},
        },
        info={"title": evil, "version": evil, "description": evil, "contact": {"name": evil}, f"x-{evil}": evil},
        tags=[{"name": f"tag {evil}", "description": evil, "externalDocs": {"url": evil}}],
        servers=[{"url": "https://all.example/{v}", "description": evil, "variables": {"v": variable}}],
        components={
            "securitySchemes": {
                evil: scheme,
                f"o{evil}": {"type": "oauth2", "flows": {"clientCredentials": flow}},
                f"h{evil}": {"type": "http", "scheme": evil, "bearerFormat": evil},
            }
        },
        webhooks={evil: hook},
        externalDocs={"url": evil, "description": evil},
    )
