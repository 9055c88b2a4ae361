"""Documents that mean harm, in a browser: what they say is shown as text, runs nothing, and takes no long time."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from specmill.reference.page import page_of
from tests.reference.page.pages import Reader, api_with, flagship_page
from tests.reference.page.test_page_of import HOSTILE, hostile_document

pytestmark = pytest.mark.xdist_group("chromium")

# Markdown -> the HTML of the elements that are made of it.
RENDERED = {
    "one\ntwo\n\nthree": "<p>one\ntwo</p><p>three</p>",
    "# Title #\ntext": "<h2>Title</h2><p>text</p>",
    "**a** and *b* and `c*d*` and ~~e~~": "<p><strong>a</strong> and <em>b</em> and <code>c*d*</code> and <s>e</s></p>",
    "error_code is not _emphasised_": "<p>error_code is not <em>emphasised</em></p>",
    "2 * 3 * 4 and \\*this\\*": "<p>2 * 3 * 4 and *this*</p>",
    "- a\n- b\n  - c\n\n1. d": "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol><li>d</li></ol>",
    "* a\n  more\n\n  again": "<ul><li>a\nmore<p>again</p></li></ul>",
    "```json\n<b>\n```": '<pre tabindex="0"><code>&lt;b&gt;</code></pre>',
    "> a\n> b": "<blockquote><p>a\nb</p></blockquote>",
    "a<br>b  \nc": "<p>a<br>b  <br>c</p>",
    "| a | b |\n|---|:-:|\n| `1` | 2 |": (
        '<div class="wide" tabindex="0"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        "<tbody><tr><td><code>1</code></td><td>2</td></tr></tbody></table></div>"
    ),
    "[x](https://a.example/b 'c')": (
        '<p><a href="https://a.example/b" target="_blank" rel="noopener noreferrer">x</a></p>'
    ),
    "<https://a.example>.": (
        '<p><a href="https://a.example" target="_blank" rel="noopener noreferrer">https://a.example</a>.</p>'
    ),
    "see https://a.example/b, ok": (
        '<p>see <a href="https://a.example/b" target="_blank" rel="noopener noreferrer">https://a.example/b</a>, ok</p>'
    ),
    "[x](javascript:alert(1))": "<p><span>x</span>)</p>",
    "[x](data:text/html,a)": "<p><span>x</span></p>",
    "[x](JaVaScRiPt:a)": "<p><span>x</span></p>",
    "![x](https://a.example/i.png)": (
        '<p><a href="https://a.example/i.png" target="_blank" rel="noopener noreferrer">x</a></p>'
    ),
    "<img src=x onerror=alert(1)>": "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
    "<b>bold</b> &amp; &lt;": "<p>&lt;b&gt;bold&lt;/b&gt; &amp;amp; &amp;lt;</p>",
    "**open and *open and `open": "<p>**open and *open and `open</p>",
    "---": "<hr>",
    "": "",
}
# Each is long, and would take some parsers a time that grows with its square or worse.
LONG = ["*", "_", "`", "[", "![", "](", "**a ", "<", "a_b*", "> ", "- ", "\\", "|a", "https://", "~~", "`` ` "]


def described(texts: Iterable[str], folder: Path) -> str:
    """A page with an operation for each text, which describes it."""
    answers = {"200": {"description": ""}}
    operations = [{"operationId": f"op{n}", "description": text, "responses": answers} for n, text in enumerate(texts)]
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Described", "version": "1"},
        "paths": {f"/{n}": {"get": operation} for n, operation in enumerate(operations)},
    }
    return page_of(api_with(document, folder), "api")


def shown(page: Page, number: int) -> None:
    page.evaluate(f"location.hash = '#/default.op{number}'")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Op {number}")


def test_markdown_becomes_elements_and_html_stays_text(reader: Reader, tmp_path: Path) -> None:
    page = reader.opens(described(RENDERED, tmp_path))
    drawn = {}
    for number, text in enumerate(RENDERED):
        shown(page, number)
        drawn[text] = page.locator("main header .prose").inner_html()
    assert RENDERED == drawn


def test_no_text_takes_long(reader: Reader, tmp_path: Path) -> None:
    page = reader.opens(described((piece * (100_000 // len(piece)) for piece in LONG), tmp_path))
    taken = {}
    for number, piece in enumerate(LONG):
        began = time.monotonic()
        shown(page, number)
        taken[piece] = time.monotonic() - began
    assert {} == {piece: seconds for piece, seconds in taken.items() if seconds > 8}


def test_a_hostile_document_is_shown_and_runs_nothing(reader: Reader, tmp_path: Path) -> None:
    api = api_with(hostile_document(), tmp_path)
    page = reader.opens(page_of(api, "api"))
    page.on("dialog", lambda dialog: reader.complaints.append(dialog.message))
    assert HOSTILE.replace("\u2028", " ") in page.get_by_role("heading", level=1).inner_text().replace("\u2028", " ")
    for route in page.get_by_role("navigation").locator("a").evaluate_all("links => links.map(link => link.hash)"):
        page.evaluate("route => (location.hash = route)", route)
        expect(page.locator(f"nav a[href='{route}']")).to_have_attribute("aria-current", "page")
        page.evaluate("for (const one of document.querySelectorAll('[role=tab], summary')) one.click()")
        assert [] == page.evaluate("[...document.querySelectorAll('main img, main script, main iframe')].map(String)")
    assert 2 == page.evaluate("document.scripts.length")


def test_nothing_runs_that_is_no_part_of_the_page(reader: Reader) -> None:
    """Were there a hole in the script, the policy would close it."""
    page = reader.opens(flagship_page())
    image = "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')"
    script = "const one = document.createElement('script'); one.text = 'window.ran = 1'; document.body.append(one)"
    for hole in (image, script):
        with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
            page.evaluate(hole)
    assert page.evaluate("window.ran") is None
    assert all("Content Security Policy" in one for one in reader.complaints) and len(reader.complaints) >= 2
    reader.complaints.clear()


@pytest.mark.parametrize("name", ["__proto__", "constructor", "toString"])
def test_names_of_javascript_are_names_like_others(reader: Reader, tmp_path: Path, name: str) -> None:
    thing = {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Thing": thing, name: thing}},
    }
    page = reader.opens(page_of(api_with(document, tmp_path), "api"), "#/models/Thing")
    expect(page.get_by_role("treeitem", name=f"{name} string required")).to_have_count(1)
