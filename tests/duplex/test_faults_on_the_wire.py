"""Every fault does on the wire what its name says, plain and TLS, by the opinion of a client that is not ours."""

from __future__ import annotations

import pytest

from tests.duplex.expected import AFTER, MUCH
from tests.duplex.faults import FAULTS, Fault
from tests.duplex.faults_end import CUTS, CutAt, whole_answer
from tests.duplex.faults_framing import BAD_CONTENT, BAD_FRAMING, HERALDS, NO_ANSWERS
from tests.duplex.peer import Peer
from tests.duplex.plain import HEAD, Heard, body, converse, numbered
from tests.duplex.understood import understood
from tests.duplex.wire import LAST_CHUNK, chunk

SENT = 4 * AFTER
BEYOND_HTTP_CLIENT = ("a head of 100 kB in one header",)
NAMED = {fault.name: fault for fault in FAULTS}
PLAIN_AND_TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
GOOD = whole_answer(numbered(AFTER))[0].removesuffix(LAST_CHUNK)


def met(fault: Fault, tls: bool) -> tuple[Heard, list[object]]:
    records = numbered(SENT, size=MUCH // SENT if fault.client == "sends much" else 0)
    with Peer(fault.behaviour, tls) as peer:
        heard = converse(peer, HEAD + body(records, closes=fault.client == "sends"))
    return heard, peer.stored


def test_no_two_faults_have_one_name() -> None:
    assert len(FAULTS) == len(NAMED)


@PLAIN_AND_TLS
@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_fault_is_what_it_is_expected_to_be(fault: Fault, tls: bool) -> None:
    heard, stored = met(fault, tls)
    answer, expected = understood(heard.data), fault.expected
    least, most = expected.bounds(SENT)
    assert expected.status in (answer.status, None)
    if expected.ends != "protocol" and fault.name not in BEYOND_HTTP_CLIENT:  # which sees less, or more, than there is
        reports = answer.reports[:SENT]
        assert least <= len(reports) <= most
        assert not reports or set(expected.codes) == {report["error_code"] for report in reports}
        assert answer.complete is (expected.ends in ("clean", "early", "status"))
        accepted = [report["offset"] for report in reports if report["error_code"] == 200]
        assert accepted == list(range(len(accepted)))
        assert len(accepted) <= len(stored)
        if expected.unreported == "unsent":
            assert len(accepted) == len(stored)
    if expected.ends in ("timed out", "unended"):
        assert heard.end == "silence"


# The last bytes before each cut. "}" is that of the third report.
ENDS_WITH = {
    "behind the first byte": b"H",
    "in the status line": b"HTTP/1.1 20",
    "in a header": b"200 OK\r\nDate: Sat, 21",
    "in the blank line behind the head": b"chunked\r\n\r",
    "behind the head": b"chunked\r\n\r\n",
    "in a size line": b"}\r\n2\r\n\r\n\r\nA",
    "behind a size line": b"2\r\n\r\n\r\nA6\r\n",
    "in a report": b'A6\r\n{"error_code":200,"cluster_id":"cluster-',
    "ahead of a report's last byte": b'"size":18}',
    "behind a report's last byte": b'"size":18}}',
    "behind a report's chunk": b'"size":18}}\r\n',
    "between two reports": b'"size":18}}\r\n2\r\n\r\n\r\n',
    "ahead of the last chunk": b'"size":18}}\r\n2\r\n\r\n\r\n',
    "in the last chunk": b"\r\n\r\n\r\n0\r",
    "ahead of the last byte": b"\r\n\r\n\r\n0\r\n\r",
}


@PLAIN_AND_TLS
@pytest.mark.parametrize("how", ["close", "cut", "reset"])
@pytest.mark.parametrize("place", CUTS)
def test_an_answer_is_cut_where_and_how_it_is_said(place: str, how: str, tls: bool) -> None:
    heard, stored = met(NAMED[f"{how} {place}"], tls)
    assert (ENDS_WITH[place], True) == (
        heard.data[-len(ENDS_WITH[place]) :],
        (GOOD + LAST_CHUNK).startswith(heard.data),
    )
    ends = {"close": "eof", "cut": "cut", "reset": "cut"} if tls else {"close": "eof", "cut": "eof", "reset": "reset"}
    assert ends[how] == heard.end
    assert numbered(AFTER) == stored


def test_an_answer_can_be_cut_at_every_byte() -> None:
    whole = GOOD + LAST_CHUNK
    for length in range(0, len(whole), 37):
        heard, _ = met(Fault("", CutAt(length, "reset"), NAMED["every third is 429"].expected), tls=False)
        assert (whole[:length], "reset") == (heard.data, heard.end)


@PLAIN_AND_TLS
@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((f"bad framing: {name}", GOOD + bad) for name, bad in BAD_FRAMING.items()),
        *((f"in place of a report: {name}", GOOD + chunk(bad) + LAST_CHUNK) for name, bad in BAD_CONTENT.items()),
        *((f"in place of a head: {name}", bad) for name, bad in NO_ANSWERS.items()),
    ],
)
def test_what_no_server_may_say_is_said_behind_good_reports_or_at_once(name: str, data: bytes, tls: bool) -> None:
    assert data == met(NAMED[name], tls)[0].data


