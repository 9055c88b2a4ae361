"""Recordings to try things with: some by hand, and whatever a strategy thinks of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from specmill.serve.recording import AnswerHead, Data, End, Event, Recording, RequestHead, Side, rounded

TARGET = "/kafka/v3/clusters/cluster-1/topics/orders/records"
JSON_FIELDS = (("Host", "peer"), ("Content-Type", "application/json"))
CHUNKED = (("Content-Type", "application/json"), ("Transfer-Encoding", "chunked"))


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def record(number: int) -> dict[str, Any]:
    return {"value": {"type": "JSON", "data": {"id": number}}}


def report(number: int) -> dict[str, Any]:
    return {"error_code": 200, "cluster_id": "cluster-1", "topic_name": "orders", "partition_id": 0, "offset": number}


def recording(events: Sequence[Event], **more: Any) -> Recording:
    known = {"document": "0" * 64, "operation": "produceRecord", "date": "2026-01-31T12:00:00Z", **more}
    return Recording(events=rounded(events), **known)


def streamed(
    records: Sequence[Any] = (record(0), record(1), record(2)),
    reports: Sequence[Any] = (report(0), report(1), report(2)),
    fields: tuple[tuple[str, str], ...] = JSON_FIELDS,
    target: str = TARGET,
    **more: Any,
) -> Recording:
    """Each record is answered before the next is sent."""
    events: list[Event] = [RequestHead(0.0, "POST", target, fields), AnswerHead(0.0, 200, CHUNKED)]
    for number in range(max(len(records), len(reports))):
        if number < len(records):
            events.append(Data(float(number), "client", compact(records[number]) + b"\n"))
        if number < len(reports):
            events += [Data(float(number), "server", compact(reports[number])), Data(float(number), "server", b"\r\n")]
    last = events[-1].at
    return recording([*events, End(last, "client"), End(last, "server")], **more)


TOKENS = st.text("abcXYZ-0129", min_size=1, max_size=8)
VALUES = st.text(st.characters(codec="latin-1", min_codepoint=0x20, exclude_characters="\x7f"), max_size=12).map(
    lambda text: "".join(c for c in text if not 0x80 <= ord(c) < 0xA0).strip()
)
FIELDS = st.lists(st.tuples(TOKENS, VALUES), max_size=4).map(tuple)
CONTENTS = st.one_of(st.binary(min_size=1, max_size=20), st.text(min_size=1, max_size=20).map(str.encode))
SIDES: st.SearchStrategy[Side] = st.sampled_from(("client", "server"))
ENDS: st.SearchStrategy[Literal["end", "cut", "reset"]] = st.sampled_from(("end", "cut", "reset"))


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    sides = draw(st.lists(SIDES, max_size=8))
    steps = draw(st.lists(st.floats(0, 5), min_size=len(sides) + 3, max_size=len(sides) + 3))
    at = iter([sum(steps[: n + 1]) for n in range(len(steps))])
    events: list[Event] = [
        RequestHead(next(at), draw(TOKENS), "/" + draw(TOKENS), draw(FIELDS)),
        AnswerHead(next(at), draw(st.integers(200, 999)), draw(FIELDS)),
    ]
    events += [Data(next(at), side, draw(CONTENTS), draw(st.booleans())) for side in sides]
    events.append(End(next(at), "server", draw(ENDS)))
    rules = tuple(draw(st.lists(st.text(max_size=8), max_size=3)))
    return recording(events, operation=draw(st.text(max_size=8)), redacted=rules)
