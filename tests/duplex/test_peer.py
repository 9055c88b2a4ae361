"""The peer itself: honest where it says so, strict with its client, and never in the way of a test."""

from __future__ import annotations

import json
import os
import select
import socket
from collections.abc import Callable
from threading import enumerate as threads
from typing import Any

import pytest

from tests.duplex.conversation import Conversation
from tests.duplex.expected import AFTER, MUCH
from tests.duplex.faults_end import reset_early, whole_answer
from tests.duplex.honest import WAYS, Honest
from tests.duplex.peer import Peer, in_turn
from tests.duplex.plain import HEAD, body, connected, converse, numbered
from tests.duplex.understood import understood
from tests.duplex.wire import LAST_CHUNK, NotHttp, chunk

PLAIN_AND_TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])

ANSWER_TO_TWO = (
    b"HTTP/1.1 200 OK\r\n"
    b"Date: Sat, 21 Nov 2026 01:18:07 GMT\r\n"
    b"Content-Type: application/json\r\n"
    b"Vary: Accept-Encoding\r\n"
    b"Transfer-Encoding: chunked\r\n"
    b"\r\n"
    b"A6\r\n"
    b'{"error_code":200,"cluster_id":"cluster-1","topic_name":"orders","partition_id":0,"offset":0,'
    b'"timestamp":"2026-11-21T01:18:07.736Z","value":{"type":"JSON","size":18}}\r\n'
    b"2\r\n\r\n\r\n"
    b"A6\r\n"
    b'{"error_code":200,"cluster_id":"cluster-1","topic_name":"orders","partition_id":0,"offset":1,'
    b'"timestamp":"2026-11-21T01:18:07.736Z","value":{"type":"JSON","size":18}}\r\n'
    b"2\r\n\r\n\r\n"
    b"0\r\n\r\n"
)


@PLAIN_AND_TLS
def test_the_honest_answer_is_that_of_the_public_server_to_the_byte(tls: bool) -> None:
    with Peer(Honest(), tls) as peer:
        heard = converse(peer, HEAD + body(numbered(2)))
    assert (ANSWER_TO_TWO, numbered(2)) == (heard.data, peer.stored)
    assert ANSWER_TO_TWO == whole_answer(numbered(2))[0]


@PLAIN_AND_TLS
@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_an_honest_answer_has_a_report_for_each_record(way: str, tls: bool) -> None:
    with Peer(WAYS[way], tls) as peer:
        answer = understood(converse(peer, HEAD + body(numbered(30))).data)
    assert (200, True, [200] * 30) == (answer.status, answer.complete, [one["error_code"] for one in answer.reports])
    assert numbered(30) == peer.stored


@pytest.mark.parametrize("separator", [b"", b"\n", b" \t\r\n"])
def test_records_are_found_wherever_the_client_cuts_them(separator: bytes) -> None:
    records = [{"value": {"type": "STRING", "data": text}} for text in ("}{", '"\\', "ü€😀", "", "\r\n")]
    text = separator.join(json.dumps(record, ensure_ascii=False).encode() for record in records)
    for size in (1, 2, 7, len(text)):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        with Peer(Honest()) as peer:
            answer = understood(converse(peer, HEAD + b"".join(map(chunk, pieces)) + LAST_CHUNK).data)
        assert records == peer.stored
        assert [2, 2, 9, 0, 2] == [report["value"]["size"] for report in answer.reports]
        assert len(pieces) == peer.conversations[0].chunks


def test_a_report_comes_before_the_next_record_is_sent() -> None:
    with Peer(Honest()) as peer, connected(peer) as client:
        client.sendall(HEAD)
        for record in numbered(3):
            client.sendall(body([record], closes=False))
            heard = b""
            while not heard.endswith(b"2\r\n\r\n\r\n"):
                heard += client.recv(4096)
    assert numbered(3) == peer.stored


def test_a_client_that_sends_everything_before_it_reads_is_no_deadlock() -> None:
    """Both directions are more than the kernel's buffers hold."""
    sent = HEAD + body(numbered(15_000, size=1000))
    with Peer(Honest(adorned=lambda report: {**report, "note": "x" * 1000})) as peer, connected(peer) as client:
        client.sendall(sent)
        heard = bytearray()
        while not heard.endswith(LAST_CHUNK):
            heard += client.recv(1 << 20)
    assert [15_000] * 2 == [len(peer.stored), heard.count(b'"error_code":200')]


