"""The ways in which a server may differ from another without breaking a promise of the document."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.faulty import checks, known
from tests.contract.faulty.honest import Kafka, Report, Stream
from tests.contract.faulty.table import Change, Temperament
from tests.contract.faulty.texts import Refused
from tests.contract.faulty.wire import Answer, Request, head_of

PAGE = (
    "<html> <head> <title>Error 429 Too Many Requests</title> </head> <body> <h2>Too Many Requests</h2> </body> </html>"
)
EVERY = 7  # record is too many for a server that limits the rate of records
EVERY_REQUEST = 5


def only_at_the_first_piece(honest: Change, stream: Stream) -> None:
    """No head as yet: the first piece of the body brings it."""


def head_before_the_records(honest: Change, stream: Stream, piece: bytes) -> None:
    stream.kafka.send_head(stream)
    honest(stream, piece)


def no_head_before_all_is_known(honest: Change, stream: Stream) -> None:
    if stream.request.chunked:
        honest(stream)


def reports_wait_for_the_end(honest: Change, stream: Stream) -> None:
    if stream.request.chunked or stream.closing:
        honest(stream)


def lone_refusal_is_an_answer(honest: Change, stream: Stream) -> bool:
    """A body of known length that held one record, and that one refused, is answered with a status of its own."""
    code = json.loads(stream.reports[0])["error_code"] if len(stream.reports) == 1 else 200
    if stream.request.chunked or stream.has_head or code == 200:
        return bool(honest(stream))
    body = stream.reports.pop()
    status = code if code < 1000 else code // 100
    stream.wire.send(head_of(status, {"Content-Type": "application/json", "Content-Length": str(len(body))}) + body)
    return stream.complete and not stream.request.last


def halves(honest: Change, reports: list[bytes]) -> list[bytes]:
    """Cut in the middle of every report, so that the end of one comes with the start of the next."""
    whole = b"".join(reports)
    size = max(len(reports[0]) // 2, 1)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def known_topic_only(honest: Change, request: Request) -> Answer | None:
    topic = request.segments[5]
    return None if topic in known.TOPICS else json_error(404, 40403, "This server does not host this topic-partition.")


def json_error(status: int, code: int, message: str) -> Answer:
    return Kafka().error(status, code, message)


def known_partition_only(honest: Change, partition: int) -> None:
    honest(partition)
    if partition >= known.PARTITIONS:
        raise Refused(40401, f"Partition {partition} is not present in metadata.")


def known_cluster_only(honest: Change, request: Request) -> Answer | None:
    cluster = request.segments[3]
    return None if cluster == known.CLUSTER else json_error(404, 404, f"Cluster {cluster} cannot be found.")


def every_seventh_is_too_many(honest: Change, stream: Stream) -> None:
    stream.memo["records"] = stream.memo.get("records", 0) + 1
    if stream.memo["records"] % EVERY == 0:
        raise Refused(429, "Request rate limit exceeded: The rate limit of requests per second has been exceeded.")


def every_seventh_is_old(honest: Change, stream: Stream) -> None:
    """From its second record on, as a stream is for which a slow client took too long."""
    if "number" not in stream.memo:
        stream.memo["number"] = stream.kafka.memo["streams"] = stream.kafka.memo.get("streams", 0) + 1
    elif stream.memo["number"] % EVERY == 0:
        raise Refused(408, "Request timed out.")


def every_fifth_is_too_many(honest: Change, request: Request, number: int) -> Answer | None:
    """Answers with the page that the document shows for 429."""
    if number % EVERY_REQUEST:
        return None
    return Answer(429, {"Content-Type": "text/html;charset=iso-8859-1"}, PAGE.encode())


def broken_twice(honest: Change, stream: Stream, message: str) -> None:
    """One report for the record that is no JSON, and one for the stream that cannot go on."""
    honest(stream, message.rpartition(": ")[2])
    honest(stream, message)


def from_1000(honest: Change, stream: Stream, record: dict[str, Any]) -> Any:
    stream.kafka.topics.first = 1000
    return honest(stream, record)


def any_data(honest: Change, value: object) -> str | None:
    failed = honest(value)
    for side in ("/key", "/value"):
        if failed == f"data at {side}":
            failed = checks.broken(value, f"data at {side}")
    return failed if failed is None or not failed.startswith("data at ") else None


def last_of_two_names(honest: Change, raw: bytes) -> object:
    """As many parsers do: the last of two equal names counts, and half a pair of surrogates is a character."""
    try:
        return honest(raw)
    except Refused as refused:
        try:
            return json.loads(raw)
        except RecursionError:
            raise refused from None


def talkative(honest: Change, *given: str, **headers: str) -> Any:
    return honest(*given, **headers, X_Request_Id="request-1", Cache_Control="no-store")


def with_more_members(honest: Change, *given: object) -> Report:
    return {**honest(*given), "trace": "trace-1"}


TEMPERAMENTS: tuple[Temperament, ...] = (
    Temperament("report-in-200", "a record that is refused has its report below a 200, whatever came with it", ()),
    Temperament(
        "status-for-a-lone-refusal",
        "HTTP 400 for a body of known length with one record, if that is refused",
        (
            ("begin", no_head_before_all_is_known),
            ("deliver", reports_wait_for_the_end),
            ("close", lone_refusal_is_an_answer),
        ),
    ),
    Temperament("head-early", "the head comes before the first byte of the body was read", ()),
    Temperament(
        "head-late",
        "the head comes with the first byte of the body",
        (("begin", only_at_the_first_piece), ("renew", head_before_the_records)),
    ),
    Temperament(
        "glued",
        "the reports of all records that came together are one chunk",
        (("chunks", lambda honest, reports: [b"".join(reports)]),),
    ),
    Temperament(
        "glued-without-separator",
        "nothing stands between two reports",
        (
            ("encoded", lambda honest, report: honest(report).rstrip()),
            ("chunks", lambda honest, reports: [b"".join(reports)]),
        ),
    ),
    Temperament("split", "every report comes in pieces that end anywhere", (("chunks", halves),)),
    Temperament(
        "strict-about-topics",
        "topics and partitions that nobody has made are not there: HTTP 404, and 40401 in a report",
        (("unknown_topic", known_topic_only), ("find", known_partition_only)),
    ),
    Temperament("strict-about-clusters", "knows one cluster", (("unknown_topic", known_cluster_only),)),
    Temperament(
        "limits-records", "every seventh record of a stream is 429, not stored", (("limit", every_seventh_is_too_many),)
    ),
    Temperament(
        "limits-requests", "every fifth request is answered with the page 429", (("too_many", every_fifth_is_too_many),)
    ),
    Temperament(
        "ages", "every seventh stream is soon too old: 408 for its other records", (("limit", every_seventh_is_old),)
    ),
    Temperament("broken-twice", "two reports for a record that is no JSON", (("give_up", broken_twice),)),
    Temperament("offsets-from-1000", "the first record of a partition is number 1000", (("stored", from_1000),)),
    Temperament("any-data", "stores data that does not fit its type", (("check", any_data),)),
    Temperament(
        "last-name-counts", "takes equal names, half surrogates and any depth", (("value", last_of_two_names),)
    ),
    Temperament("talkative", "has headers of its own in its answers", (("error", talkative),)),
    Temperament(
        "more-members", "reports have a member that the document does not name", (("report", with_more_members),)
    ),
)
BY_NAME = {temperament.name: temperament for temperament in TEMPERAMENTS}
