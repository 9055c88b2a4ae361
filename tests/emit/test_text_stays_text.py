"""A document is untrusted: whatever it says, and wherever, none of its text becomes code of the client."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.document.operations import operations_of
from specmill.emit.source import docstring, py
from tests.emit.clients import (
    JSON,
    PET,
    REF,
    STRING,
    content,
    document,
    facts_of,
    imported,
    normal_of,
    parameter,
    written,
)

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
]


def evil_document(evil: str) -> dict[str, Any]:
    """A document that says it everywhere where text may stand."""
    inert = evil.replace("{", "(").replace("}", ")")  # braces in a path are parameters
    name = evil or "x"
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
                    "schema": {"type": "object", "properties": {name: STRING}},
                    "encoding": {name: {"contentType": evil, "style": evil}},
                },
            },
        },
        "responses": {
            "200": {"description": evil, "content": {f"text/y {evil}": {"schema": STRING}}},
            "404": {"description": evil, "headers": {"X-H": {"description": evil, "schema": STRING}}, **content(REF)},
        },
        "security": [{evil: []}],
        "servers": [{"url": f"https://evil.example/{evil}", "description": evil}],
    }
    return document(
        {f"/p {inert}": {"post": operation}},
        {"Pet": {**PET, "description": evil}},
        info={"title": evil, "version": evil, "description": evil},
        tags=[{"name": f"tag {evil}", "description": evil}],
        servers=[{"url": f"https://all.example/{evil}"}],
        components={"securitySchemes": {evil: {"type": "apiKey", "in": "query", "name": evil, "description": evil}}},
    )


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_no_text_of_the_document_becomes_code(evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tree = evil_document(evil)
    package = written(tree, tmp_path)
    normal = normal_of(tree)
    (operation,) = operations_of(normal)
    with imported(package) as api:
        (fact,) = facts_of(api).values()
        resource = getattr(api.Client(), operation.resource)
        documented = [getattr(resource, operation.python_name).__doc__, type(resource).__doc__, api.Client.__doc__]
        scheme, servers = api.Client.SECURITY, api.Client.SERVERS
    assert not (tmp_path / "canary").exists()
    assert (operation.id, operation.path, operation.servers) == (fact.id, fact.path, fact.servers)
    assert [one.name for one in operation.parameters] == [one.name for one in fact.parameters]
    assert f"text/x {evil}" == fact.parameters[2].media_type
    assert [JSON, f"application/x {evil}+json", "multipart/form-data"] == list(fact.body.contents)
    assert {"200": {f"text/y {evil}": str}} == fact.returns
    assert ((evil,),) == fact.security
    assert [evil] == list(scheme)
    assert evil == scheme[evil].name
    assert (f"https://all.example/{evil}",) == servers
    for text in documented:
        assert squeezed(evil) in squeezed(text)
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert all(one.isprintable() or one == "\n" for one in text), path


def squeezed(text: str) -> str:
    """Text without what a docstring may lay out anew: spaces, empty lines, the full stop of a title."""
    return "".join(one for one in text if not one.isspace() and one not in ".\x1c\x1d\x1e\x1f").casefold()


@settings(deadline=None)
@given(st.text(), st.sampled_from([0, 4, 8, 60]))
def test_a_docstring_holds_any_text_and_nothing_else(text: str, indent: int) -> None:
    source = docstring(text, indent)
    assert isinstance(ast.literal_eval(source), str)
    assert all(one.isprintable() or one == "\n" for one in source)
    assert squeezed(text) == squeezed(ast.literal_eval(source))
    module = ast.parse(f"class C:\n{' ' * indent}    x = 1\n{' ' * indent}    {source}\n")
    assert isinstance(module.body[0], ast.ClassDef)
    assert len(module.body[0].body) == 2


PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@settings(deadline=None)
@given(st.recursive(PLAIN, lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner)))
def test_a_literal_is_its_value_again(value: Any) -> None:
    source = py(value)
    assert value == ast.literal_eval(source)
    assert all(one.isprintable() for one in source)
