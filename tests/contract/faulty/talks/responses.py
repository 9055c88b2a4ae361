"""Conversations about single answers: their shape, their meaning, and the protocol around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.contract.faulty.caller import PATH, Caller, basic
from tests.contract.faulty.known import API_KEY, LARGEST_BODY, TOKEN
from tests.contract.faulty.table import Server
from tests.contract.faulty.talks.talk import BAD, END, GOOD, READ, Talk, offset, record, stream, text

FULL = record(
    partition_id=4,
    key={"type": "BINARY", "data": "Zm9vYmFy"},
    value={"type": "STRING", "data": "größer"},
    timestamp="2021-02-05T19:14:42Z",
)
TENTH = record(timestamp="2021-02-05T19:14:42.5Z")
NONE = "nothing there"
Said = Callable[[Server, float], Any]


def at(value: Any, place: str) -> Any:
    for step in place.split("/")[1:]:
        value = value[step] if isinstance(value, dict) and step in value else NONE
    return value


def report(place: str, sent: bytes = FULL) -> Said:
    """What stands at a place of the report."""

    def said(server: Server, patience: float) -> Any:
        return stream(sent, READ, show=lambda report: at(report, place))(server, patience)[0]

    return said


def answer(look: Callable[[Caller], Any], content: bytes = b"", **opened: Any) -> Said:
    """A request with a body of known length, and something of its answer."""

    def said(server: Server, patience: float) -> Any:
        with Caller(server.url, patience) as caller:
            caller.open(**({"Content_Length": str(len(content))} | opened))
            caller.whole(content)
            caller.head()
            return look(caller)

    return said


def status(caller: Caller) -> int:
    return caller.status


def header(name: str) -> Callable[[Caller], Any]:
    return lambda caller: caller.headers.get(name, NONE)


def error(place: str) -> Said:
    return answer(lambda caller: at(caller.report(), place), Authorization=None)


def of_request(number: int, look: Callable[[Caller], Any]) -> Said:
    """The answer to the request of that number."""

    def said(server: Server, patience: float) -> Any:
        for _ in range(number):
            came = answer(look, GOOD)(server, patience)
        return came

    return said


REPORTS = (
    Talk("code-missing", report("/error_code"), 200, NONE),
    Talk("code-is-text", report("/error_code"), 200, "200"),
    Talk("code-is-null", report("/error_code"), 200, None),
    Talk("code-is-a-fraction", report("/error_code"), 200, 200.5),
    Talk("code-too-large", report("/error_code", BAD), 400, 40000000000),
    Talk("message-is-an-object", report("/message", BAD), "Bad Request: type at /partition_id", {"text": "no"}),
    Talk("message-is-null", report("/message", BAD), "Bad Request: type at /partition_id", None),
    Talk("cluster-is-a-number", report("/cluster_id"), "cluster-1", 1),
    Talk("cluster-is-null", report("/cluster_id"), "cluster-1", None),
    Talk("topic-is-a-list", report("/topic_name"), "topic-1", ["topic-1"]),
    Talk("topic-is-null", report("/topic_name"), "topic-1", None),
    Talk("partition-is-text", report("/partition_id"), 4, "0"),
    Talk("partition-is-null", report("/partition_id"), 4, None),
    Talk("partition-too-large", report("/partition_id"), 4, 2**31),
    Talk("offset-is-text", report("/offset"), 0, "0"),
    Talk("offset-is-a-fraction", report("/offset"), 0, 0.5),
    Talk("offset-is-null", report("/offset"), 0, None),
    Talk("offset-too-large", report("/offset"), 0, 2**63),
    Talk("timestamp-is-a-number", report("/timestamp"), "2021-02-05T19:14:42Z", 1612552482000),
    Talk("timestamp-without-zone", report("/timestamp"), "2021-02-05T19:14:42Z", "2021-02-05T19:14:42"),
    Talk("key-is-text", report("/key"), {"type": "BINARY", "size": 6}, "BINARY"),
    Talk("key-without-size", report("/key"), {"type": "BINARY", "size": 6}, {"type": "BINARY"}),
    Talk("key-without-type", report("/key"), {"type": "BINARY", "size": 6}, {"size": 6}),
    Talk("key-in-lower-case", report("/key/type"), "BINARY", "binary"),
    Talk("key-size-is-null", report("/key/size"), 6, None),
    Talk("value-is-a-list", report("/value"), {"type": "STRING", "size": 8}, [{"type": "STRING", "size": 8}]),
    Talk("value-without-size", report("/value"), {"type": "STRING", "size": 8}, {"type": "STRING"}),
    Talk("value-without-type", report("/value"), {"type": "STRING", "size": 8}, {"size": 8}),
    Talk("value-of-unknown-type", report("/value/type"), "STRING", "AVRO"),
    Talk("value-size-is-text", report("/value/size"), 8, "8"),
    Talk("report-is-a-list", stream(b"{}", READ, show=lambda report: isinstance(report, list)), [False], [True]),
    Talk("report-with-nan", stream(b"{}", READ, show=lambda report: "rate" in report), [False], [True]),
    Talk(
        "report-in-latin-1",
        report("/message", BAD),
        "Bad Request: type at /partition_id",
        "Ung\xfcltig: type at /partition_id",
    ),
    Talk("report-as-text", answer(header("content-type"), GOOD), "application/json", "text/plain"),
    Talk("error-with-more", error("/trace"), NONE, "trace-1"),
    Talk("error-id-too-long", error("/id"), NONE, "x" * 256),
    Talk("error-status-is-a-number", error("/status"), NONE, 401),
    Talk("error-source-is-text", error("/source"), NONE, "/"),
    Talk("error-parameter-is-a-number", error("/source/parameter"), NONE, 1),
    Talk("error-code-is-text", error("/error_code"), 40101, "40101"),
    Talk("error-as-html", answer(header("content-type"), Authorization=None), "application/json", "text/html"),
)

PROTOCOL = (
    Talk("open-to-all", answer(status, GOOD, Authorization=basic(API_KEY, "no")), 401, 200),
    Talk("open-without-credentials", answer(status, GOOD, Authorization=None), 401, 200),
    Talk("any-secret", answer(status, GOOD, Authorization=basic(API_KEY, "no")), 401, 200),
    Talk("any-token", answer(status, GOOD, Authorization="Bearer no"), 401, 200),
    Talk("any-scheme", answer(status, GOOD, Authorization="Digest x"), 401, 200),
    Talk("no-api-key", answer(status, GOOD), 200, 401),
    Talk("no-token", answer(status, GOOD, Authorization=f"Bearer {TOKEN}"), 200, 401),
    Talk("unauthenticated-is-418", answer(status, Authorization=None), 401, 418),
    Talk("unauthenticated-is-200", answer(status, Authorization=None), 401, 200),
    Talk("no-challenge", answer(header("www-authenticate"), Authorization=None), 'Basic realm="kafka"', NONE),
    Talk("any-method", answer(status, method="GET"), 405, 200),
    Talk("method-is-500", answer(status, method="DELETE"), 405, 500),
    Talk("method-without-allow", answer(header("allow"), method="PUT"), "POST", NONE),
    Talk("method-allows-others", answer(header("allow"), method="PATCH"), "POST", "GET"),
    Talk("any-path", answer(status, path=f"{PATH}/1"), 404, 200),
    Talk("any-media-type", answer(status, GOOD, Content_Type="application/xml"), 415, 200),
    Talk("text-is-json", answer(status, GOOD, Content_Type="text/plain"), 415, 200),
    Talk("media-type-is-500", answer(status, GOOD, Content_Type="application/xml"), 415, 500),
    Talk("no-charset", answer(status, GOOD, Content_Type="application/json; charset=utf-8"), 200, 415),
    Talk("no-capitals", answer(status, GOOD, Content_Type="Application/JSON"), 200, 415),
    Talk("no-body-is-200", answer(status), 422, 200),
    Talk("no-body-is-500", answer(status), 422, 500),
    Talk("too-large-is-418", answer(status, Content_Length=str(LARGEST_BODY + 1)), 413, 418),
    Talk("limit-as-json", of_request(5, header("content-type")), "text/html;charset=iso-8859-1", "application/json"),
    Talk("limit-is-409", of_request(5, status), 429, 409),
)

MEANING = (
    Talk("next-partition", report("/partition_id"), 4, 5),
    Talk("always-partition-0", report("/partition_id"), 4, 0),
    Talk("other-topic", report("/topic_name"), "topic-1", "topic-1-copy"),
    Talk("other-cluster", report("/cluster_id"), "cluster-1", "cluster-1-copy"),
    Talk("other-timestamp", report("/timestamp"), "2021-02-05T19:14:42Z", "1999-12-31T23:59:59Z"),
    Talk("time-without-fraction", report("/timestamp", TENTH), "2021-02-05T19:14:42.5Z", "2021-02-05T19:14:42Z"),
    Talk("clock-of-12-hours", report("/timestamp", TENTH), "2021-02-05T19:14:42.5Z", "2021-02-05T07:14:42.500000Z"),
    Talk("other-zone", report("/timestamp", TENTH), "2021-02-05T19:14:42.5Z", "2021-02-05T21:14:42.500000Z"),
    Talk("swapped-sides", report("/key/type"), "BINARY", "STRING"),
    Talk("always-the-same", report("/topic_name"), "topic-1", "t"),
    Talk("no-value-reported", report("/value"), {"type": "STRING", "size": 8}, NONE),
    Talk("code-201", report("/error_code"), 200, 201),
    Talk("always-json", report("/value/type"), "STRING", "JSON"),
    Talk("one-too-large", report("/value/size"), 8, 9),
    Talk("size-in-characters", report("/value/size"), 8, 6),
    Talk("size-composed", report("/value/size", text("e\u0301")), 3, 2),
    Talk("size-of-16-bits", report("/value/size", text("x" * 40000)), 40000, 40000 - 2**16),
    Talk("size-of-base64", report("/key/size"), 6, 8),
    Talk("size-of-all", report("/value/size", text("x")), 1, len(b'{"type":"STRING","data":"x"}')),
    Talk("refused-as-500", report("/error_code", BAD), 400, 500),
    Talk("refused-as-200", report("/error_code", BAD), 400, 200),
    Talk("refused-as-4000", report("/error_code", BAD), 400, 4000),
    Talk("error-says-50002", error("/error_code"), 40101, 50002),
    Talk("refused-and-kept", stream(GOOD, BAD, GOOD, END, show=offset), [0, 400, 1, "ended"], [0, 400, 2, "ended"]),
    Talk(
        "limited-and-kept",
        stream(*[GOOD] * 8, END, show=offset),
        [0, 1, 2, 3, 4, 5, 429, 6, "ended"],
        [0, 1, 2, 3, 4, 5, 429, 7, "ended"],
    ),
)

TALKS = (*REPORTS, *PROTOCOL, *MEANING)
