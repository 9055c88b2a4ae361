"""Conversations about when reports come, how many, and in which order."""

from __future__ import annotations

import select
from typing import Any

from tests.contract.faulty.caller import CUT, ENDED, PATH, SILENCE, Caller
from tests.contract.faulty.table import Server
from tests.contract.faulty.talks.talk import (
    BAD,
    END,
    GOOD,
    HEAD,
    READ,
    Talk,
    offset,
    record,
    size,
    stream,
    text,
)

FIRST, SECOND, THIRD = text("1"), text("22"), text("333")
# What is on its way, either way, is much less than what these records and their reports are.
MANY = 2000
WIDE = b"{" + b" " * 300 + b"}"


BESIDE = 40  # records on each of two streams
FIRST_TIME = "2021-02-05T19:14:42Z"


def timed(moment: str) -> bytes:
    return record(timestamp=moment)


def is_of_then(report: Any) -> Any:
    return report["timestamp"] == FIRST_TIME if isinstance(report, dict) else report


def last_of_many(server: Server, patience: float) -> Any:
    return offsets_of(*[0] * 129)(server, patience)[-1]


def places_of_two(server: Server, patience: float) -> Any:
    """Of two streams that are written to at the same time: how many places their records have."""
    with Caller(server.url, patience) as one, Caller(server.url, patience) as other:
        for caller in (one, other):
            caller.open(Transfer_Encoding="chunked")
            caller.chunks(*[GOOD] * BESIDE)
        came = {caller.report()["offset"] for _ in range(BESIDE) for caller in (one, other)}
        return len(came) if len(came) == 2 * BESIDE else "one twice"


def keyed(report: Any) -> Any:
    return "key" in report if isinstance(report, dict) else report


def offsets_of(*partitions: int, times: int = 1) -> Any:
    """Of records to these partitions, in as many streams."""
    records = [record(partition_id=partition) for partition in partitions]

    def said(server: Server, patience: float) -> list[Any]:
        return [came for _ in range(times) for came in stream(*records, END, show=offset)(server, patience)[:-1]]

    return said


def offsets_of_topics(server: Server, patience: float) -> list[Any]:
    came = []
    for topic in ("orders", "invoices"):
        with Caller(server.url, patience) as caller:
            caller.open(path=PATH.replace("topic-1", topic), Content_Length="2")
            caller.whole(b"{}")
            came.append(caller.report()["offset"])
    return came


def reads_late(server: Server, patience: float) -> str:
    """Sends many records without reading, for as long as the server takes them, and then reads all."""
    with Caller(server.url, patience, room=4096) as caller:
        caller.open(Transfer_Encoding="chunked", Connection="close")
        left = memoryview((b"%x\r\n%b\r\n" % (len(WIDE), WIDE)) * MANY + b"0\r\n\r\n")
        while left and select.select([], [caller.sock], [], 0.2)[1]:
            left = sent(caller, left)
        return "all" if read_beside(caller, left) == (MANY, ENDED) else "some are missing"


def read_beside(caller: Caller, left: memoryview) -> tuple[int, str]:
    """How many reports come, and what comes then, while the rest is sent."""
    count = 0
    try:
        while not isinstance(report := caller.report(), str):
            count += 1
            left = sent(caller, left)
    except (ValueError, ConnectionError):
        return count, "no report"
    return count, report


def sent(caller: Caller, left: memoryview) -> memoryview:
    """What is left after as much was sent as can be without waiting."""
    if left and select.select([], [caller.sock], [], 0)[1]:
        return left[caller.sock.send(left[:1024]) :]
    return left


TALKS = (
    Talk("head-at-the-end", stream(HEAD), [200], [SILENCE]),
    Talk("head-after-a-record", stream(GOOD[:9], HEAD), [200], [SILENCE]),
    Talk("last-is-lost", stream(FIRST, SECOND, END, show=size), [1, 2, ENDED], [1, ENDED]),
    Talk("every-third-is-lost", stream(FIRST, SECOND, THIRD, END, show=size), [1, 2, 3, ENDED], [1, 2, ENDED]),
    Talk("every-third-twice", stream(FIRST, SECOND, THIRD, END, show=size), [1, 2, 3, ENDED], [1, 2, 3, 3, ENDED]),
    Talk("refusal-counts-twice", stream(BAD, SECOND, END, show=size), [400, 2, ENDED], [400, 400, 2, ENDED]),
    Talk("refusal-is-silent", stream(BAD, SECOND, END, show=size), [400, 2, ENDED], [2, ENDED]),
    Talk("line-is-a-record", stream(FIRST, b"\n", SECOND, END, show=size), [1, 2, ENDED], [1, 400, 2, ENDED]),
    Talk("one-behind", stream(FIRST, READ, show=size), [1], [SILENCE]),
    Talk("all-at-the-end", stream(FIRST, SECOND, READ, show=size), [1], [SILENCE]),
    Talk("in-threes", stream(FIRST, SECOND, READ, show=size), [1], [SILENCE]),
    Talk("first-two-swapped", stream(FIRST + SECOND + THIRD, END, show=size), [1, 2, 3, ENDED], [2, 1, 3, ENDED]),
    Talk("refusals-first", stream(FIRST + BAD + THIRD, END, show=size), [1, 400, 3, ENDED], [400, 1, 3, ENDED]),
    Talk("refusals-last", stream(BAD, FIRST, THIRD, END, show=size), [400, 1, 3, ENDED], [1, 3, 400, ENDED]),
    Talk("all-after-a-refusal", stream(BAD, FIRST, SECOND, END, show=size), [400, 1, 2, ENDED], [400, 400, 400, ENDED]),
    Talk("next-after-a-refusal", stream(BAD, FIRST, SECOND, END, show=size), [400, 1, 2, ENDED], [400, 400, 2, ENDED]),
    Talk("ends-after-a-refusal", stream(BAD, READ, FIRST, END, show=size), [400, 1, ENDED], [400, CUT]),
    Talk("inherits-key", stream(record(key={}), GOOD, END, show=keyed), [True, False, ENDED], [True, True, ENDED]),
    Talk(
        "inherits-time",
        stream(timed(FIRST_TIME), GOOD, END, show=is_of_then),
        [True, False, ENDED],
        [True, True, ENDED],
    ),
    Talk("offsets-wrap", last_of_many, 128, 0),
    Talk("offsets-race", places_of_two, 2 * BESIDE, "one twice"),
    Talk("offsets-by-stream", offsets_of(0, 0, times=2), [0, 1, 2, 3], [0, 1, 0, 1]),
    Talk("offsets-by-topic", offsets_of(0, 1, 0), [0, 0, 1], [0, 1, 2]),
    Talk("offsets-of-all", offsets_of_topics, [0, 0], [0, 1]),
    Talk("offset-again", offsets_of(0, 0, 0, 0), [0, 1, 2, 3], [0, 1, 1, 3]),
    Talk("offset-skipped", offsets_of(0, 0, 0, 0), [0, 1, 2, 3], [0, 1, 3, 4]),
    Talk("offsets-fall", offsets_of(0, 0), [0, 1], [2**40, 2**40 - 1]),
    Talk("drops-for-the-slow", reads_late, "all", "some are missing"),
    Talk("cuts-for-the-slow", reads_late, "all", "some are missing"),
)
