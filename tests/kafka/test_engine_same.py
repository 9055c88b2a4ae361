"""A thousand records produced over REST and by the protocol of Kafka are the same bytes there, and told of the same."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from kafka_rest import Client, ProduceRequest, ProduceRequestData, ProduceRequestHeader
from kafka_rest._producer.sendable import EPOCH
from kafka_rest.outcomes import Unconfirmed, outcome_of
from tests.contract.flagship.models import JSON, of
from tests.kafka.cluster import PARTITIONS, read

pytestmark = pytest.mark.xdist_group("a thousand records")  # which are drawn once

MANY = 1000
TEXTS = st.text(max_size=12)
BINARY = st.binary(max_size=20).map(lambda content: base64.b64encode(content).decode())
UNUSUAL = st.sampled_from(
    [1e7, 1e16, -0.0, 5e-324, 1.7976931348623157e308, 0.001, 0.00012, 123456.789, 2**70, -(2**63)]
)
UNPADDED = BINARY.map(lambda one: one.rstrip("="))
DATA: st.SearchStrategy[Any] = st.one_of(
    st.builds(ProduceRequestData, type=st.just("JSON"), data=JSON | UNUSUAL | st.lists(UNUSUAL, max_size=3)),
    st.builds(ProduceRequestData, type=st.just("STRING"), data=TEXTS | st.none()),
    st.builds(ProduceRequestData, type=st.just("BINARY"), data=BINARY | UNPADDED | st.none()),
    of(ProduceRequestData),  # of which most are refused
)
HEADERS = st.lists(
    st.builds(
        ProduceRequestHeader,
        name=st.sampled_from(["a", "b", "", "ü"]),
        value=st.binary(max_size=5) | st.none() | st.just(UNSET),
    ),
    max_size=5,
)
ABSENT = st.sampled_from([UNSET, None])
RECORDS = st.builds(
    ProduceRequest,
    partition_id=ABSENT | st.integers(-1, PARTITIONS),
    headers=HEADERS | st.just(UNSET),
    key=ABSENT | DATA,
    value=ABSENT | DATA,
    timestamp=ABSENT | st.datetimes(datetime(1970, 1, 2), timezones=st.just(UTC)),
)
ANY: Any = ProduceRequestData
# What no strategy makes from the annotations, and a client lets pass.
ODD: list[Any] = [
    *(ProduceRequest(value=ANY(type=kind, data=1)) for kind in ("AVRO", "PROTOBUF", "JSONSCHEMA", "json", "")),
    *(
        ProduceRequest(value=ANY(type="BINARY", data=data))
        for data in (b"\xff", "Zg=", "====", "Z", "-_8=", "Zg==Zg==", 1)
    ),
    *(ProduceRequest(value=ANY(type=kind, data={1})) for kind in ("JSON", "STRING")),
    ProduceRequest(value=ANY(type="STRING", data=datetime(2026, 1, 1, tzinfo=UTC))),
    ProduceRequest(value=ANY(type="JSON", data=float("nan"))),
    {"value": {"type": "JSON", "data": [1.0]}, "key": None, "headers": [{"name": "h", "value": "/w=="}]},
    {"value": {"type": "JSON", "data": 1}, "more": 1},
    {"value": {"type": "JSON", "data": 1, "schema_id": 1}},
    {"partition_id": "x"},
    {},
    7,
]


@cache
def drawn() -> list[ProduceRequest]:
    found: list[ProduceRequest] = []
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]

    @settings(max_examples=MANY, phases=[Phase.generate], database=None, suppress_health_check=checks)
    @given(RECORDS)
    def draw(record: ProduceRequest) -> None:
        found.append(record)

    draw()
    return [*found, *(found[n] for n in range(MANY - len(found))), *ODD]


def told(report: Any) -> tuple[Any, ...]:
    """What a report says that does not depend on where the record lies; words are everybody's own."""
    if isinstance(report, Unconfirmed):
        return (report.outcome, report.reason)
    sides = ((side.type, side.size) if side else side for side in (report.key, report.value))
    return (outcome_of(report), report.error_code, report.cluster_id, report.topic_name, *sides)


def kept(message: Any, record: Any) -> tuple[Any, ...]:
    """What lies in Kafka for a record, but for a time and a place that nobody asked for."""
    chosen = getattr(record, "partition_id", None) not in (UNSET, None) or message.key() is not None
    moment = message.timestamp() if isinstance(getattr(record, "timestamp", None), datetime) else None
    return message.key(), message.value(), message.headers(), message.partition() if chosen else None, moment


@pytest.fixture
def both(specmill_kafka: Any) -> dict[str, list[tuple[ProduceRequest, Any]]]:
    servers = specmill_kafka.responder.peer
    with Client(specmill_kafka.url) as client:
        return {
            "rest": list(client.produce("c", "rest", drawn())),
            "kafka": list(client.produce("c", "kafka", drawn(), engine="kafka", bootstrap_servers=servers)),
        }


def test_a_thousand_records_are_the_same_bytes_in_kafka_by_either_way(both: Any, specmill_kafka: Any) -> None:
    lying: dict[str, list[tuple[Any, ...] | None]] = {}
    for way, pairs in both.items():
        there = {(one.partition(), one.offset()): one for one in read(specmill_kafka.responder.peer, way)}
        accepted = [report.ok for _, report in pairs]
        assert len(there) == accepted.count(True)
        lying[way] = [
            kept(there.pop((report.partition_id, report.offset)), record) if report.ok else None
            for record, report in pairs
        ]
    assert lying["rest"] == lying["kafka"]
    assert lying["rest"].count(None) in range(MANY // 20, MANY // 2), "some are refused, and most are not"


def test_a_thousand_records_have_the_same_reports_in_the_same_order(both: Any) -> None:
    assert drawn() == [record for record, _ in both["kafka"]] == [record for record, _ in both["rest"]]
    for (record, over_rest), (_, over_kafka) in zip(both["rest"], both["kafka"], strict=True):
        expected = tuple("kafka" if one == "rest" else one for one in told(over_rest))
        assert expected == told(over_kafka), record


EPOCHS = [EPOCH, datetime(1970, 1, 1, 0, 0, 0, 999, tzinfo=UTC)]


@pytest.mark.parametrize(
    "record", [*(ProduceRequest(timestamp=one) for one in EPOCHS), {"headers": [{"name": "a\0b"}]}]
)
def test_what_librdkafka_would_change_in_silence_is_refused(record: Any, specmill_kafka: Any) -> None:
    with Client(specmill_kafka.url) as client:
        servers = specmill_kafka.responder.peer
        ((_, report),) = client.produce("c", "t", [record], engine="kafka", bootstrap_servers=servers)
    assert ("refused", 400) == (outcome_of(report), report.error_code)  # type: ignore[union-attr]
    assert "librdkafka" in report.message  # type: ignore[union-attr,operator]