def test_a_peer_that_has_stopped_reading_reads_nothing_while_it_writes_either() -> None:
    taken_in: list[int] = []

    def write(talk: Conversation) -> None:
        talk.read_head()
        talk.stop_reading()
        talk.raw(b"x")
        talk.flush()
        select.select([talk.channel.connection], [], [], 5)
        talk.raw(b"x" * MUCH)
        talk.flush()
        taken_in.append(len(talk.channel.inbox))
        talk.until_closed()  # to close with bytes unread would reset what is still on its way

    with Peer(write) as peer, connected(peer) as client:
        client.sendall(HEAD)
        left = MUCH + 1 - len(client.recv(1))
        client.sendall(b"y" * 1000)
        while left:
            left -= len(client.recv(1 << 16))
    assert [0] == taken_in


def test_a_connection_serves_one_request_after_the_other() -> None:
    with Peer(Honest()) as peer:
        heard = converse(peer, (HEAD + body(numbered(2))) * 2)
    second = ANSWER_TO_TWO.replace(b'"offset":1', b'"offset":3').replace(b'"offset":0', b'"offset":2')
    assert ANSWER_TO_TWO + second == heard.data
    assert [2] == [len(talk.heads) for talk in peer.conversations]


def test_a_request_of_known_length_is_served_as_well() -> None:
    text = b"".join(json.dumps(record).encode() for record in numbered(3))
    head = HEAD.replace(b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(text))
    with Peer(Honest()) as peer:
        assert len(understood(converse(peer, head + text).data).reports) == 3
    assert numbered(3) == peer.stored


def test_ids_of_the_address_are_echoed() -> None:
    with Peer(Honest()) as peer:
        heard = converse(peer, HEAD.replace(b"cluster-1/topics/orders", b"a%20b/topics/x.y") + body(numbered(1)))
    (report,) = understood(heard.data).reports
    assert ("a b", "x.y") == (report["cluster_id"], report["topic_name"])


VALUE = {"type": "JSON", "data": 1}
JUDGED: list[tuple[dict[str, Any], int]] = [
    ({}, 200),
    ({"value": {"type": "JSON", "data": None}}, 200),
    ({"key": {"type": "BINARY", "data": "Zg"}}, 200),
    ({"headers": [{"name": "a", "value": None}], "timestamp": "2026-11-21T01:18:07Z", "partition_id": 5}, 200),
    ({"value": {"type": "JSON"}}, 400),
    ({"value": {"data": 1}}, 422),
    ({"value": {"type": "json", "data": 1}}, 400),
    ({"value": {"type": "BINARY", "data": "fooba"}}, 400),
    ({"value": {"type": "BINARY", "data": 1}}, 400),
    ({"value": {"type": "STRING", "data": 1}}, 400),
    ({"value": VALUE, "colour": 1}, 400),
    ({"value": "bare"}, 400),
    ({"headers": [{"name": "a", "value": "Zm"}]}, 400),
    ({"headers": [{"value": ""}]}, 400),
    ({"timestamp": "2026-11-21"}, 400),
    ({"timestamp": "1969-12-31T23:59:59Z"}, 500),
    ({"partition_id": -1}, 40402),
    ({"partition_id": 6}, 40401),
    ({"partition_id": "x"}, 400),
]


def test_each_record_is_judged_as_the_public_server_does_and_the_stream_goes_on() -> None:
    with Peer(Honest()) as peer:
        reports = understood(converse(peer, HEAD + body(record for record, _ in JUDGED)).data).reports
    assert [code for _, code in JUDGED] == [report["error_code"] for report in reports]
    assert [record for record, code in JUDGED if code == 200] == peer.stored


def test_the_size_of_null_is_minus_one_and_absent_sides_are_left_out() -> None:
    records: list[dict[str, Any]] = [
        {"key": {"type": "JSON", "data": {"foo": "bä r"}}},
        {"value": {"type": "STRING", "data": None}},
    ]
    with Peer(Honest()) as peer:
        first, second = understood(converse(peer, HEAD + body(records)).data).reports
    assert ({"type": "JSON", "size": 15}, False) == (first["key"], "value" in first)
    assert ({"type": "STRING", "size": -1}, False) == (second["value"], "key" in second)


