"""YAML and JSON are read to the same values, by the rules of JSON, and what is wrong is told with its place."""

from __future__ import annotations

import json
import os
import re
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from specmill.document import limits
from specmill.document.load import parse, read
from specmill.errors import SpecmillError
from specmill.values import SourceFile
from tests.descriptors import descriptors
from tests.document.documents import config, error_of, loaded

TWILIO = Path(__file__).parents[3] / "shared" / "specs" / "twilio-api-v2010.json"

WORDS: list[tuple[str, Any]] = [
    # What YAML 1.1 reads as something else than JSON does is text.
    *[(word, word) for word in ("on", "off", "yes", "no", "y", "N", "Yes", "ON")],
    *[(word, word) for word in ("2024-01-01", "2001-12-14t21:59:43.10-05:00", "12:30", "190:20:30", "1_000", "0b11")],
    *[
        (word, word)
        for word in ("0x1F", "0o17", "017", "+1", ".5", "5.", "1.", "1e", ".inf", "-.INF", ".nan", "=", "-1-")
    ],
    # Numbers are those of JSON.
    *[("200", 200), ("-7", -7), ("0", 0), ("-0", 0), ("1.5", 1.5), ("1e3", 1000.0), ("-1.5E-2", -0.015), ("1.0", 1.0)],
    ("123456789012345678901234567890", 123456789012345678901234567890),
    # The words of the core schema.
    *[(word, None) for word in ("~", "null", "Null", "NULL", "")],
    *[(word, True) for word in ("true", "True", "TRUE")],
    *[(word, False) for word in ("false", "False", "FALSE")],
    ("nULL", "nULL"),
    ("tRUE", "tRUE"),
    # Quotes and tags make text.
    *[("'200'", "200"), ('"true"', "true"), ("!!str 200", "200"), ("!!int 200", 200), ("!!float 1", 1)],
    ("!!null null", None),
    ("!!bool true", True),
    ("3.0.0", "3.0.0"),
    ("1.2.3-rc1", "1.2.3-rc1"),
    ("|\n  a\n  b\n", "a\nb\n"),
    (">-\n  a\n  b\n", "a b"),
]


@pytest.mark.parametrize(("word", "value"), WORDS)
def test_a_word_of_yaml_is_what_json_would_make_of_it(tmp_path: Path, word: str, value: Any) -> None:
    tree = loaded(tmp_path, f"a: {word}\n")
    assert {"a": value} == tree
    assert type(value) is type(tree["a"])


@pytest.mark.parametrize("key", ["200", "true", "null", "~", "1.5", "2024-01-01", "on", "''", "'<<'", '"a\\nb"', "? a"])
def test_keys_are_text_whatever_they_look_like(tmp_path: Path, key: str) -> None:
    separator = "\n" if key.startswith("?") else ""
    tree = loaded(tmp_path, f"{key}{separator}: 1\n")
    assert [key.strip("'\"? ").replace("\\n", "\n")] == list(tree)


def test_merge_keys_are_honoured_and_what_a_mapping_says_itself_wins(tmp_path: Path) -> None:
    text = """
    a: &a {x: 1, y: 1}
    b: &b {y: 2, z: 2}
    one: {<<: *a, y: 0}
    several: {<<: [*a, *b]}
    inline: {<<: {q: 1}}
    quoted: {"<<": 1}
    nested: {<<: {<<: *a}}
    """
    tree = loaded(tmp_path, text)
    assert tree["one"] == {"y": 0, "x": 1}
    assert tree["several"] == {"x": 1, "y": 1, "z": 2}
    assert tree["inline"] == {"q": 1}
    assert tree["quoted"] == {"<<": 1}
    assert tree["nested"] == {"x": 1, "y": 1}
    assert tree["a"] == {"x": 1, "y": 1}


def test_aliases_are_shared_and_may_be_defined_anew(tmp_path: Path) -> None:
    tree = loaded(tmp_path, "a: &n {b: 1}\nc: *n\nd: &n [2]\ne: *n\nf: &s text\n*s : 3\ng: &g &h\n".replace(" &h", ""))
    assert tree == {"a": {"b": 1}, "c": {"b": 1}, "d": [2], "e": [2], "f": "text", "text": 3, "g": None}
    assert tree["a"] is tree["c"]


