"""The client of the flagship, as it is committed: its names, its size, and what it does with answers to come."""

from __future__ import annotations

import datetime
from typing import get_args

import msgspec
import pytest

from kafka_rest import UNSET, models
from kafka_rest._json import InvalidRequest, decode, encode
from kafka_rest._report import ReportStruct
from kafka_rest.models import (
    Error,
    ErrorSource,
    ProduceRequest,
    ProduceRequestData,
    ProduceRequestHeader,
    ProduceResponse,
    ProduceResponseData,
)
from tests.support import REPOSITORY

CLIENT = REPOSITORY / "generated" / "kafka_rest"
UTC = datetime.UTC


def test_the_models_have_the_names_of_the_document_and_no_copies() -> None:
    expected = {Error, ErrorSource, ProduceRequest, ProduceRequestData, ProduceRequestHeader}
    expected |= {ProduceResponse, ProduceResponseData}
    found = {value for value in vars(models).values() if isinstance(value, type) and issubclass(value, msgspec.Struct)}
    assert found - {msgspec.Struct, ReportStruct} == expected
    assert get_args(models.DataType) == ("BINARY", "JSON", "STRING")


def test_the_generated_part_stays_short() -> None:
    generated = [CLIENT / "models.py", *(CLIENT / "resources").rglob("*.py")]
    assert sum(len(path.read_text().splitlines()) for path in generated) < 250


@pytest.mark.parametrize(
    ("record", "sent"),
    [
        (ProduceRequest(), b"{}"),
        (ProduceRequest(partition_id=None), b'{"partition_id":null}'),
        (ProduceRequest(partition_id=2**31 - 1), b'{"partition_id":2147483647}'),
        (ProduceRequest(value=ProduceRequestData(data=None)), b'{"value":{"data":null}}'),
        (ProduceRequest(value=ProduceRequestData(type="JSON")), b'{"value":{"type":"JSON"}}'),
        (
            ProduceRequest(headers=[ProduceRequestHeader(name="h", value=b"\xff\x00")]),
            b'{"headers":[{"name":"h","value":"/wA="}]}',
        ),
        (
            ProduceRequest(timestamp=datetime.datetime(2021, 2, 5, 19, 14, 42, tzinfo=UTC)),
            b'{"timestamp":"2021-02-05T19:14:42Z"}',
        ),
    ],
)
def test_absent_null_and_value_stay_apart_in_both_directions(record: ProduceRequest, sent: bytes) -> None:
    assert encode(record, ProduceRequest) == sent
    assert decode(sent, ProduceRequest) == record


@pytest.mark.parametrize(
    "record",
    [
        ProduceRequest(partition_id=2**31),
        ProduceRequest(timestamp=datetime.datetime(2021, 2, 5)),
        ProduceRequest(value=ProduceRequestData(type="AVRO")),  # type: ignore[arg-type]
        ProduceRequest(value=ProduceRequestData(data=float("nan"))),
        ProduceRequest(value=ProduceRequestData(data={"deep": [1, float("inf")]})),
        ProduceRequest(headers=[ProduceRequestHeader(name=1)]),  # type: ignore[arg-type]
        ProduceRequest(headers=None),  # type: ignore[arg-type]
    ],
    ids=["int32", "naive", "enum", "nan", "infinity", "type", "null"],
)
def test_what_is_sent_is_strict(record: ProduceRequest) -> None:
    with pytest.raises(InvalidRequest):
        encode(record, ProduceRequest)


GOOD = {"error_code": 200, "cluster_id": "c", "offset": 7, "value": {"size": 3, "type": "JSON"}}


@pytest.mark.parametrize(
    ("change", "attribute", "kept"),
    [
        ({"trace": {"id": 1}}, "offset", 7),
        ({"timestamp": "+53069-08-29T00:00:00Z"}, "timestamp", "+53069-08-29T00:00:00Z"),
        ({"value": {"size": 3, "type": "AVRO"}}, "value", ProduceResponseData(size=3, type="AVRO")),  # type: ignore[arg-type]
        ({"cluster_id": None}, "cluster_id", None),
        ({"partition_id": "three"}, "partition_id", "three"),
        ({"offset": 2**70}, "offset", 2**70),
    ],
    ids=["unknown-member", "far-year", "unlisted-enum", "null", "other-type", "out-of-range"],
)
def test_an_answer_from_the_future_loses_nothing_else(change: dict[str, object], attribute: str, kept: object) -> None:
    answer = decode(msgspec.json.encode({**GOOD, **change}), ProduceResponse)
    assert getattr(answer, attribute) == kept
    assert answer.error_code == 200
    assert answer.topic_name is UNSET


def test_an_error_with_a_new_member_keeps_its_code() -> None:
    error = decode(b'{"error_code":40403,"message":null,"new":1,"source":{"pointer":"/x","more":2}}', Error)
    assert error == Error(error_code=40403, message=None, source=ErrorSource(pointer="/x"))
