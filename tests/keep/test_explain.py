"""From every generated name to its place, and from every spelling that people have at hand to the name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from specmill.errors import Place, SpecmillError
from specmill.keep.explain import Explanation, explain
from specmill.values import Build, Document, Names, Operation
from tests.keep.builds import build_of, config_in

RECORDS = "/paths/~1topics~1{topic_name}~1records"
NAMES = (
    Names("models.Error", "Error", ("/components/schemas/Error",)),
    Names("models.ProduceRequest", "ProduceRequest", (f"{RECORDS}/post/requestBody/schema",)),
    Names(
        "models.ProduceRequest.partition_id",
        "partitionId",
        (f"{RECORDS}/post/requestBody/schema/properties/partitionId",),
    ),
    Names("records_v3.produce_record", "produceRecord", (f"{RECORDS}/post",)),
    Names("records_v3.produce_record.topic_name", "topic_name", (f"{RECORDS}/post/parameters/0",)),
    Names("records_v3.list_records", "listRecords", (f"{RECORDS}/get",)),
    Names("topics.get", "getTopic", ("/paths/~1topics~1{topic_name}/get",)),
    Names("records_v3", "Records (v3)", ("/tags/0",), ("RecordsV3", "AsyncRecordsV3")),
    Names("topics", "Topics", ("/tags/1",), ("TopicsResource", "AsyncTopicsResource")),
    Names("models.DataType['JSON']", "JSON", ("/components/schemas/DataType/enum/0",)),
    Names("client.SECURITY['api-key']", "api-key", ("/components/securitySchemes/api-key",), ("SECURITY",)),
    Names("client.SERVERS[0]", "https://{region}.example.com", ("/servers/0",), ("https://eu.example.com", "SERVERS")),
    Names("errors.NotFound", "404", (f"{RECORDS}/post/responses/404",)),
    Names(
        "records_v3.produce_record.headers['Retry-After']",
        "Retry-After",
        (f"{RECORDS}/post/responses/404/headers/Retry-After",),
    ),
    Names("records_v3.produce_record_stream", "produceRecordStream", (f"{RECORDS}/post/x-stream",)),
)


def operation(python: str, method: str, path: str, tag: str) -> Operation:
    resource, name = python.split(".")
    return Operation(name, name, resource, tag, method, path, (), None, (), (), ())


OPERATIONS = (
    operation("records_v3.produce_record", "POST", "/topics/{topic_name}/records", "Records (v3)"),
    operation("records_v3.list_records", "GET", "/topics/{topic_name}/records", "Records (v3)"),
    operation("topics.get", "GET", "/topics/{topic_name}", "Topics"),
)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    return build_of(config_in(tmp_path), {}, names=NAMES, operations=OPERATIONS)


def places_of(_: Document, pointers: Iterable[str]) -> list[Place]:
    return [Place("openapi.yaml", len(pointer), 1, pointer) for pointer in pointers]


CALLS = ("records_v3.produce_record", "records_v3.list_records")
FINDS: dict[str, tuple[str, ...]] = {
    "ProduceRequest.partition_id": ("models.ProduceRequest.partition_id",),
    "models.ProduceRequest.partition_id": ("models.ProduceRequest.partition_id",),
    "pets.models.ProduceRequest.partition_id": ("models.ProduceRequest.partition_id",),
    "pets.Error": ("models.Error",),
    "Error": ("models.Error",),
    "records_v3.produce_record": ("records_v3.produce_record",),
    "pets.resources.records_v3.produce_record": ("records_v3.produce_record",),
    "Client.records_v3.produce_record": ("records_v3.produce_record",),
    "RecordsV3.produce_record": ("records_v3.produce_record",),
    "PRODUCE_RECORD": ("records_v3.produce_record",),
    "produceRecord": ("records_v3.produce_record",),
    "partitionId": ("models.ProduceRequest.partition_id",),
    "partition-id": ("models.ProduceRequest.partition_id",),
    "topic_name": ("records_v3.produce_record.topic_name",),
    "POST /topics/{topic_name}/records": ("records_v3.produce_record",),
    "post /topics/orders/records": ("records_v3.produce_record",),
    "GET /topics/orders/records?limit=1": ("records_v3.list_records",),
    "/topics/{topic_name}/records": CALLS,
    "/topics/orders": ("topics.get",),
    "records_v3": ("records_v3", *CALLS),
    "Records (v3)": ("records_v3", *CALLS),
    "AsyncRecordsV3": ("records_v3", *CALLS),
    "Client.records_v3": ("records_v3", *CALLS),
    "Topics": ("topics", "topics.get"),
    "pets.TopicsResource": ("topics", "topics.get"),
    "topics_resource": ("topics", "topics.get"),
    "#/tags/1": ("topics",),
    "JSON": ("models.DataType['JSON']",),
    'DataType["JSON"]': ("models.DataType['JSON']",),
    "api-key": ("client.SECURITY['api-key']",),
    'pets.client.SECURITY["api-key"]': ("client.SECURITY['api-key']",),
    "SECURITY": ("client.SECURITY['api-key']",),
    "https://{region}.example.com": ("client.SERVERS[0]",),
    "https://eu.example.com": ("client.SERVERS[0]",),
    "Client.SERVERS": ("client.SERVERS[0]",),
    "404": ("errors.NotFound",),
    "NotFound": ("errors.NotFound",),
    "errors.NotFound": ("errors.NotFound",),
    f"{RECORDS}/post/responses/404/content": ("errors.NotFound",),
    "Retry-After": ("records_v3.produce_record.headers['Retry-After']",),
    "retry_after": ("records_v3.produce_record.headers['Retry-After']",),
    "produce_record_stream": ("records_v3.produce_record_stream",),
    "#/components/schemas/Error": ("models.Error",),
    "/components/schemas/Error": ("models.Error",),
    "#/components/schemas/Error/properties/code": ("models.Error",),
    f"#{RECORDS}/post": ("records_v3.produce_record",),
    "#/paths/~1topics~1%7Btopic_name%7D~1records/post": ("records_v3.produce_record",),
    f"{RECORDS}/get/responses": ("records_v3.list_records",),
    "/paths/~1topics~1{topic_name}": ("topics.get",),
}


@pytest.mark.parametrize("name", FINDS)
def test_a_name_is_found(name: str, build: Build) -> None:
    assert tuple(f"pets.{python}" for python in FINDS[name]) == tuple(x.python for x in explain(build, name, places_of))


def test_every_generated_name_is_found_by_its_whole_name(build: Build) -> None:
    for names in NAMES:
        assert f"pets.{names.python}" in [found.python for found in explain(build, f"pets.{names.python}", places_of)]


def test_every_place_is_found_by_its_pointer(build: Build) -> None:
    for names in NAMES:
        for pointer in names.pointers:
            assert [f"pets.{names.python}"] == [found.python for found in explain(build, pointer, places_of)]


def test_the_answer_has_the_wire_name_and_the_place(build: Build) -> None:
    pointer = "/components/schemas/Error"
    expected = Explanation("pets.models.Error", "Error", (pointer,), (Place("openapi.yaml", len(pointer), 1, pointer),))
    assert (expected,) == explain(build, "pets.models.Error", places_of)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ProduceReqest", "did you mean models.ProduceRequest or"),
        ("prodceRecord", "did you mean produceRecord"),
        ("produce_rcord", "did you mean records_v3.produce_record"),
        ("errors.NotFoun", "did you mean errors.NotFound"),
        ("AsyncRecordV3", "did you mean AsyncRecordsV3"),
        ("DataType.JSON", "did you mean models.DataType['JSON']"),
        ("retri-after", "did you mean"),
        ("GET /topic/orders/records", "did you mean GET /topics/{topic_name}/records"),
        ("zzzzzz", ""),
        ("", ""),
        (".", ""),
    ],
)
def test_an_unknown_name_has_the_nearest_as_a_hint(name: str, hint: str, build: Build) -> None:
    with pytest.raises(SpecmillError, match="neither pets nor its document knows") as caught:
        explain(build, name, places_of)
    assert hint in caught.value.hint
    assert bool(hint) == bool(caught.value.hint)