def test_json_is_read_as_json_even_in_a_yaml_file(tmp_path: Path) -> None:
    text = '{"a": [1, 2.5, null, true], "long": "\\ud83d\\ude00"}'
    assert loaded(tmp_path, text) == {"a": [1, 2.5, None, True], "long": "😀"}
    assert loaded(tmp_path, "{a: [1, b]}") == {"a": [1, "b"]}
    assert loaded(tmp_path, '\ufeff{"a": 1}', "openapi.json") == {"a": 1}
    assert loaded(tmp_path, "\ufeffa: 1\n") == {"a": 1}


ODD: list[tuple[str, str, Any]] = [  # name, text, tree
    ("openapi.yaml", "a: 1\r\nb:\r\n  c: |\r\n    x\r\n    y\r\n", {"a": 1, "b": {"c": "x\ny\n"}}),
    ("openapi.yaml", "a: 1\rb: 2\r", {"a": 1, "b": 2}),
    ("openapi.yaml", 'a:\t1\t# one\nb: "x\ty"\n', {"a": 1, "b": "x\ty"}),
    ("openapi.yaml", "\ufeff%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
    ("openapi.yaml", "- a\n- {b: 1}\n", ["a", {"b": 1}]),
    ("openapi.yaml", "only text\n", "only text"),
    ("openapi.yaml", "? a\n? b\n", {"a": None, "b": None}),
    ("openapi.yaml", "1: a\n1.0: b\nTrue: c\n", {"1": "a", "1.0": "b", "True": "c"}),
    ("openapi.yaml", '{"a": 1, # no JSON, but YAML\n "b": NaN,}', {"a": 1, "b": "NaN"}),
    ("openapi.json", "\ufeff[1]\r\n", [1]),
    ("openapi.json", '{"a": -0.0, "b": 1e2, "c": "\\u0000"}', {"a": 0.0, "b": 100.0, "c": "\0"}),
]


@pytest.mark.parametrize(("name", "text", "tree"), ODD)
def test_what_is_odd_but_clear_is_read(tmp_path: Path, name: str, text: str, tree: Any) -> None:
    assert tree == loaded(tmp_path, text, name)


NOT_READ: list[tuple[str, str, str, str]] = [  # name, text, line and column, message
    ("openapi.yaml", "a: 1\nb:\n\tc: 1\n", ":3:1", "replace the tab"),
    ("openapi.yaml", "a:\n  - 1\n - 2\n", ":3:2", "this is not YAML"),
    ("openapi.yaml", "a: {b: 1\nc: 2\n", ":2:2", "this is not YAML"),
    ("openapi.yaml", "a: b: c\n", ":1:5", "into quotes"),
    ("openapi.yaml", "a: @x\n", ":1:4", "into quotes"),
    ("openapi.yaml", "a: 'b\n", ":2:1", "this is not YAML"),
    ("openapi.yaml", "a: *b\n", ":1:4", "there is no anchor &b"),
    ("openapi.yaml", "a: &a\n  b: *a\n", ":2:6", "stands inside of what it names"),
    ("openapi.yaml", "a: &a [1, *a]\n", ":1:11", "stands inside of what it names"),
    ("openapi.yaml", "a: 1\nb: 2\na: 3\n", ":3:1", 'the key "a" stands twice; first at openapi.yaml:1:1'),
    ("openapi.yaml", "x:\n  200: 2\n  '200': 3\n", ":3:3", 'the key "200" stands twice; first at openapi.yaml:2:3'),
    ("openapi.yaml", "a: {<<: {}, <<: {}}\n", ":1:13", "stands twice"),
    ("openapi.yaml", "a: {<<: 1}\n", ":1:5", "only mappings can be merged"),
    ("openapi.yaml", "a: {<<: [1]}\n", ":1:5", "only mappings can be merged"),
    ("openapi.yaml", "a: !!python/object/apply:os.system ['true']\n", ":1:4", "is refused: a document is data"),
    ("openapi.yaml", "a: !!binary aGk=\n", ":1:4", "the tag !!binary is refused"),
    ("openapi.yaml", "a: !!timestamp 2024-01-01\n", ":1:4", "the tag !!timestamp is refused"),
    ("openapi.yaml", "a: !!set {b}\n", ":1:4", "the tag !!set is refused"),
    ("openapi.yaml", "a: !!int b\n", ":1:4", "the tag !!int is refused"),
    ("openapi.yaml", "a: !!int true\n", ":1:4", "the tag !!int is refused"),
    ("openapi.yaml", "!own a: 1\n", ":1:1", "the tag !own is refused"),
    ("openapi.yaml", "? [a]\n: 1\n", ":1:3", "a key has to be text"),
    ("openapi.yaml", "a: {{b}}\n", ":1:5", "put it in quotes"),
    ("openapi.yaml", "a: &a [1]\n*a : 2\n", ":2:1", "a key has to be text"),
    ("openapi.yaml", "?\n: 2\n", ":1:2", "a key is missing"),
    ("openapi.yaml", "a: 1\n---\nb: 2\n", ":2:1", "a second document begins"),
    ("openapi.yaml", "a: 1e999\n", ":1:4", "is more than a number can hold"),
    ("openapi.yaml", f"a: {'9' * 500}\n", ":1:4", "is more than a number can hold"),
    ("openapi.yaml", "a: 1\nb: \x07\n", ":2:4", "may not hold the character U+0007"),
    ("openapi.yaml", "", "", "the file is empty"),
    ("openapi.yaml", "  \n# nothing yet\n", "", "the file is empty"),
    ("openapi.json", " \n", "", "the file is empty"),
    ("openapi.json", '{"a": 1,\n}', ":", "this is not JSON"),
    ("openapi.json", "{\"a\": 'b'}", ":1:7", "double quotes"),
    ("openapi.json", '{"a": 1 // b\n}', ":1:9", "JSON has no comments"),
    ("openapi.json", "openapi: 3.1.0\n", ":1:1", "this is not JSON"),
    ("openapi.json", '{"a": [1', ":1:9", "the text ends before"),
    (
        "openapi.json",
        '{"a": {"b": 1,\n "c": 2, "b": 3}}',
        ":2:10",
        'the key "b" stands twice; first at openapi.json:1:8',
    ),
    ("openapi.json", '{"a": "NaN", "b": NaN}', ":1:19", "NaN is no number of JSON"),
    ("openapi.json", '{"b": -Infinity}', ":1:7", "-Infinity is no number of JSON"),
    ("openapi.json", '{"b": 1e999}', ":1:7", "is more than a number can hold"),
    ("openapi.json", '{"b": ' + "9" * 5000 + "}", ":1:7", "is more than a number can hold"),
    ("openapi.json", '{"a": "\\\\ud800", "b": "\\ud83d\\ude00 \\ud800"}', ":1:37", "is half of a character"),
    ("openapi.json", '{"a": "\\udc00"}', ":1:8", "is half of a character"),
    ("openapi.json", '{"a": "b\nc"}', ":1:9", "this is not JSON"),
]


@pytest.mark.parametrize(("name", "text", "where", "message"), NOT_READ)
def test_what_cannot_be_read_is_told_with_its_place(
    tmp_path: Path, name: str, text: str, where: str, message: str
) -> None:
    error = error_of(lambda: loaded(tmp_path, text, name))
    assert message in str(error)
    assert str(error.place).startswith(name + where)


def test_an_error_shows_the_line_and_nothing_that_moves_the_cursor(tmp_path: Path) -> None:
    error = error_of(lambda: loaded(tmp_path, "a: 1\nb: [\u202e}\n"))
    assert error.text == "b: [\\u202e}"
    error = error_of(lambda: loaded(tmp_path, '{"' + "a" * 5000 + '": NaN}', "openapi.json"))
    assert len(error.text) < 200
    assert "NaN" in error.text


def test_files_that_are_none_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "petstore.yaml").touch()
    (tmp_path / "utf16.yaml").write_bytes("a: ü".encode("utf-16"))
    (tmp_path / "utf16-without-a-mark.yaml").write_bytes("a: 1".encode("utf-16-le"))
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: \xfc\n")
    (tmp_path / "binary.yaml").write_bytes(b"\x7fELF\0\0")
    (tmp_path / "large.yaml").write_text("a: " + "x" * 100)
    messages = {
        "folder": "folder is a folder",
        "folder/petstor.yaml": "did you mean petstore.yaml?",
        "nowhere/api.yaml": "there is no file nowhere/api.yaml",
        "latin.yaml/api.yaml": "cannot be read",
        "utf16.yaml": "this is not UTF-8 text",
        "utf16-without-a-mark.yaml": "this is not UTF-8 text",
        "latin.yaml": "latin.yaml:2:4: this is not UTF-8 text: byte 0xfc",
        "binary.yaml": "this is not UTF-8 text",
        "large.yaml": "large.yaml has more than",
        "a\0b": "cannot be read",
        "x" * 300: "cannot be read: File name too long",
    }
    monkeypatch.setattr(limits, "BYTES", 50)
    before = descriptors()
    for name, message in messages.items():
        assert message in str(error_of(lambda name=name: read(config(tmp_path, name))))  # type: ignore[misc]  # no type for a default
    assert set() == descriptors() - before


