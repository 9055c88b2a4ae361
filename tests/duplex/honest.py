"""The honest server: keeps every good record and reports on each, in order, in one of the many allowed ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.duplex.conversation import Conversation, How
from tests.duplex.reports import (
    DELIMITER,
    TERMINAL,
    Report,
    accepted,
    ends_the_stream,
    judged,
    pieces,
    refused,
    written,
)
from tests.duplex.wire import Head, NotHttp

# What a client has to send to get its reports while it writes.
DUTIES = {"content-type": "application/json", "accept": "application/json", "accept-encoding": "identity"}
NEVER = ("expect", "content-encoding")


@dataclass(frozen=True, slots=True)
class Honest:
    """Reports as the public server does, unless told another way of the same meaning."""

    how: How = "two-chunks"
    separator: bytes = DELIMITER
    pretty: bool = False
    head: Literal["at once", "first byte"] = "at once"
    gather: bool = False
    """All reports that are due go out as one chunk."""
    adorned: Callable[[Report], Report] = lambda report: report

    def __call__(self, talk: Conversation) -> None:
        while (head := talk.read_head()) is not None:
            dutiful(head)
            self.exchange(talk)

    def exchange(self, talk: Conversation) -> None:
        """One stream, or one call: the server makes no difference."""
        if self.head == "first byte":
            talk.await_body()
        talk.head()
        talk.flush()
        while (record := talk.record()) is not None:
            due = [record]
            while self.gather and (record := talk.record_at_hand()) is not None:
                due.append(record)
            texts = [self._text(talk, record) for record in due]
            for piece in pieces(self.separator.join(texts), self.how, self.separator):
                talk.chunk(piece)
            if any(map(ends_the_stream, due)):
                return self._lost(talk)
        talk.end()

    def _text(self, talk: Conversation, record: Mapping[str, Any]) -> bytes:
        report = judged(record) or accepted(record, talk.store(record), *talk.place)
        return written(self.adorned(report), self.pretty)

    def _lost(self, talk: Conversation) -> None:
        talk.report(refused(400, TERMINAL + "Unexpected character"))
        talk.end()
        talk.half_close()
        talk.linger()


def dutiful(head: Head) -> None:
    for name, wanted in DUTIES.items():
        if head.headers.get(name) != wanted:
            raise NotHttp(f"{name}: {head.headers.get(name)!r}, where {wanted!r} is due")
    for name in NEVER:
        if name in head.headers:
            raise NotHttp(f"{name} is never sent")


def _with(**members: Any) -> Callable[[Report], Report]:
    return lambda report: {**report, **members}


def _without(*names: str) -> Callable[[Report], Report]:
    return lambda report: {name: value for name, value in report.items() if name not in names}


def _unlisted_format(report: Report) -> Report:
    return {**report, "value": {**report.get("value", {}), "type": "CBOR", "colour": {"a": [{}]}}}


BRACES = '}{ "}{" }\r\n{ \\" \\\\ }{'

# Every way in which an honest answer may look; all of them mean the same to a client.
WAYS: dict[str, Honest] = {
    "as the public server does": Honest(),
    "the head is withheld until the first byte of the body": Honest(head="first byte"),
    "a report a chunk": Honest(how="one-chunk"),
    "a report in two halves": Honest(how="split"),
    "a byte a chunk": Honest(how="many"),
    "many reports a chunk": Honest(how="one-chunk", gather=True),
    "many reports cut in the middle": Honest(how="split", gather=True),
    "only LF between reports": Honest(separator=b"\n"),
    "nothing between reports": Honest(separator=b"", how="one-chunk"),
    "nothing between reports, many a chunk": Honest(separator=b"", how="split", gather=True),
    "much between reports": Honest(separator=b" \t\r\n\r\n\n  "),
    "pretty-printed": Honest(pretty=True),
    "pretty-printed with nothing between": Honest(pretty=True, separator=b"", how="split", gather=True),
    "braces in strings": Honest(adorned=_with(note=BRACES)),
    "braces in strings with nothing between": Honest(adorned=_with(note=BRACES), separator=b"", how="many"),
    "characters of many bytes": Honest(adorned=_with(note="ü€😀\u2028"), how="many"),
    "members that nobody listed": Honest(adorned=_with(note=None, more={"a": [1, {"b": []}], "c": -1.5e300})),
    "values that nobody listed": Honest(adorned=_unlisted_format),
    "members that are missing": Honest(adorned=_without("cluster_id", "timestamp", "offset")),
    "a year beyond 9999": Honest(adorned=_with(timestamp="+53069-10-02T21:02:03Z")),
    "an offset of 64 bits": Honest(adorned=_with(offset=2**63 - 1)),
    "reports of 100 kB": Honest(adorned=_with(note="x" * 100_000)),
}
