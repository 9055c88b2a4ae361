"""What is shown of a document is all of a place, however its owner indents and comments, by whole lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from specmill.document.load import read
from specmill.reference.page.sources import sources_of
from tests.support import config_of

AT = "/paths/~1a/get"
TEXTS = {
    "two spaces": ("paths:\n  /a:\n    get:\n      x: 1\n    put: 2\n", "get:\n  x: 1"),
    "one space": ("paths:\n /a:\n  get:\n   x: 1\n   y: 2\n  put: 2\n", "get:\n x: 1\n y: 2"),
    "to the end": ("paths:\n  /a:\n    get:\n      x: 1\n", "get:\n  x: 1"),
    "comments and blank lines inside": (
        "paths:\n  /a:\n    get:\n      x: 1\n\n# here\n      y: 2\n  # over\n  /b: {}\n",
        "get:\n  x: 1\n\n# here\n  y: 2",
    ),
    "a list at the same depth": (
        "paths:\n  /a:\n    get:\n      x:\n      - 1\n      - 2\n    put: 2\n",
        "get:\n  x:\n  - 1\n  - 2",
    ),
    "on one line": ("paths:\n  /a: {get: {x: 1}, put: 2}\n", "get: {x: 1}, put: 2}"),
    "a block of text": (
        "paths:\n  /a:\n    get:\n      x: |\n        one\n\n        two\n    put: 2\n",
        "get:\n  x: |\n    one\n\n    two",
    ),
    "letters of two units": ("paths:\n  /a:\n    get:\n      x: 😀 é\n    put: 2\n", "get:\n  x: 😀 é"),
}


def source(text: str, folder: Path, name: str) -> str:
    (folder / name).write_text(
        "openapi: 3.1.0\ninfo: {title: t, version: v}\n" + text if name.endswith("yaml") else text
    )
    document = read(config_of(folder / name))
    return str(sources_of(document, [AT])[AT]["text"])


@pytest.mark.parametrize("style", TEXTS)
def test_yaml_is_shown_as_it_stands(style: str, tmp_path: Path) -> None:
    text, expected = TEXTS[style]
    assert expected == source(text, tmp_path, "openapi.yaml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"paths": {"/a": {"get": {"x": "}\\""}, "put": 1}}}', '"get": {\n  "x": "}\\""\n}'),
        (
            '{\n  "paths": {\n    "/a": {\n      "get": {\n        "x": 1\n      }\n    }\n  }\n}',
            '"get": {\n  "x": 1\n}',
        ),
    ],
    ids=["on one line", "on several"],
)
def test_json_is_shown_in_lines(text: str, expected: str, tmp_path: Path) -> None:
    assert expected == source(text, tmp_path, "openapi.json")


def test_what_is_not_in_the_document_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n")
    document = read(config_of(tmp_path / "openapi.yaml"))
    assert {} == {pointer: one for pointer, one in sources_of(document, [AT]).items() if "get" in one["text"]}