def test_a_file_without_permission_is_told_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "openapi.yaml").touch()
    monkeypatch.setattr(os, "open", refuse)
    assert "cannot be read: Permission denied" in str(error_of(lambda: read(config(tmp_path))))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_and_a_device_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "pipe.yaml is no ordinary file" in str(error_of(lambda: read(config(tmp_path, "pipe.yaml"))))
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    assert "zero.yaml is no ordinary file" in str(error_of(lambda: read(config(tmp_path, "zero.yaml"))))


def test_the_name_of_a_file_is_told_from_the_root(tmp_path: Path) -> None:
    (tmp_path / "spec").mkdir()
    (tmp_path / "spec" / "openapi.yaml").write_bytes(b"a: 1\r\n")
    (tmp_path / "work").mkdir()
    assert read(config(tmp_path, "spec/openapi.yaml")).files[0].name == "spec/openapi.yaml"
    file = read(config(tmp_path / "work", "../spec/openapi.yaml")).files[0]
    assert (file.name, file.text) == ("../spec/openapi.yaml", "a: 1\r\n")
    assert sha256(b"a: 1\r\n").hexdigest() == file.sha256


def values(*, text: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """Any value of JSON."""
    numbers = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | text,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
        max_leaves=12,
    )


def same(one: Any, other: Any) -> bool:
    """Equal, and 1 is not 1.0 or true."""
    return json.dumps(one) == json.dumps(other)


