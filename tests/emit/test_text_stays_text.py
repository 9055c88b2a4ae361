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
from tests.emit.clients import JSON, facts_of, imported, normal_of, written
from tests.emit.evil import EVIL, evil_document


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_no_text_of_the_document_becomes_code(evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tree = evil_document(evil)
    package = written(tree, tmp_path)
    normal = normal_of(tree)
    operation, streaming = operations_of(normal)
    with imported(package) as api:
        facts = {fact.id: fact for fact in facts_of(api).values()}
        fact, stream = facts[operation.id], facts[streaming.id].stream
        resource = getattr(api.Client(), operation.resource)
        documented = [getattr(resource, operation.python_name).__doc__, type(resource).__doc__, api.Client.__doc__]
        scheme, servers = api.Client.SECURITY, api.Client.SERVERS
    assert ["api"] == [path.name for path in tmp_path.iterdir()]
    assert (operation.id, operation.path, operation.servers) == (fact.id, fact.path, fact.servers)
    assert [one.name for one in operation.parameters] == [one.name for one in fact.parameters]
    assert f"text/x {evil}" == fact.parameters[2].media_type
    assert [JSON, f"application/x {evil}+json", "multipart/form-data"] == list(fact.body.contents)
    assert {"200": {f"text/y {evil}": str}} == fact.returns
    assert ((evil,),) == fact.security
    assert [evil, f"o{evil}", f"h{evil}"] == list(scheme)
    assert (evil, evil) == (scheme[f"o{evil}"].token_url, scheme[f"h{evil}"].scheme)
    assert (evil, (evil,)) == (stream.verdict, stream.accepted)
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
