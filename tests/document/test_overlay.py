"""Overlays change a document by the rules of OpenAPI Overlay 1.1, and each action tells what it did."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from specmill.document.load import read
from specmill.document.overlay import overlay
from specmill.document.pointers import Draft
from specmill.values import Change, Document
from tests.document.documents import ACTIONS, BASE, apply, config, error_of, overlaid, write


def at(tree: Any, *keys: Any) -> Any:
    for key in keys:
        tree = tree[key]
    return tree


UPDATES: list[tuple[str, Any, tuple[Any, ...], Any]] = [  # target, update, where, what is there then
    ("$.info", {"title": "B", "x-new": {"a": [1]}}, ("info",), {"title": "B", "version": "1", "x-new": {"a": [1]}}),
    ("$.info.title", "B", ("info", "title"), "B"),
    ("$.info.title", None, ("info", "title"), None),
    ("$.info.title", 7, ("info", "title"), 7),
    ("$.tags", "three", ("tags",), ["one", "two", "three"]),
    ("$.tags", ["three", "four"], ("tags",), ["one", "two", "three", "four"]),
    ("$.tags", {"name": "three"}, ("tags",), ["one", "two", {"name": "three"}]),
    ("$.tags[0]", "first", ("tags",), ["first", "two"]),
    ("$.tags[?@ == 'two']", "second", ("tags",), ["one", "second"]),
    ("$", {"tags": ["three"], "paths": {"/a": {"get": {"summary": "New"}}}}, ("tags",), ["one", "two", "three"]),
    ("$", {"paths": {"/a": {"get": {"summary": "New"}}}}, ("paths", "/a", "get", "summary"), "New"),
    ("$.paths.*.get", {"x-safe": True}, ("paths", "/b", "get", "x-safe"), True),
    (
        "$.paths['/a'].get.parameters[?@.name=='y' && @.in=='query']",
        {"schema": {}},
        ("paths", "/a", "get", "parameters", 1),
        {"name": "y", "in": "query", "schema": {}},
    ),
    ("$..tags", "all", ("paths", "/b", "get", "tags"), ["two", "all"]),
    ("$.paths", {"/c": {}}, ("paths", "/c"), {}),
]


@pytest.mark.parametrize(("target", "update", "where", "expected"), UPDATES)
def test_an_update_is_merged(tmp_path: Path, target: str, update: Any, where: tuple[Any, ...], expected: Any) -> None:
    tree, changes = apply(tmp_path, {"target": target, "update": update})
    assert expected == at(tree, *where)
    assert [change.rule for change in changes] == ["overlay"]


REMOVALS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("$.tags", (), ["openapi", "info", "paths"]),
    ("$.tags[0]", ("tags",), ["two"]),
    ("$.tags[*]", ("tags",), []),
    ("$.tags[1,0]", ("tags",), []),
    (
        "$.paths['/a'].get.parameters[?@.name=='x']",
        ("paths", "/a", "get", "parameters"),
        [{"name": "y", "in": "query"}],
    ),
    ("$..tags[?@=='two']", ("paths", "/b", "get", "tags"), []),
    ("$..[?@.name]", ("paths", "/a", "get", "parameters"), []),
    ("$.paths..*", ("paths",), []),
    ("$.paths['/a','/a']", ("paths",), ["/b"]),
]


@pytest.mark.parametrize(("target", "where", "expected"), REMOVALS)
def test_what_is_removed_is_gone(tmp_path: Path, target: str, where: tuple[Any, ...], expected: Any) -> None:
    tree, _ = apply(tmp_path, {"target": target, "remove": True})
    found = at(tree, *where)
    assert expected == (list(found) if isinstance(found, dict) else found)


def test_a_copy_is_merged_like_an_update(tmp_path: Path) -> None:
    move = (
        {"target": "$.paths", "update": {"/new": {}}},
        {"target": "$.paths['/new']", "copy": "$.paths['/a']"},
        {"target": "$.paths['/a']", "remove": True},
        {"target": "$.tags", "copy": "$.paths['/b'].get.tags"},
        {"target": "$.info.title", "copy": "$.tags[0]"},
        {"target": "$.paths['/new'].get", "update": {"summary": "New"}},
    )
    tree, _ = apply(tmp_path, *move)
    assert list(tree["paths"]) == ["/b", "/new"]
    assert tree["tags"] == ["one", "two", "two"]
    assert tree["info"]["title"] == "one"
    assert tree["paths"]["/new"]["get"]["summary"] == "New"


def test_copies_do_not_change_with_each_other(tmp_path: Path) -> None:
    actions = (
        {"target": "$.paths", "update": {"/c": {"get": {"x": {"y": 1}}}, "/d": {}}},
        {"target": "$.paths['/c'].get", "update": {"z": 1}},
        {"target": "$.paths['/d']", "copy": "$.paths['/c']"},
        {"target": "$.paths['/d'].get", "update": {"z": 2, "x": {"y": 2}}},
        {"target": "$.paths['/a','/b'].get", "update": {"shared": {"list": [1]}}},
        {"target": "$.paths['/a'].get.shared.list", "update": 2},
    )
    paths = apply(tmp_path, *actions)[0]["paths"]
    assert paths["/c"]["get"] == {"x": {"y": 1}, "z": 1}
    assert paths["/d"]["get"] == {"x": {"y": 2}, "z": 2}
    assert (paths["/a"]["get"]["shared"]["list"], paths["/b"]["get"]["shared"]["list"]) == ([1, 2], [1])


def test_the_input_is_left_as_it_is(tmp_path: Path) -> None:
    everything = {"openapi": {"a": [{"b": 1}], "c": {"d": 1}}}
    write(tmp_path, openapi_json=json.dumps(everything), overlay_yaml=ACTIONS + "- {target: '$..*', remove: true}\n")
    settings = config(tmp_path, "openapi.json")
    document = read(settings)
    before = copy.deepcopy(document)
    changed, _ = overlay(document, settings)
    assert before == document
    assert changed.tree == {}


def test_what_was_shared_by_an_alias_is_changed_in_one_place_only(tmp_path: Path) -> None:
    base = "a: &a {b: {c: 1}}\nd: *a\n"
    tree, _ = apply(tmp_path, {"target": "$.d.b", "update": {"c": 2}}, base=base)
    assert tree == {"a": {"b": {"c": 1}}, "d": {"b": {"c": 2}}}


def test_overlays_apply_in_their_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        openapi_yaml=BASE,
        **{
            "10-overlay_yaml": ACTIONS + "- {target: $.tags, remove: true}\n- {target: $, update: {tags: [new]}}\n",
            "20-overlay_yaml": ACTIONS.replace("1.1.0", "1.0.0") + "- {target: $.tags, update: newer}\n",
        },
    )
    document, _ = overlaid(tmp_path)
    assert document.tree["tags"] == ["new", "newer"]
    assert [file.name for file in document.overlays] == ["10-overlay.yaml", "20-overlay.yaml"]
    assert [file.name for file in document.files] == ["openapi.yaml"]


def test_what_each_action_did_is_told(tmp_path: Path) -> None:
    _, changes = apply(
        tmp_path,
        {"target": "$.paths.*.get", "update": {"x": 1}, "description": "why\n it is  so"},
        {"target": "$.tags", "remove": True},
        {"target": "$.info", "copy": "$.paths['/b']"},
    )
    assert (
        Change("overlay", "/paths/~1a/get", "why it is so (2 places)"),
        Change("overlay", "/tags", "remove $.tags"),
        Change("overlay", "/info", "copy $.info"),
    ) == changes


UNNEEDED: list[dict[str, Any]] = [
    {"target": "$.info.title", "update": "A"},
    {"target": "$.info", "update": {"title": "A", "version": "1"}},
    {"target": "$.info", "update": {}},
    {"target": "$.tags", "update": []},
    {"target": "$.info", "copy": "$.info"},
]


@pytest.mark.parametrize("action", UNNEEDED)
def test_an_action_that_changes_nothing_any_more_is_a_warning(tmp_path: Path, action: dict[str, Any]) -> None:
    tree, changes = apply(tmp_path, {**action, "description": "old repair"})
    assert yaml.safe_load(BASE) == tree
    assert [(change.rule, change.note) for change in changes] == [
        ("overlay-unneeded", "overlay.json:1:74 changes nothing any more: old repair")
    ]


def test_false_and_zero_are_different_values(tmp_path: Path) -> None:
    tree, changes = apply(tmp_path, {"target": "$.paths['/b'].get.deprecated", "update": 0})
    assert changes[0].rule == "overlay"
    assert tree["paths"]["/b"]["get"]["deprecated"] is not False


def test_overlay_1_0_appends_one_entry_and_knows_no_primitives(tmp_path: Path) -> None:
    def apply_old(action: dict[str, Any]) -> Any:
        return apply(tmp_path, action, version="1.0.0")[0]

    assert apply_old({"target": "$.tags", "update": ["x"]})["tags"] == ["one", "two", ["x"]]
    assert "Overlay 1.0 cannot change a primitive" in str(
        error_of(lambda: apply_old({"target": "$.openapi", "update": "x"}))
    )
    assert "Overlay 1.0 has no copy" in str(error_of(lambda: apply_old({"target": "$.info", "copy": "$.paths"})))
    assert "tags" not in apply_old({"target": "$.tags", "remove": True, "update": "x"})


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def merged(there: Any, value: Any) -> Any:
    """The rules of the specification, once more and without any care for speed."""
    if isinstance(there, dict) and isinstance(value, dict):
        return {**there, **{key: merged(there[key], value[key]) if key in there else value[key] for key in value}}
    if isinstance(there, list) and isinstance(value, list):
        return there + value
    if isinstance(there, dict | list) or isinstance(value, dict | list):
        raise ValueError
    return value


@given(st.dictionaries(st.text(max_size=2), TREES, max_size=4), st.dictionaries(st.text(max_size=2), TREES, max_size=4))
def test_any_two_mappings_are_merged_by_the_rules(
    tmp_path_factory: pytest.TempPathFactory, base: Any, update: Any
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    try:
        expected = merged(base, update)
    except ValueError:
        error_of(lambda: apply(folder, {"target": "$", "update": update}, base=json.dumps(base)))
    else:
        tree, changes = apply(folder, {"target": "$", "update": update}, base=json.dumps(base))
        assert json.dumps(expected) == json.dumps(tree)
        assert (changes[0].rule == "overlay-unneeded") is (json.dumps(expected) == json.dumps(base))


def test_a_draft_copies_only_what_is_on_the_way(tmp_path: Path) -> None:
    tree: Any = {"a": {"b": [{"c": 1}]}, "d": {"e": 1}}
    draft = Draft(tree)
    draft.put(["a", "b", 0, "c"], 2)
    assert tree == {"a": {"b": [{"c": 1}]}, "d": {"e": 1}}
    assert draft.tree == {"a": {"b": [{"c": 2}]}, "d": {"e": 1}}
    assert draft.tree["d"] is tree["d"]


def test_a_document_that_is_no_mapping_is_left_to_the_check(tmp_path: Path) -> None:
    write(tmp_path, openapi_yaml="just text\n", overlay_yaml=ACTIONS + "- {target: $, update: {}}\n")
    assert overlaid(tmp_path)[0].tree == "just text"


def test_without_overlays_nothing_happens() -> None:
    document = Document({}, ())
    assert (document, ()) == overlay(document, config(Path("/nowhere")))
