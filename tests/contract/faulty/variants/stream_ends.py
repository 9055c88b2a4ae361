"""Faults in how a stream ends, and in what it has to do with other streams. Properties 2, 10, 11, 12, 14 and 16."""

from __future__ import annotations

import threading
import time

from tests.contract.faulty.framing import Broken, Framer
from tests.contract.faulty.honest import Report, Stream
from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.temperaments import BY_NAME
from tests.contract.faulty.variants.stream_reports import ERROR

PATIENCE = 10.0  # seconds after which a stream that waits for another goes on all the same
LIMITED = BY_NAME["limits-records"]
STAMINA = 60  # records


def nothing(honest: Change, *given: object) -> None:
    pass


def completed(framer: Framer) -> bytes:
    """The unfinished record as if what is missing had come."""
    closing = {ord("{"): b"}", ord("["): b"]"}
    quote = b'"' if framer.in_string else b""
    return bytes(framer.buffer) + quote + b"".join(closing[bracket] for bracket in reversed(framer.stack))


def completes_the_rest(honest: Change, stream: Stream) -> None:
    if stream.framer.buffer:
        stream.kafka.take(stream, completed(stream.framer))


def stores_the_rest(honest: Change, stream: Stream) -> None:
    if stream.framer.buffer:
        stream.kafka.verdict(stream, completed(stream.framer))


def breaks_off(honest: Change, stream: Stream, message: str) -> None:
    """The report of the error comes, and then nothing, not even a last chunk."""
    honest(stream, message)
    stream.kafka.deliver(stream)
    raise ConnectionAbortedError


def no_last_chunk(honest: Change, stream: Stream) -> None:
    raise ConnectionAbortedError


def no_last_chunk_after_a_rest(honest: Change, stream: Stream) -> None:
    if stream.complete and stream.framer.buffer:
        raise ConnectionAbortedError
    honest(stream)


def repeats(times: int) -> Change:
    def fault(honest: Change, stream: Stream, message: str) -> None:
        for _ in range(times):
            honest(stream, message)

    return fault


def goes_on(honest: Change, stream: Stream, piece: bytes) -> None:
    """What is no JSON is reported and forgotten."""
    try:
        honest(stream, piece)
    except Broken:
        stream.framer = Framer()
        stream.reports.append(ERROR)
        stream.kafka.deliver(stream)


def others(stream: Stream, gone: bool) -> list[Stream]:
    """The streams without a proper end before this one, newest first: those whose caller has gone, or the others."""
    known: list[Stream] = stream.kafka.memo.setdefault("streams", [])
    known.append(stream)
    return [other for other in known[-2::-1] if not other.closing and gone == (other.wire.sock.fileno() < 0)]


def leaks(honest: Change, *given: object) -> Stream:
    stream: Stream = honest(*given)
    for other in others(stream, gone=True)[:1]:
        stream.framer = other.framer
        other.closing = True  # it leaks but once
    return stream


def mixes_records(honest: Change, *given: object) -> Stream:
    stream: Stream = honest(*given)
    for other in others(stream, gone=False)[:1]:
        stream.framer = other.framer
    return stream


def mixes_reports(honest: Change, *given: object) -> Stream:
    stream: Stream = honest(*given)
    for other in others(stream, gone=False)[:1]:
        other.wire = stream.wire
    return stream


def after_the_others(honest: Change, stream: Stream) -> bool:
    lock: threading.Lock = stream.kafka.memo.setdefault("lock", threading.Lock())
    taken = lock.acquire(timeout=PATIENCE)
    try:
        return bool(honest(stream))
    finally:
        if taken:
            lock.release()


def newline_is_silence(honest: Change, stream: Stream, piece: bytes) -> None:
    if piece.strip():
        honest(stream, piece)


def impatient(honest: Change, stream: Stream, piece: bytes) -> None:
    stream.wire.until = time.monotonic() + stream.wire.idle / 4


def ends_at(code: int) -> Change:
    """Without a report."""

    def fault(honest: Change, stream: Stream, report: Report) -> None:
        if report["error_code"] == code:
            raise ConnectionAbortedError
        honest(stream, report)

    return fault


def silent_at(code: int) -> Change:
    return lambda honest, stream, report: None if report["error_code"] == code else honest(stream, report)


def cut_after_silence(honest: Change, stream: Stream, message: str) -> None:
    if "Idle" in message:
        raise ConnectionAbortedError
    honest(stream, message)


def of(name: str, number: int, what: str, at: str, fault: Change) -> Variant:
    return Variant(name, "stream", what, str(number), at, fault)


def tires(honest: Change, stream: Stream, raw: bytes) -> None:
    """Of one stream so many records are reported, and no more."""
    stream.memo["count"] = stream.memo.get("count", 0) + 1
    if stream.memo["count"] <= STAMINA:
        honest(stream, raw)


def breaks_off_at_base64(honest: Change, stream: Stream, raw: bytes) -> None:
    """Base64 is too much for a stream that has had some records."""
    stream.memo["count"] = stream.memo.get("count", 0) + 1
    if stream.memo["count"] > STAMINA and b'"BINARY"' in raw:
        raise ConnectionAbortedError
    honest(stream, raw)


VARIANTS = (
    of("tires-of-records", 2, "after some records there are no reports", "take", tires),
    of("breaks-off", 2, "a stream that has had some records ends in its middle", "take", breaks_off_at_base64),
    of("no-last-chunk", 2, "the response has no last chunk", "send_last", no_last_chunk),
    of("no-word-of-the-rest", 10, "a record that is cut short at the end gets no report", "end", nothing),
    of(
        "completes-the-rest",
        10,
        "a record that is cut short at the end is completed and stored",
        "end",
        completes_the_rest,
    ),
    of(
        "no-last-chunk-after-the-rest",
        10,
        "after a record that is cut short there is no last chunk",
        "send_last",
        no_last_chunk_after_a_rest,
    ),
    of("stores-the-rest", 11, "a record that a reset cuts short is completed and stored", "lost", stores_the_rest),
    of("leaks", 11, "what a reset cuts short stands before the records of the next stream", "opened", leaks),
    of("mixes-records", 12, "two streams at a time are cut into records as if they were one", "opened", mixes_records),
    of("mixes-reports", 12, "reports go to the stream that was opened last", "opened", mixes_reports),
    of("one-at-a-time", 12, "a stream waits until the one before it has ended", "stream", after_the_others),
    of("newline-is-silence", 14, "a stream is ended although a newline came", "renew", newline_is_silence),
    of("cut-after-silence", 14, "a stream that was silent for too long breaks off", "give_up", cut_after_silence),
    of("impatient", 14, "a stream is ended after a quarter of the stated time", "renew", impatient),
    of("too-large-ends", 16, "a record that is too large ends the stream without a report", "queue", ends_at(413)),
    of("too-large-is-silent", 16, "a record that is too large gets no report", "queue", silent_at(413)),
    Variant(
        "limit-ends",
        "stream",
        "a record that is too many ends the stream without a report",
        "16",
        "queue",
        ends_at(429),
        LIMITED,
    ),
    Variant(
        "limit-is-silent", "stream", "a record that is too many gets no report", "16", "queue", silent_at(429), LIMITED
    ),
    of("broken-is-silent", 16, "what is no JSON ends the stream without a report", "give_up", nothing),
    of("broken-three-times", 16, "what is no JSON gets three reports", "give_up", repeats(3)),
    of("broken-goes-on", 16, "what is no JSON is forgotten, and the stream goes on", "hear", goes_on),
    of("broken-without-end", 16, "after what is no JSON there is no last chunk", "give_up", breaks_off),
)
