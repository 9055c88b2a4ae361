"""Recordings, examples and the emulator are held to one document by the tester, which shares no code with them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

import specmill_kafka
from specmill.config import Options as BuildOptions
from specmill.config import load
from specmill.contract.judge import Judge
from specmill.contract.options import Options
from specmill.contract.plugin import specmill_contract
from specmill.contract.run import Run
from specmill.contract.security import Credentials
from specmill.contract.values import Answer, Call, Case, Finding
from specmill.contract.wire import LAST_CHUNK, Dialogue, address_of, chunk_of, head_of
from specmill.serve.examples import examples
from specmill.serve.recording import Data, End, Recording, RequestHead
from specmill.serve.recording_read import read
from specmill.serve.replay import responder
from specmill.serve.server import Server
from tests.contract.flagship.test_emulator import ELSEWHERE, IDLE, STRICT, WHERE, WHO, prepared
from tests.contract.grounds import api, marks
from tests.support import REPOSITORY

RECORDINGS = sorted((REPOSITORY / "spec/recordings").glob("*.jsonl"))
PATIENCE = 10.0  # seconds
RUNNING: list[Server] = []


# --- the emulator, as a user tries it


@pytest.fixture(scope="module", autouse=True)
def emulator() -> Iterator[None]:
    with Server(specmill_kafka.emulator(STRICT)) as server:
        RUNNING.append(server)
        yield


test_the_emulator = specmill_contract(
    lambda: RUNNING[-1].url, user=WHO.user, token=WHO.token, parameters=WHERE, elsewhere=ELSEWHERE, idle=IDLE
)


# --- the examples


def test_the_examples_hold_all_but_what_they_cannot_know() -> None:
    with Server(examples(api())) as server:
        options = Options(server.url, Credentials("key:secret", "token"), WHERE, ELSEWHERE)
        result = Run(api(), options, prepared=prepared()).result()
    assert {
        ("authentication", "security resource-api-key", ""),  # whose any credentials are
        ("authentication", "security external-access-token", ""),
        ("echo", "", "nothing is echoed"),  # what a record means
    } == {(one.check, one.place, one.keyword) for one in result.failures}


# --- the recordings


@cache
def judge() -> Judge:
    return Judge(api(), {api().operations[0].id: marks()})


def played(recording: Recording, url: str) -> tuple[Call, Answer]:
    """What the client said, said again."""
    head, *events = (event for event in recording.events if event.side == "client")
    assert isinstance(head, RequestHead)
    chunked = any(name.lower() == "transfer-encoding" for name, _ in head.fields)
    pieces = [event.content for event in events if isinstance(event, Data)]
    ended = any(isinstance(event, End) for event in events)
    with Dialogue(address_of(url), head.method) as dialogue:
        dialogue.say(head_of(head.method, head.target, head.fields))
        dialogue.say(b"".join(map(chunk_of if chunked else bytes, pieces)) + (LAST_CHUNK if chunked and ended else b""))
        assert dialogue.until(lambda: dialogue.answer.stuck, PATIENCE)
        reader = dialogue.answer
        assert reader.head is not None
        body, faults = b"".join(dialogue.content), tuple(reader.faults)
        answer = Answer(reader.head.status, reader.head.fields, body, faults)
    return Call(head.method, head.target, head.fields, b"".join(pieces)), answer


def findings(recording: Recording, url: str) -> Iterator[Finding]:
    call, answer = played(recording, url)
    case = Case(recording.operation, recording.name, call, "any")
    operation = next(one for one in api().operations if one.id == recording.operation)
    return judge().shape(case, operation, answer)


@pytest.mark.parametrize("name", [path.stem for path in RECORDINGS])
def test_a_recording_is_an_answer_of_the_document(name: str) -> None:
    path = REPOSITORY / "spec/recordings" / f"{name}.jsonl"
    (config,) = load(BuildOptions(), REPOSITORY)
    with Server(responder(config, path)) as server:
        assert [] == [str(one) for one in findings(read(path), server.url)]
        assert [] == server.failures
