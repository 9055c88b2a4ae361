"""What a reader does in a browser: unfold, search, copy, choose a theme; without a mouse, or on a phone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from specmill.reference.page import page_of
from tests.reference.page.pages import OPERATION, Reader, api_with, case, flagship_page, kept, told_by

pytestmark = pytest.mark.xdist_group("chromium")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SAMPLES = [one["code"] for one in told_by(flagship_page())["operations"][0]["samples"]]


def tree_of_body(page: Page) -> Locator:
    return page.get_by_role("tree", name="Body: schema")


def names(tree: Locator) -> list[str]:
    return [one.strip() for one in tree.locator(".name > b:visible").all_inner_texts()]


def test_the_overview_leads_to_every_operation_and_model(reader: Reader) -> None:
    page = reader.opens(flagship_page())
    expect(page).to_have_title("Kafka REST v3")
    kept(page, "overview")
    for link in page.get_by_role("navigation").get_by_role("link").all():
        link.click()
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        expect(page.get_by_role("heading", level=1)).not_to_have_text("There is nothing here")
        expect(link).to_have_attribute("aria-current", "page")


def test_a_tree_unfolds_row_by_row_and_as_a_whole(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    tree = tree_of_body(page)
    whole = ["partition_id", "headers", "name", "value", "key", "type", "data", "value", "type", "data", "timestamp"]
    assert ["partition_id", "headers", "key", "value", "timestamp"] == names(tree)
    tree.get_by_role("treeitem", name="headers").locator("b").first.click()
    assert ["partition_id", "headers", "name", "value", "key", "value", "timestamp"] == names(tree)
    page.get_by_role("button", name="Unfold all").first.click()
    assert whole == names(tree)
    kept(page, "operation", whole=True)
    page.get_by_role("button", name="Fold all", exact=True).first.click()
    assert ["partition_id", "headers", "key", "value", "timestamp"] == names(tree)


def test_a_schema_that_leads_back_to_itself_is_as_deep_as_one_looks(reader: Reader, tmp_path: Any) -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}, "name": {"type": "string"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Lists", "version": "1"},
        "paths": {},
        "components": {"schemas": {"Node": node}},
    }
    page = reader.opens(page_of(api_with(document, tmp_path), "api"), "#/models/Node")
    page.get_by_role("button", name="Unfold all").click()
    assert ["next", "name"] == names(page.get_by_role("tree"))
    page.get_by_role("treeitem").first.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    assert 12 == page.get_by_role("treeitem").count()


def test_a_tree_is_operated_with_arrows_as_one_stop(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    tree = tree_of_body(page)
    tree.get_by_role("treeitem").first.focus()
    focused = page.locator(":focus .name b").first

    for key, expected in [
        ("ArrowDown", "headers"),
        ("ArrowRight", "headers"),
        ("ArrowRight", "name"),
        ("End", "timestamp"),
        ("Home", "partition_id"),
        ("ArrowDown", "headers"),
        ("ArrowDown", "name"),
        ("ArrowLeft", "headers"),
        ("ArrowLeft", "headers"),
        ("ArrowDown", "key"),
        ("Enter", "key"),
        ("ArrowDown", "type"),
        ("ArrowUp", "key"),
        ("*", "key"),
    ]:
        page.keyboard.press(key)
        assert expected == focused.inner_text(), key
    assert "true" == tree.get_by_role("treeitem", name="value ProduceRequestData").first.get_attribute("aria-expanded")
    page.keyboard.press("Tab")
    assert 1 == tree.locator("[role=treeitem][tabindex='0']").count()


def test_answers_are_chosen_by_status_with_arrows(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    statuses = page.get_by_role("tablist", name="Answers by status")
    assert ["200", "400", "401", "403", "404", "413", "415", "422", "429", "5XX"] == (
        statuses.get_by_role("tab").all_inner_texts()
    )
    statuses.get_by_role("tab", name="200").focus()
    page.keyboard.press("ArrowRight")
    expect(statuses.get_by_role("tab", name="400")).to_be_focused()
    panel = page.locator(f"#{statuses.get_by_role('tab', name='400').get_attribute('aria-controls')}")
    expect(panel).to_contain_text("errors.BadRequest with Error")
    expect(panel).to_contain_text("MIME-NO-LINEFEEDS")
    page.keyboard.press("End")
    expect(panel).to_contain_text("Something failed on the server")
    page.keyboard.press("ArrowRight")
    expect(statuses.get_by_role("tab", name="200")).to_have_attribute("aria-selected", "true")


def test_every_sample_is_copied_as_it_is(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION, permissions=["clipboard-read", "clipboard-write"])
    calls = page.get_by_role("region", name="How to call it")
    copied = []
    for kind in ("Call", "Async call", "Stream", "Async stream"):
        calls.get_by_role("tab", name=kind, exact=True).click()
        calls.get_by_role("button", name=f"Copy: {kind}", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="Copied")).to_have_text(f"Copied: {kind}")
        copied.append(page.evaluate("navigator.clipboard.readText()"))
    calls.get_by_role("tab", name="Shell").click()
    calls.get_by_role("button", name="Copy: Command").click()
    expect(calls.get_by_role("button", name="Copy: Command")).to_have_text("Copied")
    assert SAMPLES == [*copied, page.evaluate("navigator.clipboard.readText()")]


def test_samples_name_the_server_that_the_reader_names(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    page.get_by_label("Server").fill("https://here.example:8443")
    calls = page.get_by_role("region", name="How to call it")
    expect(calls).to_contain_text('Client("https://here.example:8443"')
    calls.get_by_role("tab", name="curl").click()
    expect(calls).to_contain_text("'https://here.example:8443/kafka/v3/clusters/cluster-1/topics/topic-1/records'")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("produce", ["Produce record", "ProduceRequest", "ProduceResponse", "ProduceRequestHeader"]),
        ("streaming mode", ["Produce record"]),
        ("offset", ["ProduceResponse"]),
        ("TOPIC_NAME", ["Produce record", "ProduceResponse"]),
        ("nothing like that", []),
    ],
)
def test_a_search_finds_names_and_what_is_said(reader: Reader, typed: str, found: list[str]) -> None:
    page = reader.opens(flagship_page())
    page.keyboard.press("/")
    page.keyboard.type(typed)
    groups = page.get_by_role("navigation").locator("details:visible")
    shown = [text.split("\n")[-1] for text in groups.get_by_role("link").all_inner_texts()]
    assert found == shown[: len(found) or None]
    results = page.get_by_role("navigation").get_by_role("status")
    assert str(len(shown)) in results.inner_text() if shown else "Nothing" in results.inner_text()


def test_a_search_is_answered_without_a_mouse(reader: Reader) -> None:
    page = reader.opens(flagship_page())
    page.keyboard.press("/")
    page.keyboard.type("produce")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="ProduceRequest", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ProduceRequest")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Search operations and models")).to_have_value("")
    page.keyboard.type("error source")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("ErrorSource")


def ground(page: Page) -> list[int]:
    """The colour behind the page, as numbers."""
    text = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return [int(one) for one in text.removeprefix("rgb(").removesuffix(")").split(",")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_the_systems_until_somebody_chooses(reader: Reader, theme: str) -> None:
    page = reader.opens(flagship_page(), OPERATION, color_scheme=theme)
    assert (max(ground(page)) < 60) is (theme == "dark")
    kept(page, f"theme-{theme}")
    other = "Light" if theme == "dark" else "Dark"
    page.get_by_role("radio", name="Auto").focus()
    page.keyboard.press("ArrowRight")
    if other == "Dark":
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name=other)).to_be_checked()
    assert (max(ground(page)) < 60) is (theme == "light")
    assert other.lower() == page.evaluate("localStorage['specmill-theme']")


@pytest.mark.parametrize("kept_theme", ["light", "dark", "none such"])
def test_a_theme_that_was_chosen_is_there_again(reader: Reader, kept_theme: str) -> None:
    """What is stored is put there ahead of the page: a browser writes it down some time after it was told to."""
    page = reader.opens(flagship_page(), color_scheme="light")
    page.add_init_script(f"localStorage.setItem('specmill-theme', {kept_theme!r})")
    page.reload()
    name = {"light": "Light", "dark": "Dark"}.get(kept_theme, "Auto")
    expect(page.get_by_role("radio", name=name)).to_be_checked()
    assert (max(ground(page)) < 60) is (kept_theme == "dark")


def test_on_a_phone_all_fits_and_the_contents_are_a_button_away(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION, **PHONE)
    kept(page, "phone")
    expect(page.get_by_role("navigation")).to_be_hidden()
    page.get_by_role("button", name="Contents").tap()
    expect(page.get_by_label("Search operations and models")).to_be_focused()
    kept(page, "phone-contents")
    page.get_by_role("navigation").get_by_role("link", name="ProduceResponse", exact=True).tap()
    expect(page.get_by_role("navigation")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("ProduceResponse")


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_no_width_needs_scrolling_sideways(reader: Reader, width: int) -> None:
    page = reader.opens(flagship_page(), viewport={"width": width, "height": 800})
    for route in ("", OPERATION, "#/models/Error"):
        page.evaluate("route => (location.hash = route)", route)
        assert width >= page.evaluate("document.documentElement.scrollWidth"), route


def test_the_text_of_the_document_is_there_when_it_is_asked_for(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    source = page.get_by_role("region", name="In the document")
    source.get_by_text("spec/kafka-rest-v3.yaml, line 11").click()
    expect(source.get_by_role("region")).to_contain_text("operationId: produceRecord")
    source.get_by_text("overlay actions change it").click()
    expect(source).to_contain_text("The server refuses a request without a body")


def test_the_only_answer_of_an_operation_has_its_status(reader: Reader) -> None:
    page = reader.opens(page_of(case("security"), "api"), "#/security.open")
    expect(page.get_by_role("region", name="Answers")).to_contain_text("204")


def test_a_model_tells_who_uses_it(reader: Reader) -> None:
    page = reader.opens(flagship_page(), "#/models/DataType")
    used = page.get_by_role("region", name="Used by")
    assert ["ProduceRequestData", "ProduceResponseData"] == used.get_by_role("link").all_inner_texts()


def test_an_address_that_leads_nowhere_says_so(reader: Reader) -> None:
    page = reader.opens(flagship_page(), "#/models/%E0%A4%A")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")


@pytest.mark.parametrize("name", ["composition", "inheritance", "odd-names", "parameters", "security", "version-3-2"])
def test_all_of_another_document_is_drawn_without_a_complaint(reader: Reader, name: str) -> None:
    text = page_of(case(name), "api")
    page = reader.opens(text)
    told = told_by(text)
    routes = page.get_by_role("navigation").locator("a").evaluate_all("links => links.map(link => link.hash)")
    assert len(told["operations"]) + len(told["models"]) + 1 == len(routes)
    for route in routes:
        page.evaluate("route => (location.hash = route)", route)
        page.wait_for_function("document.activeElement.tagName === 'H1' || location.hash === '#/'")
        assert "There is nothing here" != page.get_by_role("heading", level=1).inner_text()
        page.evaluate("for (const one of document.querySelectorAll('.folding button:first-child')) one.click()")


def test_a_large_document_opens_at_once(reader: Reader, tmp_path: Any) -> None:
    thing: dict[str, Any] = {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(20)}}
    answer = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing0"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "paths": {
            f"/things{n}": {"get": {"operationId": f"get{n}", "responses": {"200": answer}}} for n in range(1000)
        },
        "components": {"schemas": {f"Thing{n}": thing for n in range(300)}},
    }
    text = page_of(api_with(document, tmp_path), "api")
    began = time.monotonic()
    page = reader.opens(text, "#/default.get999")
    expect(page.get_by_role("heading", level=1)).to_have_text("Get 999")
    assert time.monotonic() - began < 20
    page.keyboard.press("/")
    page.keyboard.type("get999")
    expect(page.get_by_role("navigation").get_by_role("status")).to_have_text("1 result")
