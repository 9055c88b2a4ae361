"""The page as a text: one file, the same each time, and nothing of a document is ever part of its HTML or script."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from specmill.reference.page import Sample, page_of
from specmill.reference.page.assembled import ASSETS, SCRIPTS, STYLES
from specmill.reference.page.numbers import embedded
from tests.reference.page.pages import CLIENTS, api_with, case, flagship, flagship_page, told_by
from tests.support import CASES, REPOSITORY

HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>-->\u2028]]>%%title%%&amp;'\""


class Outline(HTMLParser):
    """The elements of a page with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.texts[self.elements[-1][0] if self.elements else ""] = data

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]


def hostile_document() -> dict[str, Any]:
    """The same bad words wherever a document has words."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}, "example": {HOSTILE: HOSTILE}}}
    operation = {
        "operationId": HOSTILE,
        "summary": HOSTILE,
        "description": HOSTILE,
        "tags": [HOSTILE],
        "parameters": [
            {"name": HOSTILE, "in": "query", "description": HOSTILE, "schema": {"type": "string"}, "example": HOSTILE}
        ],
        "requestBody": {"description": HOSTILE, "content": content},
        "responses": {"200": {"description": HOSTILE, "content": content}},
        "security": [{"hostile": []}],
    }
    thing = {"type": "object", "description": HOSTILE, "properties": {HOSTILE: {"type": "string", "enum": [HOSTILE]}}}
    scheme = {"type": "http", "scheme": "basic", "description": HOSTILE}
    return {
        "openapi": "3.1.0",
        "info": {"title": HOSTILE, "version": HOSTILE, "description": HOSTILE},
        "servers": [{"url": "http://127.0.0.1", "description": HOSTILE}],
        "tags": [{"name": HOSTILE, "description": HOSTILE}],
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": {"Thing": thing}, "securitySchemes": {"hostile": scheme}},
    }


@pytest.mark.parametrize("name", CLIENTS)
def test_every_document_has_a_page_that_tells_of_all_its_operations_and_models(name: str) -> None:
    api = case(name)
    told = told_by(page_of(api, "api"))
    assert [one.id for one in api.operations] == [one["id"] for one in told["operations"]]
    assert set(api.normal.tree["components"]["schemas"]) == set(told["models"])


def test_two_runs_give_the_same_bytes_whatever_the_hash_seed() -> None:
    code = (
        "import sys; from tests.reference.page.pages import flagship_page as p; sys.stdout.buffer.write(p().encode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join([".", "generator"])}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, check=True
    )
    assert done.stdout == flagship_page().encode()


def test_the_flagships_page_is_small() -> None:
    assert len(flagship_page()) < 160_000


def test_a_page_is_one_file_that_asks_for_no_other() -> None:
    outline = Outline(flagship_page())
    asked = [(tag, value) for tag, one in outline.elements for key, value in one.items() if key in ("src", "href")]
    assert [("link", "data:,")] == asked
    style = "".join((ASSETS / name).read_text("utf-8") for name in STYLES)
    assert re.findall(r"url\(|@import|@font-face", style) == []


def test_the_policy_allows_the_script_and_the_style_of_the_page_and_no_others() -> None:
    page = flagship_page()
    outline = Outline(page)
    (policy,) = (one["content"] or "" for tag, one in outline.elements if "http-equiv" in one)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for kind in ("script", "style"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" == rules[f"{kind}-src"]
    assert "'none'" == rules["default-src"] == rules["base-uri"] == rules["form-action"]


def test_what_a_document_says_is_never_html(tmp_path: Path) -> None:
    page = page_of(api_with(hostile_document(), tmp_path), "api")
    plain = Outline(flagship_page())
    assert plain.tags == Outline(page).tags
    assert HOSTILE == told_by(page)["title"] == told_by(page)["operations"][0]["about"]


def test_no_script_makes_html_or_code_out_of_text() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|srcdoc|setHTML"
        r"|createContextualFragment|javascript:"
    )
    assert [] == [name for name in SCRIPTS if forbidden.search((ASSETS / name).read_text("utf-8"))]


def test_no_two_scripts_give_one_name_to_different_things() -> None:
    """They are one script in the page, in which the second would silently take the place of the first."""
    script = "".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)
    names = re.findall(r"^(?:async )?(?:function|class|const|let) (\w+)", script, re.MULTILINE)
    assert [] == sorted({name for name in names if names.count(name) > 1})


def test_every_asset_is_part_of_the_page() -> None:
    assert {*STYLES, *SCRIPTS, "page.html"} == {path.name for path in ASSETS.iterdir()}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2**53, "9007199254740992"),
        (2**63 - 1, '{"$number":"9223372036854775807"}'),
        (-(2**63), '{"$number":"-9223372036854775808"}'),
        (float("nan"), '{"$number":"NaN"}'),
        (1.5, "1.5"),
        (True, "true"),
        ("</script>", r'"\u003c/script\u003e"'),
        ("\u2028\ud800", r'"\u2028\ud800"'),
    ],
)
def test_a_browser_reads_a_value_as_it_was(value: object, expected: str) -> None:
    assert expected == embedded(value)
    json.loads(embedded([value]))


def test_the_text_of_an_operation_is_what_stands_in_the_document() -> None:
    (operation,) = told_by(flagship_page())["operations"]
    source, document = operation["source"], (REPOSITORY / "spec" / "kafka-rest-v3.yaml").read_text("utf-8")
    lines = document.splitlines()
    assert ("spec/kafka-rest-v3.yaml", "    post:") == (source["file"], lines[source["line"] - 1])
    first, last = (source["text"].splitlines()[at] for at in (0, -1))
    assert ("post:", "timestamp: '2024-07-29T15:51:28.071Z'") == (first, last.strip())
    assert "components:" not in source["text"]


def test_the_text_of_a_model_in_json_is_broken_into_lines(tmp_path: Path) -> None:
    told = told_by(page_of(api_with(hostile_document(), tmp_path), "api"))
    text = told["sources"]["Thing"]["text"]
    assert 'Thing": {\n' in text
    assert HOSTILE == json.loads(f"{{{text}}}")["Thing"]["description"]


def test_what_overlays_change_is_told_with_the_operation() -> None:
    (operation,) = told_by(flagship_page())["operations"]
    assert any("The server refuses a request without a body" in one for one in operation["overlaid"])


def test_an_example_that_its_schema_refuses_is_marked(tmp_path: Path) -> None:
    told = told_by(page_of(api_with(hostile_document(), tmp_path), "api"))
    (content,) = told["operations"][0]["body"]["contents"]
    assert [None] == [one.get("refused") for one in content["examples"]]
    document = hostile_document()
    document["components"]["schemas"]["Thing"]["additionalProperties"] = False
    document["components"]["schemas"]["Thing"]["properties"] = {"n": {"type": "integer"}}
    (content,) = told_by(page_of(api_with(document, tmp_path), "api"))["operations"][0]["body"]["contents"]
    assert [True] == [one.get("refused") for one in content["examples"]]


def test_samples_may_come_from_elsewhere() -> None:
    page = page_of(flagship(), "kafka_rest", lambda operation: [Sample("Mine", "python", f"call({operation.id!r})")])
    (operation,) = told_by(page)["operations"]
    assert [{"name": "Mine", "language": "python", "code": "call('produceRecord')"}] == operation["samples"]


def test_the_cost_is_in_proportion_to_the_document(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        document = hostile_document()
        path = document["paths"].pop("/things")
        for number in range(count):
            one = {**path["post"], "operationId": f"op{number}"}
            document["paths"][f"/things{number}"] = {"post": one}
            document["components"]["schemas"][f"Thing{number}"] = document["components"]["schemas"]["Thing"]
        api = api_with(document, tmp_path)
        began = time.process_time()
        page_of(api, "api")
        return time.process_time() - began

    seconds(10)
    assert seconds(400) < 10 * max(seconds(100), 0.02)


def test_the_cases_are_found() -> None:
    assert len(CLIENTS) > 15 and (CASES / "clients" / CLIENTS[0]).is_dir()
