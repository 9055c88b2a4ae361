"""Faults of a stream in its reports: when, how many, in which order, with which offsets. Properties 1 to 5, 13, 15."""

from __future__ import annotations

import contextlib
import json
import re
import select
import time
from dataclasses import replace

from tests.contract.faulty.honest import Report, Stream
from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.topics import Stored
from tests.contract.faulty.wire import LAST_CHUNK

REFUSED = re.compile(rb'"error_code":[^2]')
ERROR = b'{"error_code":400,"message":"Bad Request: Unexpected end of input"}\r\n'
NO_RECORD = b"[]"  # the framing is right, and nobody takes it


def is_refused(report: bytes) -> bool:
    return REFUSED.search(report) is not None


def when(meant: Change) -> Change:
    """The honest method is called only then."""
    return lambda honest, stream: honest(stream) if meant(stream) else None


def after_the_end(honest: Change, stream: Stream, data: bytes) -> None:
    """Nothing leaves before that."""
    stream.memo["sent"] = stream.memo.get("sent", b"") + data
    if stream.closing:
        honest(stream, stream.memo.pop("sent"))


def last_is_lost(honest: Change, stream: Stream) -> None:
    """The last report waits for the next, also at the end."""
    reports = stream.memo.get("held", []) + stream.reports
    stream.memo["held"], stream.reports = reports[-1:], reports[:-1]
    honest(stream)


def one_behind(honest: Change, stream: Stream) -> None:
    """The last report waits for the next, or for the end."""
    held = [] if stream.closing else stream.reports[-1:]
    stream.reports = stream.reports[: len(stream.reports) - len(held)]
    honest(stream)
    stream.reports = held


def every(number: int, change: Change) -> Change:
    """Every so many reports of a stream are treated in another way."""

    def fault(honest: Change, stream: Stream, report: Report) -> None:
        stream.memo["count"] = stream.memo.get("count", 0) + 1
        if stream.memo["count"] % number:
            honest(stream, report)
        else:
            change(honest, stream, report)

    return fault


def twice(honest: Change, stream: Stream, report: Report) -> None:
    honest(stream, report)
    honest(stream, report)


def refusal_counts_twice(honest: Change, stream: Stream, report: Report) -> None:
    honest(stream, report)
    if report["error_code"] >= 400:
        honest(stream, report)


def refusal_is_silent(honest: Change, stream: Stream, report: Report) -> None:
    if report["error_code"] < 400:
        honest(stream, report)


def a_line_is_a_record(honest: Change, stream: Stream, piece: bytes) -> None:
    if not piece.strip():
        stream.reports.append(ERROR)
    honest(stream, piece)


def first_two_swapped(honest: Change, stream: Stream) -> None:
    stream.reports[:2] = reversed(stream.reports[:2])
    honest(stream)


def refusals_first(honest: Change, stream: Stream) -> None:
    stream.reports.sort(key=lambda report: not is_refused(report))
    honest(stream)


def refusals_last(honest: Change, stream: Stream) -> None:
    """They wait for the end."""
    held = [] if stream.closing else [report for report in stream.reports if is_refused(report)]
    stream.reports = [report for report in stream.reports if report not in held]
    honest(stream)
    stream.reports = held


def all_after_a_refusal(honest: Change, stream: Stream, raw: bytes) -> Report:
    report: Report = honest(stream, NO_RECORD if stream.memo.get("refused") else raw)
    stream.memo["refused"] = report["error_code"] >= 400
    return report


def next_after_a_refusal(honest: Change, stream: Stream, raw: bytes) -> Report:
    if stream.memo.pop("refused", False):
        report: Report = honest(stream, NO_RECORD)
        return report
    report = honest(stream, raw)
    stream.memo["refused"] = report["error_code"] >= 400
    return report


def ends_after_a_refusal(honest: Change, stream: Stream, raw: bytes) -> None:
    honest(stream, raw)
    if is_refused(stream.reports[-1]):
        raise ConnectionAbortedError


def inherits(honest: Change, stream: Stream, record: Report) -> Stored:
    """A record without a key gets that of the one before."""
    given = {"key": stream.memo["key"]} | record if "key" in stream.memo else record
    if given.get("key") is not None:
        stream.memo["key"] = given["key"]
    stored: Stored = honest(stream, given)
    return stored


def inherits_time(honest: Change, stream: Stream, raw: bytes) -> Report:
    """A record without a timestamp gets that of the one before, also if that was refused."""
    with contextlib.suppress(ValueError):
        value = json.loads(raw)
        if isinstance(value, dict):
            given = {"timestamp": stream.memo["time"]} | value if "time" in stream.memo else value
            stream.memo["time"] = given.get("timestamp")
            raw = json.dumps(given).encode() if "timestamp" not in value and given.get("timestamp") else raw
    report: Report = honest(stream, raw)
    return report


