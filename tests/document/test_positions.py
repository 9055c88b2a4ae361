"""A pointer becomes the place that a reader of the text would point to, and never an error of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from specmill.document.load import parse
from specmill.document.pointers import join
from specmill.document.positions import excerpt, fault, place_of, places_of
from specmill.errors import Place
from specmill.values import Document, SourceFile
from tests.document.documents import EMPTY, bundled, overlaid, write


def document_of(text: str, name: str) -> Document:
    file = SourceFile(Path(name), name, text, "")
    return Document(parse(file), (file,))


YAML = """\
openapi: 3.1.0
paths:
  /a~b/{id}:   # a comment
    get:
      tags: [one, {name: two}]
      description: |
        some: text
        that: looks like keys
      "200":
        - a
        -   b: 1
            c: 2
"""
JSON = '{"openapi": "3.1.0",\n "paths": {\n  "/x": {"get": ["a", {"b\\n": "}]\\"{"}]}\n }}'


def test_a_key_is_where_a_member_is_and_an_item_is_where_it_begins() -> None:
    document = document_of(YAML, "a.yaml")
    expected = {
        "": (1, 1),
        "/openapi": (1, 1),
        "/paths/~1a~0b~1{id}": (3, 3),
        "/paths/~1a~0b~1{id}/get": (4, 5),
        "/paths/~1a~0b~1{id}/get/tags/0": (5, 14),
        "/paths/~1a~0b~1{id}/get/tags/1/name": (5, 20),
        "/paths/~1a~0b~1{id}/get/description": (6, 7),
        "/paths/~1a~0b~1{id}/get/200": (9, 7),
        "/paths/~1a~0b~1{id}/get/200/0": (10, 11),
        "/paths/~1a~0b~1{id}/get/200/1/c": (12, 13),
    }
    assert expected == {
        pointer: (place_of(document, pointer).line, place_of(document, pointer).column) for pointer in expected
    }
    assert excerpt(document, "/paths/~1a~0b~1{id}/get/200") == '"200":'


def test_json_has_places_as_well() -> None:
    document = document_of(JSON, "a.json")
    expected = {"": (1, 1), "/paths": (2, 2), "/paths/~1x/get/1": (3, 23), "/paths/~1x/get/1/b\n": (3, 24)}
    assert expected == {
        pointer: (place_of(document, pointer).line, place_of(document, pointer).column) for pointer in expected
    }


def test_what_is_not_there_is_at_its_nearest_ancestor() -> None:
    for document in (document_of(YAML, "a.yaml"), document_of('{"paths": [1,\n{}]}', "a.json")):
        assert place_of(document, "/paths").line == place_of(document, "/paths/nowhere/at/all").line
        assert Place(document.files[0].name, 1, 1, "/x") == place_of(document, "/x")


def test_several_pointers_are_found_in_one_reading() -> None:
    document = document_of(YAML, "a.yaml")
    pointers = ["/paths", "/openapi", "/paths", "/nowhere", ""]
    assert [place_of(document, pointer) for pointer in pointers] == places_of(document, pointers)


def test_a_place_in_another_file_is_written_with_its_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        openapi_yaml=EMPTY + "components: {schemas: {Pet: {$ref: 'models.yaml#/Pet'}}}\n",
        models_yaml="Cat: {}\nPet:\n  type: object\n  properties:\n    name: {}\n",
    )
    document = bundled(tmp_path)
    expected = Place("models.yaml", 5, 5, "/Pet/properties/name")
    assert expected == place_of(document, "/components/schemas/Pet/properties/name")
    assert expected == place_of(document, "models.yaml#/Pet/properties/name")
    assert Place("openapi.yaml", 3, 1, "/paths") == place_of(document, "openapi.yaml#/paths")
    assert excerpt(document, "/components/schemas/Pet/properties/name") == "name: {}"


def test_what_an_overlay_has_put_there_is_in_the_overlay(tmp_path: Path) -> None:
    write(
        tmp_path,
        openapi_yaml="tags:\n- a\n- b\n- c\n- d: {e: 1}\n",
        overlay_yaml="""\
overlay: 1.1.0
info: {title: O, version: 1}
actions:
- target: $.tags[1]
  remove: true
- target: $.tags
  update: [x, {y: z}]
- target: $.tags[2].d
  update: {new: {deep: 1}}
- target: $.tags[0]
  update: A
- target: $
  update: {paths: {}}
- target: $.paths
  copy: $.tags[2]