def test_some_bad_base64_in_a_header_ends_the_stream() -> None:
    records: list[dict[str, Any]] = [*numbered(1), {"headers": [{"name": "a", "value": "fooba"}]}, *numbered(1)]
    with Peer(Honest()) as peer:
        answer = understood(converse(peer, HEAD + body(records)).data)
    assert ([200, 400, 400], True) == ([report["error_code"] for report in answer.reports], answer.complete)
    assert numbered(1) == peer.stored


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.0\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        HEAD.replace(b"Host: peer", b"Host: peer\r\nHost: peer"),
        HEAD.replace(b"Host", b"Content-Length: 2\r\nHost"),
        HEAD.replace(b"identity", b"gzip"),
        HEAD.replace(b"Host", b"Expect: 100-continue\r\nHost"),
        HEAD + b"5;a=b\r\n",
        HEAD + b"xyz\r\n",
        HEAD + b"2\r\n{}{",
        HEAD + b"0\r\nX: a\r\n",
        HEAD + chunk(b"[{}]"),
        HEAD + chunk(b"{},{}"),
        HEAD + chunk(b'{"value":NaN}'),
        HEAD + chunk(b'{"value":') + LAST_CHUNK,
        HEAD + chunk(b"\xff"),
    ],
)
def test_a_client_that_breaks_the_rules_fails_the_test(sent: bytes) -> None:
    with pytest.raises((NotHttp, UnicodeDecodeError)), Peer(Honest()) as peer:
        converse(peer, sent)


def test_what_a_behaviour_raises_is_raised_at_the_end_or_noted_beside_what_the_test_raises() -> None:
    def broken(talk: Conversation) -> None:
        raise LookupError("broken on purpose")

    with pytest.raises(LookupError), Peer(broken) as peer:
        converse(peer, HEAD)
    with pytest.raises(KeyError) as raised, Peer(broken) as peer:
        converse(peer, HEAD)
        raise KeyError("of the test")
    assert ["and the peer failed: LookupError('broken on purpose')"] == raised.value.__notes__


def test_a_behaviour_that_waits_too_long_fails_the_test() -> None:
    tired = pytest.raises(AssertionError, match=r"the client did nothing for 0\.05 s")
    with tired, Peer(Honest(), patience=0.05) as peer, connected(peer) as client:
        client.sendall(HEAD)
        while client.recv(1 << 10):
            pass


@pytest.mark.parametrize("waits", [Conversation.read_head, Conversation.linger, Conversation.until_closed])
def test_the_end_of_a_test_ends_every_wait_and_leaves_no_thread(waits: Callable[[Conversation], object]) -> None:
    def wait(talk: Conversation) -> None:
        waits(talk)

    with Peer(wait) as peer:
        clients = [socket.create_connection(("127.0.0.1", peer.port)) for _ in range(5)]
    for client in clients:
        client.close()
    assert [] == [thread.name for thread in threads() if thread.name.startswith("peer-")]


def test_each_connection_can_have_a_behaviour_of_its_own() -> None:
    with Peer(in_turn(reset_early, Honest())) as peer:
        first, second, third = (converse(peer, HEAD + body(numbered(AFTER * 2))).data for _ in range(3))
    assert [AFTER, AFTER * 2, AFTER * 2] == [len(understood(data).reports) for data in (first, second, third)]
    assert [0, 1, 2] == [talk.number for talk in peer.conversations]


@PLAIN_AND_TLS
def test_a_reset_is_one_on_the_wire_and_everything_written_comes_ahead_of_it(tls: bool) -> None:
    """Read below TLS, since Python shows a reset as a mere end there."""
    with Peer(reset_early, tls) as peer, connected(peer) as client:
        client.sendall(HEAD + body(numbered(AFTER + 3), closes=False))
        client.setblocking(True)
        heard = b""
        with pytest.raises(ConnectionResetError):
            while piece := os.read(client.fileno(), 65536):
                heard += piece
    assert tls or whole_answer(numbered(AFTER))[0].removesuffix(LAST_CHUNK) == heard


def test_heartbeats_are_counted_and_are_no_records() -> None:
    with Peer(Honest()) as peer:
        heard = converse(peer, HEAD + chunk(b"\n") + body(numbered(2), closes=False) + chunk(b"\n") + LAST_CHUNK)
    assert ANSWER_TO_TWO == heard.data
    assert (2, 4) == (peer.conversations[0].heartbeats, peer.conversations[0].chunks)


def test_a_peer_keeps_only_what_it_is_told_to_keep() -> None:
    with Peer(Honest(), keep=lambda record: record["value"]["data"]["id"]) as peer:
        converse(peer, HEAD + body(numbered(4)))
    assert [0, 1, 2, 3] == peer.stored
