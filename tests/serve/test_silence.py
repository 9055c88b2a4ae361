"""Clients that fall silent inside of a body, read nothing of their answer, or say more than there is room for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from specmill.serve.examples import examples
from specmill.serve.exchange import FOREVER
from specmill.serve.limits import Limits
from specmill.serve.redaction import Rules
from specmill.serve.replay import replaying
from specmill.serve.server import Server
from specmill.serve.shelf import Shelf, Taking
from specmill.serve.upstream import origin
from specmill_kafka import emulator
from tests.serve.asking import FLAGSHIP, api
from tests.serve.flagship import flagship
from tests.serve.recordings import TARGET, compact, record, streamed
from tests.serve.speaking import Echo, chunked, connected, exchanged, heard_until, status, wait_for

SOON = Limits(body_seconds=0.05)
SIGNED = "Authorization: Basic a2V5OnNlY3JldA=="


def begun(length: str, *fields: str, target: str = TARGET) -> bytes:
    lines = [f"POST {target} HTTP/1.1", "Host: h", "Content-Type: application/json", length, *fields, "", ""]
    return "\r\n".join(lines).encode()


def opened(content: bytes) -> bytes:
    return begun("Transfer-Encoding: chunked") + b"%x\r\n%b\r\n" % (len(content), content)


@pytest.mark.parametrize(
    "said",
    [b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf", chunked(b"half"), chunked() + b"5\r\nha"],
    ids=["sized", "between chunks", "inside of a chunk"],
)
def test_the_rest_of_a_body_that_does_not_come_is_not_waited_for(said: bytes) -> None:
    echo = Echo()
    with Server(echo, limits=SOON) as server:
        answer, how = exchanged(server, said)
        wait_for(lambda: not server.connections)
    assert (["SILENT"], "end") == (echo.heard[0].ends, how)
    assert answer.endswith(b"nothing came for 0.05 seconds")


def test_a_client_that_has_said_everything_is_not_silent() -> None:
    echo = Echo(lambda heard: None)
    with Server(echo, limits=SOON) as server, connected(server) as client:
        client.sendall(chunked(b"all") + b"0\r\n\r\n")
        wait_for(lambda: bool(echo.heard and echo.heard[0].ends))
        assert [None] == server.do(lambda: [one._patience_ends for one in server.connections])
        server.do(echo.heard[0].echo)
        heard_until(client, b"all")


@pytest.mark.parametrize(
    ("length", "body"), [("Content-Length: 99", b'{"value":'), ("Transfer-Encoding: chunked", b"")]
)
def test_examples_tell_it_in_the_shape_of_the_document(length: str, body: bytes) -> None:
    with Server(examples(api(FLAGSHIP)), limits=SOON) as server:
        answer, how = exchanged(server, begun(length, SIGNED) + body)
    assert (b'"error_code":400' in answer, b"nothing came for 0.05 seconds" in answer, "end") == (True, True, how)


def test_a_batch_is_waited_for_as_long_as_a_stream() -> None:
    with Server(emulator({"idle": "50ms"})) as server:
        answer, how = exchanged(server, begun("Content-Length: 99", target=f"{TARGET}:batch") + b"{")
    assert (True, "end") == (answer.startswith(b"HTTP/1.1 400 "), how)


def test_a_recording_is_not_followed_for_ever() -> None:
    with Server(replaying([streamed()], flagship()), limits=SOON) as server:
        answer, how = exchanged(server, opened(compact(record(0))))
    assert (1, True, "end") == (answer.count(b'"error_code":200'), b"and more was recorded" in answer, how)


@pytest.mark.parametrize("length", ["Content-Length: 4000000", "Transfer-Encoding: chunked"])
def test_who_reads_nothing_of_many_reports_is_gone_before_long(length: str) -> None:
    body = b"{}" * 2_000_000 if "Content" in length else (b"10000\r\n" + b"{}" * 32768 + b"\r\n") * 40
    responder = examples(api(FLAGSHIP))
    with Server(responder, limits=Limits(body_seconds=0.1)) as server, connected(server, 4096) as client:
        client.settimeout(30)
        with suppress(OSError):
            client.sendall(begun(length, SIGNED) + body)
        wait_for(lambda: bool(server.transcript) and not server.connections)
    assert [] == server.failures


def test_a_sized_body_of_very_many_records_stops_nobody_else_and_takes_little_room() -> None:
    body = b"{}" * 1_000_000  # its reports are more than 100 MB
    with Server(examples(api(FLAGSHIP))) as server, connected(server, 4096) as client:
        client.sendall(begun(f"Content-Length: {len(body)}", SIGNED) + body)
        heard_until(client, b"error_code")
        waiting = [server.do(lambda: [one.unsent for one in server.connections]) for _ in range(50)]
    assert max(unsent for one in waiting for unsent in one) < 8 * 1024 * 1024


@pytest.mark.parametrize("length", [16 * 1024 * 1024, 16 * 1024 * 1024 + 1])
def test_a_body_of_json_is_read_up_to_what_fits_into_memory_as_values(length: int) -> None:
    body = b'{"value":{"type":"STRING","data":"' + b"x" * (length - 37) + b'"}}'
    assert length == len(body)
    with Server(examples(api(FLAGSHIP))) as server, connected(server) as client:
        with suppress(OSError):
            client.sendall(begun(f"Content-Length: {length}", SIGNED) + body)
        answer = heard_until(client, b"\r\n\r\n")
    assert (200 if length % 2 == 0 else 413) == status(answer)


@contextmanager
def recorder(folder: Path) -> Iterator[Any]:
    with Server(emulator({"idle": "off"})) as live:
        yield Taking(Shelf(folder, flagship(), Rules(), mode="all", tell=print), origin(live.url))


@contextmanager
def patient(folder: Path) -> Iterator[Any]:
    yield emulator({"idle": "off"})


@pytest.mark.parametrize("responder", [recorder, patient])
def test_a_stream_may_be_silent_as_long_as_its_server_allows(responder: Any, tmp_path: Path) -> None:
    with responder(tmp_path) as one, Server(one, limits=SOON) as server, connected(server) as client:
        client.sendall(opened(b"{}"))
        heard_until(client, b'"error_code":200')
        waits = server.do(
            lambda: [(one._exchange and one._exchange.patience, one._patience_ends) for one in server.connections]
        )
    assert [(FOREVER, None)] == waits
