"""A browser for each module of tests that asks for one, and a reader with it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.reference.page.pages import CHROMIUM, Reader, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("there is no Chromium on the PATH")
    with chromium() as browser:
        yield browser


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    """Whom nothing in the browser's console may trouble, unless a test looks at it itself."""
    reader = Reader(browser, tmp_path)
    yield reader
    reader.close()
    assert reader.complaints == []
