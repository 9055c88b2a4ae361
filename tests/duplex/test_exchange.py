"""The exchange, against a simple model of the protocol: every record ends in exactly one place, in order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runtime._report
from runtime._duplex.exchange import HEARTBEAT, LAST_CHUNK, Exchange
from runtime._duplex.reports import Reports
from runtime.errors import ClientError, StreamBroken, StreamEnded, StreamGarbled
from tests.duplex.doors import cut, doors

HEAD = b"POST / HTTP/1.1\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
RESET = ConnectionResetError(104, "Connection reset by peer")


class Report(runtime._report.ReportStruct):
    n: int

    @property
    def ok(self) -> bool:
        return self.n >= 0


class Refused(ClientError):
    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(f"{status}: {body.decode()}")
        self.status = status


def new() -> Exchange[int, Report]:
    return Exchange("POST /", HEAD, Reports(Report), Refused)


def sent(exchange: Exchange[Any, Any], most: int = 10**9) -> bytes:
    """What goes on the wire, as far as the wire takes it."""
    out = b""
    while len(out) < most and (piece := exchange.piece()) is not None:
        taken = piece[: most - len(out)]
        out += taken
        exchange.wrote(len(taken))
    return out


def give(exchange: Exchange[int, Report], records: list[int]) -> None:
    exchange.add(records, b"".join(b"%d\n" % record for record in records))


def chunk(text: bytes) -> bytes:
    return b"%X\r\n%b\r\n" % (len(text), text)


def reports(numbers: range | list[int]) -> bytes:
    """Each as two chunks, like the public server."""
    return b"".join(chunk(b'{"n":%d}' % n) + chunk(b"\r\n") for n in numbers)


def answered(exchange: Exchange[int, Report]) -> list[tuple[int, int]]:
    return [(record, report.n) for some in exchange.batches for record, report in zip(*some, strict=True)]


def outcome(exchange: Exchange[int, Report]) -> tuple[list[int], list[int], list[int]]:
    failure = exchange.failure or ClientError()
    return [record for record, _ in answered(exchange)], list(failure.unknown), list(failure.unsent)


def test_a_whole_exchange_through_every_door() -> None:
    answer = OK + reports(range(5)) + b"0\r\n\r\n"
    for pieces in doors(answer):
        exchange = new()
        give(exchange, [0, 1])
        give(exchange, [2, 3, 4])
        exchange.end()
        wire = sent(exchange)
        for piece in pieces:
            exchange.received(piece)
        assert HEAD + chunk(b"0\n1\n") + chunk(b"2\n3\n4\n") + LAST_CHUNK == wire
        assert [(n, n) for n in range(5)] == answered(exchange)
        assert (True, None, 0, 0) == (exchange.over, exchange.failure, exchange.pending, exchange.pending_bytes)


def test_a_record_can_be_sent_before_the_head_of_the_answer_is_there() -> None:
    exchange = new()
    give(exchange, [0])
    assert HEAD + chunk(b"0\n") == sent(exchange)
    exchange.received(OK + reports([0]))
    assert [(0, 0)] == answered(exchange)


def test_a_heartbeat_goes_only_where_nothing_else_does() -> None:
    exchange = new()
    exchange.beat()
    assert HEAD == sent(exchange)
    exchange.beat()
    assert HEARTBEAT == sent(exchange)
    give(exchange, [0])
    exchange.beat()
    assert chunk(b"0\n") == sent(exchange)
    assert 1 == exchange.pending


# What a server may do after three records were sent and a fourth was not: its bytes, how they end, the error, and how
# many of the records are answered, unknown and unsent.
Fate = tuple[bytes, "Exception | str | None", type[ClientError] | None, int, int, int]
FATES: dict[str, Fate] = {
    "nothing, and it closes": (b"", None, StreamBroken, 0, 3, 1),
    "nothing, and it resets": (b"", RESET, StreamBroken, 0, 3, 1),
    "half a head": (OK[:20], None, StreamBroken, 0, 3, 1),
    "a head alone": (OK, None, StreamBroken, 0, 3, 1),
    "one report and a reset": (OK + reports([0]), RESET, StreamBroken, 1, 2, 1),
    "one report and a half": (OK + reports([0]) + b'9\r\n{"n":1', None, StreamBroken, 1, 2, 1),
    "a report without its separator": (OK + reports([0]) + chunk(b'{"n":1}'), None, StreamBroken, 2, 1, 1),
    "all reports and a cut": (OK + reports(range(3)), None, StreamBroken, 3, 0, 1),
    "a clean end too early": (OK + reports([0]) + b"0\r\n\r\n", "open", StreamEnded, 1, 2, 1),
    "a clean end with all reports": (OK + reports(range(3)) + b"0\r\n\r\n", "open", StreamEnded, 3, 0, 1),
    "one report too many": (OK + reports(range(4)), "open", StreamGarbled, 3, 0, 1),
    "a last word of the server": (OK + reports([0, 1, 2, -1]) + b"0\r\n\r\n", "open", StreamEnded, 3, 0, 1),
    "a last word, and a reset": (OK + reports([0, 1, 2, -1]), RESET, StreamBroken, 3, 0, 1),
    "garbage behind a report": (OK + reports([0]) + chunk(b"oops\n"), "open", StreamGarbled, 1, 2, 1),
    "bad chunks behind a report": (OK + reports([0]) + b"oops\r\n", "open", StreamGarbled, 1, 2, 1),
    "no HTTP": (b"220 mail.example.com ESMTP\r\n", "open", StreamGarbled, 0, 3, 1),
    "401 with a length": (b"HTTP/1.1 401 No\r\nContent-Length: 3\r\n\r\nno!", "open", Refused, 0, 0, 4),
    "401 cut": (b"HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\nno!", None, Refused, 0, 0, 4),
    "401 and a reset": (b"HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\nno!", RESET, Refused, 0, 0, 4),
    "413 until the end": (b"HTTP/1.1 413 Big\r\n\r\ntoo big", None, Refused, 0, 0, 4),
    "429 in chunks": (
        b"HTTP/1.1 429 Slow\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhm\r\n0\r\n\r\n",
        "open",
        Refused,
        0,
        0,
        4,
    ),
    "408, perhaps with all stored": (b"HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n", "open", Refused, 0, 3, 1),
    "503 of somebody in between": (b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n", "open", Refused, 0, 3, 1),
    "301": (b"HTTP/1.1 301 There\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "open", Refused, 0, 0, 4),
    "not chunked, with all": (b'HTTP/1.1 200 OK\r\n\r\n{"n":0}\n{"n":1}\n{"n":2}', None, StreamEnded, 3, 0, 1),
    "not chunked, and cut": (b'HTTP/1.1 200 OK\r\n\r\n{"n":0}\n{"n"', None, StreamGarbled, 1, 2, 1),
}


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES)
def test_every_fate_is_told_through_every_door(fate: Fate) -> None:
    answer, end, error, done, unknown, unsent = fate
    for pieces in doors(answer) if answer else [[]]:
        exchange = new()
        give(exchange, [0, 1, 2])
        sent(exchange)
        give(exchange, [3])
        for piece in pieces:
            exchange.received(piece)
        if isinstance(end, Exception):
            exchange.lost(end)
        elif end is None:
            exchange.closed()
        assert exchange.over, pieces
        assert error is type(exchange.failure), (pieces, exchange.failure)
        records = list(range(4))
        assert (records[:done], records[done : done + unknown], records[done + unknown :]) == outcome(exchange)
        assert 4 == done + unknown + unsent
        assert exchange.piece() is None


def test_records_whose_chunk_was_begun_are_unknown_and_those_behind_it_unsent() -> None:
    for most in range(1, len(chunk(b"0\n1\n")) + 1):
        exchange = new()
        sent(exchange)
        give(exchange, [0, 1])
        exchange.add([2], b"2" * 100_000)
        sent(exchange, most)
        exchange.lost(RESET)
        assert ([], [0, 1], [2]) == outcome(exchange)


def test_after_a_failed_write_the_answer_is_still_read() -> None:
    exchange = new()
    give(exchange, [0, 1])
    sent(exchange)
    exchange.cannot_write(BrokenPipeError(32, "Broken pipe"))
    assert exchange.piece() is None
    exchange.received(OK + reports([0]))
    exchange.closed()
    assert ([0], [1], []) == outcome(exchange)
    assert "Broken pipe" in str(exchange.failure)


@given(st.data())
def test_any_sequence_of_events_leaves_every_record_in_exactly_one_place(data: st.DataObject) -> None:
    """The model: a server that has seen so many whole records, and has reported so many of them."""
    exchange, wire, given_records, reported = new(), bytearray(), 0, 0
    answer = bytearray(OK)
    for _ in range(data.draw(st.integers(1, 12))):
        step = data.draw(st.sampled_from(["give", "write", "report", "read"]))
        if step == "give":
            count = data.draw(st.integers(1, 4))
            give(exchange, list(range(given_records, given_records + count)))
            given_records += count
        elif step == "write":
            wire += sent(exchange, data.draw(st.integers(1, 40)))
        elif step == "report":
            # Only of what the server has seen as a whole: its line is there.
            seen = len(re.findall(rb"\d\n", wire))
            more = data.draw(st.integers(0, seen - reported))
            answer += reports(range(reported, reported + more))
            reported += more
        else:
            size = data.draw(st.integers(1, 60))
            piece = bytes(answer[:size])
            del answer[:size]
            for part in data.draw(cut(piece)):
                exchange.received(part)
    exchange.lost(RESET)
    done, unknown, unsent = outcome(exchange)
    assert list(range(given_records)) == done + unknown + unsent
    assert all(record == report for record, report in answered(exchange))
