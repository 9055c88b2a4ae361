"""Streams of the examples responder: a report for every record, at once, in order; a bad one gets its verdict."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafka_rest import Basic, Client, ProduceRequest, ProduceRequestData
from specmill.serve.examples import examples
from specmill.serve.examples.records import Records, Unreadable
from specmill.serve.server import Server
from tests.serve.asking import FLAGSHIP, SECONDS, Asked, api, ask, chunks
from tests.support import CASES

RECORDS = "/kafka/v3/clusters/cluster-1/topics/orders/records"
JSON = {"Authorization": "Basic a2V5OnNlY3JldA==", "Content-Type": "application/json"}
GOOD, BAD = rb'{"value":{"type":"JSON","data":"}{\"[\\"}}', b'{"value":{"type":"XML"}}'


class Open:
    """One stream on a bare socket."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.inbox = bytearray()

    def head(self, path: str, **fields: str) -> None:
        lines = [f"POST {path} HTTP/1.1", "Host: here", "Transfer-Encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in {**JSON, **fields}.items()]
        self.connection.sendall("\r\n".join([*lines, "", ""]).encode())

    def send(self, content: bytes) -> None:
        self.connection.sendall(b"%x\r\n%b\r\n" % (len(content), content))

    def until(self, end: bytes) -> bytes:
        while end not in self.inbox:
            piece = self.connection.recv(65536)
            assert piece, bytes(self.inbox)
            self.inbox += piece
        found, _, rest = bytes(self.inbox).partition(end)
        self.inbox = bytearray(rest)
        return found + end

    def rest(self) -> bytes:
        while piece := self.connection.recv(65536):
            self.inbox += piece
        return b"".join(chunks(bytes(self.inbox)))


@contextmanager
def streaming(server: Server) -> Iterator[Open]:
    with socket.create_connection((server.host, server.port), SECONDS) as connection:
        yield Open(connection)


def reports_of(content: bytes) -> list[object]:
    return [json.loads(line) for line in content.decode().splitlines() if line]


def test_each_record_has_its_report_before_the_next_is_sent() -> None:
    with Server(examples(api(FLAGSHIP))) as server, streaming(server) as stream:
        stream.head(RECORDS)
        assert b"200 OK" in stream.until(b"\r\n\r\n")
        for record, verdict in ((GOOD, b'"error_code":200'), (BAD, b"/value/type"), (GOOD, b'"error_code":200')):
            stream.send(record[:9])
            stream.send(record[9:])
            assert verdict in stream.until(b"}\r\n")
        stream.connection.sendall(b"0\r\n\r\n")
        stream.until(b"0\r\n\r\n")


CUT = b" \r\n" + GOOD + BAD + b"\t" + GOOD + b"\n{}"


@pytest.mark.parametrize("size", [1, 2, 7, len(CUT)])
def test_any_cut_gives_the_same_reports(size: int) -> None:
    with Server(examples(api(FLAGSHIP))) as server, streaming(server) as stream:
        stream.head(RECORDS, Connection="close")
        for at in range(0, len(CUT), size):
            stream.send(CUT[at : at + size])
        stream.connection.sendall(b"0\r\n\r\n")
        stream.until(b"\r\n\r\n")
        told = reports_of(stream.rest())
    assert [200, 400, 200, 200] == [report["error_code"] for report in told]  # type: ignore[index]


@pytest.mark.parametrize("broken", [b'{"a":tru}{}', b"}{}", b"," + GOOD, b"[" * 2000])
def test_broken_json_has_one_report_and_ends_the_stream(broken: bytes) -> None:
    with Server(examples(api(FLAGSHIP))) as server, streaming(server) as stream:
        stream.head(RECORDS)
        stream.send(GOOD + b" " + broken)
        stream.until(b"\r\n\r\n")
        told = reports_of(stream.rest())
    assert [200, 400] == [report["error_code"] for report in told]  # type: ignore[index]


def test_several_records_in_a_sized_body_are_reported_one_by_one() -> None:
    with Server(examples(api(FLAGSHIP))) as server:
        told = ask(server.url, Asked("POST", RECORDS, JSON, GOOD + BAD + GOOD))
    assert [200, 400, 200] == [report["error_code"] for report in reports_of(told.body)]  # type: ignore[index]


def test_a_stream_may_prefer_a_report_or_an_answer_that_is_none() -> None:
    with Server(examples(api(FLAGSHIP))) as server, streaming(server) as stream, streaming(server) as other:
        stream.head(RECORDS, Prefer="example=produce_record_bad_binary_data")
        stream.send(GOOD)
        stream.until(b"\r\n\r\n")
        assert b"Bad Request: data=1 is not a base64 string." in stream.until(b"}\r\n")
        other.head(RECORDS, Prefer="code=429")
        assert b"429 Too Many Requests" in other.until(b"\r\n\r\n")


STREAMS = CASES / "clients" / "streams" / "openapi.yaml"
VERDICTS = [
    ("/readings", b'{"value":1}', {"ok": True, "raise_for_error": "string"}),
    ("/readings", b'{"value":"1"}', {"ok": False}),
    ("/events", b"[]", {"state": "refused", "detail": 'the record: this is not of type "object" (type)'}),
    ("/counts", b"1 ", 0),
]


@pytest.mark.parametrize(("path", "record", "report"), VERDICTS)
def test_a_report_says_by_its_verdict_how_the_record_fared(path: str, record: bytes, report: object) -> None:
    with Server(examples(api(STREAMS))) as server, streaming(server) as stream:
        stream.head(path)
        stream.send(record)
        stream.until(b"\r\n\r\n")
        stream.until(b"\r\n")  # the size of the chunk
        assert report == json.loads(stream.until(b"\r\n"))


def test_the_client_gets_its_reports_in_order() -> None:
    good = ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": 1}))
    bad = ProduceRequest(value=ProduceRequestData(type="XML", data=1))  # type: ignore[arg-type]
    given = [bad if n % 7 == 3 else good for n in range(3000)]
    with Server(examples(api(FLAGSHIP))) as server, Client(server.url, auth=Basic("key", "secret")) as client:
        told = [getattr(report, "error_code", None) for _, report in client.produce("cluster-1", "orders", given)]
    assert [400 if n % 7 == 3 else 200 for n in range(3000)] == told


# --- records


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
SPACES = st.sampled_from([b" ", b"\n", b"\r\n", b"\t "])


@given(st.lists(st.tuples(VALUES, SPACES, st.booleans())), st.integers(1, 9))
def test_records_are_found_wherever_they_are_cut(values: list[tuple[object, bytes, bool]], size: int) -> None:
    text = b"".join(json.dumps(value, ensure_ascii=ascii).encode() + space for value, space, ascii in values)
    records = Records()
    found: list[bytes] = []
    for at in range(0, len(text), size):
        found += records.feed(text[at : at + size])
    assert [value for value, _, _ in values] == [json.loads(record) for record in found]
    assert b"" == records.end()


def test_what_is_too_deep_or_closed_too_often_is_no_record() -> None:
    for text in (b"]", b"[" * 1001):
        with pytest.raises(Unreadable):
            list(Records().feed(text))
