"""What the table does not say row by row: heads, framing, several requests, credentials, and who does not read."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

import pytest

from specmill.document.pointers import find, split
from specmill_kafka.outbox import INSIDE
from tests.kafka_server.raw import LAST, Client, chunk, head, told, wait_until, whole
from tests.kafka_server.test_table import GOOD, serving, value
from tests.serve.flagship import flagship


def test_the_head_of_a_stream_is_out_ahead_of_its_first_byte() -> None:
    with serving() as (server, _), Client(server) as client:
        client.send(head())
        lines = client.until(b"\r\n\r\n").split(b"\r\n")
        names = {line.split(b":")[0] for line in lines[1:] if line}
        assert (b"HTTP/1.1 200 OK", {b"Content-Type", b"Vary", b"Date", b"Transfer-Encoding"}) == (lines[0], names)


def test_the_head_of_a_stream_waits_for_a_byte_when_switched() -> None:
    with serving(head="first-byte", idle="1h") as (server, _), Client(server) as client:
        client.send(head())
        client.send(chunk(b"\n"))
        client.until(b"\r\n\r\n")
        said = [one.side for one in server.transcript if one.what == "data"]
        assert ["client"] == sorted(set(said[: said.index("server")]))
        assert b"\n" in server.transcript.of(0, "client")


def test_a_report_is_two_chunks() -> None:
    with serving() as (server, _):
        answer = told(server, whole(GOOD))
        assert (2, b"\r\n") == (len(answer.chunks), answer.chunks[1])
        text = answer.chunks[0].decode()
        place = '"cluster_id":"c","topic_name":"orders","partition_id":0,"offset":0,"timestamp":"'
        assert text.startswith('{"error_code":200,' + place)
        assert text.endswith('Z","value":{"type":"STRING","size":2}}')


@pytest.mark.parametrize("how", ["two-chunks", "one-chunk", "several", "split"])
def test_reports_are_the_same_however_they_lie_in_chunks(how: str) -> None:
    with serving(reports=how) as (server, _):
        assert [200, 400, 200] == told(server, whole(GOOD + b"[]" + GOOD)).codes


SIZES = {"null": -1, '""': 0, '"é"': 2}


@pytest.mark.parametrize("data", SIZES)
def test_the_size_is_that_of_what_is_stored(data: str) -> None:
    with serving() as (server, _):
        report = told(server, whole(value(data, "STRING"))).reports[0]
        assert {"type": "STRING", "size": SIZES[data]} == report["value"]
        assert "key" not in report


DOCUMENTED = {"binary_and_json": 200, "string": 200, "empty_value": 422}  # whose key, without a type, needs a registry


def test_the_examples_of_the_document_are_answered_without_a_stall() -> None:
    (operation,) = flagship().operations
    found: Any = find(flagship().normal.tree, split(operation.pointer))
    examples = found["requestBody"]["content"]["application/json"]["examples"]
    with serving(stall="off") as (server, _):
        codes = {name: told(server, whole(json.dumps(one["value"]).encode())).codes for name, one in examples.items()}
    assert {name: [code] for name, code in DOCUMENTED.items()} == codes


def test_what_was_produced_is_read_back() -> None:
    record = {
        "partition_id": 1,
        "timestamp": "2021-02-05T19:14:42Z",
        "headers": [{"name": "h", "value": "Zg=="}],
        "key": {"type": "STRING", "data": "k"},
        "value": {"type": "JSON", "data": {"id": 7}},
    }
    with serving(partitions="3") as (server, kafka):
        told(server, whole(json.dumps(record).encode()))
        (stored,) = kafka.records("orders")
    assert (1, 0, 1612552482000, b"k", (("h", b"f"),)) == (
        stored.partition,
        stored.offset,
        stored.timestamp,
        stored.key,
        stored.headers,
    )
    assert (b'{"id":7}', {"id": 7}) == (stored.value, stored.json)


@pytest.mark.parametrize(("log", "values"), [("duplicates", "aabbcc"), ("reordered", "bac")])
def test_a_log_may_keep_more_or_another_order(log: str, values: str) -> None:
    sent = b"".join(value(f'"{one}"', "STRING") for one in "abc")
    with serving(log=log) as (server, kafka):
        assert [200] * 3 == told(server, whole(sent)).codes
        assert values.encode() == b"".join(one.value or b"" for one in kafka.records("orders"))


def test_requests_that_are_sent_together_are_answered_in_their_order() -> None:
    sized = head(f"Content-Length: {len(GOOD)}") + GOOD
    with serving() as (server, _), Client(server) as client:
        client.send(whole(GOOD) + sized + whole(b"") + sized)
        assert [[200], [200], [], [200]] == [client.answer().codes for _ in range(4)]


def test_connection_close_ends_the_answer_with_the_connection() -> None:
    with serving() as (server, _):
        answer = told(server, whole(GOOD, "Connection: close"))
        assert ([200], "close", False) == (
            answer.codes,
            answer.fields["connection"],
            "transfer-encoding" in answer.fields,
        )


def test_http_1_0_is_answered_without_chunks() -> None:
    with serving() as (server, _):
        sent = head(f"Content-Length: {len(GOOD)}").replace(b"HTTP/1.1", b"HTTP/1.0") + GOOD
        answer = told(server, sent)
        assert ([200], False) == (answer.codes, "transfer-encoding" in answer.fields)


@pytest.mark.parametrize(("sent", "status"), [(head("X: " + "x" * 9000), 431), (b"nonsense\r\n\r\n", 400)])
def test_what_is_no_request_gets_a_page(sent: bytes, status: int) -> None:
    with serving() as (server, _), Client(server) as client:
        client.send(sent)
        answer = client.answer()
        assert (status, "text/html;charset=iso-8859-1") == (answer.status, answer.fields["content-type"])
        assert client.closed()


def basic(pair: str) -> str:
    return "Authorization: Basic " + base64.b64encode(pair.encode()).decode()


CREDENTIALS = {
    "none": ("X: y", 401),
    "user": (basic("K:S"), 200),
    "wrong secret": (basic("K:T"), 401),
    "token": ("Authorization: Bearer t", 200),
    "wrong token": ("Authorization: Bearer K:S", 401),
    "nonsense": ("Authorization: Basic ?", 401),
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_credentials_are_asked_for_when_there_are_any(name: str) -> None:
    field, status = CREDENTIALS[name]
    with serving(users="K:S", tokens="t,u") as (server, kafka):
        answer = told(server, whole(GOOD, field))
        assert (status, [200 if status == 200 else 40101]) == (answer.status, answer.codes)
        assert int(status == 200) == len(kafka.records("orders"))


def test_a_topic_may_be_denied() -> None:
    with serving(denied_topics="orders") as (server, _):
        answer = told(server, whole(GOOD))
        assert (403, [40301]) == (answer.status, answer.codes)


@pytest.mark.parametrize(("switch", "code"), [("500", 500), ("503", 50302)])
def test_the_server_may_fail(switch: str, code: int) -> None:
    with serving(fails=switch) as (server, _):
        answer = told(server, whole(GOOD))
        assert (int(switch), [code]) == (answer.status, answer.codes)


def test_behaviour_changes_while_a_stream_is_open() -> None:
    with serving() as (server, kafka), Client(server) as client:
        client.send(head() + chunk(GOOD))
        client.until(b'"error_code":200')
        server.do(lambda: kafka.behave(broker="fails"))
        client.send(chunk(GOOD) + LAST)
        assert [200, 50002] == client.answer().codes


MANY = 60_000  # records, whose reports are more than sockets and buffers hold


def flood(client: Client) -> None:
    """Sends without a look at the answers, for as long as the server takes it."""
    block = chunk(GOOD * 500)
    try:
        client.send(head())
        for _ in range(MANY // 500):
            client.send(block)
        client.send(LAST)
    except OSError:
        pass


def test_a_client_that_does_not_read_is_cut_off_and_all_it_sent_is_stored() -> None:
    with (
        serving(idle="1h", unread_bytes="off", unread="cut") as (server, kafka),
        Client(server, receives=4096) as client,
    ):
        flood(client)
        wait_until(lambda: len(kafka.records("orders")) >= MANY)
        server.do(lambda: kafka.behave(idle="1ms"))
        wait_until(lambda: any(len(one.data) == INSIDE for one in server.transcript if one.side == "server"))
        answer = client.answer()
        assert not answer.complete
        assert answer.body.count(b'"error_code":200') < MANY


def test_a_client_that_does_not_read_may_be_told_of_fewer_with_a_good_end() -> None:
    with (
        serving(idle="1h", unread_bytes="off", unread="drop") as (server, kafka),
        Client(server, receives=4096) as client,
    ):
        flood(client)
        wait_until(lambda: len(kafka.records("orders")) >= MANY)
        server.do(lambda: kafka.behave(idle="1ms"))  # not before, since a slow machine is no silent client
        wait_until(lambda: any(one.data.endswith(LAST) for one in server.transcript if one.side == "server"))
        answer = client.answer()
        assert answer.complete
        assert 0 < len(answer.reports) < MANY


def test_a_client_that_reads_late_is_held_and_loses_nothing() -> None:
    with (
        serving(unread="hold", unread_bytes="1000000", partitions="1") as (server, _),
        Client(server, receives=4096) as client,
    ):
        sending = threading.Thread(target=flood, args=(client,))
        sending.start()
        answer = client.answer()
        sending.join()
        assert (MANY, True) == (len(answer.reports), answer.complete)
        assert list(range(MANY)) == [report["offset"] for report in answer.reports]


def test_what_is_kept_for_a_client_that_does_not_read_is_bounded() -> None:
    with serving(unread="hold", unread_bytes="1000000") as (server, kafka), Client(server, receives=4096) as client:
        client.socket.settimeout(0.5)
        flood(client)  # until nothing is taken any more
        stored = len(kafka.records("orders"))
        assert stored < MANY


def test_records_that_come_in_one_piece_do_not_stop_the_reading_of_the_next() -> None:
    """A client that does not read is not held back by the server of this API, whatever the size of the pieces."""
    with serving(idle="1h", unread_bytes="off") as (server, kafka), Client(server, receives=4096) as client:
        client.send(head())
        block = chunk(b"{}\n" * 20_000)  # whose reports are far more than the connection bears at once
        for _ in range(6):
            client.send(block)
        wait_until(lambda: len(kafka.records("orders")) == 120_000)


@pytest.mark.parametrize("codings", ["identity", "gzip;q=0, identity", "gzip; q=0.0", "notgzip"])
def test_who_does_not_want_gzip_is_not_given_any(codings: str) -> None:
    with serving() as (server, _):
        answer = told(server, whole(GOOD, f"Accept-Encoding: {codings}"))
    assert ([200], False) == (answer.codes, "content-encoding" in answer.fields)
