"""The committed recordings: whole, without secrets, true to the document, and answered again as they were."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_rest import Basic, Client, ProduceRequest
from kafka_rest.errors import ClientError
from specmill.serve.drift import drift
from specmill.serve.exchange import Exchange
from specmill.serve.head import take_head
from specmill.serve.recording import Recording, written
from specmill.serve.recording_read import read, read_all
from specmill.serve.replay import MODES, Mode, replaying
from specmill.serve.server import Server
from specmill.serve.verify import VOLATILE, settled
from specmill_kafka import emulator
from tests.serve.flagship import flagship
from tests.serve.spoken import BASIC, EXCHANGES, FOLDER, KEY, SECRET, speak
from tests.serve.talking import Answer, Line


def recording_of(name: str) -> Recording:
    return read(FOLDER / f"{name}.jsonl")


def answer_of(data: bytes) -> Answer:
    first, _, body = data.partition(b"\r\n\r\n")
    return Answer(first, body, "")


def content_of(answer: Answer) -> bytes:
    return answer.content if b"Transfer-Encoding: chunked" in answer.head else answer.body


def test_there_is_a_recording_of_each_exchange_and_no_other() -> None:
    assert sorted(f"{name}.jsonl" for name in EXCHANGES) == sorted(path.name for path in FOLDER.iterdir())


def test_they_hold_no_secret() -> None:
    text = b"".join(path.read_bytes() for path in FOLDER.iterdir())
    for secret in (KEY, SECRET, BASIC, BASIC.rstrip("="), BASIC[4:-4]):
        assert secret.encode() not in text
    assert b"Basic redacted-1" in text


def test_they_are_written_as_the_recorder_writes_and_true_to_the_document() -> None:
    recordings = read_all(FOLDER)
    assert [(FOLDER / one.name).read_bytes() for one in recordings] == [written(one) for one in recordings]
    assert () == drift(recordings, flagship())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", EXCHANGES)
def test_each_is_answered_again_as_it_was(name: str, mode: Mode) -> None:
    recording = recording_of(name)
    with Server(replaying([recording], flagship(), mode)) as server:
        answer = answer_of(speak(server.url, EXCHANGES[name]))
    assert recording.content("server") == content_of(answer)
    assert recording.answer is not None
    assert recording.answer.status == answer.status


@pytest.mark.parametrize("name", EXCHANGES)
def test_all_of_them_at_once_are_told_apart(name: str) -> None:
    with Server(replaying(read_all(FOLDER), flagship())) as server:
        answer = answer_of(speak(server.url, EXCHANGES[name]))
    assert recording_of(name).content("server") == content_of(answer)


@given(st.sampled_from(sorted(EXCHANGES)), st.data())
def test_any_cut_of_what_is_said_gives_the_same_answer(name: str, data: st.DataObject) -> None:
    exchange, recording = EXCHANGES[name], recording_of(name)
    request = take_head(bytearray(exchange.head), 8192)
    assert request is not None
    cuts = sorted(data.draw(st.sets(st.integers(1, len(exchange.body) - 1), max_size=12)))
    line = Line()
    playing = replaying([recording], flagship()).begin(Exchange(request, line, False))
    for start, end in zip([0, *cuts], [*cuts, len(exchange.body)], strict=True):
        playing.received(exchange.body[start:end])
    playing.ended()
    assert recording.content("server") == content_of(line.answer())


def outcomes(url: str, name: str) -> list[Any]:
    """What the project's own client makes of it, without what another run has another value of."""
    exchange = EXCHANGES[name]
    auth = Basic(KEY, SECRET) if exchange.signed else None
    records = [msgspec.convert(json.loads(line), ProduceRequest) for line in exchange.body.splitlines()]
    found: list[Any] = []
    with Client(url, auth=auth, retries=0) as client:
        try:
            with client.records_v3.produce_record_stream("cluster-1", exchange.topic) as stream:
                stream.send_many(records)
                found += [msgspec.to_builtins(report) for _, report in stream]
        except ClientError as error:
            found.append((type(error).__name__, getattr(error, "status", None)))
    return [settled(one, VOLATILE) for one in found]


SAYABLE = sorted(set(EXCHANGES) - {"broken-json-ends-a-stream", "a-stream-beyond-its-age-is-answered-408"})


@pytest.mark.parametrize("name", SAYABLE)
def test_a_client_cannot_tell_a_recording_from_the_emulator(name: str) -> None:
    behaviour = {"users": f"{KEY}:{SECRET}", **EXCHANGES[name].behaviour}
    with Server(emulator(behaviour, EXCHANGES[name].options)) as server:
        live = outcomes(server.url, name)
    with Server(replaying([recording_of(name)], flagship())) as server:
        replayed = outcomes(server.url, name)
    assert live == replayed
    assert live


def test_a_client_is_told_of_a_stream_beyond_its_age() -> None:
    name = "a-stream-beyond-its-age-is-answered-408"
    with Server(replaying([recording_of(name)], flagship())) as server:
        assert [200, 408] == [one["error_code"] for one in outcomes(server.url, name)]