def counted_aside(honest: Change, stream: Stream, record: Report) -> Stored:
    """Whoever counts at the same time reads the same number."""
    stored: Stored = honest(stream, record)
    counts = stream.kafka.memo.setdefault("counts", {})
    number = counts.get(stored.partition, -1) + 1
    time.sleep(0.0005)
    counts[stored.partition] = number
    return replace(stored, offset=number)


def counted_by(key: Change) -> Change:
    """Offsets are counted for something else than the partition."""

    def fault(honest: Change, stream: Stream, record: Report) -> Stored:
        stored: Stored = honest(stream, record)
        counts = stream.kafka.memo.setdefault("counts", {})
        counts[key(stream, stored)] = counts.get(key(stream, stored), -1) + 1
        return replace(stored, offset=counts[key(stream, stored)])

    return fault


def offsets(change: Change) -> Change:
    return lambda honest, *given: replace(stored := honest(*given), offset=change(stored.offset))


def drops_what_does_not_fit(honest: Change, stream: Stream, data: bytes) -> None:
    """All but the end."""
    if data == LAST_CHUNK or select.select([], [stream.wire.sock], [], 0)[1]:
        honest(stream, data)


def sends_what_fits(honest: Change, stream: Stream, data: bytes) -> None:
    """Without a look at how much that was."""
    stream.wire.sock.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        stream.wire.sock.send(data)


def of(name: str, number: int, what: str, at: str, fault: Change) -> Variant:
    return Variant(name, "stream", what, str(number), at, fault)


VARIANTS = (
    of("head-at-the-end", 1, "the head, and so all reports, comes when the body has ended", "send", after_the_end),
    of(
        "head-after-a-record",
        1,
        "the head waits for the first report, however much of the record is there",
        "begin",
        lambda honest, stream: None,
    ),
    of("last-is-lost", 2, "the last report is dropped when the body ends", "deliver", last_is_lost),
    of("every-third-is-lost", 2, "every third report is lost", "queue", every(3, lambda honest, stream, report: None)),
    of("every-third-twice", 2, "every third report comes twice", "queue", every(3, twice)),
    of("refusal-counts-twice", 2, "a record that is refused gets two reports", "queue", refusal_counts_twice),
    of("refusal-is-silent", 2, "a record that is refused gets no report", "queue", refusal_is_silent),
    of("line-is-a-record", 2, "white space alone gets a report", "hear", a_line_is_a_record),
    of("one-behind", 3, "report k comes after record k + 1", "deliver", one_behind),
    of("all-at-the-end", 3, "all reports come when the body has ended", "deliver", when(lambda stream: stream.closing)),
    of(
        "in-threes",
        3,
        "reports come three at a time",
        "deliver",
        when(lambda stream: stream.closing or len(stream.reports) >= 3),
    ),
    of(
        "first-two-swapped",
        4,
        "of reports that are sent together the first two are swapped",
        "deliver",
        first_two_swapped,
    ),
    of("refusals-first", 4, "of reports that are sent together the refusals come first", "deliver", refusals_first),
    of("refusals-last", 4, "refusals are reported when the body has ended", "deliver", refusals_last),
    of("all-after-a-refusal", 5, "after one refusal all records are refused", "verdict", all_after_a_refusal),
    of(
        "next-after-a-refusal",
        5,
        "the record after one that is refused is refused too",
        "verdict",
        next_after_a_refusal,
    ),
    of("ends-after-a-refusal", 5, "the stream breaks off after a refusal", "take", ends_after_a_refusal),
    of("inherits-key", 5, "a record without a key gets that of the one before", "stored", inherits),
    of("inherits-time", 5, "a record without a timestamp gets that of the one before", "verdict", inherits_time),
    of("offsets-wrap", 13, "offsets have 7 bits", "stored", offsets(lambda offset: offset % 128)),
    of("offsets-race", 13, "records that come at the same time get the same offset", "stored", counted_aside),
    of(
        "offsets-by-stream",
        13,
        "offsets start anew in every stream",
        "stored",
        counted_by(lambda stream, stored: (id(stream.wire), stored.partition)),
    ),
    of(
        "offsets-by-topic",
        13,
        "offsets are counted for the topic, not for the partition",
        "stored",
        counted_by(lambda stream, stored: stored.topic),
    ),
    of(
        "offsets-of-all",
        13,
        "offsets are counted for all topics together",
        "stored",
        counted_by(lambda stream, stored: stored.partition),
    ),
    of(
        "offset-again",
        13,
        "every third offset is that of the record before",
        "stored",
        offsets(lambda offset: offset - (offset % 3 == 2)),
    ),
    of("offset-skipped", 13, "one offset in three is skipped", "stored", offsets(lambda offset: offset + offset // 2)),
    of("offsets-fall", 13, "offsets fall", "stored", offsets(lambda offset: 2**40 - offset)),
    of("drops-for-the-slow", 15, "reports are lost when the reader is slow", "send", drops_what_does_not_fit),
    of("cuts-for-the-slow", 15, "reports are cut when the reader is slow", "send", sends_what_fits),
)
