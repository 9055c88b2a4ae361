"""The facts' table of what the public server does, row by row, on a real socket by a client of raw bytes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from specmill.serve.server import Server
from specmill_kafka.responder import KafkaRest
from tests.kafka_server.raw import LAST, Client, chunk, head, told, wait_until, whole

GOOD = b'{"value":{"type":"STRING","data":"hi"}}\n'
READING = "Bad Request: Error processing message: "


@contextmanager
def serving(**switches: str) -> Iterator[tuple[Server, KafkaRest]]:
    kafka = KafkaRest({})
    kafka.behave(**switches)
    with Server(kafka) as server:
        yield server, kafka
    assert [] == server.failures


def value(data: str, kind: str = "JSON") -> bytes:
    return b'{"value":{"type":"%b","data":%b}}' % (kind.encode(), data.encode())


def header(content: str) -> bytes:
    return b'{"headers":[{"name":"h","value":%b}]}' % json.dumps(content).encode()


# Row and condition; the bytes; the codes told; how many records are stored. A good record is sent behind each.
RECORDS = {
    "1 good record": (GOOD, [200], 1),
    "2 empty object": (b"{}", [200], 1),
    "2 key and value null": (b'{"key":null,"value":null}', [200], 1),
    "3 data null": (value("null"), [200], 1),
    "4 data omitted": (b'{"value":{"type":"STRING"}}', [400], 0),
    "5 type omitted": (b'{"value":{"data":1}}', [422], 0),
    "5 type null": (b'{"value":{"type":null,"data":null}}', [422], 0),
    "6 type unknown": (value("1", "XML"), [400], 0),
    "6 type in wrong case": (value("1", "json"), [400], 0),
    "7 BINARY not a string": (value("1", "BINARY"), [400], 0),
    "7 BINARY bad base64": (value('"fooba"', "BINARY"), [400], 0),
    "7 BINARY without padding": (value('"Zg"', "BINARY"), [200], 1),
    "8 STRING not a string": (value("1", "STRING"), [400], 0),
    "9 unknown member": (b'{"foo":1}', [400], 0),
    "10 header of two characters": (header("Zg"), [400], 0),
    "10 header of three characters": (header("Zm8"), [400], 0),
    "10 header with an illegal character": (header("Z*8="), [400], 0),
    "12 header null": (b'{"headers":[{"name":"h","value":null},{"name":"i"}]}', [200], 1),
    "13 bad timestamp": (b'{"timestamp":"2021-02-05"}', [400], 0),
    "14 milliseconds": (b'{"timestamp":1612552482123}', [200], 1),
    "15 before 1970": (b'{"timestamp":"1969-12-31T23:59:59Z"}', [500], 0),
    "16 partition with an underscore": (b'{"partition_id":"0_1"}', [400], 0),
    "16 partition in digits of elsewhere": ('{"partition_id":"\u0661"}'.encode(), [400], 0),
    "16 partition as text with blanks": (b'{"partition_id":" 1 "}', [200], 1),
    "16 partition as blanks": (b'{"partition_id":" "}', [200], 1),
    "16 negative partition": (b'{"partition_id":-1}', [40402], 0),
    "27 root array": (b"[%b]" % GOOD, [400], 0),
    "28 root string": (b'"x"', [400], 0),
    "28 root number": (b"7 ", [400], 0),
    "28 root true": (b"true ", [400], 0),
    "28 root null": (b"null ", [500], 0),
    "30 NaN is read over": (value("NaN"), [400], 0),
    "32 whitespace": (b" \t\r\n\n", [], 0),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_judged_and_the_stream_goes_on(name: str) -> None:
    sent, codes, stored = RECORDS[name]
    with serving() as (server, kafka), Client(server) as client:
        client.send(whole(sent + GOOD))
        answer = client.answer()
        assert [*codes, 200] == answer.codes
        assert stored + 1 == len(kafka.records("orders"))
        client.send(whole(GOOD))  # 39: the connection is as good as before
        assert [200] == client.answer().codes


ENDS = {
    "11 header of five characters": (header("fooba"), [400, 400]),
    "11 short padding": (header("Zg="), [400, 400]),
    "11 text behind the padding": (header("Zg==Zg=="), [400, 400]),
    "29 garbage": (b"garbage ", [400]),
    "29 comma": (b",", [400]),
    "29 record separator": (b"\x1e", [400]),
    "29 a number glued to what follows": (b"7", [400]),
    "30 missing comma": (b'{"a":1 "b":2}', [400, 400]),
    "30 trailing comma": (b'{"a":1,}', [400, 400]),
    "30 bad literal": (b'{"a":tru}', [400, 400]),
    "30 raw control character": (b'{"a":"\x01"}', [400, 400]),
    "30 too deep": (b'{"value":' + b"[" * 1001, [400, 400]),
    "52 gzip": (b"\x1f\x8b\x08\x00", [400]),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_breaks_the_stream_ends_it(name: str) -> None:
    sent, codes = ENDS[name]
    with serving() as (server, kafka), Client(server) as client:
        client.send(head() + chunk(GOOD + sent + GOOD))  # and the body stays open
        answer = client.answer()
        assert ([200, *codes], True) == (answer.codes, answer.complete)
        assert answer.reports[-1]["message"].startswith(READING)
        assert client.closed()
        assert 1 == len(kafka.records("orders"))


def test_31_a_body_that_ends_inside_a_record_is_told_twice() -> None:
    with serving() as (server, kafka):
        answer = told(server, whole(GOOD + b'{"value":'))
        assert [200, 400, 400] == answer.codes
        assert 1 == len(kafka.records("orders"))


@pytest.mark.parametrize(("row", "record"), [(17, b'{"partition_id":7}'), (18, b"{}")])
def test_17_18_what_is_not_there_is_waited_for_and_all_behind_it_waits(row: int, record: bytes) -> None:
    with serving(stall="20ms", topics="known") as (server, kafka):
        if row == 17:
            kafka.create_topic("orders", 3)
        answer = told(server, whole(record + GOOD))
        assert [40401, 200 if row == 17 else 40401] == answer.codes
        assert "not present in metadata after 20 ms." in answer.reports[0]["message"]


BROKER = {
    "19 topic gone": ("topic-gone", 40403, 1),
    "24 authentication": ("unauthenticated", 40101, 1),
    "24 authorization": ("unauthorized", 40301, 1),
    "25 delivery timeout": ("timeout", 50003, 1),
    "25 delivery timeout behind the write": ("timeout-stored", 50003, 2),
    "26 other": ("fails", 50002, 1),
    "26 invalid": ("invalid", 40002, 1),
    "26 unavailable": ("unavailable", 50302, 1),
}


@pytest.mark.parametrize("name", BROKER)
def test_what_the_broker_says_is_told_and_the_stream_goes_on(name: str) -> None:
    said, code, stored = BROKER[name]
    with serving(broker=said, broker_every="2") as (server, kafka):
        assert [200, code] == told(server, whole(GOOD + GOOD)).codes
        assert stored == len(kafka.records("orders"))


def test_20_any_cluster_is_echoed_unless_some_are_named() -> None:
    with serving() as (server, kafka):
        assert "c" == told(server, whole(GOOD)).reports[0]["cluster_id"]
        kafka.behave(clusters="a,b")
        answer = told(server, whole(GOOD))
        assert (404, "Cluster c cannot be found.") == (answer.status, answer.reports[0]["message"])


def test_21_a_record_that_is_too_large_for_the_broker_is_refused() -> None:
    with serving(message_size="100") as (server, _):
        assert [413, 200] == told(server, whole(value('"%s"' % ("x" * 40)) + GOOD)).codes


def test_22_a_record_over_the_limit_of_the_server_ends_the_stream() -> None:
    with serving(request_size="100") as (server, kafka), Client(server) as client:
        client.send(head() + chunk(GOOD * 20 + value('"%s"' % ("x" * 200)) + GOOD))
        answer = client.answer()
        assert [200] * 20 + [400] == answer.codes
        assert f"{READING}Produce request size is larger than allowed threshold" == answer.reports[-1]["message"]
        assert client.closed()
        assert 20 == len(kafka.records("orders"))


def test_23_what_is_over_the_rate_is_refused_and_not_stored() -> None:
    with serving(rate_records="1") as (server, kafka):
        assert [200, 429, 429] == told(server, whole(GOOD * 3)).codes
        assert 1 == len(kafka.records("orders"))


def test_33_silence_between_records_ends_the_stream() -> None:
    with serving(idle="50ms") as (server, _), Client(server) as client:
        client.send(head() + chunk(GOOD))
        answer = client.answer()
        assert ([200, 400], True) == (answer.codes, answer.complete)
        assert answer.reports[1]["message"].endswith("TimeoutException: Idle timeout expired: 50/50 ms")
        assert client.closed()


def test_34_silence_ahead_of_the_first_byte_is_told_and_ends_the_stream_after_another() -> None:
    with serving(idle="50ms") as (server, _), Client(server) as client:
        client.send(head())
        answer = client.answer()
        assert [f"{READING}Unexpected error while starting JSON stream:"] == [one["message"] for one in answer.reports]
        assert answer.complete


def test_35_silence_inside_a_record_is_told_twice() -> None:
    with serving(idle="50ms") as (server, kafka), Client(server) as client:
        client.send(head() + chunk(GOOD + b'{"value":'))
        answer = client.answer()
        assert ([200, 500, 400], True) == (answer.codes, answer.complete)
        assert 1 == len(kafka.records("orders"))


@pytest.mark.parametrize(("stores", "stored"), [("yes", 2), ("no", 0)])
def test_36_a_record_after_the_age_is_told_408(stores: str, stored: int) -> None:
    with serving(max_age="0s", **{"408_stores": stores}) as (server, kafka):
        answer = told(server, whole(GOOD + b"[]" + GOOD))
        assert ([408, 408, 408], True) == (answer.codes, answer.complete)
        assert stored == len(kafka.records("orders"))


def test_37_a_record_after_the_grace_is_not_told_of() -> None:
    with serving(max_age="0s", grace="0s", **{"408_close": "timer"}) as (server, kafka), Client(server) as client:
        client.send(head() + chunk(GOOD))
        answer = client.answer()
        assert ([408], True) == (answer.codes, answer.complete)
        client.send(chunk(GOOD))
        assert client.closed()
        assert 1 == len(kafka.records("orders"))


def test_38_records_that_are_outstanding_at_the_age_are_told_first() -> None:
    with serving(max_age="0s", ack_delay="30ms") as (server, kafka), Client(server) as client:
        server.do(lambda: kafka.behave(max_age="24h"))
        client.send(head() + chunk(GOOD))
        wait_until(lambda: bool(kafka.records("orders")))
        server.do(lambda: kafka.behave(max_age="0s"))
        client.send(chunk(GOOD) + LAST)
        assert [200, 408] == client.answer().codes


@pytest.mark.parametrize(("rest", "codes"), [(b"", [200, 400]), (b'{"a":', [200, 500, 400])])
def test_40_a_half_closed_body_is_told(rest: bytes, codes: list[int]) -> None:
    with serving() as (server, kafka), Client(server) as client:
        client.send(head() + chunk(GOOD + rest))
        client.socket.shutdown(1)
        answer = client.answer()
        assert (codes, True) == (answer.codes, answer.complete)
        assert f"{READING}Early EOF" == answer.reports[-1]["message"]
        assert 1 == len(kafka.records("orders"))


def test_40_bad_framing_is_told() -> None:
    with serving() as (server, _), Client(server) as client:
        client.send(head() + chunk(GOOD))
        client.until(b'"error_code":200')
        client.send(b"zz\r\n")
        assert [200, 400] == client.answer().codes


def test_41_what_was_read_before_a_reset_is_stored() -> None:
    with serving(ack_delay="1h") as (server, kafka):
        with Client(server) as client:
            client.send(head() + chunk(GOOD * 3))
            client.until(b"\r\n\r\n")
            wait_until(lambda: len(kafka.records("orders")) >= 3)
        assert 3 == len(kafka.records("orders"))


@pytest.mark.parametrize("switch", ["reset-after", "cut-after"])
def test_43_an_answer_ends_at_any_byte(switch: str) -> None:
    with serving(**{switch: "30"}) as (server, _):
        answer = told(server, whole(GOOD))
        assert (False, 200) == (answer.complete, answer.status)


def test_44_the_filter_cuts_a_stream_without_its_end() -> None:
    with serving(dos_max_age="50ms") as (server, _):
        answer = told(server, head() + chunk(GOOD))
        assert (False, f"{READING}null") == (
            answer.complete,
            answer.body.split(b'"message":"')[1].split(b'"')[0].decode(),
        )


PAGES = {
    "45 html": ("", "text/html;charset=iso-8859-1", b"HTTP ERROR 429"),
    "45 json": ("Accept: application/json", "application/json", b'"status":"429"'),
    "45 text": ("Accept: text/plain", "text/plain", b"STATUS: 429"),
}


@pytest.mark.parametrize("name", PAGES)
def test_45_too_many_requests_are_turned_away_with_a_page(name: str) -> None:
    accept, kind, text = PAGES[name]
    with serving(dos="refuse") as (server, _), Client(server) as client:
        client.send(head("Transfer-Encoding: chunked", accept) if accept else head())
        answer = client.answer()
        assert (429, kind, "unavailable") == (answer.status, answer.fields["content-type"], answer.fields["dosfilter"])
        assert text in answer.body
        assert client.closed()


REQUESTS = {
    "46 media type": (whole(GOOD, "Content-Type: text/plain"), 415, 415),
    "46 accept": (whole(GOOD, "Accept: text/html"), 406, 406),
    "46 method": (head("", method="GET"), 405, 405),
    "46 path": (head("Content-Length: 0", path="/v3/clusters"), 404, 404),
    "47 charset": (whole(GOOD, "Content-Type: application/json; charset=utf-16"), 400, 400),
    "49 nothing at all": (b"POST /v3/clusters/c/topics/t/records HTTP/1.1\r\nHost: h\r\n\r\n", 422, 42206),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_46_47_49_what_the_head_alone_says_is_told_by_status(name: str) -> None:
    sent, status, code = REQUESTS[name]
    with serving() as (server, kafka):
        answer = told(server, sent)
        assert (status, [code]) == (answer.status, answer.codes)
        assert () == kafka.records("orders")


def test_46_a_type_that_the_document_promises_and_the_methods_that_http_asks_for_are_named() -> None:
    with serving() as (server, _):
        assert "application/json" == told(server, REQUESTS["46 media type"][0]).fields["content-type"]
        other = told(server, REQUESTS["46 method"][0]).fields
        assert ("POST", False) == (other["allow"], "content-type" in other)


@pytest.mark.parametrize("sent", [whole(b""), whole(b" \n"), head("Content-Length: 0")])
def test_48_an_empty_body_has_an_empty_answer(sent: bytes) -> None:
    with serving() as (server, _):
        answer = told(server, sent)
        assert (200, b"", True) == (answer.status, answer.body, answer.complete)


def test_50_with_gzip_reports_are_held_back_until_the_end() -> None:
    with serving() as (server, kafka), Client(server) as client:
        client.send(head("Transfer-Encoding: chunked", "Accept-Encoding: gzip") + chunk(GOOD * 3))
        wait_until(lambda: len(kafka.records("orders")) >= 3)
        kafka.behave()
        client.until(b"\x1f\x8b")
        assert client.inbox.endswith(b"A\r\n\x1f\x8b\x08" + bytes(6) + b"\x03\r\n")
        client.send(LAST)
        answer = client.answer()
        assert 3 == zlib.decompress(answer.body, 31).count(b'"error_code":200')


def test_51_an_expectation_is_answered_at_once_and_its_answer_ends_with_the_connection() -> None:
    with serving() as (server, kafka), Client(server) as client:
        client.send(head("Transfer-Encoding: chunked", "Expect: 100-continue"))
        assert b"HTTP/1.1 200 OK" in client.until(b"\r\n\r\n")
        client.send(chunk(GOOD) + LAST)
        answer = client.answer()
        assert ("close", [200]) == (answer.fields["connection"], answer.codes)
        assert "transfer-encoding" not in answer.fields
        kafka.behave(expect="lost")
        assert b"" == told(server, whole(GOOD, "Expect: 100-continue")).body
        assert 1 == len(kafka.records("orders"))


def test_53_reports_keep_their_order_when_acknowledgements_do_not() -> None:
    with serving(ack_delay="20ms", ack_reorder="yes") as (server, _):
        answer = told(server, whole(GOOD * 5 + b"[]" + GOOD * 4))
        assert [200] * 5 + [400] + [200] * 4 == answer.codes
        assert list(range(9)) == [report["offset"] for report in answer.reports if "offset" in report]


def batch(entries: bytes) -> bytes:
    path = "/v3/clusters/c/topics/orders/records:batch"
    return head(path=path) + chunk(b'{"entries":[%b]}' % entries) + LAST


BAD_ENTRIES = {
    "54 no id": (b'{},{"id":"b"}', 400, 400),
    "54 unknown type": (b'{"id":"a"},{"id":"b","value":{"type":"x","data":1}}', 400, 400),
    "54 unknown member": (b'{"id":"a","foo":1}', 422, 422),
    "54 ids not distinct": (b'{"id":"a"},{"id":"a"}', 422, 42208),
    "54 none": (b"", 422, 42208),
    "54 too many": (b",".join(b'{"id":"%d"}' % n for n in range(11)), 422, 42208),
    "54 id of bad characters": (b'{"id":"a b"}', 422, 42208),
}


@pytest.mark.parametrize("name", BAD_ENTRIES)
def test_54_one_bad_entry_fails_a_batch(name: str) -> None:
    entries, status, code = BAD_ENTRIES[name]
    with serving() as (server, kafka):
        answer = told(server, batch(entries))
        assert (status, code) == (answer.status, json.loads(answer.body)["error_code"])
        assert () == kafka.records("orders")


def test_55_the_entries_of_a_batch_are_told_in_two_lists() -> None:
    entries = b'{"id":"a"},{"id":"b","value":{"type":"STRING","data":1}},{"id":"c"}'
    with serving() as (server, _):
        answer = told(server, batch(entries))
        body = json.loads(answer.body)
        assert (207, ["a", "c"], [("b", 400)]) == (
            answer.status,
            [one["id"] for one in body["successes"]],
            [(one["id"], one["error_code"]) for one in body["failures"]],
        )
        assert "error_code" not in body["successes"][0]
