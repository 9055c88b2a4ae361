"""What is wrong with a request is named: its status, its shape, the place and the keyword."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specmill.serve.examples import examples
from specmill.serve.server import Server
from tests.serve.asking import FLAGSHIP, Asked, api, ask
from tests.support import CASES

RECORDS = "/kafka/v3/clusters/cluster-1/topics/orders/records"
KEY = {"Authorization": "Basic a2V5OnNlY3JldA=="}
JSON = {**KEY, "Content-Type": "application/json"}
IN_FLAGSHIP = [
    ({"value": {"type": "XML", "data": 1}}, '/value/type: this is not one of "BINARY", "JSON" or "STRING" (enum)'),
    ({"value": {"type": 1}}, '/value/type: this is not of type "string" (type)'),
    ({"partition_id": "1"}, 'the body at /partition_id: this is not of types "null", "integer" (type)'),
    ({"partition_id": 2**31}, "/partition_id: this is greater than the maximum of 2147483647 (maximum)"),
    ({"partition_id": 1.5}, "/partition_id: "),
    ({"headers": [{"name": "a"}, {}]}, 'at /headers/1: "name" is a required property (required)'),
    ({"headers": [{"name": "a", "value": "x"}]}, 'at /headers/0/value: this is not a "byte" (format)'),
    ({"timestamp": "yesterday"}, 'at /timestamp: this is not a "date-time" (format)'),
    ([{}], 'the body: this is not of type "object" (type)'),
    ({"key": []}, "the body at /key: "),
    ("{", "the body: this is not JSON: "),
    ('{"a":NaN}', "the body: this is not JSON: "),
    ('"\\ud800"', "the body: this is not JSON: "),
    ("[" * 100_000, "the body: this is not JSON: "),
    ("", "the body: this is missing (required)"),
]


@pytest.mark.parametrize(("body", "wanted"), IN_FLAGSHIP, ids=lambda one: str(one)[:40])
def test_a_bad_record_is_told_its_place_and_keyword_in_the_shape_of_an_error(body: Any, wanted: str) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    with Server(examples(api(FLAGSHIP))) as server:
        told = ask(server.url, Asked("POST", RECORDS, JSON, text.encode()))
    assert (400, "application/json") == (told.status, told.fields["content-type"])
    assert {"error_code": 400, "message": told.value["message"]} == told.value
    assert wanted in told.value["message"]


HEADS = [
    ("POST", RECORDS, {}, 401, {"www-authenticate": "Basic, Bearer"}),
    ("POST", RECORDS, {"Authorization": "Basic !"}, 401, {}),
    ("POST", RECORDS, {"Authorization": "Digest x"}, 401, {}),
    ("POST", RECORDS, {"Authorization": "Bearer token", "Content-Type": "text/xml"}, 415, {}),
    ("POST", RECORDS, {**JSON, "Content-Encoding": "gzip"}, 415, {}),
    ("GET", RECORDS, JSON, 405, {"allow": "POST"}),
    ("POST", RECORDS + "/", JSON, 404, {}),
    ("POST", "/", JSON, 404, {}),
    ("POST", RECORDS, {**JSON, "Accept": "image/png"}, 406, {}),
    ("POST", f"http://elsewhere{RECORDS}", JSON, 200, {}),
]


@pytest.mark.parametrize(("method", "target", "fields", "status", "wanted"), HEADS)
def test_a_head_is_refused_by_its_status(
    method: str, target: str, fields: dict[str, str], status: int, wanted: dict[str, str]
) -> None:
    with Server(examples(api(FLAGSHIP))) as server:
        told = ask(server.url, Asked(method, target, fields, b"{}"))
    assert status == told.status
    assert wanted == {name: told.fields[name] for name in wanted}


THINGS = CASES / "clients" / "parameters" / "openapi.yaml"
ID = {"X-Request-Id": "00000000-0000-4000-8000-000000000001"}
GOOD = "/things/a,b/.1.2/;matrix=x?limit=5"
PARAMETERS = [
    (GOOD, ID, ""),
    (f"{GOOD}&exploded=a&exploded=b&joined=a,b&spaced=a%20b&piped=a|b&flag=true&sort=asc", ID, ""),
    (f"{GOOD}&filter[colour]=red&filter[size]=3&query=%7B%22text%22%3A%22x%22%7D&other=1", ID, ""),
    ("/things/a/.1/;matrix=x", ID, "the query parameter limit: this is missing (required)"),
    (f"{GOOD}0000", ID, "the query parameter limit: this is greater than the maximum of 100 (maximum)"),
    (GOOD.replace("=5", "=five"), ID, 'the query parameter limit: this is not of type "integer" (type)'),
    (f"{GOOD}&sort=up", ID, 'the query parameter sort: this is not one of "asc" or "desc" (enum)'),
    (f"{GOOD}&flag=yes", ID, 'the query parameter flag: this is not of type "boolean" (type)'),
    (f"{GOOD}&filter[size]=0", ID, "the query parameter filter at /size: this is less than the minimum of 1 (minimum)"),
    (f"{GOOD}&query=%7B", ID, "the query parameter query: this is not JSON"),
    (f"{GOOD}&query=%7B%22text%22%3A1%7D", ID, 'the query parameter query at /text: this is not of type "string"'),
    (GOOD, {}, "the header X-Request-Id: this is missing (required)"),
    (GOOD, {"X-Request-Id": "1"}, 'the header X-Request-Id: this is not a "uuid" (format)'),
    (GOOD.replace("/.1.2/", "/.1.x/"), ID, 'the path parameter label at /1: this is not of type "integer" (type)'),
    (GOOD.replace("/.1.2/", "/1/"), ID, "the path parameter label: style label begins with '.' (style)"),
    (
        GOOD.replace(";matrix", ";other"),
        ID,
        "the path parameter matrix: style matrix repeats the name 'matrix' (style)",
    ),
]


@pytest.mark.parametrize(("target", "fields", "wanted"), PARAMETERS)
def test_a_parameter_is_told_its_name_and_what_it_should_be(target: str, fields: dict[str, str], wanted: str) -> None:
    with Server(examples(api(THINGS))) as server:
        told = ask(server.url, Asked("GET", target, fields))
    if not wanted:
        assert 200 == told.status, told
        return
    assert (400, "application/problem+json") == (told.status, told.fields["content-type"])
    assert told.value["detail"].startswith(wanted), told.value


BODIES = CASES / "clients" / "bodies" / "openapi.yaml"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=x"}


def part(name: str, content: str, kind: str = "text/plain") -> str:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Type: {kind}\r\n\r\n{content}\r\n'


SENT = [
    ("POST", "/form", FORM, "To=a&Tags=b,c", 201, ""),
    ("POST", "/form", FORM, "Tags=b", 400, 'the body: "To" is a required property (required)'),
    ("POST", "/form", FORM, "To=a&When=now", 400, 'the body at /When: this is not a "date-time" (format)'),
    (
        "POST",
        "/form",
        {"Content-Type": "text/plain"},
        "To=a",
        415,
        "the body comes as application/x-www-form-urlencoded",
    ),
    ("POST", "/upload", PARTS, part("file", "\x00", "image/png") + "--x--\r\n", 200, ""),
    ("POST", "/upload", PARTS, part("more", "a") + "--x--\r\n", 400, 'the body: "file" is a required property'),
    (
        *("POST", "/upload", PARTS),
        part("file", "a", "image/png") + part("about", '{"name":1}', "application/json") + "--x--\r\n",
        *(400, 'the body at /about/name: this is not of type "string" (type)'),
    ),
    ("POST", "/upload", PARTS, part("file", "a"), 400, "the body: the last boundary is missing (content)"),
    (
        "POST",
        "/upload",
        {"Content-Type": "multipart/form-data"},
        "x",
        400,
        "the body: the Content-Type names no boundary",
    ),
    ("PUT", "/raw", {"Content-Type": "application/octet-stream"}, "\x00\x01", 204, ""),
    ("POST", "/either", {"Content-Type": "text/plain"}, "words", 200, ""),
    ("POST", "/either", {"Content-Type": "text/plain"}, b"\xff", 400, "the body: this is not UTF-8"),
    (
        "POST",
        "/either",
        {"Content-Type": "application/json"},
        '{"day":"x"}',
        400,
        'the body at /day: this is not a "date"',
    ),
    (
        "POST",
        "/either",
        {"Content-Type": "application/json"},
        '{"x":1}',
        400,
        "the body: Additional properties are not",
    ),
    (
        "POST",
        "/either",
        {},
        "words",
        415,
        "the body comes as application/xml, application/json, text/plain, not as nothing",
    ),
]


@pytest.mark.parametrize(("method", "path", "fields", "body", "status", "wanted"), SENT, ids=lambda one: str(one)[:30])
def test_a_body_is_judged_by_its_media_type(
    method: str, path: str, fields: dict[str, str], body: str | bytes, status: int, wanted: str
) -> None:
    with Server(examples(api(BODIES))) as server:
        told = ask(server.url, Asked(method, path, fields, body.encode() if isinstance(body, str) else body))
    assert status == told.status, told
    assert not wanted or told.value["detail"].startswith(wanted), told.value


SECURED = CASES / "clients" / "security" / "openapi.yaml"
CREDENTIALS = [
    ("/open", {}, 204),
    ("/default", {}, 401),
    ("/default?api_key=k", {}, 204),
    ("/default", {"Authorization": "Bearer t"}, 401),  # user and token are wanted together
    ("/optional", {}, 204),
]


@pytest.mark.parametrize(("target", "fields", "status"), CREDENTIALS)
def test_credentials_are_wanted_where_the_document_says_so(target: str, fields: dict[str, str], status: int) -> None:
    with Server(examples(api(SECURED))) as server:
        assert status == ask(server.url, Asked("GET", target, fields)).status


def test_what_only_an_answer_has_need_not_be_sent(tmp_path: Path) -> None:
    strict = CASES / "clients" / "strict" / "openapi.yaml"
    fields = {"Content-Type": "application/json"}
    with Server(examples(api(strict))) as server:
        told = ask(server.url, Asked("POST", "/orders", fields, b'{"name":"any"}'))
        bad = ask(server.url, Asked("POST", "/orders", fields, b'{"name":"small"}'))
    assert (200, 400) == (told.status, bad.status)
    assert "at /name: " in bad.value["detail"]
