"""What a caller of ``produce`` may not choose is told before anything happens."""

from __future__ import annotations

from typing import Any

import pytest

from kafka_rest import Client
from kafka_rest.errors import ConfigurationError
from tests.duplex.reports import CLUSTER, TOPIC


@pytest.mark.parametrize(
    "options",
    [
        {"on_unknown": "forget"},
        {"mode": "fast"},
        {"connections": 0},
        {"connections": "2"},
        {"connections": 1.5},
        {"connections": None},
        {"age_limit": -1},
        {"age_limit": "1h"},
        {"window_records": "5"},
        {"window_bytes": None},
        {"report_timeout": "30"},
        {"windows": 1},
        {"retries": 3},
        {"on_report": print},
        {"on_batch": print},
    ],
    ids=str,
)
def test_an_option_that_is_none_is_refused_before_anything_happens(options: dict[str, Any]) -> None:
    with Client("http://nowhere.invalid") as kafka, pytest.raises(ConfigurationError):
        kafka.produce(CLUSTER, TOPIC, [], **options)
