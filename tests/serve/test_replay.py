"""What was recorded is answered again: by its meaning, at its speed, or in its bytes; what was not is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from specmill.serve.exchange import Exchange, Lost
from specmill.serve.head import Request
from specmill.serve.recording import AnswerHead, Data, End, Event, Recording, RequestHead
from specmill.serve.replay import MODES, Mode, Replay, replaying
from specmill.serve.server import Server
from tests.serve.flagship import flagship
from tests.serve.recordings import CHUNKED, JSON_FIELDS, TARGET, compact, record, recording, report, streamed
from tests.serve.talking import LAST, Answer, Line, ask, chunk, head

ASKED = head("POST", TARGET, "Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
THREE = [record(0), record(1), record(2)]


@contextmanager
def replayed(*recordings: Recording, mode: Mode = "meaning") -> Iterator[tuple[Server, Replay]]:
    responder = replaying(recordings, flagship(), mode)
    with Server(responder) as server:
        yield server, responder
    assert [] == server.failures


def reports_of(answer: Answer) -> list[Any]:
    return [json.loads(line) for line in answer.content.split(b"\r\n") if line]


def test_a_client_of_ones_own_gets_the_reports_that_were_recorded() -> None:
    sent = [ProduceRequest(value=ProduceRequestData(type="JSON", data={"id": n})) for n in range(3)]
    with replayed(streamed()) as (server, _), Client(server.url) as client:
        offsets = [getattr(one, "offset", None) for _, one in client.produce("cluster-1", "orders", sent)]
    assert [0, 1, 2] == offsets


def test_a_client_that_waits_for_each_report_is_answered_even_if_all_had_been_sent_at_once() -> None:
    events: list[Event] = [RequestHead(0.0, "POST", TARGET, JSON_FIELDS)]
    events += [Data(0.0, "client", compact(one)) for one in THREE]
    events += [AnswerHead(0.1, 200, CHUNKED), *(Data(0.2, "server", compact(report(n)) + b"\r\n") for n in range(3))]
    at_once = recording([*events, End(0.3, "client"), End(0.3, "server")])
    line = Line()
    playing = replaying([at_once], flagship()).begin(Exchange(REQUEST, line, False))
    said = []
    for one in THREE:
        playing.received(compact(one))
        said.append(line.said.count(b"error_code"))
    assert [1, 2, 3] == said


SPELT = (b'{"value": {"data": {"id": %d}, "type": "JSON"}}', b'{"value":{"type":"JSON","data":{"id":%d.0}}}\r\n')


REQUEST = Request(
    "POST",
    TARGET,
    1,
    (("Content-Type", "application/json"),),
    None,
    {"content-type": "application/json"},
)


@given(st.data())
def test_any_cut_and_spelling_gives_the_same_reports(data: st.DataObject) -> None:
    body = b"".join(data.draw(st.sampled_from(SPELT)) % number for number in range(3))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(body) - 1))))
    line = Line()
    playing = replaying([streamed()], flagship()).begin(Exchange(REQUEST, line, False))
    for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        playing.received(body[start:end])
    playing.ended()
    answer = line.answer()
    assert [report(0), report(1), report(2)] == reports_of(answer)
    assert "answered" == line.how


def test_a_report_comes_with_its_record_and_not_before() -> None:
    line = Line()
    playing = replaying([streamed()], flagship()).begin(Exchange(REQUEST, line, False))
    counts = []
    for one in THREE:
        text = compact(one)
        playing.received(text[:-1])
        counts.append(line.said.count(b"error_code"))
        playing.received(text[-1:])
        counts.append(line.said.count(b"error_code"))
    assert [0, 1, 1, 2, 2, 3] == counts


ODD: dict[str, tuple[Sequence[Event], bytes, list[int], str]] = {
    "a stream that an error ends": (
        [
            Data(0.0, "client", compact(record(0)) + b"garbage "),
            Data(0.1, "server", compact(report(0)) + b"\r\n"),
            Data(0.1, "server", b'{"error_code":400,"message":"Bad Request"}\r\n'),
            End(0.1, "server"),
        ],
        compact(record(0)) + b"garbage ",
        [200, 400],
        "answered",
    ),
    "an error inside of a record": (
        [
            Data(0.0, "client", compact(record(0)) + b'{"value": tru,'),
            Data(0.1, "server", compact(report(0)) + b"\r\n"),
            Data(0.1, "server", b'{"error_code":400}\r\n{"error_code":401}\r\n'),
            End(0.1, "server"),
        ],
        compact(record(0)) + b'{"value": tru, "more": 1',
        [200, 400, 401],
        "answered",
    ),
    "a reset": (
        [
            Data(0.0, "client", compact(record(0))),
            Data(0.1, "server", b'{"error_code":200}'),
            End(0.2, "server", "reset"),
        ],
        compact(record(0)),
        [200],
        "RESET",
    ),
    "a cut inside of a report": (
        [
            Data(0.0, "client", compact(record(0)) + compact(record(1))),
            Data(0.1, "server", b'{"error_code":200}\r\n{"error_'),
            End(0.2, "server", "cut"),
        ],
        compact(record(0)) + compact(record(1)),
        [200],
        "CUT",
    ),
    "reports that are missing": (
        [
            Data(0.0, "client", compact(record(0)) + compact(record(1))),
            Data(0.1, "server", b'{"error_code":200}\r\n'),
            End(0.2, "client"),
            End(0.2, "server"),
        ],
        compact(record(0)) + compact(record(1)),
        [200],
        "answered",
    ),
}


@pytest.mark.parametrize("size", [1, 7, 10000])
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("mode", ["meaning", "exact"])
def test_what_went_wrong_goes_wrong_again(mode: Mode, name: str, size: int) -> None:
    events, body, verdicts, how = ODD[name]
    start: list[Event] = [RequestHead(0.0, "POST", TARGET, JSON_FIELDS), AnswerHead(0.0, 200, CHUNKED)]
    if mode == "exact":
        body = b"".join(event.content for event in events if isinstance(event, Data) and event.side == "client")
    line = Line()
    playing = replaying([recording([*start, *events])], flagship(), mode).begin(Exchange(REQUEST, line, False))
    for at in range(0, len(body), size):
        playing.received(body[at : at + size])
    if "missing" in name:
        playing.ended()
    answer = line.answer()
    whole = [json.loads(text) for text in answer.content.split(b"\r\n") if text.endswith(b"}")]
    assert verdicts == [one["error_code"] for one in whole]
    assert how == getattr(line.how, "name", line.how)


def test_a_client_that_ended_its_side_in_the_middle_is_known_by_it() -> None:
    events: list[Event] = [
        RequestHead(0.0, "POST", TARGET, JSON_FIELDS),
        AnswerHead(0.0, 200, CHUNKED),
        Data(0.0, "client", b'{"value"'),
        End(0.1, "client", "cut"),
        Data(0.2, "server", b'{"error_code":400,"message":"Early EOF"}\r\n'),
        End(0.2, "server"),
    ]
    line = Line()
    playing = replaying([recording(events)], flagship()).begin(Exchange(REQUEST, line, False))
    playing.received(b'{"value"')
    assert b"Early EOF" not in line.said
    playing.lost(Lost.HALF_CLOSED, "Early EOF")
    assert b"Early EOF" in line.said


def test_timed_answers_at_the_speed_of_old() -> None:
    line = Line()
    playing = replaying([streamed()], flagship(), "timed").begin(Exchange(REQUEST, line, False))
    playing.received(b"".join(map(compact, THREE)))
    said = [line.said.count(b"error_code")]
    while line.calls:
        line.clock, call = line.calls.pop(0)
        call()
        said.append(line.said.count(b"error_code"))
    playing.ended()
    assert [1, 2, 3] == said
    assert 2.0 == line.clock
    assert "answered" == line.how


def test_exact_answers_in_the_chunks_of_old() -> None:
    fields = (*CHUNKED, ("date", "yesterday"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    pieces = [Data(0.1, "server", b'{"a":', True), Data(0.1, "server", b"1}"), Data(0.1, "server", b"\r\n")]
    events: list[Event] = [
        RequestHead(0.0, "POST", TARGET, JSON_FIELDS),
        Data(0.0, "client", b"{}"),
        End(0.0, "client"),
        AnswerHead(0.1, 200, fields),
        *pieces,
        End(0.1, "server"),
    ]
    with replayed(recording(events), mode="exact") as (server, _):
        answer = ask(server.url, [ASKED, chunk(b"{"), chunk(b"}"), LAST])
        other = ask(server.url, [ASKED, chunk(b"{ }"), LAST])
    lines = [f"{name}: {value}" for name, value in fields]
    assert "\r\n".join(["HTTP/1.1 200 OK", *lines]).encode() == answer.head
    assert b'7\r\n{"a":1}\r\n2\r\n\r\n\r\n0\r\n\r\n' == answer.body
    assert 501 == other.status
    assert b"the body differs at byte 1: recorded }, sent  }" in other.body


def test_a_chunk_that_was_cut_stays_incomplete() -> None:
    events: list[Event] = [
        RequestHead(0.0, "GET", TARGET, ()),
        AnswerHead(0.1, 500, CHUNKED),
        Data(0.1, "server", b"ab", True),
        End(0.1, "server", "cut"),
    ]
    with replayed(recording(events), mode="exact") as (server, _):
        answer = ask(server.url, [head("GET", TARGET, "Connection: close")])
    assert b"3\r\nab" == answer.body


OTHER = (*JSON_FIELDS[:1], ("Content-Type", "text/plain"))
SECRET = (*JSON_FIELDS, ("Authorization", "Basic redacted-1"))
REFUSED: dict[str, tuple[Recording, str]] = {
    "the path": (streamed(target=TARGET.replace("orders", "order")), "topics/order/records, not /kafka"),
    "the query": (streamed(target=TARGET + "?a=1"), "its query is a=1, not empty"),
    "a header": (streamed(fields=OTHER), "its header content-type is 'text/plain', not 'application/json'"),
    "credentials": (streamed(fields=SECRET), "it was recorded with the header authorization"),
    "the method": (
        recording([RequestHead(0.0, "PUT", TARGET, JSON_FIELDS), AnswerHead(0.0, 405, ()), End(0.0, "server")]),
        "its method is PUT, not POST",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_was_never_recorded_is_told_what_differs(name: str) -> None:
    one, what = REFUSED[name]
    with replayed(replace(one, name="spec/recordings/one.jsonl")) as (server, responder):
        answer = ask(server.url, [ASKED, chunk(compact(record(0))), LAST])
    assert 501 == answer.status
    text = answer.body.decode()
    assert f"no recording matches POST {TARGET}; the nearest is spec/recordings/one.jsonl: " in text
    assert what in text
    assert [text.rstrip("\n")] == responder.misses


def test_what_is_nearest_is_the_one_that_went_furthest() -> None:
    far = replace(streamed(target="/other"), name="far.jsonl")
    near = replace(streamed(), name="near.jsonl")
    nearer = replace(streamed([record(0), record(7)]), name="nearer.jsonl")
    sent = [chunk(compact(one)) for one in (record(0), record(8))]
    with replayed(far, near, nearer) as (server, responder):
        answer = ask(server.url, [ASKED, *sent, LAST])
    assert 200 == answer.status
    assert [200, 501] == [one["error_code"] for one in reports_of(answer)]
    [told] = responder.misses
    assert "near" in told
    assert "record 2 differs at /value/data/id: recorded" in told
    assert told == reports_of(answer)[1]["message"]


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        ([record(0), record(1)], "record 3 is missing: 3 were recorded"),
        ([*THREE, record(3)], "record 4 is one more than was recorded"),
        ([record(0), {"value": {"type": "JSON", "data": {"id": True}}}], "recorded 1, sent true"),
        ([{}], "record 1 differs at /value: recorded"),
        ([{**record(0), "a/b": None}], "record 1 differs at /a~1b: recorded nothing, sent null"),
    ],
)
def test_a_record_that_differs_is_named_with_its_member(sent: list[Any], what: str) -> None:
    with replayed(streamed()) as (server, responder):
        ask(server.url, [ASKED, *(chunk(compact(one)) for one in sent), LAST])
    [told] = responder.misses
    assert what in told


def test_recordings_that_begin_alike_are_told_apart_as_soon_as_they_differ() -> None:
    first = streamed([record(0), record(1)], [report(10), report(11)])
    second = streamed([record(0), record(2)], [report(10), report(22)])
    refused = recording(
        [
            RequestHead(0.0, "POST", TARGET, JSON_FIELDS),
            AnswerHead(0.0, 429, ()),
            Data(0.0, "client", b"{}"),
            End(0.0, "server"),
        ]
    )
    asked: list[list[Any]] = [[record(0), record(1)], [record(0), record(2)], [{}]]
    got = []
    with replayed(refused, first, second) as (server, _):
        for sent in asked:
            answer = ask(server.url, [ASKED, *(chunk(compact(one)) for one in sent), LAST])
            offsets = [one.get("offset") for one in reports_of(answer)] if answer.status == 200 else []
            got.append((answer.status, offsets))
    assert [(200, [10, 11]), (200, [10, 22]), (429, [])] == got


def test_it_does_not_matter_which_of_two_answers_began_before_its_first_record() -> None:
    early, late = (streamed([record(n)], [report(n)]) for n in (1, 2))
    request, answered, said, *rest = late.events
    late = recording([request, said, answered, *rest])
    got = []
    for pair in ((early, late), (late, early)):
        with replayed(*pair) as (server, _):
            answers = [ask(server.url, [ASKED, chunk(compact(record(n))), LAST]) for n in (1, 2)]
            got += [[one["offset"] for one in reports_of(answer)] for answer in answers]
    assert [[1], [2]] * 2 == got


def test_a_token_stands_for_any_secret() -> None:
    told = {"value": {"type": "JSON", "data": {"password": "redacted-2", "pin": 3}}}
    rules = ("header authorization", "field password", "field pin")
    one = streamed([told], [report(0)], SECRET, redacted=rules)
    given = {"value": {"type": "JSON", "data": {"password": "mine", "pin": 1234}}}
    credentials = ASKED.replace(b"Host", b"Authorization: Basic dTpw\r\nHost", 1)
    with replayed(one) as (server, responder):
        answer = ask(server.url, [credentials, chunk(compact(given)), LAST])
    assert [report(0)] == reports_of(answer)
    assert [] == responder.misses


ENDLESS = {"a text": (b'{"value":"', b"x"), "white space": (b"", b" \n"), "brackets": (b"", b"[")}


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("mode", MODES)
def test_a_body_without_an_end_is_refused_before_it_fills_the_memory(name: str, mode: Mode) -> None:
    begins, goes_on = ENDLESS[name]
    line = Line()
    exchange = Exchange(REQUEST, line, False)
    playing = replaying([streamed()], flagship(), mode).begin(exchange)
    playing.received(begins or goes_on)
    pieces = 0
    while not exchange.over and pieces < 30:
        playing.received(goes_on * 50_000)
        pieces += 1
    assert exchange.over
    assert b"no recording matches" in line.said
    playing.received(goes_on)  # of which nothing is kept
