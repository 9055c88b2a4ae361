"""One member of a report, or of the body of an error, is not as its schema says."""

from __future__ import annotations

import json
from typing import Any

from tests.contract.faulty.honest import Report
from tests.contract.faulty.table import Change, Variant
from tests.contract.faulty.wire import Answer


def member(name: str, value: Any) -> Change:
    """Of what the honest method returns."""
    return lambda honest, *given: {**honest(*given), name: value}


def without(name: str) -> Change:
    return lambda honest, *given: {key: value for key, value in honest(*given).items() if key != name}


def on_side(side: str, change: Change) -> Change:
    """Of the key or of the value, where the report has it."""

    def fault(honest: Change, *given: object) -> Report:
        report: Report = honest(*given)
        return report | {side: change(lambda: report[side])} if side in report else report

    return fault


def in_body(name: str, value: Any) -> Change:
    """Of the body of every error."""

    def fault(honest: Change, *given: object, **headers: str) -> Answer:
        answer: Answer = honest(*given, **headers)
        return Answer(answer.status, answer.headers, json.dumps(json.loads(answer.body) | {name: value}).encode())

    return fault


def as_html(honest: Change, *given: object, **headers: str) -> Answer:
    answer: Answer = honest(*given, **headers)
    return Answer(answer.status, {**answer.headers, "Content-Type": "text/html"}, b"<html>No</html>")


def of_report(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "shape", what, check, "report", fault)


def of_refusal(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "shape", what, check, "refused", fault)


def of_error(name: str, what: str, check: str, fault: Change) -> Variant:
    return Variant(name, "shape", what, check, "error", fault)


VARIANTS = (
    of_report("code-missing", "a report has no error_code", "required at /error_code", without("error_code")),
    of_report("code-is-text", "error_code is a string", "type at /error_code", member("error_code", "200")),
    of_report("code-is-null", "error_code is null", "nullable at /error_code", member("error_code", None)),
    of_report("code-is-a-fraction", "error_code is 200.5", "type at /error_code", member("error_code", 200.5)),
    of_refusal(
        "code-too-large", "error_code has 11 digits", "format int32 at /error_code", member("error_code", 40000000000)
    ),
    of_refusal("message-is-an-object", "message is an object", "type at /message", member("message", {"text": "no"})),
    of_refusal("message-is-null", "message is null", "nullable at /message", member("message", None)),
    of_report("cluster-is-a-number", "cluster_id is a number", "type at /cluster_id", member("cluster_id", 1)),
    of_report("cluster-is-null", "cluster_id is null", "nullable at /cluster_id", member("cluster_id", None)),
    of_report("topic-is-a-list", "topic_name is a list", "type at /topic_name", member("topic_name", ["topic-1"])),
    of_report("topic-is-null", "topic_name is null", "nullable at /topic_name", member("topic_name", None)),
    of_report("partition-is-text", "partition_id is a string", "type at /partition_id", member("partition_id", "0")),
    of_report("partition-is-null", "partition_id is null", "nullable at /partition_id", member("partition_id", None)),
    of_report(
        "partition-too-large",
        "partition_id is 2 to the 31st",
        "format int32 at /partition_id",
        member("partition_id", 2**31),
    ),
    of_report(
        "offset-is-text",
        "offset is a string",
        "type at /offset",
        lambda honest, stored: honest(stored) | {"offset": str(stored.offset)},
    ),
    of_report(
        "offset-is-a-fraction",
        "offset has a half",
        "type at /offset",
        lambda honest, stored: honest(stored) | {"offset": stored.offset + 0.5},
    ),
    of_report("offset-is-null", "offset is null", "nullable at /offset", member("offset", None)),
    of_report(
        "offset-too-large",
        "offset is 2 to the 63rd and more",
        "format int64 at /offset",
        lambda honest, stored: honest(stored) | {"offset": 2**63 + stored.offset},
    ),
    of_report(
        "timestamp-is-a-number",
        "timestamp counts milliseconds",
        "type at /timestamp",
        member("timestamp", 1612552482000),
    ),
    of_report(
        "timestamp-without-zone",
        "timestamp has no time zone",
        "format date-time at /timestamp",
        member("timestamp", "2021-02-05T19:14:42"),
    ),
    of_report(
        "key-is-text", "key is the name of its type", "type at /key", on_side("key", lambda side: side()["type"])
    ),
    of_report("key-without-size", "key has no size", "required at /key/size", on_side("key", without("size"))),
    of_report("key-without-type", "key has no type", "required at /key/type", on_side("key", without("type"))),
    of_report(
        "key-in-lower-case",
        "the type of the key is in lower case",
        "enum at /key/type",
        on_side("key", lambda side: side() | {"type": side()["type"].lower()}),
    ),
    of_report(
        "key-size-is-null", "the size of the key is null", "nullable at /key/size", on_side("key", member("size", None))
    ),
    of_report("value-is-a-list", "value is a list", "type at /value", on_side("value", lambda side: [side()])),
    of_report("value-without-size", "value has no size", "required at /value/size", on_side("value", without("size"))),
    of_report("value-without-type", "value has no type", "required at /value/type", on_side("value", without("type"))),
    of_report(
        "value-of-unknown-type",
        "the type of the value is AVRO",
        "enum at /value/type",
        on_side("value", member("type", "AVRO")),
    ),
    of_report(
        "value-size-is-text",
        "the size of the value is a string",
        "type at /value/size",
        on_side("value", lambda side: side() | {"size": str(side()["size"])}),
    ),
    Variant(
        "report-is-a-list",
        "shape",
        "a report is a list with the report in it",
        "type at /",
        "encoded",
        lambda honest, report: b"[" + honest(report).rstrip() + b"]\r\n",
    ),
    Variant(
        "report-with-nan",
        "shape",
        "a report has NaN in it, which is no JSON",
        "grammar at /",
        "encoded",
        lambda honest, report: honest(report).rstrip()[:-1] + b',"rate":NaN}\r\n',
    ),
    Variant(
        "report-in-latin-1",
        "shape",
        "a message is not in UTF-8",
        "UTF-8 at /message",
        "encoded",
        lambda honest, report: honest(report).replace(b"Bad Request", b"Ung\xfcltig"),
    ),
    Variant(
        "report-as-text",
        "shape",
        "the reports are called text/plain",
        "Content-Type at 200",
        "head",
        member("Content-Type", "text/plain"),
    ),
    of_error(
        "error-with-more",
        "the body of an error has a member of its own",
        "additionalProperties at /",
        in_body("trace", "trace-1"),
    ),
    of_error(
        "error-id-too-long", "the id of an error has 256 characters", "maxLength at /id", in_body("id", "x" * 256)
    ),
    of_error(
        "error-status-is-a-number", "the status in the body is a number", "type at /status", in_body("status", 401)
    ),
    of_error("error-source-is-text", "the source of an error is a string", "type at /source", in_body("source", "/")),
    of_error(
        "error-parameter-is-a-number",
        "source.parameter is a number",
        "type at /source/parameter",
        in_body("source", {"parameter": 1}),
    ),
    of_error(
        "error-code-is-text",
        "error_code in the body of an error is a string",
        "type at /error_code",
        in_body("error_code", "40101"),
    ),
    of_error("error-as-html", "errors are pages", "Content-Type at 401", as_html),
)
