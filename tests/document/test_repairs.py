"""An overlay action that a hint offers can be pasted, and mends what it was offered for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specmill.document import repairs
from specmill.document.load import parse as read_text
from specmill.document.pointers import tokens_of
from specmill.document.query.jsonpath import parse
from specmill.document.query.queries import Run
from specmill.values import SourceFile
from tests.document.documents import overlaid, write


def actions_of(text: str) -> Any:
    return read_text(SourceFile(Path("a.yaml"), "a.yaml", text, ""))


def test_an_action_is_written_as_people_write_it() -> None:
    expected = """\
- target: $.paths['/pets'].get.parameters[0].schema
  description: int64 is a format, not a type
  update: {type: integer, format: int64}"""
    assert expected == repairs.of_type(["paths", "/pets", "get", "parameters", 0, "schema"], "int64")


MEANT: list[tuple[str, Any]] = [
    ("int64", {"type": "integer", "format": "int64"}),
    ("int", {"type": "integer"}),
    ("long", {"type": "integer", "format": "int64"}),
    ("float", {"type": "number", "format": "float"}),
    ("double", {"type": "number", "format": "double"}),
    ("date-time", {"type": "string", "format": "date-time"}),
    ("datetime", {"type": "string", "format": "date-time"}),
    ("uuid", {"type": "string", "format": "uuid"}),
    ("file", {"type": "string", "format": "binary"}),
    ("bool", {"type": "boolean"}),
    ("String", {"type": "string"}),
    (" Integer ", {"type": "integer"}),
    ("dict", {"type": "object"}),
    ("list", {"type": "array", "items": {}}),
]


@pytest.mark.parametrize(("name", "schema"), MEANT)
def test_a_type_that_is_none_is_mended(tmp_path: Path, name: str, schema: Any) -> None:
    action = repairs.of_type(["a b", 0], name)
    write(
        tmp_path,
        openapi_json=json.dumps({"a b": [{"type": name}]}),
        openapi_yaml=json.dumps({"a b": [{"type": name}]}),
        overlay_yaml=f"overlay: 1.1.0\ninfo: {{title: x, version: 1}}\nactions:\n{action}\n",
    )
    assert {"a b": [schema]} == overlaid(tmp_path)[0].tree


def test_what_is_not_known_has_no_repair() -> None:
    assert repairs.of_type([], "frobnicate") == ""
    assert "remove: true" in repairs.of_type([], "any")


def test_every_known_type_is_mended_to_a_type() -> None:
    assert {schema["type"] for schema in repairs.WRONG_TYPES.values()} <= set(repairs.TYPES)
    assert not set(repairs.WRONG_TYPES) & set(repairs.TYPES)


def test_a_member_is_renamed(tmp_path: Path) -> None:
    action = repairs.rename(["a", "b's"], "4xx", "4XX", "Upper case")
    base = {"a": {"b's": {"4xx": {"c": 1}, "d": 2}}}
    overlay = f"overlay: 1.1.0\ninfo: {{title: x, version: 1}}\nactions:\n{action}\n"
    write(tmp_path, openapi_yaml=json.dumps(base), overlay_yaml=overlay)
    assert overlaid(tmp_path)[0].tree == {"a": {"b's": {"4XX": {"c": 1}, "d": 2}}}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.text() | st.integers(0, 9), max_size=4), VALUES, st.text())
def test_any_action_is_read_as_it_was_meant(path: list[str | int], value: Any, why: str) -> None:
    (action,) = actions_of(repairs.update(path, value, why))
    assert why == action["description"]
    assert json.dumps(value) == json.dumps(action["update"])
    tree: Any = "here"
    for token in reversed(path):
        tree = [*range(token), tree] if isinstance(token, int) else {token: tree}
    ((found, where),) = parse(action["target"]).nodes(Run(tree))
    assert ("here", path) == (found, tokens_of(where))