@PLAIN_AND_TLS
@pytest.mark.parametrize(
    ("name", "beginning", "end"),
    [
        *((name, words + b"HTTP/1.1 200 OK\r\n", b"2\r\n\r\n\r\n0\r\n\r\n") for name, words in HERALDS.items()),
        ("sizes in lower case", b"chunked\r\n\r\na6\r\n{", b"0\r\n\r\n"),
        ("sizes in upper case", b"chunked\r\n\r\nA6\r\n{", b"0\r\n\r\n"),
        ("leading zeros in sizes", b"chunked\r\n\r\n00000000000000a6\r\n{", b"\r\n0000000000000000\r\n\r\n"),
        ("extensions of chunks", b"chunked\r\n\r\nA6;a=b;c\r\n{", b"\r\n0;last\r\n\r\n"),
        ("trailers", b"chunked\r\n\r\nA6\r\n{", b"\r\n0\r\nX-Sum: 1\r\nX-More: }{\r\n\r\n"),
        ("an answer that ends by close", b'Connection: close\r\n\r\n{"', b'"size":19}}\r\n'),
        ("an answer with a length", b'Content-Length: 3370\r\n\r\n{"', b'"size":19}}\r\n'),
        ("an answer shorter than its length", b'Content-Length: 3371\r\n\r\n{"', b'"size":19}}\r\n'),
        (
            "a second answer after the first",
            b"HTTP/1.1 200 OK\r\n",
            b'20\r\n{"error_code":200,"offset":-7}\r\n\r\n0\r\n\r\n',
        ),
    ],
)
def test_odd_framing_is_what_it_is_called(name: str, beginning: bytes, end: bytes, tls: bool) -> None:
    data = met(NAMED[name], tls)[0].data
    assert data.startswith(beginning) or beginning in data[:400]
    assert data.endswith(end)


@PLAIN_AND_TLS
def test_a_server_that_stops_reading_holds_its_client_up(tls: bool) -> None:
    heard, stored = met(NAMED["the server stops reading"], tls)
    assert heard.unsent > 0
    assert AFTER == len(stored)


@pytest.mark.parametrize(("name", "stored"), [("408 with storing", AFTER + 3), ("408 without storing", AFTER)])
def test_what_is_answered_with_408_is_stored_or_not(name: str, stored: int) -> None:
    assert stored == len(met(NAMED[name], tls=False)[1])


def test_one_report_more_than_records_is_told() -> None:
    heard, _ = met(NAMED["more reports than records"], tls=False)
    assert SENT + 1 == len(understood(heard.data).reports)
