"""What the overlays make of the document: every flaw is mended, the stream is marked, and nothing else is touched."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from specmill.config import Options, load
from specmill.document.load import read
from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.document.overlay import overlay
from specmill.document.refs import bundle
from specmill.values import Change, Config, Document, Normal, Operation, Stream
from tests.support import REPOSITORY

OVERLAYS = sorted((REPOSITORY / "spec" / "overlays").iterdir())
ACTIONS = [action for path in OVERLAYS for action in yaml.safe_load(path.read_text(encoding="utf-8"))["actions"]]
PATH = "/kafka/v3/clusters/{cluster_id}/topics/{topic_name}/records"


@cache
def config() -> Config:
    (found,) = load(Options(), REPOSITORY)
    return found


@cache
def overlaid() -> tuple[Document, tuple[Change, ...]]:
    return overlay(read(config()), config())


@cache
def normal() -> Normal:
    document, changes = overlaid()
    return normalise(bundle(document, config()), changes)


def operation() -> Operation:
    (found,) = operations_of(normal())
    return found


def post() -> Any:
    return overlaid()[0].tree["paths"][PATH]["post"]


def test_the_configuration_names_this_document_and_its_overlays() -> None:
    assert [path.name for path in config().overlays] == ["10-repairs.yaml", "20-streaming.yaml", "30-contract.yaml"]
    assert [config().root / path for path in config().overlays] == OVERLAYS


def test_every_action_says_why_and_changes_something() -> None:
    assert [action["target"] for action in ACTIONS if len(action.get("description", "")) < 50] == []
    done = [(change.rule, change.note) for change in overlaid()[1]]
    assert [rule for rule, _ in done] == ["overlay"] * len(ACTIONS)
    assert all(note.startswith(action["description"]) for (_, note), action in zip(done, ACTIONS, strict=True))


def test_the_flaws_are_gone() -> None:
    assert "jsonRequestBodyExample" not in post()
    assert post()["requestBody"]["required"] is True
    assert operation().servers == ()
    example = {"description", "value"}
    html = post()["responses"]["429"]["content"]["text/html"]
    assert ("example" not in html, set(html["examples"]["too_many_requests"])) == (True, example)
    assert html["examples"]["too_many_requests"]["value"].startswith("<html>")


def test_every_model_has_one_clean_name() -> None:
    names = "ProduceRequest ProduceRequestHeader ProduceRequestData ProduceResponse ProduceResponseData DataType"
    assert set(normal().tree["components"]["schemas"]) == {*names.split(), "Error", "ErrorSource"}
    data = normal().tree["components"]["schemas"]["ProduceRequestData"]["properties"]["data"]
    assert {"type", "anyOf", "nullable"}.isdisjoint(data)


def test_one_type_stands_for_the_data_types_in_all_four_places() -> None:
    schemas = normal().tree["components"]["schemas"]
    places = [schemas[name]["properties"]["type"] for name in ("ProduceRequestData", "ProduceResponseData")]
    assert [place["$ref"] for place in places] == ["#/components/schemas/DataType"] * 2
    assert schemas["DataType"]["enum"] == ["BINARY", "JSON", "STRING"]
    assert str(post()).count("'title': 'DataType'") == 4


def test_the_stream_sends_and_reports_what_a_single_call_does() -> None:
    record, report = ({"$ref": f"#/components/schemas/Produce{kind}"} for kind in ("Request", "Response"))
    assert operation().stream == Stream(
        "produce_record_stream", record, report, "concatenated-json", "error_code", (200,)
    )
    body = operation().body
    assert body is not None
    assert ("record", record) == (body.python_name, body.contents[0].schema)
