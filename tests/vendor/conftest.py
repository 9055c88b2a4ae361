"""No test here pulls the plug, so none has to wait for the disk: a killed process loses nothing it has written."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest


@pytest.fixture(autouse=True, scope="package")
def disk_that_is_never_waited_for() -> Iterator[None]:
    with patch("os.fsync"):
        yield
