"""Pages of documents, and a browser that opens them."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from specmill.document.api import Api, api_of
from specmill.reference import pages_of
from specmill.values import Build, Config
from tests.reference import pages
from tests.support import CASES, REPOSITORY, config_of

CLIENTS = sorted(path.parent.name for path in (CASES / "clients").glob("*/openapi.*"))
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
ARTEFACTS = REPOSITORY / ".artefacts" / "page"
OPERATION = "#/records_v3.produce_record"


@cache
def flagship() -> Api:
    overlays = tuple(sorted(path.relative_to(REPOSITORY) for path in (REPOSITORY / "spec" / "overlays").glob("*.yaml")))
    return api_of(Config(REPOSITORY, Path("spec/kafka-rest-v3.yaml"), "kafka_rest", Path("generated"), overlays))


@cache
def flagship_page() -> str:
    return whole(pages.flagship())


@cache
def case_page(name: str) -> str:
    """With its samples, which are made of the whole client."""
    (document,) = (CASES / "clients" / name).glob("openapi.*")
    return whole(pages.built(document))


def whole(build: Build) -> str:
    return next(file.content.decode() for file in pages_of(build) if file.path == "index.html")


@cache
def case(name: str) -> Api:
    (document,) = (CASES / "clients" / name).glob("openapi.*")
    return api_of(config_of(document))


def api_with(document: Any, folder: Path) -> Api:
    file = folder / "openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return api_of(config_of(file))


def told_by(page: str) -> Any:
    """The data that a page holds."""
    found = re.search(r'<script type="application/json" id="content">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@dataclass
class Reader:
    """Somebody with a browser: opens pages from files, and hears what the browser complains of."""

    browser: Browser
    folder: Path
    complaints: list[str] = field(default_factory=list)

    def opens(self, text: str, route: str = "", **context: Any) -> Page:
        file = self.folder / "page.html"
        file.write_text(text, encoding="utf-8")
        wide: dict[str, Any] = {"viewport": {"width": 1500, "height": 1000}}
        page = self.browser.new_context(**{**wide, **context}).new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(file.as_uri() + route)
        return page

    def close(self) -> None:
        for context in self.browser.contexts:
            context.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Ends with its module: while it is there no other loop of asyncio can run in this thread."""
    options = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


def kept(page: Page, name: str, whole: bool = False) -> None:
    """A screenshot, for people."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=whole)
