"""Clients that mean no good: each is told what is wrong, or dropped, and costs neither time nor memory."""

from __future__ import annotations

import contextlib
import socket
import ssl
import tracemalloc

import pytest

from specmill.serve.exchange import Exchange
from specmill.serve.head import Refused
from specmill.serve.limits import Limits
from specmill.serve.server import Server
from tests.duplex.certificates import identity
from tests.serve.speaking import Echo, Heard, chunked, connected, exchanged, heard, request, status, wait_for

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"
SHAPES = {
    "both lengths": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 36\r\n\r\n",
    "a folded coding": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 36\r\nTransfer-Encoding:\r\n chunked\r\n\r\n",
    "a space ahead of the colon": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length : 36\r\n\r\n",
    "a bare line feed": b"POST / HTTP/1.1\r\nHost: h\r\nX: y\nContent-Length: 36\r\n\r\n",
    "a coding that is nearly one": b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "NUL in a name": b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length\0: 36\r\n\r\n",
    "a chunk with a bare line feed": chunked() + b"0\n\r\n",
    "a size that overflows": chunked() + b"10000000000000005\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than its size": chunked() + b"1\r\nab\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_request_is_smuggled_behind_another(shape: bytes) -> None:
    responder = Echo()
    with Server(responder) as server:
        said, how = exchanged(server, shape + SMUGGLED)
    assert ("end", True, True) == (how, status(said) >= 400, b"Connection: close" in said)
    assert 1 == said.count(b"HTTP/1.1 ")
    assert [] == [one for one in responder.heard if one.exchange.request.target == "/smuggled"]
    assert [] == server.failures


ENDLESS = {
    "a line of the head": b"GET /" + b"x" * 4096,
    "fields": b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 700,
    "blank lines": b"\r\n" * 100,
    "spaces": b" " * 100,
    "a size": chunked() + b"0" * 4096,
    "an extension": chunked() + b"5;" + b"x" * 4096,
    "trailers": chunked() + b"0\r\n" + b"X: y\r\n" * 2000,
}


@pytest.mark.parametrize("beginning", ENDLESS.values(), ids=ENDLESS)
def test_what_has_no_end_is_refused_and_takes_no_room(beginning: bytes) -> None:
    with Server(Echo()) as server, connected(server) as client:
        client.sendall(beginning)
        more = beginning[-6:] * 10_000
        tracemalloc.start()
        try:
            for _ in range(200):  # 12 MB
                client.sendall(more)
        except OSError:
            pass  # the server has hung up
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 8 * 1024 * 1024
        wait_for(lambda: not server.connections)
    answers = [one.data for one in server.transcript if one.side == "server" and one.data]
    assert [True] == [status(one) >= 400 for one in answers]


def test_requests_whose_answers_nobody_reads_wait_outside() -> None:
    many = request(b"x" * 1000) * 1000
    with Server(Echo(), limits=Limits(unsent=64 * 1024)) as server, connected(server, 4096) as client:
        client.setblocking(False)
        sent = 0
        while not server.do(lambda: any(one._congested for one in server.connections)):
            with contextlib.suppress(BlockingIOError):
                sent += client.send(many)
        inside = server.do(lambda: [len(one._inbox) + one.unsent for one in server.connections])
    assert max(inside) < 3 * 1024 * 1024


def test_requests_behind_one_that_is_not_answered_wait_outside() -> None:
    with Server(Echo(lambda at: None)) as server, connected(server) as client:
        client.setblocking(False)
        client.send(request())
        while not server.do(lambda: any(one._full for one in server.connections)):
            with contextlib.suppress(BlockingIOError):
                client.send(request(b"x" * 1000) * 1000)
        assert max(server.do(lambda: [len(one._inbox) for one in server.connections])) < 2 * 1024 * 1024


SLOW: dict[str, tuple[bytes, int | None]] = {
    "nothing": (b"", None),
    "blank lines": (b"\r\n\r\n", None),
    "half a head": (b"GET / HTTP/1.1\r\nHost: h\r\n", 408),
}


@pytest.mark.parametrize(("said", "code"), SLOW.values(), ids=SLOW)
def test_a_head_that_does_not_come_is_not_waited_for(said: bytes, code: int | None) -> None:
    with Server(Echo(), limits=Limits(head_seconds=0.05)) as server:
        answer, how = exchanged(server, said)
    assert (code, "end") == (status(answer) if answer else None, how)


def test_a_head_that_drips_is_not_waited_for_either() -> None:
    with Server(Echo(), limits=Limits(head_seconds=0.2)) as server, connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        wait_for(lambda: bool(server.connections))
        try:
            while server.connections:
                client.sendall(b"X: y\r\n")
                server.do(lambda: None)
        except OSError:
            pass
    assert any(b"408" in one.data for one in server.transcript) or any(b"431" in one.data for one in server.transcript)


def test_a_second_head_that_does_not_come_ends_the_connection_without_a_word() -> None:
    with Server(Echo(), limits=Limits(head_seconds=0.05)) as server:
        answer, how = exchanged(server, request(b"x"))
    assert (1, "end") == (answer.count(b"HTTP/1.1"), how)


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01", request()], ids=["nothing", "half a greeting", "no TLS"])
def test_what_is_no_tls_is_dropped(said: bytes) -> None:
    with Server(Echo(), tls=identity(), limits=Limits(head_seconds=0.05)) as server, plainly(server) as client:
        client.sendall(said)
        heard(client)
        wait_for(lambda: not server.connections)
    assert [] == server.failures


def plainly(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=30)


class Failing(Heard):
    def __init__(self, exchange: Exchange, faulty: Faulty) -> None:
        super().__init__(exchange)
        self.faulty = faulty

    def received(self, content: bytes) -> None:
        if self.faulty.where in ("received", "head was sent"):
            self.faulty.fail()

    def ended(self) -> None:
        if self.faulty.where == "field":
            self.exchange.answer(200, {"X": "a\r\nY: b"})
        self.faulty.fail()


class Faulty(Echo):
    """Fails in one of the places in which a responder can."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def begin(self, exchange: Exchange) -> Heard:
        if self.where == "begin":
            raise RuntimeError("begin")
        if self.where == "later":
            exchange.later(0, self.fail)
        if self.where == "head was sent":
            exchange.head(200, {})
        return Failing(exchange, self)

    def fail(self) -> None:
        raise RuntimeError(self.where)


@pytest.mark.parametrize("where", ["begin", "received", "ended", "later", "field"])
def test_a_fault_of_the_responder_is_kept_and_its_client_is_told(where: str) -> None:
    with Server(Faulty(where)) as server:
        said, how = exchanged(server, request(b"x") if where != "later" else chunked(b"x"))
        assert (500, "end") == (status(said), how)
        assert said.endswith(b"the responder failed\n")
        assert [ValueError if where == "field" else RuntimeError] == [type(one) for one in server.failures]


def test_a_fault_behind_a_head_resets_the_connection() -> None:
    with Server(Faulty("head was sent")) as server:
        assert "reset" == exchanged(server, chunked(b"x"))[1]
        assert ["head was sent"] == [str(one) for one in server.failures]


def test_a_responder_may_say_in_its_own_words_what_is_no_request_and_may_fail_at_it() -> None:
    class Own(Echo):
        def refuse(self, exchange: Exchange, refused: Refused) -> None:
            if refused.status == 431:
                raise RuntimeError("refuse")
            exchange.answer(refused.status, {}, b"<h1>")

    with Server(Own()) as server:
        assert exchanged(server, b"bad\r\n\r\n")[0].endswith(b"<h1>")
        assert 500 == status(exchanged(server, b"x" * 9000)[0])
        assert ["refuse"] == [str(one) for one in server.failures]


def test_a_client_that_trusts_nobody_is_a_client_that_is_gone() -> None:
    with Server(Echo(), tls=identity()) as server:
        with plainly(server) as client, pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(client, server_hostname="localhost")
        wait_for(lambda: not server.connections)
    assert [] == server.failures
