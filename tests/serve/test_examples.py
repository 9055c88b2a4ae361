"""Every operation of every example is answered with a valid answer, over a real socket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specmill.document.media_types import is_json
from specmill.schemas.validate import Judge
from specmill.serve.examples import examples
from specmill.serve.server import Server
from specmill.values import Operation
from tests.serve.asking import DOCUMENTS, FLAGSHIP, Asked, api, ask, request_for
from tests.support import CASES, REPOSITORY

TWILIO = REPOSITORY.parent / "shared" / "specs" / "twilio-api-v2010.json"
OPERATIONS = [(path, operation) for path in DOCUMENTS for operation in api(path).operations]


def named(value: object) -> str:
    return value.parent.name if isinstance(value, Path) else value.id if isinstance(value, Operation) else str(value)


def schemas_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = api(path).normal.tree["components"]["schemas"]
    return found


@pytest.mark.parametrize(("document", "operation"), OPERATIONS, ids=named)
def test_every_operation_is_answered_as_its_document_says(document: Path, operation: Operation) -> None:
    with Server(examples(api(document))) as server:
        told = ask(server.url, request_for(api(document), operation))
    assert [] == server.failures
    response = good(operation)
    assert told.status == (200 if response.status == "default" else int(response.status.replace("XX", "00"))), told
    if response.contents and is_json(response.contents[0].media_type) and operation.method != "HEAD":
        judge = Judge(schemas_of(document), "answer")
        assert judge.fault(response.contents[0].schema, told.value, "the answer") is None
    assert all(header.name.lower() in told.fields for header in response.headers)


def good(operation: Operation) -> Any:
    """The answer that says it went well, of the lowest status."""
    return min(operation.responses, key=lambda one: (one.status[0] != "2", one.status == "default", one.status))


@pytest.mark.parametrize(("document", "operation"), OPERATIONS, ids=named)
def test_every_answer_of_an_operation_can_be_had_and_is_valid(document: Path, operation: Operation) -> None:
    judge = Judge(schemas_of(document), "answer")
    with Server(examples(api(document))) as server:
        for response in operation.responses:
            for content in response.contents:
                if response.status == "default" or not is_json(content.media_type):
                    continue
                wish = {"Prefer": f"code={response.status}", "Accept": content.media_type}
                told = ask(server.url, request_for(api(document), operation, **wish))
                assert told.status == int(response.status.replace("XX", "00"))
                if operation.method != "HEAD":
                    assert judge.fault(content.schema, told.value, response.status) is None
    assert [] == server.failures


@pytest.mark.skipif(not TWILIO.exists(), reason="the public document is not beside this checkout")
def test_every_operation_of_a_large_document_is_answered_with_a_valid_answer() -> None:
    given = api(TWILIO)
    judge = Judge(schemas_of(TWILIO), "answer")
    with Server(examples(given)) as server:
        for operation in given.operations:
            told = ask(server.url, request_for(given, operation))
            response = good(operation)
            assert told.status == int(response.status), (operation.id, told)
            for content in response.contents[:1]:
                assert judge.fault(content.schema, told.value, operation.id) is None
    assert [] == server.failures


def test_an_answer_is_the_same_each_time() -> None:
    operation = api(FLAGSHIP).operations[0]
    answers = []
    for _ in range(2):
        with Server(examples(api(FLAGSHIP))) as server:
            told = ask(server.url, request_for(api(FLAGSHIP), operation, Prefer="dynamic=true"))
            answers.append(told.body)
    assert answers[0] == answers[1]


ANSWERS = CASES / "clients" / "answers" / "openapi.yaml"
ACCEPTED = [
    ("code=200", "*/*", 200, "application/json; charset=utf-8"),
    ("code=202", "", 202, "application/vnd.api+json"),
    ("code=204", "", 204, None),
    ("code=429", "application/json", 406, None),
    ("code=429", "text/html", 429, "text/html"),
    ("code=429", "text/*;q=0.5, application/json", 429, "text/html"),
    ("code=503", "", 503, "application/json"),
    ("code=503", "application/vnd.own+json", 503, "application/vnd.own+json"),
    ("code=5XX", "", 500, "application/json"),
    ("code=418", "", 418, "application/problem+json"),
    ("code=302", "", 302, None),
]


@pytest.mark.parametrize(("prefer", "accept", "status", "media_type"), ACCEPTED)
def test_the_media_type_is_one_that_the_client_accepts(
    prefer: str, accept: str, status: int, media_type: str | None
) -> None:
    fields = {"Prefer": prefer, **({"Accept": accept} if accept else {})}
    with Server(examples(api(ANSWERS))) as server:
        told = ask(server.url, Asked("GET", "/answers", fields))
    if status == 406:
        assert 406 == told.status
        return
    assert (status, media_type) == (told.status, told.fields.get("content-type"))


def test_a_head_is_a_get_without_its_body() -> None:
    with Server(examples(api(ANSWERS))) as server:
        got, headed = (ask(server.url, Asked(method, "/answers", {})) for method in ("GET", "HEAD"))
    assert (200, b"", str(len(got.body))) == (headed.status, headed.body, headed.fields["content-length"])
