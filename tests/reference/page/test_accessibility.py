"""That everybody can use the page: names and roles as screen readers are told, contrast, targets, focus, keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from specmill.reference.page import page_of
from tests.reference.page.pages import OPERATION, Reader, case, flagship_page
from tests.reference.page.test_reading import PHONE

pytestmark = pytest.mark.xdist_group("chromium")
CHECKS = (Path(__file__).parent / "checks.js").read_text("utf-8")
ROUTES = ["", OPERATION, "#/models/Error"]
NAMED = {
    *("button", "link", "textbox", "searchbox", "combobox", "radio", "tab", "tabpanel", "tree", "treeitem", "tablist"),
    *("region", "navigation", "heading", "option", "group", "form", "list"),
}
NAMELESS = {"group", "list", "form"}  # which may be without one


def opened(reader: Reader, route: str, **context: Any) -> Page:
    """With all unfolded that can be, so that all is looked at."""
    page = reader.opens(flagship_page(), route, **context)
    page.evaluate("for (const one of document.querySelectorAll('.folding button:first-child')) one.click()")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.evaluate(CHECKS)
    return page


def nodes(page: Page) -> list[dict[str, Any]]:
    """What the browser tells assistive technology."""
    session = page.context.new_cdp_session(page)
    found = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node for node in found if not node.get("ignored")]


def role_of(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def name_of(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


@pytest.mark.parametrize("route", ROUTES)
def test_everything_has_a_name(reader: Reader, route: str) -> None:
    found = nodes(opened(reader, route))
    roles = {role_of(node) for node in found}
    assert {"main", "navigation", "banner", "heading", "link", "searchbox", "radio"} <= roles
    assert [] == [node for node in found if role_of(node) in NAMED - NAMELESS and not name_of(node)]


def test_landmarks_are_there_once_and_the_page_says_its_language(reader: Reader) -> None:
    page = opened(reader, OPERATION)
    roles = [role_of(node) for node in nodes(page)]
    assert [1, 1, 1] == [roles.count(one) for one in ("main", "navigation", "banner")]
    assert "en" == page.locator("html").get_attribute("lang")


def test_a_tree_tells_level_place_and_whether_it_is_unfolded(reader: Reader) -> None:
    found = nodes(opened(reader, OPERATION))
    rows = [node for node in found if role_of(node) == "treeitem"]
    properties = [{one["name"]: one["value"].get("value") for one in node["properties"]} for node in rows]
    assert {1, 2} == {one["level"] for one in properties}
    assert {True} == {one["expanded"] for one in properties if "expanded" in one}
    assert "headers array of ProduceRequestHeader" == name_of(rows[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("route", ROUTES)
def test_text_and_edges_stand_out_in_both_themes(reader: Reader, route: str, theme: str) -> None:
    page = opened(reader, route, color_scheme=theme)
    assert [] == page.evaluate("checks.contrast()")
    assert [] == page.evaluate("checks.edges()")


@pytest.mark.parametrize("tab", ["400", "429", "5XX"])
def test_what_is_behind_a_tab_stands_out_too(reader: Reader, tab: str) -> None:
    page = opened(reader, OPERATION, color_scheme="dark")
    page.get_by_role("tab", name=tab).click()
    assert [] == page.evaluate("[...checks.contrast(), ...checks.structure()]")


@pytest.mark.parametrize("context", [{}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("route", ROUTES)
def test_targets_are_large_enough_and_headings_and_ids_in_order(
    reader: Reader, route: str, context: dict[str, Any]
) -> None:
    page = opened(reader, route, **context)
    assert [] == page.evaluate("checks.targets()")
    assert [] == page.evaluate("checks.structure()")


@pytest.mark.parametrize("name", ["parameters", "security", "version-3-2"])
def test_another_document_is_in_order_too(reader: Reader, name: str) -> None:
    page = reader.opens(page_of(case(name), "api"))
    page.evaluate(CHECKS)
    for route in page.get_by_role("navigation").locator("a").evaluate_all("links => links.map(link => link.hash)"):
        page.evaluate("route => (location.hash = route)", route)
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        assert [] == page.evaluate("[...checks.contrast(), ...checks.structure(), ...checks.edges()]"), route


def test_the_tab_key_goes_through_all_of_it_and_always_shows_where_it_is(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    page.evaluate(CHECKS)
    visited: list[str] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "document.activeElement === document.body ? '' : document.activeElement.outerHTML.slice(0, 60)"
        )
        if not at or at in visited[:1]:
            break
        visited.append(at)
        assert page.evaluate("checks.focusShown()"), at
    assert "skip" in visited[0]
    assert any('role="treeitem"' in one for one in visited)
    assert any('type="submit"' in one for one in visited)
    assert len(visited) < 90


def test_the_first_link_leads_past_the_list(reader: Reader) -> None:
    page = reader.opens(flagship_page())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the contents")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_a_call_is_tried_without_a_mouse(reader: Reader) -> None:
    page = reader.opens(flagship_page(), OPERATION)
    page.get_by_role("textbox", name="topic_name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Not sent")).to_have_text("Not sent: topic_name is missing.")


def test_nothing_moves_for_those_who_want_no_motion(reader: Reader) -> None:
    page = opened(reader, OPERATION, reduced_motion="reduce")
    durations = "[...document.querySelectorAll('*')].map((one) => getComputedStyle(one, '::before').transitionDuration)"
    assert ["0s"] == page.evaluate(f"[...new Set({durations})]")
