"""Overlays by the text of OpenAPI Overlay 1.1, with the two laws of our own: no action without a target, and none without an effect unseen."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from specmill.document import limits
from specmill.document.load import read
from specmill.document.overlay import overlay
from specmill.document.pointers import Draft
from specmill.errors import Problems
from specmill.values import Change, Document

from tests.document.documents import config, error_of, overlaid, write

BASE = """\
openapi: 3.1.0
info: {title: A, version: '1'}
tags: [one, two]
paths:
  /a: {get: {tags: [one], summary: Old, parameters: [{name: x, in: query}, {name: y, in: query}]}}
  /b: {get: {tags: [two], deprecated: false}}
"""
HEAD = "overlay: 1.1.0\ninfo: {title: O, version: 1.0.0}\nactions:\n"


def apply(folder: Path, *actions: dict[str, Any], base: str = BASE, version: str = "1.1.0") -> tuple[Any, tuple[Change, ...]]:
    tree = {"overlay": version, "info": {"title": "O", "version": "1"}, "actions": list(actions)}
    write(folder, openapi_yaml=base, overlay_json=json.dumps(tree))
    document, changes = overlaid(folder)
    return document.tree, changes


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
    ("$.paths['/a'].get.parameters[?@.name=='y' && @.in=='query']", {"schema": {}}, ("paths", "/a", "get", "parameters", 1), {"name": "y", "in": "query", "schema": {}}),
    ("$..tags", "all", ("paths", "/b", "get", "tags"), ["two", "all"]),
    ("$.paths", {"/c": {}}, ("paths", "/c"), {}),
]


@pytest.mark.parametrize(("target", "update", "where", "expected"), UPDATES)
def test_an_update_is_merged(tmp_path: Path, target: str, update: Any, where: tuple[Any, ...], expected: Any) -> None:
    tree, changes = apply(tmp_path, {"target": target, "update": update})
    assert expected == at(tree, *where)
    assert ["overlay"] == [change.rule for change in changes]


REMOVALS: list[tuple[str, tuple[Any, ...], Any]] = [
    ("$.tags", (), ["openapi", "info", "paths"]),
    ("$.tags[0]", ("tags",), ["two"]),
    ("$.tags[*]", ("tags",), []),
    ("$.tags[1,0]", ("tags",), []),
    ("$.paths['/a'].get.parameters[?@.name=='x']", ("paths", "/a", "get", "parameters"), [{"name": "y", "in": "query"}]),
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
    assert ["/b", "/new"] == list(tree["paths"])
    assert ["one", "two", "two"] == tree["tags"]
    assert "one" == tree["info"]["title"]
    assert "New" == tree["paths"]["/new"]["get"]["summary"]


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
    assert {"x": {"y": 1}, "z": 1} == paths["/c"]["get"]
    assert {"x": {"y": 2}, "z": 2} == paths["/d"]["get"]
    assert ([1, 2], [1]) == (paths["/a"]["get"]["shared"]["list"], paths["/b"]["get"]["shared"]["list"])


def test_the_input_is_left_as_it_is(tmp_path: Path) -> None:
    everything = {"openapi": {"a": [{"b": 1}], "c": {"d": 1}}}
    write(tmp_path, openapi_json=json.dumps(everything), overlay_yaml=HEAD + "- {target: '$..*', remove: true}\n")
    settings = config(tmp_path, "openapi.json")
    document = read(settings)
    before = copy.deepcopy(document)
    changed, _ = overlay(document, settings)
    assert before == document
    assert {} == changed.tree


def test_what_was_shared_by_an_alias_is_changed_in_one_place_only(tmp_path: Path) -> None:
    base = "a: &a {b: {c: 1}}\nd: *a\n"
    tree, _ = apply(tmp_path, {"target": "$.d.b", "update": {"c": 2}}, base=base)
    assert {"a": {"b": {"c": 1}}, "d": {"b": {"c": 2}}} == tree


def test_overlays_apply_in_their_order(tmp_path: Path) -> None:
    write(
        tmp_path,
        openapi_yaml=BASE,
        **{
            "10-overlay_yaml": HEAD + "- {target: $.tags, remove: true}\n- {target: $, update: {tags: [new]}}\n",
            "20-overlay_json": '{"overlay": "1.0.0", "info": {"title": "", "version": ""}, "actions": [{"target": "$.tags", "update": "newer"}]}',
        },
    )
    document, _ = overlaid(tmp_path)
    assert ["new", "newer"] == document.tree["tags"]
    assert ["10-overlay.yaml", "20-overlay.json"] == [file.name for file in document.overlays]
    assert ["openapi.yaml"] == [file.name for file in document.files]


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
    assert [("overlay-unneeded", "overlay.json:1:80 changes nothing any more: old repair")] == [
        (change.rule, change.note) for change in changes
    ]


def test_false_and_zero_are_different_values(tmp_path: Path) -> None:
    tree, changes = apply(tmp_path, {"target": "$.paths['/b'].get.deprecated", "update": 0})
    assert "overlay" == changes[0].rule
    assert tree["paths"]["/b"]["get"]["deprecated"] is not False


NO_MATCH = [  # target, hint
    ("$.path", "did you mean $.paths?"),
    ("$.paths['/A'].get", "$.paths is there; in it are: /a, /b"),
    ("$.paths['/a'].post", "$.paths['/a'] is there; in it are: get"),
    ("$.paths['/a'].get.sumary", "did you mean $.paths['/a'].get.summary?"),
    ("$.paths.*.get.deprecate", "did you mean $.paths.*.get.deprecated?"),
    ("$.tags[7]", "$.tags is there"),
    ("$..[?@.type == 'int64']", "$ is there; in it are: openapi, info, tags, paths"),
    ("$.paths['/a'].get.parameters[?@.name=='z'].schema", "$.paths['/a'].get.parameters is there"),
]


@pytest.mark.parametrize(("target", "hint"), NO_MATCH)
def test_a_target_that_matches_nothing_is_an_error_with_what_is_near(tmp_path: Path, target: str, hint: str) -> None:
    text = HEAD + f"- description: x\n  target: {json.dumps(target)}\n  update: {{}}\n"
    write(tmp_path, openapi_yaml=BASE, overlay_yaml=text)
    error = error_of(lambda: overlaid(tmp_path))
    assert "overlay.yaml:5:3 (at /actions/0/target): " + f"{target} matches nothing in openapi.yaml" in str(error)
    assert hint == error.hint


def test_all_actions_that_fail_are_told_at_once(tmp_path: Path) -> None:
    actions = [{"target": f"$.nothing{n}", "remove": True} for n in range(3)]
    error = error_of(lambda: apply(tmp_path, *actions, {"target": "$.tags", "remove": True}))
    assert isinstance(error, Problems)
    assert 3 == len(error.errors)


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"target": "$.info", "update": "text"}, "which primitive values cannot be merged with"),
    ({"target": "$.info", "update": ["text"]}, "at /info are mappings, which lists cannot"),
    ({"target": "$.info", "update": {"title": {}}}, "at /info/title are primitive values, which mappings"),
    ({"target": "$", "update": {"tags": "x"}}, "at /tags are lists, which primitive values"),
    ({"target": "$", "update": {"tags": None}}, "at /tags are lists, which primitive values"),
    ({"target": "$.info.title", "update": {}}, "at /info/title are primitive values, which mappings"),
    ({"target": "$.info.title", "update": []}, "which lists cannot be merged with"),
    ({"target": "$.*", "update": {}}, "the target matches lists and mappings and primitive values; an action takes one"),
    ({"target": "$.info", "copy": "$.nothing"}, "$.nothing matches no nodes; what is copied has to be one"),
    ({"target": "$.info", "copy": "$.paths.*"}, "$.paths.* matches 2 nodes"),
    ({"target": "$.info", "copy": "$.tags"}, "at /info are mappings, which lists"),
    ({"target": "$", "remove": True}, "the whole document cannot be removed"),
]


@pytest.mark.parametrize(("action", "message"), MISFITS)
def test_what_does_not_fit_together_is_an_error(tmp_path: Path, action: dict[str, Any], message: str) -> None:
    assert message in str(error_of(lambda: apply(tmp_path, action)))


def test_overlay_1_0_appends_one_entry_and_knows_no_primitives(tmp_path: Path) -> None:
    def apply_old(action: dict[str, Any]) -> Any:
        return apply(tmp_path, action, version="1.0.0")[0]

    assert ["one", "two", ["x"]] == apply_old({"target": "$.tags", "update": ["x"]})["tags"]
    assert "Overlay 1.0 cannot change a primitive" in str(error_of(lambda: apply_old({"target": "$.openapi", "update": "x"})))
    assert "Overlay 1.0 has no copy" in str(error_of(lambda: apply_old({"target": "$.info", "copy": "$.paths"})))
    assert "tags" not in apply_old({"target": "$.tags", "remove": True, "update": "x"})


MALFORMED: list[tuple[str, str, str]] = [  # text, place, message
    ("[]", "overlay.yaml:1:1", "this is not an overlay"),
    ("openapi: 3.1.0\n", "overlay.yaml:1:1", "this is not an overlay"),
    ("overlay: 2.0.0\n", "overlay.yaml:1:1", "Overlay 2.0.0 is not known here"),
    ("overlay: 1.2.0\n", "overlay.yaml:1:1", "Overlay 1.2.0 is not known here"),
    ("overlay: 1.1\n", "overlay.yaml:1:1", "Overlay 1.1 is not known here"),
    ("overlay: 1.1.0\nactions: []\n", "overlay.yaml:1:1", 'the field "info" is missing'),
    ("overlay: 1.1.0\ninfo: []\nactions: []\n", "overlay.yaml:2:1", "an info has to be a mapping"),
    ("overlay: 1.1.0\ninfo: {title: x}\nactions: []\n", "overlay.yaml:2:1", 'the field "version" is missing'),
    ("overlay: 1.1.0\ninfo: {title: x, version: 1, own: 1}\nactions: []\n", "overlay.yaml:2:30", 'there is no field "own"'),
    ("overlay: 1.1.0\nextend: x\ninfo: {title: x, version: 1}\nactions: []\n", "overlay.yaml:2:1", "did you mean extends?"),
    ("overlay: 1.1.0\ninfo: {title: x, version: 1}\nactions: []\n", "overlay.yaml:3:1", "a list with one entry at least"),
    ("overlay: 1.1.0\ninfo: {title: x, version: 1}\nactions: {a: 1}\n", "overlay.yaml:3:1", "a list with one entry at least"),
    (HEAD + "- x\n", "overlay.yaml:4:3", "an action has to be a mapping"),
    (HEAD + "- remove: true\n", "overlay.yaml:4:3", 'the field "target" is missing'),
    (HEAD + "- target: $\n", "overlay.yaml:4:3", "either update, or copy, or remove: true"),
    (HEAD + "- target: $\n  remove: false\n", "overlay.yaml:4:3", "either update, or copy, or remove: true"),
    (HEAD + "- target: $\n  copy: $\n  update: {}\n", "overlay.yaml:4:3", "either update, or copy, or remove: true"),
    (HEAD + "- target: $\n  remove: yes\n", "overlay.yaml:5:3", "remove is true or false"),
    (HEAD + "- target: $\n  updates: {}\n", "overlay.yaml:5:3", "did you mean update?"),
    (HEAD + "- target: $\n  description: 1\n  update: {}\n", "overlay.yaml:5:3", "a description is text"),
    (HEAD + "- target: paths\n  update: {}\n", "overlay.yaml:4:3", "this is no JSONPath, at character 1 of 'paths'"),
    (HEAD + "- target: $.paths./a\n  update: {}\n", "overlay.yaml:4:3", "in quotes may be any: ['...']"),
    (HEAD + "- target: 5\n  update: {}\n", "overlay.yaml:4:3", "it has to be text"),
    (HEAD + "- target: $\n  copy: $[\n", "overlay.yaml:5:3", "it ends too early"),
    (HEAD + "- target: $\n  target: $\n", "overlay.yaml:5:3", 'the key "target" stands twice'),
    ("overlay: [\n", "overlay.yaml:2:1", "this is not YAML"),
    ("extends: other.yaml\n" + HEAD + "- {target: $, update: {}}\n", "overlay.yaml:1:1", "this overlay is for other.yaml"),
    ("extends: 1\n" + HEAD + "- {target: $, update: {}}\n", "overlay.yaml:1:1", "told by a URI"),
]


@pytest.mark.parametrize(("text", "place", "message"), MALFORMED)
def test_a_malformed_overlay_is_told_with_its_place(tmp_path: Path, text: str, place: str, message: str) -> None:
    error = error_of(lambda: overlaid(write(tmp_path, openapi_yaml=BASE, overlay_yaml=text)))
    assert place in str(error)
    assert message in str(error)


@pytest.mark.parametrize("extends", ["openapi.yaml", "./openapi.yaml", "https://example.com/other.yaml", "../{name}/openapi.yaml"])
def test_an_overlay_for_this_document_is_applied(tmp_path: Path, extends: str) -> None:
    text = f"extends: {extends.format(name=tmp_path.name)}\n" + HEAD + "- {target: $.tags, remove: true, x-own: 1}\n"
    document, _ = overlaid(write(tmp_path, openapi_yaml=BASE, overlay_yaml=text))
    assert "tags" not in document.tree


def test_a_missing_overlay_is_told(tmp_path: Path) -> None:
    write(tmp_path, openapi_yaml=BASE, overlay_yaml=HEAD)
    settings = config(tmp_path)
    (tmp_path / "overlay.yaml").unlink()
    assert "there is no file overlay.yaml" in str(error_of(lambda: overlay(read(settings), settings)))


# An overlay is untrusted input, too.

DOUBLING = [{"target": "$.info", "update": {"x": [1]}}, *[{"target": "$.info.x", "copy": "$.info.x"}] * 40]
NESTING = [{"target": "$.info", "update": {"x": {}}}, *[{"target": "$.info.x", "copy": "$.info"}] * 40]


def test_copies_of_copies_are_bounded(tmp_path: Path) -> None:
    assert f"the overlays write more than {limits.COPIED:,} nodes" in str(error_of(lambda: apply(tmp_path, *DOUBLING)))
    deep = str(error_of(lambda: apply(tmp_path, *NESTING)))
    assert "mappings and lists inside each other" in deep or "the overlays write more than" in deep


def test_paths_that_visit_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STEPS", 1000)
    monkeypatch.setattr("specmill.document.queries.Run.__init__.__defaults__", (1000,), raising=False)
    target = "$..[?count(@..*) > count($..*)]"
    base = "a: [" + "{b: [1, 2, 3]}, " * 300 + "]\n"
    monkeypatch.setattr("specmill.document.overlay.Run", lambda root: __import__("specmill.document.queries").document.queries.Run(root, 1000))
    assert "name the place more exactly" in str(error_of(lambda: apply(tmp_path, {"target": target, "remove": True}, base=base)))


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
def test_any_two_mappings_are_merged_by_the_rules(tmp_path_factory: pytest.TempPathFactory, base: Any, update: Any) -> None:
    folder = tmp_path_factory.mktemp("merge")
    try:
        expected = merged(base, update)
    except ValueError:
        error_of(lambda: apply(folder, {"target": "$", "update": update}, base=json.dumps(base)))
    else:
        tree, changes = apply(folder, {"target": "$", "update": update}, base=json.dumps(base))
        assert json.dumps(expected) == json.dumps(tree)
        assert ("overlay-unneeded" == changes[0].rule) is (json.dumps(expected) == json.dumps(base))


def test_a_draft_copies_only_what_is_on_the_way(tmp_path: Path) -> None:
    tree: Any = {"a": {"b": [{"c": 1}]}, "d": {"e": 1}}
    draft = Draft(tree)
    draft.put(["a", "b", 0, "c"], 2)
    assert {"a": {"b": [{"c": 1}]}, "d": {"e": 1}} == tree
    assert {"a": {"b": [{"c": 2}]}, "d": {"e": 1}} == draft.tree
    assert draft.tree["d"] is tree["d"]


def test_a_document_that_is_no_mapping_is_left_to_the_check(tmp_path: Path) -> None:
    write(tmp_path, openapi_yaml="just text\n", overlay_yaml=HEAD + "- {target: $, update: {}}\n")
    assert "just text" == overlaid(tmp_path)[0].tree


def test_without_overlays_nothing_happens() -> None:
    document = Document({}, ())
    assert (document, ()) == overlay(document, config(Path("/nowhere")))
