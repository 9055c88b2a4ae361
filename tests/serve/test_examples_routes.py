"""Which operation a request is for, and what its parameters are."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kafka_rest import _facts, _parameters
from specmill.serve.examples import examples
from specmill.serve.examples.routes import Routes
from specmill.serve.examples.shapes import shape_of, value_of
from specmill.serve.examples.spelling import Absent, of_pairs, of_segment, pairs_of
from specmill.serve.server import Server
from specmill.values import Operation
from tests.serve.asking import FLAGSHIP, SECONDS, api

PATHS = {
    "/pets": ["GET", "POST"],
    "/pets/mine": ["GET"],
    "/pets/{id}": ["GET", "DELETE"],
    "/pets/{id}/photos": ["GET"],
    "/pets/{id}.{kind}": ["GET"],
    "/pets:batch": ["POST"],
    "/pets/": ["GET"],
    "/{any}/{id}/photos": ["PUT"],
    "/a b": ["GET"],
}


def routes() -> Routes[str]:
    found: Routes[str] = Routes()
    for path, methods in PATHS.items():
        for method in methods:
            found.add(operation(method, path), path)
    return found


def operation(method: str, path: str) -> Operation:
    servers = ("https://example.com/v1/", "/other", "https://example.com")
    return Operation(path, path, "", "", method, path, (), None, (), (), servers)


FOUND = [
    ("GET", "/pets", "/pets", ()),
    ("GET", "/pets/mine", "/pets/mine", ()),
    ("GET", "/pets/m%69ne", "/pets/mine", ()),
    ("DELETE", "/pets/mine", "/pets/{id}", ("mine",)),
    ("GET", "/pets/7", "/pets/{id}", ("7",)),
    ("GET", "/pets/a%2Fb", "/pets/{id}", ("a%2Fb",)),
    ("GET", "/pets/7.png", "/pets/{id}.{kind}", ("7", "png")),
    ("GET", "/pets/7/photos", "/pets/{id}/photos", ("7",)),
    ("PUT", "/pets/7/photos", "/{any}/{id}/photos", ("pets", "7")),
    ("POST", "/pets:batch", "/pets:batch", ()),
    ("GET", "/pets/", "/pets/", ()),
    ("GET", "/v1/pets/7", "/pets/{id}", ("7",)),
    ("GET", "/other/pets", "/pets", ()),
    ("GET", "http://here:1/v1/pets", "/pets", ()),
    ("GET", "/a%20b", "/a b", ()),
    ("GET", "/pets/7/photos/", None, ()),
    ("GET", "/", None, ()),
    ("GET", "*", None, ()),
    ("PATCH", "/pets", None, ()),
    ("GET", "//pets", None, ()),
]


@pytest.mark.parametrize(("method", "path", "expected", "values"), FOUND)
def test_what_is_spelt_out_comes_before_what_is_templated(
    method: str, path: str, expected: str | None, values: tuple[str, ...]
) -> None:
    matches = [match for match in routes().find(path) if method in match.methods]
    found = (matches[0].methods[method].what, matches[0].values) if matches else (None, ())
    assert (expected, values) == found


# --- parameters, against the client's own writing of them

# Without what separates: encoded, it looks the same inside of a value.
TEXT = st.text(st.characters(codec="ascii", exclude_characters="\x00 |"), min_size=1, max_size=6).filter(
    lambda text: text not in ("null", "true", "false") and text[0] not in "[{"
)
LISTS = ({"type": "array", "items": {"type": "string"}}, st.lists(TEXT, min_size=1, max_size=4))
NUMBERS = ({"type": "array", "items": {"type": "integer"}}, st.lists(st.integers(), min_size=1, max_size=4))
OBJECTS = (
    {"type": "object", "additionalProperties": {"type": "string"}},
    st.dictionaries(st.sampled_from(["a", "b", "c/d", "é"]), TEXT, min_size=1, max_size=3),
)
SCALARS = ({"type": "string"}, TEXT), ({"type": "integer"}, st.integers()), ({"type": "boolean"}, st.booleans())
KINDS = st.sampled_from([LISTS, NUMBERS, OBJECTS, *SCALARS])
CASES = st.tuples(KINDS, st.booleans()).flatmap(
    lambda one: st.tuples(st.just(one[0][0]), one[0][1], st.just(one[1]))  # schema, value, explode
)


def parameter(name: str, style: str, explode: bool) -> _facts.Parameter:
    return _facts.Parameter(name, Any, style=style, explode=explode)


@settings(deadline=None, derandomize=True, database=None)
@given(CASES, st.sampled_from(["form", "spaceDelimited", "pipeDelimited"]))
def test_a_query_is_read_as_the_client_writes_it(case: tuple[Any, Any, bool], style: str) -> None:
    schema, value, explode = case
    written = _parameters.in_query(parameter("p q", style, explode), value)
    pairs = pairs_of("&".join(f"{name}={text}" for name, text in written))
    assert value == of_pairs(pairs, "p q", style, explode, shape_of(schema, {}))


@settings(deadline=None, derandomize=True, database=None)
@given(CASES, st.sampled_from(["simple", "matrix"]))
def test_a_path_is_read_as_the_client_writes_it(case: tuple[Any, Any, bool], style: str) -> None:
    schema, value, explode = case
    written = _parameters.in_path(parameter("p", style, explode), value)
    assert value == of_segment(written, "p", style, explode, shape_of(schema, {}))


DEEP = [("string", {"a": "1"}), ("object", {"a": {"b": "c"}}), ("array", {"a": ["x", "y"]})]


@pytest.mark.parametrize(("kind", "value"), DEEP)
def test_a_deep_object_is_read_as_the_client_writes_it(kind: str, value: Any) -> None:
    schema = {"type": "object", "properties": {"a": {"type": kind}}}
    written = _parameters.in_query(parameter("p", "deepObject", True), value)
    pairs = pairs_of("&".join(f"{name}={text}" for name, text in written))
    assert value == of_pairs(pairs, "p", "deepObject", True, shape_of(schema, {}))


def test_what_is_not_there_is_absent() -> None:
    for style in ("form", "deepObject"):
        with pytest.raises(Absent):
            of_pairs([("q", "1")], "p", style, False, shape_of({"type": "string"}, {}))


VALUES = [
    ("5", ["integer", "string"], 5),
    ("5", ["string"], "5"),
    ("05", ["integer"], "05"),
    ("1.5", ["number"], 1.5),
    ("1e3", ["number"], 1000.0),
    ("true", ["boolean"], True),
    ("true", ["integer"], "true"),
    ("null", ["null", "integer"], None),
    ('{"a":1}', ["object"], {"a": 1}),
    ("{", ["object"], "{"),
    ("x", [], "x"),
]


@pytest.mark.parametrize(("text", "types", "expected"), VALUES)
def test_text_becomes_what_its_schema_lets_it(text: str, types: list[str], expected: Any) -> None:
    assert expected == value_of(text, shape_of({"type": types} if types else {}, {}))


def test_a_client_that_asks_before_it_sends_is_told_to_go_on() -> None:
    head = "POST /kafka/v3/clusters/a/topics/b/records HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n{}\r\n\r\n"
    good = "Authorization: Bearer t\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close"
    with Server(examples(api(FLAGSHIP))) as server:
        for fields, first in ((good, b"HTTP/1.1 100 Continue\r\n\r\n"), ("Content-Length: 2", b"HTTP/1.1 401 ")):
            with socket.create_connection((server.host, server.port), SECONDS) as connection:
                connection.sendall(head.format(fields).encode())
                assert connection.recv(65536).startswith(first)
                if b"100" in first:
                    connection.sendall(b"{}")
                    assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
