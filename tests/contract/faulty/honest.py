"""The honest server: what the document of Kafka REST v3 promises, and nothing else.

Every decision is a method of its own, so that a fault can take the place of exactly one.
"""

from __future__ import annotations

import base64
import binascii
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.contract.faulty import checks, known, texts
from tests.contract.faulty.framing import WORD_STARTS, Broken, Framer
from tests.contract.faulty.texts import Refused
from tests.contract.faulty.topics import Stored, Topics
from tests.contract.faulty.wire import (
    LAST_CHUNK,
    Answer,
    Gone,
    Malformed,
    Request,
    Wire,
    chunk_of,
    head_of,
    json_answer,
    reply,
)

Report = dict[str, Any]
USERS = {known.API_KEY: known.API_SECRET, known.READER_KEY: known.READER_SECRET}


@dataclass
class Stream:
    """One request for which the records come and the reports go."""

    kafka: Kafka
    wire: Wire
    request: Request
    cluster: str
    topic: str
    framer: Framer
    reports: list[bytes] = field(default_factory=list)  # not yet sent
    has_head: bool = False  # that is, it was sent
    complete: bool = False  # the body of the request has come to its end
    closing: bool = False  # all that is still to come is ready
    memo: dict[str, Any] = field(default_factory=dict)  # what a fault remembers; of no meaning here


