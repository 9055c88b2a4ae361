"""Connections on real sockets: what follows what, and how they end."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from specmill.serve.exchange import Ending, Exchange
from specmill.serve.limits import Limits
from specmill.serve.server import Server
from tests.duplex.certificates import identity
from tests.serve.speaking import (
    Echo,
    Heard,
    chunked,
    connected,
    exchanged,
    heard,
    heard_until,
    request,
    said_by,
    status,
    wait_for,
)

MUCH = b"0123456789abcdef" * 512 * 1024  # 8 MiB: more than any kernel holds for a small window
CLOSE = "Connection: close"


@pytest.fixture(params=[False, True], ids=["plain", "TLS"])
def tls(request: pytest.FixtureRequest) -> ssl.SSLContext | None:
    return identity() if request.param else None


def bodies(said: bytes) -> list[bytes]:
    found = []
    while said:
        head, _, rest = said.partition(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
        found.append(rest[:length])
        said = rest[length:]
    return found


# --- one after the other


def test_requests_that_are_sent_at_once_are_answered_in_order(tls: ssl.SSLContext | None) -> None:
    with Server(Echo(), tls=tls) as server:
        said, how = exchanged(server, b"".join(request(b"%d" % n) for n in range(50)) + request(b"end", CLOSE))
    assert ([*(b"%d" % n for n in range(50)), b"end"], "end") == (bodies(said), how)


def test_any_cut_of_what_is_sent_gets_the_same_answers() -> None:
    said = request(b"one") + chunked(b"tw", b"o") + b"0\r\n\r\n" + request(b"end", CLOSE)
    with Server(Echo()) as server:
        for cut in range(1, len(said)):
            with connected(server) as client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.sendall(said[:cut])
                client.sendall(said[cut:])
                assert [b"one", b"two", b"end"] == bodies(heard(client)[0])


@pytest.mark.parametrize(
    ("first", "fields", "ends"),
    [
        ("HTTP/1.0", "", True),
        ("HTTP/1.0", "Connection: keep-alive\r\n", False),
        ("HTTP/1.1", "", False),
        ("HTTP/1.1", "Connection: close\r\n", True),
    ],
)
def test_an_answer_says_whether_the_connection_goes_on(first: str, fields: str, ends: bool) -> None:
    with Server(Echo()) as server, connected(server) as client:
        client.sendall(f"GET / {first}\r\nHost: h\r\n{fields}\r\n".encode())
        answer = heard_until(client, b"\r\n\r\n")
        assert ends == (b"Connection: close" in answer)
        assert (first == "HTTP/1.0" and not ends) == (b"Connection: keep-alive" in answer)
        if ends:
            assert (b"", "end") == heard(client)
        else:
            client.sendall(request(b"again", CLOSE))
            assert heard(client)[0].endswith(b"again")


def test_http_1_0_is_told_no_chunks() -> None:
    def answer(at: Heard) -> None:
        at.exchange.head(200, {})
        at.exchange.send(b"all")
        at.exchange.end()

    with Server(Echo(answer)) as server:
        said, how = exchanged(server, b"GET / HTTP/1.0\r\n\r\n")
        assert (b"all", "end") == (said.partition(b"\r\n\r\n")[2], how)
        assert b"Transfer-Encoding" not in said


@pytest.mark.parametrize("code", [200, 204, 304])
def test_an_answer_without_a_body_has_none_however_it_is_framed(code: int) -> None:
    def answer(at: Heard) -> None:
        if at.content:
            return at.echo()
        at.exchange.head(code, {})
        at.exchange.send(b"never")
        at.exchange.end()

    with Server(Echo(answer)) as server:
        said, _ = exchanged(server, request(method="HEAD" if code == 200 else "GET") + request(b"next", CLOSE))
    head, _, rest = said.partition(b"\r\n\r\n")
    assert rest.startswith(b"HTTP/1.1 200")
    assert (code == 200) == (b"Transfer-Encoding: chunked" in head)


def test_what_a_head_expects_is_left_to_the_responder() -> None:
    class Careful(Echo):
        def begin(self, exchange: Exchange) -> Heard:
            if "expect" in exchange.request.lower:
                exchange.raw(b"HTTP/1.1 100 Continue\r\n\r\n")
            return super().begin(exchange)

    with Server(Careful()) as server, connected(server) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == heard_until(client, b"\r\n\r\n")
        client.sendall(b"hi")
        assert heard_until(client, b"hi").startswith(b"HTTP/1.1 200")


def test_an_answer_ahead_of_the_body_ends_the_connection_and_is_read_all_the_same(tls: ssl.SSLContext | None) -> None:
    class Hasty(Echo):
        def begin(self, exchange: Exchange) -> Heard:
            exchange.answer(413, {}, b"too much")
            return super().begin(exchange)

    with Server(Hasty(), tls=tls) as server, connected(server) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n" + bytes(100_000))
        said, how = heard(client)
    assert (413, True, "end") == (status(said), said.endswith(b"too much"), how)


# --- half-closed


def test_who_has_said_everything_may_end_its_side_and_is_answered() -> None:
    go: list[Heard] = []
    with Server(Echo(go.append)) as server, connected(server) as client:
        client.sendall(request(b"one") + request(b"two"))
        client.shutdown(socket.SHUT_WR)
        for _ in range(2):
            wait_for(lambda: bool(go))
            server.do(go.pop().echo)
        said, how = heard(client)
    assert ([b"one", b"two"], "end") == (bodies(said), how)


@pytest.mark.parametrize("body", [chunked(b"half"), chunked(b"half") + b"5\r\nxx", request(b"half")[:-1]])
def test_who_ends_its_side_inside_of_a_body_is_told(body: bytes) -> None:
    responder = Echo()
    with Server(responder) as server, connected(server) as client:
        client.sendall(body)
        client.shutdown(socket.SHUT_WR)
        said, how = heard(client)
    assert (400, True, "end") == (status(said), said.endswith(b"Early EOF"), how)
    assert responder.heard[0].content.startswith(b"hal")
    assert ["HALF_CLOSED"] == responder.heard[0].ends


def test_a_farewell_of_tls_inside_of_a_body_is_told_and_can_be_answered() -> None:
    with Server(Echo(), tls=identity()) as server, connected(server) as client:
        assert isinstance(client, ssl.SSLSocket)
        client.sendall(chunked(b"half"))
        plain = client.unwrap  # says farewell, then waits for the server's
        thread = threading.Thread(target=lambda: quietly(plain))
        thread.start()
        wait_for(lambda: any(b"Early EOF" in one.data for one in server.transcript))
        thread.join()


def quietly(call: Callable[[], object]) -> None:
    with suppress(OSError):  # the answer comes where a farewell was expected
        call()


def test_broken_framing_is_told_behind_all_that_came_whole(tls: ssl.SSLContext | None) -> None:
    responder = Echo()
    with Server(responder, tls=tls) as server:
        said, how = exchanged(server, chunked(b"one", b"two") + b"zz\r\n")
    assert (400, "end") == (status(said), how)
    assert (b"onetwo", ["BAD_FRAMING"]) == (responder.heard[0].content, responder.heard[0].ends)


# --- endings


ENDINGS = {
    (False, Ending.CLOSE): "end",
    (False, Ending.CUT): "end",
    (False, Ending.RESET): "reset",
    (True, Ending.CLOSE): "end",
    (True, Ending.CUT): "cut",
    (True, Ending.RESET): "cut",  # which is what Python's ssl makes of it
}


def ending(how: Ending, said: bytes) -> Callable[[Heard], None]:
    def end(at: Heard) -> None:
        at.exchange.head(200, {}, "close")
        at.exchange.send(said)
        at.exchange.finish(how)

    return end


@pytest.mark.parametrize("how", Ending)
@pytest.mark.parametrize("room", [None, 4096])
def test_a_connection_ends_behind_everything_that_was_said(
    tls: ssl.SSLContext | None, how: Ending, room: int | None
) -> None:
    with Server(Echo(ending(how, MUCH)), tls=tls) as server, connected(server, room) as client:
        client.sendall(request(b"x"))
        said, ended = heard(client)
    assert (MUCH, ENDINGS[tls is not None, how]) == (said.partition(b"\r\n\r\n")[2], ended)
    assert (how is Ending.RESET) == said_by(server, "server", "reset")


@pytest.mark.parametrize("how", Ending)
def test_who_takes_nothing_of_the_last_words_is_not_waited_for(tls: ssl.SSLContext | None, how: Ending) -> None:
    limits = Limits(stalled=0.05, linger=0.05)
    with Server(Echo(ending(how, MUCH * 2)), tls=tls, limits=limits) as server, connected(server, 4096) as client:
        client.sendall(request(b"x"))
        wait_for(lambda: said_by(server, "server", "reset"))
        wait_for(lambda: not server.connections)


def test_who_stays_after_the_last_words_is_gone_before_long(tls: ssl.SSLContext | None) -> None:
    with Server(Echo(), tls=tls, limits=Limits(linger=0.05)) as server, connected(server) as client:
        client.sendall(request(b"x", CLOSE))
        heard_until(client, b"x")
        wait_for(lambda: not server.connections)


def test_a_reset_of_the_client_is_told() -> None:
    go: list[Heard] = []
    responder = Echo(go.append)
    with Server(responder) as server:
        with connected(server) as client:
            client.sendall(request(b"x"))
            wait_for(lambda: bool(go))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        wait_for(lambda: go[0].ends == ["ended", "GONE"])
        assert said_by(server, "client", "reset")
    assert [] == server.failures


# --- slow and deaf clients


class Talking(Echo):
    """Says each piece of a body three times."""

    def begin(self, exchange: Exchange) -> Heard:
        exchange.head(200, {}, "close")
        return Talk(exchange)


class Talk(Heard):
    def received(self, content: bytes) -> None:
        self.exchange.send(content * 3)

    def ended(self) -> None:
        self.exchange.end()


def test_who_does_not_read_is_not_read_from_and_loses_nothing_later(tls: ssl.SSLContext | None) -> None:
    limits = Limits(unsent=64 * 1024)
    body = MUCH * 3  # more than the kernels hold
    said = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with Server(Talking(), tls=tls, limits=limits) as server, connected(server, 4096) as client:
        client.setblocking(False)
        sent = sent_until(client, said, lambda: is_not_read(server))
        assert max(server.do(lambda: [one.unsent for one in server.connections])) < 2 * 1024 * 1024
        answer = bytearray()
        while True:
            with suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                sent += client.send(said[sent : sent + 65536]) if sent < len(said) else 0
            with suppress(BlockingIOError, ssl.SSLWantReadError):
                piece = client.recv(65536)
                if not piece:
                    break
                answer += piece
    assert 3 * len(body) == len(answer) - answer.index(b"\r\n\r\n") - 4


def is_not_read(server: Server) -> bool:
    return server.do(lambda: any(not one._wire._transport.is_reading() for one in server.connections))


def sent_until(client: socket.socket, said: bytes, done: Callable[[], bool]) -> int:
    """How much of it was sent until then."""
    sent = 0
    while sent < len(said) and not done():
        with suppress(BlockingIOError, ssl.SSLWantWriteError):
            sent += client.send(said[sent : sent + 65536])
    assert sent < len(said), "all of it was taken"
    return sent


def test_two_hundred_open_streams_are_served_at_once() -> None:
    with Server(Talking()) as server:
        streams = [connected(server) for _ in range(200)]
        clients = [stream.__enter__() for stream in streams]
        try:
            for client in clients:
                client.sendall(chunked(b"a"))
            for client in clients:
                heard_until(client, b"aaa")
            assert 200 == len(server.connections)
            for client in clients:
                client.sendall(b"1\r\nb\r\n0\r\n\r\n")
            assert {"end"} == {heard(client)[1] for client in clients}
        finally:
            for stream in streams:
                stream.__exit__(None, None, None)


def test_a_stream_that_is_held_is_read_again_when_it_is_let_go() -> None:
    class Holding(Echo):
        def begin(self, exchange: Exchange) -> Heard:
            exchange.hold()
            return super().begin(exchange)

    responder = Holding()
    with Server(responder) as server, connected(server) as client:
        client.sendall(chunked())
        wait_for(lambda: bool(responder.heard))
        client.sendall(b"2\r\nhi\r\n0\r\n\r\n")
        assert b"" == server.do(lambda: responder.heard[0].content)
        server.do(lambda: responder.heard[0].exchange.hold(False))
        assert heard_until(client, b"hi").startswith(b"HTTP/1.1 200")


def test_timers_of_an_exchange_end_with_it() -> None:
    fired: list[str] = []

    def answer(at: Heard) -> None:
        at.exchange.later(0.0, lambda: fired.append("late"))
        at.exchange.later(3600, lambda: fired.append("later"))
        at.echo()

    with Server(Echo(answer)) as server:
        for _ in range(3):
            exchanged(server, request(b"x", CLOSE))
        assert [] == fired
        assert [] == server.do(lambda: [one for each in server.connections for one in each._timers])
