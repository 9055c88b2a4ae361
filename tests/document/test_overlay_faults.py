"""What is wrong with an overlay, or no longer fits the document, is told with its place in the overlay."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specmill.document import limits
from specmill.document.load import read
from specmill.document.overlay import overlay
from specmill.errors import Problems
from tests.document.documents import ACTIONS, BASE, apply, config, error_of, overlaid, write

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
    text = ACTIONS + f"- description: x\n  target: {json.dumps(target)}\n  update: {{}}\n"
    write(tmp_path, openapi_yaml=BASE, overlay_yaml=text)
    error = error_of(lambda: overlaid(tmp_path))
    assert "overlay.yaml:5:3 (at /actions/0/target): " + f"{target} matches nothing in openapi.yaml" in str(error)
    assert hint == error.hint


def test_all_actions_that_fail_are_told_at_once(tmp_path: Path) -> None:
    actions = [{"target": f"$.nothing{n}", "remove": True} for n in range(3)]
    error = error_of(lambda: apply(tmp_path, *actions, {"target": "$.tags", "remove": True}))
    assert isinstance(error, Problems)
    assert len(error.errors) == 3


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"target": "$.info", "update": "text"}, "which primitive values cannot be merged with"),
    ({"target": "$.info", "update": ["text"]}, "at /info are mappings, which lists cannot"),
    ({"target": "$.info", "update": {"title": {}}}, "at /info/title are primitive values, which mappings"),
    ({"target": "$", "update": {"tags": "x"}}, "at /tags are lists, which primitive values"),
    ({"target": "$", "update": {"tags": None}}, "at /tags are lists, which primitive values"),
    ({"target": "$.info.title", "update": {}}, "at /info/title are primitive values, which mappings"),
    ({"target": "$.info.title", "update": []}, "which lists cannot be merged with"),
    (
        {"target": "$.*", "update": {}},
        "the target matches lists and mappings and primitive values; an action takes one",
    ),
    ({"target": "$.info", "copy": "$.nothing"}, "$.nothing matches no nodes; what is copied has to be one"),
    ({"target": "$.info", "copy": "$.paths.*"}, "$.paths.* matches 2 nodes"),
    ({"target": "$.info", "copy": "$.tags"}, "at /info are mappings, which lists"),
    ({"target": "$", "remove": True}, "the whole document cannot be removed"),
]


@pytest.mark.parametrize(("action", "message"), MISFITS)
def test_what_does_not_fit_together_is_an_error(tmp_path: Path, action: dict[str, Any], message: str) -> None:
    assert message in str(error_of(lambda: apply(tmp_path, action)))


MALFORMED: list[tuple[str, str, str]] = [  # text, place, message
    ("[]", "overlay.yaml:1:1", "this is not an overlay"),
    ("openapi: 3.1.0\n", "overlay.yaml:1:1", "this is not an overlay"),
    ("overlay: 2.0.0\n", "overlay.yaml:1:1", "Overlay 2.0.0 is not known here"),
    ("overlay: 1.2.0\n", "overlay.yaml:1:1", "Overlay 1.2.0 is not known here"),
    ("overlay: 1.1\n", "overlay.yaml:1:1", "Overlay 1.1 is not known here"),
    ("overlay: 1.1.0\nactions: []\n", "overlay.yaml:1:1", 'the field "info" is missing'),
    ("overlay: 1.1.0\ninfo: []\nactions: []\n", "overlay.yaml:2:1", "an info has to be a mapping"),
    ("overlay: 1.1.0\ninfo: {title: x}\nactions: []\n", "overlay.yaml:2:1", 'the field "version" is missing'),
    (
        "overlay: 1.1.0\ninfo: {title: x, version: 1, own: 1}\nactions: []\n",
        "overlay.yaml:2:30",
        'there is no field "own"',
    ),
    (
        "overlay: 1.1.0\nextend: x\ninfo: {title: x, version: 1}\nactions: []\n",
        "overlay.yaml:2:1",
        "did you mean extends?",
    ),
    (
        "overlay: 1.1.0\ninfo: {title: x, version: 1}\nactions: []\n",
        "overlay.yaml:3:1",
        "a list with one entry at least",
    ),
    (
        "overlay: 1.1.0\ninfo: {title: x, version: 1}\nactions: {a: 1}\n",
        "overlay.yaml:3:1",
        "a list with one entry at least",
    ),
    (ACTIONS + "- x\n", "overlay.yaml:4:3", "an action has to be a mapping"),
    (ACTIONS + "- remove: true\n", "overlay.yaml:4:3", 'the field "target" is missing'),
    (ACTIONS + "- target: $\n", "overlay.yaml:4:3", "either update, or copy, or remove: true"),
    (ACTIONS + "- target: $\n  remove: false\n", "overlay.yaml:4:3", "either update, or copy, or remove: true"),
    (ACTIONS + "- target: $\n  copy: $\n  update: {}\n", "overlay.yaml:4:3", "either update, or copy, or remove: true"),
    (ACTIONS + "- target: $\n  remove: yes\n", "overlay.yaml:5:3", "remove is true or false"),
    (ACTIONS + "- target: $\n  updates: {}\n", "overlay.yaml:5:3", "did you mean update?"),
    (ACTIONS + "- target: $\n  description: 1\n  update: {}\n", "overlay.yaml:5:3", "a description is text"),
    (ACTIONS + "- target: paths\n  update: {}\n", "overlay.yaml:4:3", "this is no JSONPath, at character 1 of 'paths'"),
    (ACTIONS + "- target: $.paths./a\n  update: {}\n", "overlay.yaml:4:3", "in quotes may be any: ['...']"),
    (ACTIONS + "- target: 5\n  update: {}\n", "overlay.yaml:4:3", "it has to be text"),
    (ACTIONS + "- target: $\n  copy: $[\n", "overlay.yaml:5:3", "it ends too early"),
    (ACTIONS + "- target: $\n  target: $\n", "overlay.yaml:5:3", 'the key "target" stands twice'),
    ("overlay: [\n", "overlay.yaml:2:1", "this is not YAML"),
    (
        "extends: other.yaml\n" + ACTIONS + "- {target: $, update: {}}\n",
        "overlay.yaml:1:1",
        "this overlay is for other.yaml",
    ),
    ("extends: 1\n" + ACTIONS + "- {target: $, update: {}}\n", "overlay.yaml:1:1", "told by a URI"),
]


@pytest.mark.parametrize(("text", "place", "message"), MALFORMED)
def test_a_malformed_overlay_is_told_with_its_place(tmp_path: Path, text: str, place: str, message: str) -> None:
    error = error_of(lambda: overlaid(write(tmp_path, openapi_yaml=BASE, overlay_yaml=text)))
    assert place in str(error)
    assert message in str(error)


@pytest.mark.parametrize(
    "extends", ["openapi.yaml", "./openapi.yaml", "https://example.com/other.yaml", "../{name}/openapi.yaml"]
)
def test_an_overlay_for_this_document_is_applied(tmp_path: Path, extends: str) -> None:
    text = f"extends: {extends.format(name=tmp_path.name)}\n" + ACTIONS + "- {target: $.tags, remove: true, x-own: 1}\n"
    document, _ = overlaid(write(tmp_path, openapi_yaml=BASE, overlay_yaml=text))
    assert "tags" not in document.tree


def test_a_missing_overlay_is_told(tmp_path: Path) -> None:
    write(tmp_path, openapi_yaml=BASE, overlay_yaml=ACTIONS)
    settings = config(tmp_path)
    (tmp_path / "overlay.yaml").unlink()
    assert "there is no file overlay.yaml" in str(error_of(lambda: overlay(read(settings), settings)))


# An overlay is untrusted input, too.

DOUBLING: list[dict[str, Any]] = [
    {"target": "$.info", "update": {"x": [1]}},
    *[{"target": "$.info.x", "copy": "$.info.x"}] * 40,
]
NESTING: list[dict[str, Any]] = [
    {"target": "$.info", "update": {"x": {}}},
    *[{"target": "$.info.x", "copy": "$.info"}] * 250,
]


def test_copies_of_copies_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = str(error_of(lambda: apply(tmp_path, *NESTING)))
    assert "this makes more than 200 mappings and lists inside each other" in deep
    monkeypatch.setattr(limits, "COPIED", 100_000)
    assert "the overlays write more than 100,000 nodes" in str(error_of(lambda: apply(tmp_path, *DOUBLING)))


def test_paths_that_visit_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STEPS", 1000)
    target = "$..[?count(@..*) > count($..*)]"
    base = "a: [" + "{b: [1, 2, 3]}, " * 300 + "]\n"
    assert "name the place more exactly" in str(
        error_of(lambda: apply(tmp_path, {"target": target, "remove": True}, base=base))
    )
