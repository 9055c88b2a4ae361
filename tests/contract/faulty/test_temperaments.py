"""All honest servers stand the same conversations, and each is different in what it says of itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.faulty import TEMPERAMENTS, Server, Temperament, running
from tests.contract.faulty.caller import ENDED, PATH, SILENCE, Caller, basic
from tests.contract.faulty.known import API_KEY, LARGEST_BODY, LARGEST_RECORD, READER_KEY, READER_SECRET, TOKEN
from tests.contract.faulty.talks.responses import answer, header, status
from tests.contract.faulty.talks.stream_cuts import around, by_bytes
from tests.contract.faulty.talks.stream_ends import after_a_reset, two_at_a_time
from tests.contract.faulty.talks.stream_reports import reads_late
from tests.contract.faulty.talks.talk import (
    BAD,
    CUT_SHORT,
    END,
    GOOD,
    HEAD,
    LONG,
    READ,
    REST,
    SHORT,
    body,
    code,
    offset,
    record,
    size,
    stream,
    text,
)

Said = Callable[[Server, float], Any]
ONE, TWO = text("1"), text("22")
HOSTILE = text('}{"\\[')


def rises(said: Said) -> Said:
    """The offsets, counted from the first."""

    def relative(server: Server, patience: float) -> list[Any]:
        came = [one for one in said(server, patience) if isinstance(one, int)]
        return [one - came[0] for one in came]

    return relative


def once(said: Said) -> Said:
    """One error at the end and two are the same."""

    def shortened(server: Server, patience: float) -> list[Any]:
        came: list[Any] = said(server, patience)
        return [*came[:-2], ENDED] if came[-3:] == [400, 400, ENDED] else came

    return shortened


def two_requests(server: Server, patience: float) -> list[Any]:
    """On one connection."""
    with Caller(server.url, patience) as caller:
        came: list[Any] = []
        for _ in range(2):
            caller.open(Transfer_Encoding="chunked")
            caller.chunks(GOOD)
            caller.last_chunk()
            came += [code(report) for report in caller.all()]
            caller.status, caller.how_it_ended = 0, ""
        return came


def lone_refusal(server: Server, patience: float) -> Any:
    return body(BAD)(server, patience)[0]


COMMON: dict[str, tuple[Said, Any]] = {
    "a report comes before the next record": (stream(ONE, READ, TWO, READ, END, show=size), [1, 2, ENDED]),
    "the head comes with a part of a record": (stream(ONE[:5], HEAD, ONE[5:], READ, show=size), [200, 1]),
    "a refusal costs one record": (stream(ONE, BAD, TWO, END, show=size), [1, 400, 2, ENDED]),
    "together": (stream(ONE + BAD + TWO, END, show=size), [1, 400, 2, ENDED]),
    "byte by byte": (stream(*by_bytes(around(b"") + HOSTILE), END, show=size), [1, 2, 5, ENDED]),
    "CRLF and a tab between records": (stream(around(b"\r\n\t"), END, show=size), [1, 2, ENDED]),
    "a number for a record": (stream(b"17 ", GOOD, END), [400, 200, ENDED]),
    "a number for the last record": (stream(GOOD, b"17", END), [200, 400, ENDED]),
    "no record at all": (stream(END), [ENDED]),
    "white space alone": (stream(b"\r\n \t", END), [ENDED]),
    "known length": (body(around(b"\n"), show=size), [1, 2, ENDED]),
    "a lone refusal of known length": (lone_refusal, 400),
    "cut short": (once(stream(GOOD, CUT_SHORT, END)), [200, 400, ENDED]),
    "no JSON": (once(stream(GOOD, b"garbage", REST)), [200, 400, ENDED]),
    "a brace too many": (once(stream(GOOD + b"}", REST)), [200, 400, ENDED]),
    "a bracket of another kind": (once(stream(GOOD, b'{"a":[}', REST)), [200, 400, ENDED]),
    "too large": (stream(text("x" * LARGEST_RECORD), GOOD, END), [413, 200, ENDED]),
    "a negative partition": (stream(record(partition_id=-1), GOOD, END), [40402, 200, ENDED]),
    "1.0 is an integer": (stream(record(partition_id=1.0), END), [200, ENDED]),
    "a leap second": (stream(record(timestamp="2016-12-31T23:59:60Z"), END), [200, ENDED]),
    "a long number": (stream(b'{"value":{"data":' + b"1" * 5000 + b"}}", END), [200, ENDED]),
    "offsets": (rises(stream(ONE, record(partition_id=0), END, show=offset)), [0, 1]),
    "a reset": (rises(after_a_reset(offset)), [0, 1]),
    "two streams": (two_at_a_time, [1, 3, 2]),
    "two requests": (two_requests, [200, ENDED, 200, ENDED]),
    "a late reader": (reads_late, "all"),
    "the token": (answer(status, GOOD, Authorization=f"Bearer {TOKEN}"), 200),
    "no credentials": (answer(status, GOOD, Authorization=None), 401),
    "a wrong secret": (answer(status, GOOD, Authorization=basic(API_KEY, "no")), 401),
    "credentials that are none": (answer(status, GOOD, Authorization="Basic !"), 401),
    "a reader": (answer(status, GOOD, Authorization=basic(READER_KEY, READER_SECRET)), 403),
    "no topic": (answer(status, GOOD, path="/kafka/v3/clusters/cluster-1/topics//records"), 404),
    "another path": (answer(status, GOOD, path=f"{PATH}/1"), 404),
    "another method": (answer(status, method="GET"), 405),
    "what is allowed": (answer(header("allow"), method="GET"), "POST"),
    "no body": (answer(status), 422),
    "no length": (answer(status, Content_Length=None), 422),
    "another media type": (answer(status, GOOD, Content_Type="text/plain"), 415),
    "no media type": (answer(status, GOOD, Content_Type=None), 415),
    "too large a body": (answer(status, Content_Length=str(LARGEST_BODY + 1)), 413),
}
TEMPERS = [pytest.param(temper, id=temper.name) for temper in TEMPERAMENTS]


@pytest.mark.parametrize("temper", TEMPERS)
def test_an_honest_server_stands_every_conversation(temper: Temperament) -> None:
    came = {}
    for name, (said, _) in COMMON.items():
        with running(temper) as server:  # a new one, so that no limit is reached
            came[name] = said(server, LONG)
            assert [] == server.failures
    expected = {name: expected for name, (_, expected) in COMMON.items()}
    assert expected == came


def raw(content: bytes, look: Callable[[bytes], Any]) -> Said:
    """Something of the bytes of the answer's body, with its chunks."""

    def said(server: Server, patience: float) -> Any:
        with Caller(server.url, patience) as caller:
            caller.open(Connection="close", Content_Length=str(len(content)))
            caller.whole(content)
            caller.head()
            return look(caller.to_the_end())

    return said


