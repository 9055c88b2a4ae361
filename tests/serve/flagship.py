"""The project's own document, read once."""

from __future__ import annotations

from functools import cache

from specmill.config import Options, load
from specmill.document.api import Api, api_of
from tests.support import REPOSITORY


@cache
def flagship() -> Api:
    return api_of(load(Options(), REPOSITORY)[0])