class Kafka:
    def __init__(self) -> None:
        self.topics = Topics()
        self.requests = itertools.count(1)
        self.memo: dict[str, Any] = {}  # what a fault remembers; of no meaning here

    # ── A request ──

    def serve(self, wire: Wire, request: Request) -> bool:
        refusal = self.refusal(request)
        if refusal is not None:
            return reply(wire, request, refusal)
        return self.stream(self.opened(wire, request))

    def refusal(self, request: Request) -> Answer | None:
        """The first reason not to read the body."""
        return (
            self.unknown_path(request)
            or self.wrong_method(request)
            or self.too_many(request, next(self.requests))
            or self.unauthenticated(request)
            or self.unauthorised(request)
            or self.unknown_topic(request)
            or self.without_body(request)
            or self.wrong_media_type(request)
            or self.too_large(request)
        )

    def unknown_path(self, request: Request) -> Answer | None:
        match request.segments:
            case ("kafka", "v3", "clusters", cluster, "topics", topic, "records") if cluster and topic:
                return None
        return self.error(404, 404, "HTTP 404 Not Found")

    def wrong_method(self, request: Request) -> Answer | None:
        return None if request.method == "POST" else self.error(405, 405, "HTTP 405 Method Not Allowed", Allow="POST")

    def too_many(self, request: Request, number: int) -> Answer | None:
        """No request is one too many."""
        return None

    def unauthenticated(self, request: Request) -> Answer | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if self.is_known(scheme.lower(), credentials.strip()):
            return None
        return self.error(401, 40101, "Authentication failed", WWW_Authenticate='Basic realm="kafka"')

    def is_known(self, scheme: str, credentials: str) -> bool:
        if scheme == "basic":
            key, _, secret = decoded(credentials).partition(":")
            return self.is_user(key, secret)
        return scheme == "bearer" and self.is_token(credentials)

    def is_user(self, key: str, secret: str) -> bool:
        return USERS.get(key) == secret

    def is_token(self, token: str) -> bool:
        return token == known.TOKEN

    def unauthorised(self, request: Request) -> Answer | None:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic" and decoded(credentials).startswith(f"{known.READER_KEY}:"):
            return self.error(403, 40301, "Request is not authorized")
        return None

    def unknown_topic(self, request: Request) -> Answer | None:
        """A topic is there as soon as somebody writes to it."""
        return None

    def without_body(self, request: Request) -> Answer | None:
        if request.has_body:
            return None
        return self.error(422, 422, "Payload error. Request body is empty. Data is required.")

    def wrong_media_type(self, request: Request) -> Answer | None:
        if request.media_type == "application/json":
            return None
        return self.error(415, 415, "HTTP 415 Unsupported Media Type")

    def too_large(self, request: Request) -> Answer | None:
        if request.length <= known.LARGEST_BODY:
            return None
        return self.error(413, 413, "The request is larger than the server will accept.")

    def error(self, status: int, code: int, message: str, **headers: str) -> Answer:
        return json_answer(status, {"error_code": code, "message": message}, **headers)

    # ── A stream ──

    def opened(self, wire: Wire, request: Request) -> Stream:
        return Stream(self, wire, request, request.segments[3], request.segments[5], self.framer())

    def framer(self) -> Framer:
        return Framer()

    def stream(self, stream: Stream) -> bool:
        """All of one exchange. Whether the connection can take another."""
        try:
            self.begin(stream)
            for piece in stream.wire.pieces(stream.request):
                self.renew(stream, piece)
                self.hear(stream, piece)
            stream.complete = True
            self.end(stream)
        except (Broken, Malformed) as problem:
            self.give_up(stream, f"Bad Request: Error processing message: {problem}")
        except TimeoutError:
            self.give_up(stream, "Bad Request: Error processing message: Idle timeout expired")
        except (Gone, ConnectionError):
            self.lost(stream)
            return False
        return self.close(stream)

    def begin(self, stream: Stream) -> None:
        """The head comes first, whatever the records will be like."""
        self.send_head(stream)

    def renew(self, stream: Stream, piece: bytes) -> None:
        """Whatever comes, the caller is still there."""
        stream.wire.renew()

    def hear(self, stream: Stream, piece: bytes) -> None:
        """Takes the records that are complete now, and reports on them at once."""
        try:
            for raw in stream.framer.records(piece):
                self.take(stream, raw)
        finally:
            self.deliver(stream)

    def take(self, stream: Stream, raw: bytes) -> None:
        self.queue(stream, self.verdict(stream, raw))

    def queue(self, stream: Stream, report: Report) -> None:
        stream.reports.append(self.encoded(report))

    def deliver(self, stream: Stream) -> None:
        """Sends the reports that are ready."""
        reports, stream.reports = stream.reports, []
        if reports:
            self.send_head(stream)
            self.send(stream, b"".join(chunk_of(data) for data in self.chunks(reports)))

    def chunks(self, reports: list[bytes]) -> list[bytes]:
        """How the reports are cut for sending: one a chunk."""
        return reports

    def send(self, stream: Stream, data: bytes) -> None:
        stream.wire.send(data)

    def send_head(self, stream: Stream) -> None:
        if not stream.has_head:
            stream.has_head = True
            self.send(stream, head_of(200, self.head()))

    def head(self) -> dict[str, str]:
        return {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}

    def end(self, stream: Stream) -> None:
        """The body has ended; a record that it leaves unfinished is an error, the only one without a record."""
        rest = stream.framer.rest()
        if rest and rest[0] in WORD_STARTS:
            self.take(stream, rest)
        elif rest:
            raise Broken("Unexpected end of input inside a record")

    def give_up(self, stream: Stream, message: str) -> None:
        """The stream cannot go on: that is one report, and the end."""
        self.queue(stream, self.refused(400, message))

    def close(self, stream: Stream) -> bool:
        stream.closing = True
        self.deliver(stream)
        self.send_head(stream)
        self.send_last(stream)
        return stream.complete and not stream.request.last

    def send_last(self, stream: Stream) -> None:
        self.send(stream, LAST_CHUNK)

    def lost(self, stream: Stream) -> None:
        """The caller has gone; what was not finished is forgotten."""

    # ── A record ──

    def verdict(self, stream: Stream, raw: bytes) -> Report:
        try:
            return self.report(self.stored(stream, self.record(stream, raw)))
        except Refused as problem:
            return self.refused(problem.code, problem.message)

    def record(self, stream: Stream, raw: bytes) -> dict[str, Any]:
        """The record, if nothing speaks against it."""
        if len(raw) > known.LARGEST_RECORD:
            raise Refused(413, "The message is larger than the server will accept.")
        value = self.value(raw)
        failed = self.check(value)
        if failed is not None:
            raise Refused(400, f"Bad Request: {failed}")
        self.limit(stream)
        return value if isinstance(value, dict) else {}

    def value(self, raw: bytes) -> object:
        return texts.value_of(raw)

    def check(self, value: object) -> str | None:
        """The keyword and the place that do not hold."""
        return checks.broken(value)

    def limit(self, stream: Stream) -> None:
        """No record is one too many."""

    def stored(self, stream: Stream, record: dict[str, Any]) -> Stored:
        partition = partition_of(record)
        self.find(partition)
        return self.topics.store(stream.cluster, stream.topic, partition, record)

    def find(self, partition: int) -> None:
        """A topic has as many partitions as anybody asks for, from 0."""
        if partition < 0:
            raise Refused(40402, "Partition not found.")

    def report(self, stored: Stored) -> Report:
        report: Report = {
            "error_code": 200,
            "cluster_id": stored.cluster,
            "topic_name": stored.topic,
            "partition_id": stored.partition,
            "offset": stored.offset,
            "timestamp": timestamp_of(stored.record),
        }
        for side in ("key", "value"):
            if isinstance(data := stored.record.get(side), dict):
                report[side] = self.echo(data)
        return report

    def echo(self, data: Mapping[str, Any]) -> Report:
        """Without a type, data is taken for what it is: JSON."""
        kind = data.get("type") or "JSON"
        return {"type": kind, "size": checks.size_of(kind, data.get("data"))}

    def refused(self, code: int, message: str) -> Report:
        return {"error_code": code, "message": message}

    def encoded(self, report: Report) -> bytes:
        return json.dumps(report, separators=(",", ":")).encode() + b"\r\n"


def decoded(credentials: str) -> str:
    """The key and the secret of basic authentication; nothing if they are none."""
    try:
        return base64.b64decode(credentials, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def partition_of(record: Mapping[str, Any]) -> int:
    partition = record.get("partition_id")
    if partition is None:
        return 0
    return int(partition) if checks.is_integer(partition) and checks.is_int32(partition) else 0


def timestamp_of(record: Mapping[str, Any]) -> str:
    given = record.get("timestamp")
    if isinstance(given, str) and checks.is_date_time(given):
        return given
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