def times(said: Said, number: int) -> Said:
    return lambda server, patience: [said(server, patience) for _ in range(number)]


def seventh(said: Said) -> Said:
    """When it is said for the seventh time."""
    return lambda server, patience: [said(server, patience) for _ in range(7)][-1]


def glued(separator: bytes) -> Said:
    """How many times two reports are in one chunk, with this in between."""
    return raw(ONE + TWO, lambda came: came.count(b"}}" + separator + b"{"))


ITS_OWN: dict[str, tuple[Said, Any, Any]] = {  # what is said, what any server answers, and what this one does
    "report-in-200": (answer(status, BAD), 200, 200),
    "status-for-a-lone-refusal": (answer(status, BAD), 200, 400),
    "head-early": (stream(HEAD), [200], [200]),
    "head-late": (stream(HEAD), [200], [SILENCE]),
    "glued": (glued(b"\r\n"), 0, 1),
    "glued-without-separator": (glued(b""), 0, 1),
    "split": (raw(ONE, lambda came: b"}\r\n" in came.split(b"\r\n", 2)[1] + b"\r\n"), True, False),
    "strict-about-topics": (answer(status, GOOD, path=PATH.replace("topic-1", "nobody")), 200, 404),
    "strict-about-clusters": (answer(status, GOOD, path=PATH.replace("cluster-1", "nobody")), 200, 404),
    "limits-records": (stream(*[GOOD] * 7, END), [*[200] * 7, ENDED], [*[200] * 6, 429, ENDED]),
    "ages": (seventh(stream(GOOD, GOOD, END)), [200, 200, ENDED], [200, 408, ENDED]),
    "limits-requests": (times(answer(status, GOOD), 5), [200] * 5, [*[200] * 4, 429]),
    "broken-twice": (stream(b"}", REST), [400, ENDED], [400, 400, ENDED]),
    "offsets-from-1000": (stream(GOOD, READ, show=offset), [0], [1000]),
    "any-data": (stream(record(value={"type": "BINARY", "data": 1}), READ), [400], [200]),
    "last-name-counts": (
        stream(b'{"key":null,"key":{}}', b'{"value":{"data":"\\ud800"}}', END),
        [400, 400, ENDED],
        [200, 200, ENDED],
    ),
    "talkative": (answer(header("x-request-id"), Authorization=None), "nothing there", "request-1"),
    "more-members": (stream(b"{}", READ, show=lambda report: "trace" in report), [False], [True]),
}


@pytest.mark.parametrize("temper", TEMPERS)
def test_a_temperament_is_what_it_says(temper: Temperament) -> None:
    said, usual, its_own = ITS_OWN[temper.name]
    with running() as server:
        assert usual == said(server, LONG)
    with running(temper) as server:
        assert its_own == said(server, SHORT if its_own == [SILENCE] else LONG)


def test_a_server_leaves_no_thread_and_no_connection() -> None:
    before = set(threading.enumerate())
    with running() as server:
        caller = Caller(server.url, LONG)
        caller.open(Transfer_Encoding="chunked")
        caller.chunks(GOOD)
        assert 200 == code(caller.report())
    assert before == set(threading.enumerate())
    assert isinstance(caller.report(), str)
    caller.sock.close()


def test_a_silent_stream_is_ended_with_a_report() -> None:
    with running(idle=0.05) as server:
        assert [400, ENDED] == stream(REST)(server, LONG)
