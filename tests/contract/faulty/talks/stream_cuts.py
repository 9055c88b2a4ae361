"""Conversations about where a record ends: chunks, separators, and what stands inside of strings."""

from __future__ import annotations

from tests.contract.faulty.caller import ENDED, SILENCE
from tests.contract.faulty.talks.talk import BAD, END, READ, Talk, body, record, size, stream, text

FIRST, SECOND = text("1"), text("22")


def around(separator: bytes) -> bytes:
    return FIRST + separator + SECOND


def cut_after(data: bytes, end: bytes) -> tuple[bytes, bytes]:
    at = data.index(end) + len(end)
    return data[:at], data[at:]


def by_bytes(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def breaks(name: str, *sent: bytes) -> Talk:
    """Both records are taken, where the faulty server takes none."""
    return Talk(name, stream(*sent, END, show=size), [1, 2, ENDED], [400, ENDED])


TALKS = (
    Talk("record-is-chunk", stream(FIRST[:9], FIRST[9:], END), [200, ENDED], [400, ENDED]),
    Talk("utf-8-by-chunk", stream(*cut_after(text("ö"), b"\xc3"), END, show=size), [2, ENDED], [6, ENDED]),
    Talk("forgets-backslash", stream(*cut_after(text('a"b'), b"\\"), END, show=size), [3, ENDED], [400, ENDED]),
    Talk("strips-chunks", stream(*cut_after(text("a b"), b"a "), END, show=size), [3, ENDED], [2, ENDED]),
    Talk("no-single-bytes", stream(*by_bytes(FIRST), END, show=size), [1, ENDED], [ENDED]),
    Talk(
        "word-is-chunk",
        stream(*cut_after(record(value={"type": "JSON", "data": 12}), b"1"), END, show=size),
        [2, ENDED],
        [400, ENDED],
    ),
    Talk("one-a-chunk", stream(FIRST + SECOND, READ, READ, show=size), [1, 2], [1, SILENCE]),
    Talk("lines-only", stream(FIRST, READ, show=size), [1], [SILENCE]),
    breaks("no-neighbours", around(b"")),
    breaks("no-crlf", around(b"\r\n")),
    breaks("no-tab", around(b"\t")),
    breaks("no-space", around(b" ")),
    breaks("no-newline", around(b"\n")),
    Talk("braces-in-strings", stream(text("{"), READ, show=size), [1], [SILENCE]),
    Talk("splits-at-braces", stream(text("}{"), END, show=size), [2, ENDED], [400, ENDED]),
    Talk("quote-after-backslashes", stream(text("a\\"), READ, show=size), [2], [SILENCE]),
    Talk("no-4-byte-characters", stream(text("\N{GRINNING FACE}"), END, show=size), [4, ENDED], [1, ENDED]),
    Talk(
        "dies-of-depth", stream(b'{"value":{"data":' + b"[" * 40 + b"]" * 40 + b"}}", END), [200, ENDED], [400, ENDED]
    ),
    Talk("dies-of-64-kib", stream(text("x" * 65536), END), [200, ENDED], [400, ENDED]),
    Talk("first-of-known-length", body(FIRST + SECOND, show=size), [1, 2, ENDED], [1, ENDED]),
    Talk("stops-at-a-refusal", body(FIRST + BAD + SECOND, show=size), [1, 400, 2, ENDED], [1, 400, 400, ENDED]),
    Talk("all-or-nothing", body(FIRST + BAD, show=size), [1, 400, ENDED], [400, ENDED]),
    Talk("one-report-of-known-length", body(FIRST + SECOND, show=size), [1, 2, ENDED], [1, ENDED]),
)
