"""openapi-python-client's stock client as an oracle: the same arguments give the same request on the wire.

Both are generated from the same normal form and call the same server. Where they differ, the stock client has a known
fault, and the table of faults at the end says which and what it sends instead.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emit.clients import REF, STRING, content, document, parameter
from tests.oracle.both import Both, Wire, both
from tests.runtime.loopback import loopback

INTEGER = {"type": "integer"}
BINARY = {"type": "string", "format": "binary"}
DATE_TIME = {"type": "string", "format": "date-time"}
LIST = {"type": "array", "items": STRING}
PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": STRING,
        "age": INTEGER,
        "weight": {"type": "number"},
        "good": {"type": "boolean"},
        "kind": {"enum": ["cat", "dog"], "type": "string"},
        "tags": LIST,
        "born": DATE_TIME,
        "note": {"type": ["string", "null"]},
        "friend": REF,
        "home": {"type": "object", "title": "Home", "properties": {"street": STRING, "Zip-Code": STRING}},
    },
}
FORM = {"type": "object", "title": "FormBody", "properties": {"name": STRING, "age": INTEGER, "tags": LIST}}
UPLOAD = {
    "type": "object",
    "title": "UploadBody",
    "properties": {"title": STRING, "count": INTEGER, "file": BINARY, "other": BINARY},
}
QUERY = [
    parameter("text"),
    parameter("whole", schema=INTEGER),
    parameter("real", schema={"type": "number"}),
    parameter("flag", schema={"type": "boolean"}),
    parameter("some", schema=LIST),
    parameter("wholes", schema={"type": "array", "items": INTEGER}),
    parameter("day", schema={"type": "string", "format": "date"}),
    parameter("id", schema={"type": "string", "format": "uuid"}),
    parameter("sort", schema={"type": "string", "enum": ["up", "down"]}),
]
HEADERS = [parameter("X-Text", "header"), parameter("X-Whole", "header", schema=INTEGER)]


def call(name: str, **more: Any) -> dict[str, Any]:
    return {"operationId": name, "responses": {"200": {"description": ""}}, **more}


def body(schema: Any, media_type: str) -> dict[str, Any]:
    return {"required": True, **content(schema, media_type)}


DOCUMENT = document(
    {
        "/a/{text}/b/{whole}.json": {
            "get": call("path", parameters=[parameter("text", "path"), parameter("whole", "path", schema=INTEGER)])
        },
        "/query": {"get": call("query", parameters=QUERY)},
        "/headers": {"get": call("headers", parameters=HEADERS)},
        "/cookies": {"get": call("cookies", parameters=[parameter("crumb", "cookie"), parameter("bit", "cookie")])},
        "/json": {"post": call("json", requestBody=body(REF, "application/json"))},
        "/vendor": {"put": call("vendor", requestBody=body(REF, "application/vnd.pet+json"))},
        "/form": {"post": call("form", requestBody=body(FORM, "application/x-www-form-urlencoded"))},
        "/upload": {"post": call("upload", requestBody=body(UPLOAD, "multipart/form-data"))},
        "/bytes": {"post": call("raw", requestBody=body(BINARY, "application/octet-stream"))},
        "/styles": {
            "get": call(
                "styles",
                parameters=[
                    parameter("joined", schema=LIST, explode=False),
                    parameter("piped", schema=LIST, style="pipeDelimited", explode=False),
                    parameter("moment", schema=DATE_TIME),
                    parameter("unescaped", allowReserved=True),
                ],
            )
        },
        "/methods": {
            method: call(f"do_{method}")
            for method in ("get", "put", "post", "delete", "options", "head", "patch", "trace")
        },
    },
    {"Pet": PET},
)


pytestmark = pytest.mark.filterwarnings("ignore:Setting per-request cookies:DeprecationWarning")  # the stock client's


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    with loopback() as server, both(DOCUMENT, tmp_path_factory.mktemp("oracle"), server) as found:
        server.answers(200, b"", "")
        yield found


quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PRINTABLE = st.text(st.characters(exclude_categories=["C"]), max_size=12)
ASCII = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=12)
SEGMENTS = PRINTABLE.filter(lambda text: text not in ("", ".", ".."))
WHOLE = st.integers(-(2**53), 2**53)
REAL = st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: round(number, 3))


def some_of(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


def same(clients: Both, operation: str, arguments: dict[str, Any], body: Any = None) -> None:
    ours, stock = clients.sent(operation, arguments, body)
    path, mark, query = stock.target.partition("?")
    assert ours == replace(stock, target=path + mark + query.replace("+", "%20"))  # see the first of the faults


@quick
@given(text=SEGMENTS, whole=WHOLE)
def test_paths(clients: Both, text: str, whole: int) -> None:
    same(clients, "path", {"text": text, "whole": whole})


@quick
@given(
    some_of(
        text=PRINTABLE,
        whole=WHOLE,
        real=REAL,
        flag=st.booleans(),
        some=st.lists(PRINTABLE, max_size=3),
        wholes=st.lists(WHOLE, max_size=3),
        day=st.dates(),
        id=st.uuids(),
        sort=st.sampled_from(["up", "down"]),
    )
)
def test_queries(clients: Both, arguments: dict[str, Any]) -> None:
    same(clients, "query", arguments)


@quick
@given(some_of(x_text=ASCII, x_whole=WHOLE))
def test_headers(clients: Both, arguments: dict[str, Any]) -> None:
    same(clients, "headers", arguments)


@quick
@given(some_of(crumb=st.from_regex(r"[A-Za-z0-9_.~-]+", fullmatch=True), bit=st.just("1")))
def test_cookies(clients: Both, arguments: dict[str, Any]) -> None:
    same(clients, "cookies", arguments)


PETS = st.recursive(
    st.fixed_dictionaries(
        {"name": PRINTABLE},
        optional={
            "age": WHOLE,
            "weight": REAL,
            "good": st.booleans(),
            "kind": st.sampled_from(["cat", "dog"]),
            "tags": st.lists(PRINTABLE, max_size=2),
            "note": st.none() | PRINTABLE,
            "home": some_of(**{"street": PRINTABLE, "Zip-Code": PRINTABLE}),
        },
    ),
    lambda inner: st.fixed_dictionaries({"name": PRINTABLE, "friend": inner}),
    max_leaves=3,
)


@quick
@given(PETS)
def test_json_bodies(clients: Both, pet: dict[str, Any]) -> None:
    same(clients, "json", {}, pet)
    same(clients, "vendor", {}, pet)


@quick
@given(some_of(name=PRINTABLE, age=WHOLE, tags=st.lists(PRINTABLE, max_size=3)).filter(bool))
def test_forms(clients: Both, form: dict[str, Any]) -> None:
    same(clients, "form", {}, form)


NAMES = st.from_regex(r"[a-z]{1,8}\.(png|txt)", fullmatch=True)
FILES = st.tuples(NAMES, st.binary(max_size=40), st.sampled_from(["image/png", "application/octet-stream"]))


@quick
@given(some_of(title=PRINTABLE, count=WHOLE, file=FILES, other=FILES).filter(lambda form: "file" in form))
def test_uploads(clients: Both, form: dict[str, Any]) -> None:
    same(clients, "upload", {}, form)


@quick
@given(st.binary(max_size=100))
def test_bytes(clients: Both, content: bytes) -> None:
    same(clients, "raw", {}, content)


@pytest.mark.parametrize("method", ["get", "put", "post", "delete", "options", "head", "patch", "trace"])
def test_methods(clients: Both, method: str) -> None:
    same(clients, f"do_{method}", {})


MOMENT = datetime.datetime(2026, 11, 21, 1, 2, 3, tzinfo=datetime.UTC)
REFUSED = "InvalidArgument"  # instead of a request
FAULTS: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("a space is spelt as in forms, not as in URLs", "query", {"text": "a b"}, "/query?text=a%20b", "/query?text=a+b"),
    ("explode: false is ignored", "styles", {"joined": ["a", "b"]}, "/styles?joined=a,b", "/styles?joined=a&joined=b"),
    ("a style is ignored", "styles", {"piped": ["a", "b"]}, "/styles?piped=a%7Cb", "/styles?piped=a&piped=b"),
    (
        "a moment in UTC is spelt with an offset; both are RFC 3339",
        "styles",
        {"moment": MOMENT},
        "/styles?moment=2026-11-21T01%3A02%3A03Z",
        "/styles?moment=2026-11-21T01%3A02%3A03%2B00%3A00",
    ),
    ("allowReserved is ignored", "styles", {"unescaped": "a/b"}, "/styles?unescaped=a/b", "/styles?unescaped=a%2Fb"),
    ("a value climbs out of its segment", "path", {"text": "..", "whole": 1}, "/a/%2E%2E/b/1.json", "/b/1.json"),
    ("a dot as a value is lost", "path", {"text": ".", "whole": 1}, "/a/%2E/b/1.json", "/a/b/1.json"),
    ("an empty value reaches another path", "path", {"text": "", "whole": 1}, REFUSED, "/a//b/1.json"),
    ("a wrong type goes out", "query", {"whole": "x"}, REFUSED, "/query?whole=x"),
    ("a value that is not listed goes out", "query", {"sort": "left"}, REFUSED, "/query?sort=left"),
    ("what is no number goes out", "query", {"real": float("nan")}, REFUSED, "/query?real=nan"),
    ("null stands for absent where it is not allowed", "query", {"text": None}, REFUSED, "/query"),
    ("a cookie ends at a semicolon", "cookies", {"crumb": "a b;c"}, "crumb=a%20b%3Bc", "crumb=a b;c"),
]


@pytest.mark.parametrize(("fault", "operation", "arguments", "ours", "stock"), FAULTS, ids=[row[0] for row in FAULTS])
def test_known_faults_of_the_stock_client(
    clients: Both, fault: str, operation: str, arguments: dict[str, Any], ours: str, stock: str
) -> None:
    def told(wire: Wire) -> str:
        return dict(wire.headers).get("cookie", wire.target)

    assert stock == told(clients.sent_by_stock(operation, arguments))
    if ours == REFUSED:
        with pytest.raises(ValueError) as raised:
            clients.sent_by_us(operation, arguments)
        assert type(raised.value).__name__ == REFUSED
    else:
        assert ours == told(clients.sent_by_us(operation, arguments))


def test_a_moment_in_a_body_is_the_same_moment(clients: Both) -> None:
    ours, stock = clients.sent("json", {}, {"name": "x", "born": "2026-11-21T01:02:03Z"})
    assert ours.body["born"] == "2026-11-21T01:02:03Z"
    assert stock.body["born"] == "2026-11-21T01:02:03+00:00"
