"""The proxy forwards both directions as they come; what it writes can be replayed and verified, and holds no secret."""

from __future__ import annotations

import base64
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from kafka_rest import Client, ProduceRequest, ProduceRequestData
from specmill.errors import SpecmillError
from specmill.serve.exchange import Ending, Exchange
from specmill.serve.recording import Data, End, Recording
from specmill.serve.recording_read import read, read_all
from specmill.serve.redaction import Rules, rules_of
from specmill.serve.server import Server
from specmill.serve.shelf import Mode, Shelf, Taking
from specmill.serve.upstream import origin
from specmill.serve.verify import verify
from specmill_kafka import emulator
from tests.serve.flagship import flagship
from tests.serve.recordings import TARGET, compact, record, streamed
from tests.serve.talking import LAST, Answer, ask, chunk, connected, head, listen

USER = "key", "such a secret/with=signs"
BASIC = base64.b64encode(":".join(USER).encode()).decode()
ASKED = head("POST", TARGET, "Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
SIGNED = ASKED.replace(b"Host", b"Authorization: Basic %b\r\nHost" % BASIC.encode(), 1)
RULES = Rules(fields=frozenset({"password"}))


class Scene:
    """A live server, a proxy before it, and what the proxy told."""

    def __init__(self, live: Server, proxy: Server, told: list[str], to: Path) -> None:
        self.live, self.proxy, self.told, self.to = live, proxy, told, to

    @property
    def recordings(self) -> tuple[Recording, ...]:
        return read_all(self.to)


@contextmanager
def recorded(responder: Any, to: Path, mode: Mode = "all", rules: Rules = RULES, **more: Any) -> Iterator[Scene]:
    told: list[str] = []
    with Server(responder) as live:
        shelf = Shelf(to, flagship(), rules, mode=mode, tell=told.append)
        with Server(Taking(shelf, origin(live.url)), **more) as proxy:
            yield Scene(live, proxy, told, to)
        assert [] == proxy.failures
    assert [] == live.failures


def says(*pieces: Callable[[Exchange], Any] | bytes) -> Any:
    """A responder that says this when it has been asked."""

    class Script:
        def begin(self, exchange: Exchange) -> Any:
            self.exchange = exchange
            return self

        def ended(self) -> None:
            self.exchange.head(200, {"Content-Type": "application/json"})
            for piece in pieces:
                if isinstance(piece, bytes):
                    self.exchange.send(piece)
                else:
                    piece(self.exchange)

        def received(self, content: bytes) -> None: ...
        def lost(self, why: Any, told: str) -> None: ...
        def drained(self) -> None: ...

    return Script()


def test_a_client_does_not_see_that_there_is_a_proxy(tmp_path: Path) -> None:
    given = [ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": n})) for n in range(2000)]
    kafka = emulator({"partitions": "1"})
    with recorded(kafka, tmp_path / "r") as scene, Client(scene.proxy.url) as client:
        offsets = [getattr(report, "offset", None) for _, report in client.produce("cluster-1", "orders", given)]
    assert list(range(2000)) == offsets
    assert [2000] == [one.content("server").count(b"\r\n") for one in scene.recordings]


def test_neither_direction_waits_for_the_other_to_end(tmp_path: Path) -> None:
    with recorded(emulator({}), tmp_path / "r") as scene, connected(scene.proxy.url) as connection:
        connection.sendall(ASKED)
        data = b""
        for number in range(3):
            connection.sendall(chunk(compact(record(number))))
            while data.count(b'"offset"') <= number:
                data += connection.recv(65536)
        connection.sendall(LAST)
        while piece := connection.recv(65536):
            data += piece
    data_of = [event for event in scene.recordings[0].events if isinstance(event, Data)]
    assert ["client", "server"] * 3 == [event.side for event in data_of if event.content != b"\r\n"]


def test_no_secret_touches_the_disk_also_when_it_is_cut_and_echoed(tmp_path: Path) -> None:
    token = "pa55w0rd-of-a-person"
    echo = says(
        b'{"error_code":200,"message":"' + token[:7].encode(), token[7:].encode() + b'"}\r\n', lambda e: e.end()
    )
    body = b'{"value":{"type":"JSON","data":{"password":"%b"}}}' % token.encode()
    with recorded(echo, tmp_path / "r") as scene:
        for cut in (0, 50, len(body) - 9):
            ask(scene.proxy.url, [SIGNED, *map(chunk, (body[:cut], body[cut:])), LAST])
    text = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (token, token[:7], USER[1], BASIC, base64.b64encode(token.encode()).decode()[:12]):
        assert secret.encode() not in text
    assert 1 == text.count(b"Basic redacted-1")
    assert 2 == text.count(b"redacted-2")  # as it was sent, and as it was said again


ENDS: dict[str, tuple[Callable[[Exchange], Any], str, str]] = {
    "complete": (lambda exchange: exchange.end(), "end", "eof"),
    "cut": (lambda exchange: exchange.finish(Ending.CUT), "cut", "eof"),
    "reset": (lambda exchange: exchange.finish(Ending.RESET), "reset", "reset"),
}


@pytest.mark.parametrize("name", ENDS)
def test_how_the_server_ended_is_passed_on_and_recorded(name: str, tmp_path: Path) -> None:
    end, how, heard = ENDS[name]
    with recorded(says(b'{"error_code":200}', end), tmp_path / "r") as scene:
        connection = connected(scene.proxy.url)
        with connection:
            connection.sendall(
                head("POST", TARGET, "Content-Type: application/json", "Content-Length: 0", "Connection: close")
            )
            answer = listen(connection)
    last = scene.recordings[0].events[-1]
    assert isinstance(last, End)
    assert (how, heard) == (last.how, answer.end)


def test_a_client_that_is_gone_is_recorded_and_the_server_is_told(tmp_path: Path) -> None:
    with recorded(emulator({}), tmp_path / "r") as scene:
        with connected(scene.proxy.url) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(ASKED + chunk(compact(record(0))))
            data = b""
            while b"offset" not in data:
                data += connection.recv(65536)
        waited_for(lambda: bool(scene.told))
        waited_for(lambda: not scene.live.connections)
    last = scene.recordings[0].events[-1]
    assert isinstance(last, End)
    assert ("client", "reset") == (last.side, last.how)


def test_what_is_open_when_the_recorder_ends_is_written_all_the_same(tmp_path: Path) -> None:
    with recorded(emulator({}), tmp_path / "r") as scene, connected(scene.proxy.url) as connection:
        connection.sendall(ASKED + chunk(compact(record(0))))
        data = b""
        while b"offset" not in data:
            data += connection.recv(65536)
        scene.proxy.close()
        [one] = scene.recordings
    assert isinstance(one.events[-1], End)


def waited_for(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.002)


def test_a_server_that_cannot_be_reached_is_told_to_the_client_and_nothing_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    told: list[str] = []
    shelf = Shelf(tmp_path / "r", flagship(), RULES, tell=told.append)
    with Server(Taking(shelf, origin(f"http://127.0.0.1:{port}"))) as proxy:
        answer = ask(proxy.url, [ASKED, LAST])
    assert 502 == answer.status
    assert "could not be asked" in told[0]
    assert not (tmp_path / "r").exists()


def test_tls_upstream_is_checked(tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    files = []
    for name, one in (("good.pem", authority), ("bad.pem", other)):
        one.cert_pem.write_to_path(str(tmp_path / name))
        files.append(str(tmp_path / name))
    got = []
    with Server(emulator({}), tls=context) as live:
        for number, file in enumerate(files):
            shelf = Shelf(tmp_path / f"r{number}", flagship(), RULES, tell=lambda text: None)
            with Server(Taking(shelf, origin(live.url, file))) as proxy:
                got.append(ask(proxy.url, [ASKED, chunk(compact(record(0))), LAST]).status)
    assert [200, 502] == got
    assert 1 == len(read_all(tmp_path / "r0"))
    assert not (tmp_path / "r1").exists()


def test_the_end_of_an_answer_does_not_wait_for_its_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go, kept = threading.Event(), []
    with recorded(emulator({}), tmp_path / "r") as scene:
        monkeypatch.setattr(Shelf, "keep", lambda shelf, events: kept.append(let_go.wait(30)))
        answer = ask_and_see_its_end(scene.proxy.url, [ASKED.replace(b"Connection: close\r\n", b""), LAST])
        let_go.set()
    assert (True, [True]) == (answer.endswith(LAST), kept)


def ask_and_see_its_end(url: str, pieces: list[bytes]) -> bytes:
    with connected(url) as connection:
        connection.sendall(b"".join(pieces))
        data = b""
        while not data.endswith(LAST):
            data += connection.recv(65536)
    return data


@pytest.mark.parametrize(
    "url", ["localhost:80", "ftp://a", "http://", "http://a?b=c", "http://u:p@a", "http://a:99999", "http://[a"]
)
def test_what_is_no_url_of_a_server_is_told(url: str) -> None:
    with pytest.raises(SpecmillError):
        origin(url)


def test_what_the_document_does_not_know_is_forwarded_and_not_recorded(tmp_path: Path) -> None:
    with recorded(emulator({}), tmp_path / "r") as scene:
        answer = ask(scene.proxy.url, [head("GET", "/elsewhere", "Connection: close")])
    assert 404 == answer.status
    assert ["GET /elsewhere is no operation of the document: forwarded, and not recorded"] == scene.told
    assert () == read_all(tmp_path / "r") if (tmp_path / "r").exists() else True


# --- modes


def produced(url: str, *numbers: int) -> Answer:
    return ask(url, [ASKED, *(chunk(compact(record(number))) for number in numbers), LAST])


def statuses(responder: Any, to: Path, mode: Mode, *calls: tuple[int, ...]) -> tuple[list[int], int]:
    """What came of the calls, and how many the live server saw."""
    with recorded(responder, to, mode) as scene:
        answers = [produced(scene.proxy.url, *numbers) for numbers in calls]
        asked = len({said.connection for said in scene.live.transcript if said.what == "data"})
    return [501 if b"no recording" in answer.body else answer.status for answer in answers], asked


def test_none_never_asks_the_server(tmp_path: Path) -> None:
    to = tmp_path / "r"
    assert ([200], 1) == statuses(emulator({}), to, "once", (1, 2))
    assert ([200, 501], 0) == statuses(emulator({}), to, "none", (1, 2), (9,))
    with pytest.raises(SpecmillError, match="there are no recordings here"):
        Shelf(tmp_path / "nothing", flagship(), RULES, mode="none")


def test_once_records_where_there_is_nothing_and_refuses_what_is_new_afterwards(tmp_path: Path) -> None:
    to = tmp_path / "r"
    assert ([200, 200], 2) == statuses(emulator({}), to, "once", (1,), (2,))
    assert ([200, 200, 501], 0) == statuses(emulator({}), to, "once", (2,), (1,), (3,))
    assert 2 == len(read_all(to))


def test_new_replays_what_is_known_and_records_what_is_not(tmp_path: Path) -> None:
    to = tmp_path / "r"
    assert ([200, 200, 200], 2) == statuses(emulator({}), to, "new", (1,), (2,), (1,))
    assert ([200, 200, 200, 200], 1) == statuses(emulator({}), to, "new", (1,), (2,), (3,), (3,))
    assert 3 == len(read_all(to))
    with pytest.raises(SpecmillError, match="a file holds one exchange"):
        Shelf(tmp_path / "one.jsonl", flagship(), RULES, mode="new")


def test_all_records_anew_in_the_place_of_what_asks_the_same(tmp_path: Path) -> None:
    to = tmp_path / "r"
    assert ([200, 200], 2) == statuses(emulator({}), to, "all", (1,), (2,))
    before = {path.name: path.read_bytes() for path in to.iterdir()}
    assert ([200, 200], 2) == statuses(emulator({}), to, "all", (2,), (3,))
    after = {path.name: path.read_bytes() for path in to.iterdir()}
    assert 3 == len(after)
    assert 1 == sum(before[name] == after[name] for name in before)


def test_a_file_holds_one_exchange(tmp_path: Path) -> None:
    to = tmp_path / "one.jsonl"
    assert ([200, 200], 2) == statuses(emulator({}), to, "once", (1,), (2,))
    assert b"".join(map(compact, [record(1)])) == read(to).content("client")
    assert ([200], 0) == statuses(emulator({}), to, "once", (1,))


# --- verified


def test_a_recording_is_held_to_the_live_server(tmp_path: Path) -> None:
    to = tmp_path / "r"
    statuses(emulator({}), to, "all", (1, 2, 3))
    [one] = read_all(to)
    found = []
    for behaviour in ({}, {"reports": "split", "ack-delay": "5ms"}, {"broker": "invalid"}, {"users": "a:b"}):
        with Server(emulator(behaviour)) as live:
            found.append(verify(one, origin(live.url), RULES, {}))
    assert ["", ""] == found[:2]
    assert "answer 1 at /error_code was 200 and is 40002" == found[2]
    assert "the status was 200 and is 401" == found[3]


def test_verifying_needs_the_secrets_that_a_recording_does_not_hold(tmp_path: Path) -> None:
    behaviour = {"users": ":".join(USER)}
    with recorded(emulator(behaviour), tmp_path / "r") as scene:
        answer = ask(scene.proxy.url, [SIGNED, chunk(compact(record(0))), LAST])
        waited_for(lambda: bool(scene.told))
        [one] = scene.recordings
        with pytest.raises(SpecmillError, match="a secret that a recording does not hold"):
            verify(one, origin(scene.live.url), RULES, {})
        found = verify(one, origin(scene.live.url), RULES, {"authorization": f"Basic {BASIC}"})
    assert (200, "") == (answer.status, found)


def test_verifying_does_not_ask_with_a_token_in_the_address() -> None:
    with pytest.raises(SpecmillError, match="the recorded address has a secret"):
        verify(streamed(target=f"{TARGET}?access_token=redacted-1"), origin("http://127.0.0.1:1"), RULES, {})


def test_the_rules_are_those_of_the_flagship_too() -> None:
    assert "header authorization" in rules_of(flagship().normal.tree).told()
