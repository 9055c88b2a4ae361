"""The fixture for pytest that stands before a mock cluster of Kafka. Nothing is imported before it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from specmill.serve.plugin import Served


@pytest.fixture
def specmill_kafka(request: pytest.FixtureRequest) -> Iterator[Served]:
    """The emulator before librdkafka's mock cluster; ``responder.peer`` is where consumers find it."""
    from specmill.serve.plugin import serving
    from specmill_kafka import emulator

    with serving(request, emulator({}, {"kafka": True})) as served:
        yield served