def dumped(value: Any, **options: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, **options))


def file_of(text: str, name: str) -> SourceFile:
    return SourceFile(Path(name), name, text, "")


# PyYAML writes 1e5 without quotes, since YAML 1.1 does not know it for a number; YAML 1.2 and JSON do.
UNQUOTED_NUMBER = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+")
TEXT = st.text().filter(lambda text: not UNQUOTED_NUMBER.fullmatch(text))


@given(values(text=st.text()))
def test_what_json_writes_is_read_back(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=2, ensure_ascii=False)):
        assert same(value, parse(file_of(text, "a.json")))


@given(values(text=TEXT))
def test_what_yaml_writes_is_read_back(value: Any) -> None:
    for text in (dumped(value), dumped(value, default_flow_style=True, allow_unicode=True)):
        assume(same(value, yaml.safe_load(text)))  # it loses the line breaks of Unicode, sometimes
        assert same(value, parse(file_of(text, "a.yaml")))


@given(values(text=TEXT))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch, value: Any) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "yaml._yaml", None)
        assert same(value, parse(file_of(dumped(value), "a.yaml")))


NOISE = st.text(st.sampled_from("{}[]:,-?&*!|>%@`#'\"\\ \n\t~<aé01.eE") | st.characters(codec="utf-8"), max_size=60)


@given(st.text() | NOISE, st.sampled_from(["a.yaml", "a.json"]))
def test_any_text_is_read_or_refused_clearly(text: str, name: str) -> None:
    try:
        tree = parse(file_of(text, name))
    except SpecmillError as error:
        assert name == getattr(error.place, "file", None)
        assert str(error).isprintable() or "\n" in str(error)
    else:
        json.dumps(tree, allow_nan=False)


@given(NOISE)
def test_what_pyyaml_reads_to_json_is_read_to_the_same_structure(text: str) -> None:
    """Only the words differ between YAML 1.1 and us, so all of them are made text."""

    class Words(yaml.SafeLoader):
        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012

    try:
        expected = yaml.load(text, Words)
        json.dumps(expected)
    except (yaml.YAMLError, TypeError, ValueError):
        assume(False)
    assume(text.strip() and "<<" not in text)
    try:
        tree = parse(file_of(text, "a.yaml"))
    except SpecmillError:
        return  # refused by the rules above: tags, keys that stand twice, and so on
    assert shape(expected) == shape(tree)


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): shape(child) for key, child in value.items()}
    return [shape(child) for child in value] if isinstance(value, list) else "scalar"


@pytest.mark.skipif(not TWILIO.exists(), reason="the document is not beside this checkout")
def test_a_large_document_is_read_alike_from_json_and_yaml(tmp_path: Path) -> None:
    text = TWILIO.read_text(encoding="utf-8")
    expected = json.loads(text)
    assert expected == parse(file_of(text, "twilio.json"))
    assert expected == parse(file_of(yaml.dump(expected, Dumper=yaml.CSafeDumper), "twilio.yaml"))
