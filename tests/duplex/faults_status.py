"""Answers with another status than 200, before the first record and in the middle of writing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal

from tests.duplex.conversation import Conversation
from tests.duplex.expected import AFTER, Expected, Fault
from tests.duplex.wire import answer_head

How = Literal["lingers", "resets"]
HTML = "text/html;charset=iso-8859-1"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP error as a server or something in front of it writes it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})


def told(code: int, message: str) -> bytes:
    return json.dumps({"error_code": code, "message": message}, separators=(",", ":")).encode()


def page(status: int, message: str) -> bytes:
    return f"<html>\n<head><title>{status}</title></head>\n<body><h2>{message}</h2></body>\n</html>\n".encode("latin-1")


ANSWERS = (
    Answer(307, b"", {"Location": "/elsewhere"}),
    Answer(401, told(40101, "Unauthorized"), {"Content-Type": JSON, "WWW-Authenticate": 'Basic realm="a realm"'}),
    Answer(403, told(40301, "Forbidden")),
    Answer(404, told(404, "HTTP 404 Not Found"), {}),
    Answer(413, page(413, "Payload Too Large"), {"Content-Type": HTML}),
    Answer(415, told(415, "HTTP 415 Unsupported Media Type")),
    Answer(422, told(42206, "Payload error. Request body is empty. Data is required.")),
    Answer(429, page(429, "Too Many Requests"), {"Content-Type": HTML, "DoSFilter": "unavailable"}),
    Answer(500, told(50002, "Kafka error")),
    Answer(502, page(502, "Bad Gateway é"), {"Content-Type": HTML}),
    Answer(503, b"", {"Retry-After": "1"}),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Answers with an error after so many records, none of which gets a report, and ends one way or the other."""

    answer: Answer
    after: int
    ends: How

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        records = talk.records(self.after)
        if self.answer.status >= 500:  # what broke may have stored some: why these are unknown
            for record in records:
                talk.store(record)
        length = {"Content-Length": str(len(self.answer.body))}
        talk.raw(answer_head(self.answer.status, {"Connection": "close", **self.answer.headers, **length}))
        talk.raw(self.answer.body)
        if self.ends == "resets":
            return talk.reset()
        talk.half_close()
        talk.linger()


def faults() -> Iterator[Fault]:
    whens = (("before the first record", 0), ("in the middle", AFTER))
    hows: tuple[How, ...] = ("lingers", "resets")
    for answer, (when, after), ends in product(ANSWERS, whens, hows):
        expected = Expected("status", 0, 0, "unknown" if answer.status >= 500 else "unsent", answer.status, codes=())
        yield Fault(f"{answer.status} {when}, {ends}", Refusal(answer, after, ends), expected)
