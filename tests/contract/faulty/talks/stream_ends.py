"""Conversations about how a stream ends, and about two streams."""

from __future__ import annotations

import select
import time
from typing import Any

from tests.contract.faulty.caller import CUT, ENDED, SILENCE, Caller
from tests.contract.faulty.known import LARGEST_RECORD
from tests.contract.faulty.table import Server
from tests.contract.faulty.talks.talk import (
    CUT_SHORT,
    END,
    GOOD,
    READ,
    REST,
    Talk,
    code,
    offset,
    record,
    size,
    stream,
    text,
)
from tests.contract.faulty.variants.stream_ends import STAMINA

STEADY = GOOD * STAMINA
LARGE = text("x" * LARGEST_RECORD)
SHORT_IDLE = 1.0
PAUSE = 0.15  # between two newlines, much shorter than that


def after_a_reset(show: Any) -> Any:
    """One stream is reset inside a record, and then there is another."""

    def said(server: Server, patience: float) -> list[Any]:
        with Caller(server.url, patience) as caller:
            caller.open(Transfer_Encoding="chunked")
            caller.chunks(GOOD + CUT_SHORT)  # one chunk: with the report, all of it was heard
            came = [show(caller.report())]
            caller.reset()
        server.settle()
        return came + list(stream(GOOD, END, show=show)(server, patience))

    return said


def two_at_a_time(server: Server, patience: float) -> list[Any]:
    """The second stream is opened, and used, while the first has begun a record."""
    with Caller(server.url, patience) as first, Caller(server.url, patience) as second:
        first.open(Transfer_Encoding="chunked")
        first.chunks(text("1") + text("22")[:9])  # one chunk: with the report, all of it was heard
        came = [size(first.report())]
        second.open(Transfer_Encoding="chunked")
        second.chunks(text("333"))
        came.append(size(second.report()))
        first.chunks(text("22")[9:])
        came.append(size(first.report()))
        return came


def newlines(server: Server, patience: float) -> list[Any]:
    """For longer than the stream may be silent there is nothing but white space."""
    with Caller(server.url, patience) as caller:
        caller.open(Transfer_Encoding="chunked")
        caller.chunks(GOOD)
        came = [caller.report()]
        until = time.monotonic() + 1.3 * SHORT_IDLE
        while time.monotonic() < until and not select.select([caller.sock], [], [], PAUSE)[0]:
            caller.chunks(b"\n")
        caller.chunks(GOOD)
        return [code(report) for report in [*came, caller.report()]]


def silence(server: Server, patience: float) -> list[Any]:
    """Nothing is said for a third of the time for which nothing may be said."""
    with Caller(server.url, patience) as caller:
        caller.open(Transfer_Encoding="chunked")
        caller.chunks(GOOD)
        came = [caller.report()]
        select.select([caller.sock], [], [], 0.35 * SHORT_IDLE)
        caller.chunks(GOOD)
        return [code(report) for report in [*came, caller.report()]]


TALKS = (
    Talk("tires-of-records", stream(STEADY + GOOD, END), [*[200] * STAMINA, 200, ENDED], [*[200] * STAMINA, ENDED]),
    Talk(
        "breaks-off",
        stream(STEADY + record(key={"type": "BINARY", "data": ""}), END),
        [*[200] * STAMINA, 200, ENDED],
        [*[200] * STAMINA, CUT],
    ),
    Talk("no-last-chunk", stream(GOOD, END), [200, ENDED], [200, CUT]),
    Talk("no-word-of-the-rest", stream(GOOD, CUT_SHORT, END), [200, 400, ENDED], [200, ENDED]),
    Talk("completes-the-rest", stream(GOOD, CUT_SHORT, END), [200, 400, ENDED], [200, 200, ENDED]),
    Talk("no-last-chunk-after-the-rest", stream(GOOD, CUT_SHORT, END), [200, 400, ENDED], [200, 400, CUT]),
    Talk("stores-the-rest", after_a_reset(offset), [0, 1, ENDED], [0, 2, ENDED]),
    Talk("leaks", after_a_reset(code), [200, 200, ENDED], [200, 400, ENDED]),
    Talk("mixes-records", two_at_a_time, [1, 3, 2], [1, SILENCE, 400]),
    Talk("mixes-reports", two_at_a_time, [1, 3, 2], [1, 3, SILENCE]),
    Talk("one-at-a-time", two_at_a_time, [1, 3, 2], [1, SILENCE, 2]),
    Talk("newline-is-silence", newlines, [200, 200], [200, 400], idle=SHORT_IDLE),
    Talk("cut-after-silence", stream(GOOD, READ, REST), [200, 400, ENDED], [200, CUT], idle=SHORT_IDLE),
    Talk("impatient", silence, [200, 200], [200, 400], idle=SHORT_IDLE),
    Talk("too-large-ends", stream(LARGE, READ), [413], [CUT]),
    Talk("too-large-is-silent", stream(LARGE, GOOD, END), [413, 200, ENDED], [200, ENDED]),
    Talk("limit-ends", stream(*[GOOD] * 7, *[READ] * 7), [*[200] * 6, 429], [*[200] * 6, CUT]),
    Talk("limit-is-silent", stream(*[GOOD] * 7, END), [*[200] * 6, 429, ENDED], [*[200] * 6, ENDED]),
    Talk("broken-is-silent", stream(GOOD, b"}", REST), [200, 400, ENDED], [200, ENDED]),
    Talk("broken-three-times", stream(GOOD, b"}", REST), [200, 400, ENDED], [200, 400, 400, 400, ENDED]),
    Talk("broken-goes-on", stream(b"}", READ, GOOD, END), [400, ENDED], [400, 200, ENDED]),
    Talk("broken-without-end", stream(GOOD, b"}", REST), [200, 400, ENDED], [200, 400, CUT]),
)
