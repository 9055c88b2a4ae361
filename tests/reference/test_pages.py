"""The reference says all that the client has, links to what is there, and lets no document out of its place."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from specmill.build import build
from specmill.config import Options, load
from specmill.errors import SpecmillError
from specmill.reference import pages_of
from specmill.reference.written import Written
from specmill.schemas import validate
from specmill.values import Build, Config, File
from tests.benchmarks.synthetic import write as write_synthetic
from tests.reference.pages import CLIENTS, SPAN, blocks, broken_links, built, flagship, pages, prose
from tests.support import REPOSITORY, config_of

TWILIO = REPOSITORY.parent / "shared" / "specs" / "twilio-api-v2010.json"
NEEDS_TWILIO = pytest.mark.skipif(not TWILIO.exists(), reason="the public document is not beside this checkout")
ONCE = pytest.mark.xdist_group("pages of a large document")  # which one worker makes, for all tests
ALL = [None, *CLIENTS, pytest.param(TWILIO, marks=(NEEDS_TWILIO, ONCE))]
EACH = pytest.mark.parametrize("document", ALL, ids=lambda path: path.parent.name if path else "flagship")


def made(document: Path | None) -> Build:
    return built(document) if document else flagship()


@EACH
def test_every_link_and_every_anchor_leads_somewhere(document: Path | None) -> None:
    assert [] == [*broken_links(pages(document))]


def test_a_link_that_leads_nowhere_is_seen() -> None:
    found = broken_links({"a.md": "# A\n[x](b.md#y) [z](c.md) [a](#a) [w](https://example.com)", "b.md": "# X"})
    assert ["a.md: b.md#y", "a.md: c.md"] == [*found]


@EACH
def test_every_call_has_its_arguments_statuses_and_models_told(document: Path | None) -> None:
    build_, told = made(document), pages(document)
    written = Written(build_)
    for operation in build_.operations:
        page = told[f"resources/{operation.resource}.md"]
        part = page.partition(f"\n## {operation.resource}.{operation.python_name}\n")[2].partition("\n## ")[0]
        method = written.resources[operation.resource].methods[operation.python_name]
        assert all(f"| **`{argument.name}`** |" in part for argument in method.arguments)
        assert all(f"| **{response.status}** |" in part for response in operation.responses)
    assert {f"models/{name}.md" for name in written.models} == {path for path in told if path.startswith("models/")}
    for model in written.models.values():
        assert all(f"| **`{member.name}`** |" in told[f"models/{model.name}.md"] for member in model.members)


@EACH
def test_every_python_is_python_and_every_json_is_json(document: Path | None) -> None:
    for page in pages(document).values():
        for one in blocks(page):
            if one.language in ("python", "pyi"):
                ast.parse(one.text)
            elif one.language == "json":
                json.loads(one.text)


@EACH
def test_every_table_has_as_many_cells_in_each_row(document: Path | None) -> None:
    for path, page in pages(document).items():
        for row, behind in pairwise(prose(page).splitlines()):
            if row.startswith("|") and behind.startswith("|"):
                assert cells(row) == cells(behind), (path, behind)


def cells(row: str) -> int:
    return row.replace("\\|", "").count("|")


@cache
def made_of_flagship() -> tuple[File, ...]:
    return pages_of(flagship())


def test_two_runs_give_the_same_bytes() -> None:
    (config,) = load(Options(), REPOSITORY)
    assert pages_of(build(config)) == pages_of(build(config))


def test_what_is_committed_is_what_is_made() -> None:
    docs = REPOSITORY / "generated" / "docs"
    assert {file.path: (docs / file.path).read_bytes() for file in made_of_flagship()} == {
        file.path: file.content for file in made_of_flagship()
    }


# ---------------------------------------------------------------- documents that mean ill

EVIL = (
    "</td></table><script>alert(1)</script>",
    "a | b ` c `` d\n\n# A heading\n\n| x | y |\n|---|---|\n```\nunclosed",
    "[![Generally Available](https://img.example.com/x.svg)](#section/Versioning) **bold _open *more",
    "[here](javascript:alert(1)) <img src=x onerror=alert(1)> &lt;b&gt; <https://example.com>",
    "\u202eback\u202c \x07bell \ufdd00\ufdd0 \\ ~~~ ~~gone~~ <!-- comment",
    "    indented\n- item\n  - nested\n1. one\n> quote\n---\n=== \n***",
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def document_saying(text: str) -> dict[str, Any]:
    said = {"description": text}
    schema = {"type": "object", "properties": {"a": {"type": "string", **said, "default": text}}, **said}
    answer = {"content": {"application/json": {"schema": schema, "examples": {"x": {"value": {"a": text}, **said}}}}}
    call = {
        "tags": [text],
        "summary": text,
        "parameters": [{"name": "q", "in": "query", "schema": {"type": "string", "pattern": "a|b"}, **said}],
        "responses": {"200": {**said, **answer, "headers": {"X-A": {"schema": {"type": "string"}, **said}}}},
        **said,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": text, "version": "1", **said},
        "tags": [{"name": text, **said}],
        "paths": {"/x|y": {"get": {"operationId": "x", "security": [{"k": []}], **call}}},
        "components": {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "K|`", **said}}},
    }


@pytest.mark.parametrize("text", EVIL)
def test_no_text_of_a_document_leaves_its_place(text: str, tmp_path: Path) -> None:
    harmless, hostile = (shape_of(one, tmp_path) for one in ("Harmless words", text))
    assert hostile == harmless


def shape_of(text: str, folder: Path) -> dict[str, Any]:
    """Of each page: its headings' levels, its tables' columns, and the HTML that a reader would get."""
    (folder / "openapi.json").write_text(json.dumps(document_saying(text)))
    shape: dict[str, Any] = {}
    for file in pages_of(build(config_of(folder / "openapi.json"))):
        if file.path == "index.html":
            continue
        page = prose(file.content.decode())
        tags = Tags()
        tags.feed(SPAN.sub("", page).replace("<https://example.com>", ""))
        lines = page.splitlines()
        name = "a resource" if file.path.startswith("resources/") else file.path
        shape[name] = {
            "headings": [line.partition(" ")[0] for line in lines if line.startswith("#")],
            "columns": [cells(line) for line in lines if line.startswith("|")],
            "html": tags.found,
            "schemes": "javascript:" in page.replace("\\", "").replace("(javascript:alert(1))", ""),
        }
    return shape


# ---------------------------------------------------------------- notes, and large documents


def with_note(name: str, folder: Path) -> Config:
    (folder / "notes").mkdir()
    (folder / "notes" / f"{name}.md").write_text("# Mine\n\nWords.\n\n```sh\n# no heading\n```\n")
    return replace(flagship().config, notes=Path(folder / "notes"))


@pytest.mark.parametrize(
    ("name", "path", "heading"),
    [
        ("README", "README.md", "\n## Mine\n"),
        ("errors", "errors.md", "\n## Mine\n"),
        ("records_v3", "resources/records_v3.md", "\n## Mine\n"),
        ("records_v3.produce_record", "resources/records_v3.md", "\n### Mine\n"),
        ("Error", "models/Error.md", "\n## Mine\n"),
    ],
)
def test_a_note_stands_where_its_name_says(name: str, path: str, heading: str, tmp_path: Path) -> None:
    found = pages_of(replace(flagship(), config=with_note(name, tmp_path)))
    (page,) = (file.content.decode() for file in found if file.path == path)
    assert heading in page
    assert "\n# no heading\n" in page


def test_a_note_that_belongs_to_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SpecmillError, match="belongs to nothing") as caught:
        pages_of(replace(flagship(), config=with_note("records_v3.produce_recrod", tmp_path)))
    assert "did you mean records_v3.produce_record.md?" == caught.value.hint


def test_the_cost_is_linear_in_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema is compiled with all that it leads to, so one by one they would cost the square of the document."""
    compiled: list[Any] = []
    compile_it = validate._validator

    def counted(*given: Any) -> Any:
        compiled.append(given)
        return compile_it(*given)

    monkeypatch.setattr(validate, "_validator", counted)
    for calls in (10, 40):
        client = build(config_of(write_synthetic(calls, tmp_path)))
        compiled.clear()
        pages_of(client)
        assert len(compiled) == 3  # the samples, all that is sent and all that is answered