""",
    )
    document, _ = overlaid(tmp_path)
    assert document.tree["tags"] == ["A", "c", {"d": {"e": 1, "new": {"deep": 1}}}, "x", {"y": "z"}]
    expected = {
        "/tags/0": "overlay.yaml:11:3",
        "/tags/1": "openapi.yaml:4:3",
        "/tags/2": "openapi.yaml:5:3",
        "/tags/2/d/e": "openapi.yaml:5:7",
        "/tags/2/d/new": "overlay.yaml:9:12",
        "/tags/2/d/new/deep": "overlay.yaml:9:18",
        "/tags/3": "overlay.yaml:7:12",
        "/tags/4/y": "overlay.yaml:7:16",
        "/paths": "overlay.yaml:13:12",
        "/paths/d": "openapi.yaml:5:3",
        "/paths/d/e": "openapi.yaml:5:7",
    }
    places = {pointer: place_of(document, pointer) for pointer in expected}
    assert expected == {pointer: f"{at.file}:{at.line}:{at.column}" for pointer, at in places.items()}


def test_an_error_has_the_place_and_the_line() -> None:
    told = str(fault(document_of(YAML, "a.yaml"), "/paths", "is odd", "mend it"))
    assert told == "a.yaml:2:1 (at /paths): is odd\n    paths:\nhint: mend it"


STRANGE = ["x", "/", "//", "~", "/~", "/~2", "#", "a#b", "/" * 5000, "/0" * 5000, "other.yaml#/a", "/\0", "/\ud800"]


def test_a_tree_without_a_file_has_pointers_only() -> None:
    assert place_of(Document({"a": 1}, ()), "/a") == Place("", pointer="/a")


def test_no_pointer_is_too_strange() -> None:
    texts = [
        ("a: 1", "a.yaml"),
        ("{}", "a.json"),
        ("{{{", "a.json"),
        ("a: [", "a.yaml"),
        ("", "a.yaml"),
        ("? {a: 1}", "a.yaml"),
    ]
    for text, name in texts:
        document = Document({}, (SourceFile(Path(name), name, text, ""),), places={"/a": "gone.yaml#/x", "": "?"})
        for pointer in STRANGE:
            assert name == place_of(document, pointer).file
            assert isinstance(excerpt(document, pointer), str)


@given(st.text(), st.text(st.sampled_from("{}[]:,-#\"'\n ab0/"), max_size=40), st.sampled_from(["a.yaml", "a.json"]))
def test_a_place_is_found_whatever_the_text(pointer: str, text: str, name: str) -> None:
    assert name == place_of(Document(None, (SourceFile(Path(name), name, text, ""),)), pointer).file


TEXT = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=8)
TREES = st.recursive(
    st.none() | st.integers() | TEXT | st.just("several\nlines\n"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.just("long" * 40), inner, max_size=4),
    max_leaves=15,
)


def pointers(tree: Any, pointer: str = "") -> Iterator[str]:
    yield pointer
    for key, child in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from pointers(child, pointer + join([key]))


def marks_of(node: Any, pointer: str = "", mark: Any = None) -> Iterator[tuple[str, int]]:
    """The line of each pointer as PyYAML's own nodes tell it."""
    yield pointer, (mark or node.start_mark).line + 1
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield from marks_of(child, pointer + join([key.value]), key.start_mark)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from marks_of(child, pointer + join([index]))


@given(TREES)
def test_yaml_says_the_same_lines(tree: Any) -> None:
    text = yaml.safe_dump(tree, sort_keys=False)
    expected = dict(marks_of(yaml.compose(text)))
    document = document_of(text, "a.yaml")
    assert expected == {pointer: place_of(document, pointer).line for pointer in pointers(tree)}


def lines_of(tree: Any, pointer: str = "", line: int = 1) -> tuple[dict[str, int], int]:
    """The line of each pointer where ``json.dumps`` puts each member and item on one of its own; and the last line."""
    lines = {pointer: line}
    children = list(tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ())
    for key, child in children:
        below, line = lines_of(child, pointer + join([key]), line + 1)
        lines.update(below)
    return lines, line + bool(children)


@given(TREES)
def test_json_says_the_same_lines(tree: Any) -> None:
    text = json.dumps(tree, indent=1)
    assume(text.strip())
    document = document_of(text, "a.json")
    expected = lines_of(tree)[0]
    assert list(expected.items()) == [
        (place.pointer, place.line) for place in places_of(document, list(pointers(tree)))
    ]
