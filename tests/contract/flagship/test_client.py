"""The request schemas of the document, fuzzed through the generated client: what it sends and what it will not send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given

import specmill_kafka
from kafka_rest import Client, ProduceRequest
from kafka_rest._json import InvalidRequest, codec
from kafka_rest.errors import InvalidArgument
from kafka_rest.resources.records_v3 import PRODUCE_RECORD
from specmill.contract import records
from specmill.contract.strategies import Broken
from specmill.contract.talker import Talker
from specmill.contract.validator import Validator
from specmill.contract.values import Call
from specmill.contract.wire import address_of
from specmill.serve.examples import examples as of_examples
from specmill.serve.server import Server
from tests.contract.flagship.effort import examples
from tests.contract.flagship.models import of
from tests.contract.grounds import PATH, api

BODY = codec(ProduceRequest)
NOBODY = "http://127.0.0.1:1"  # where who sends something has another error
FIELDS = (("Content-Type", "application/json"), ("Authorization", "Basic a2V5OnNlY3JldA=="))


@cache
def document() -> Validator:
    body = api().operations[0].body
    assert body is not None
    return Validator(body.contents[0].schema, api().normal.tree["components"])


def pointer(path: str) -> str:
    """``$.headers[0].name`` as ``/headers/0/name``."""
    return path.removeprefix("$").replace("[", ".").replace("]", "").replace(".", "/")


# --- what the document allows


@examples(400)
@given(of(ProduceRequest))
def test_what_a_model_can_hold_the_document_allows_and_it_comes_back_the_same(record: ProduceRequest) -> None:
    raw = BODY.encode(record)
    assert () == document().errors(json.loads(raw))
    assert record == BODY.decode_strict(raw)
    assert raw == BODY.encode(BODY.decode_strict(raw))


@examples(400)
@given(records(api()))
def test_what_the_document_allows_a_model_can_hold(value: Any) -> None:
    record = BODY.decode_strict(json.dumps(value).encode())
    raw = BODY.encode(record)
    assert () == document().errors(json.loads(raw))
    assert record == BODY.decode_strict(raw)


# --- what the document refuses


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Talker, Talker]]:
    """Who talks past the client: to the emulator, and to the document's examples, which tell the place."""
    with (
        Server(specmill_kafka.emulator({"judge": "document", "stall": "0s"})) as emulator,
        Server(of_examples(api())) as shown,
    ):
        talkers = Talker(address_of(emulator.url)), Talker(address_of(shown.url))
        yield talkers
        for talker in talkers:
            talker.close()


@examples(300)
@given(broken=records(api(), valid=False))
def test_what_the_document_refuses_is_refused_here_and_there_for_the_same_place(
    servers: tuple[Talker, Talker], broken: Broken
) -> None:
    with Client(NOBODY) as client, pytest.raises(InvalidArgument) as refused:
        client.records_v3.produce_record("c", "t", broken.value)
    assert isinstance(refused.value.__cause__, InvalidRequest)
    assert broken.pointer == pointer(refused.value.__cause__.path)
    call = Call("POST", PATH.format("t"), FIELDS, json.dumps(broken.value).encode())
    emulator, shown = (talker(call) for talker in servers)
    assert PRODUCE_RECORD.stream is not None
    assert json.loads(emulator.body)["error_code"] not in PRODUCE_RECORD.stream.accepted
    place = f"the body at {broken.pointer}" if broken.pointer else "the body"
    assert 400 == shown.status
    assert json.loads(shown.body)["message"].startswith(f"{place}: ")
