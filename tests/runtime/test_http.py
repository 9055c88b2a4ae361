"""Single calls over a real connection: addresses, credentials, headers, time-outs, a client of one's own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path as FilePath
from threading import Event, Thread
from typing import Any

import httpx2
import msgspec
import pytest

from runtime import errors
from runtime._auth import Bearer
from runtime._calls import Place, prepare
from runtime._facts import Body, Cookie, Header, Operation, Path, Query, Request
from runtime._http import AsyncResource, BaseClient, Resource
from tests.runtime.calling import PING, AsyncClient, Client, needing, sent
from tests.runtime.loopback import Loopback, loopback


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as state:
        yield state


def test_a_call_goes_out_with_its_parameters_and_comes_back_with_its_value(server: Loopback) -> None:
    operation: Operation[Any] = Operation(
        id="op",
        method="PATCH",
        path="/a/{x}",
        parameters=(
            Path("x", str),
            Query("q", list[int]),
            Header("X-H", bool, argument="h"),
            Cookie("c", str, argument="crumb"),
        ),
        body=Body("body", dict[str, int]),
        returns={"200": dict[str, int]},
        errors={"429": {"text/html": str}},
    )
    server.answers(200, b'{"answer":42}')
    seen = sent(server, operation, x="ü/..", q=[1, 2], h=True, crumb="y", body={"n": 1})
    assert (seen.method, seen.target, seen.body) == ("PATCH", "/a/%C3%BC%2F..?q=1&q=2", b'{"n":1}')
    headers = {name: seen.headers[name] for name in ("X-H", "Cookie", "Content-Type", "Accept")}
    expected = {
        "X-H": "true",
        "Cookie": "c=y",
        "Content-Type": "application/json",
        "Accept": "application/json, text/html",
    }
    assert expected == headers
    with Client(server.address) as client:
        got = client.request(operation, x="x")
    assert (got.value, got.status, got.raw) == ({"answer": 42}, 200, b'{"answer":42}')
    assert got.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "method", ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY", "COPY", "Notify"]
)
def test_every_method_goes_out(server: Loopback, method: str) -> None:
    assert method == sent(server, msgspec.structs.replace(PING, method=method)).method


SEGMENTS = ["..", ".", "a/b", "a%2Fb", "é", "a b", "?", "#", "%", "[", "]", "{x}", "\\", "^", "`", '"', "<>", "|", "+"]


@pytest.mark.parametrize("value", [*SEGMENTS, ":/?#[]@!$&'()*+,;=", "\x7f\x01"])
def test_the_bytes_on_the_wire_are_those_that_were_spelt(server: Loopback, value: str) -> None:
    parameters = (
        Path("p", str),
        Query("q", str),
        Query("r", str, reserved=True),
        Query("d", dict[str, str], style="deepObject"),
        Query(value, str, argument="name"),
    )
    operation: Operation[Any] = msgspec.structs.replace(PING, path="/x/{p}/y", parameters=parameters)
    arguments: dict[str, Any] = {"p": value, "q": value, "r": value, "d": {value: value}, "name": value}
    expected = prepare(operation, arguments, Place(server.address, (), {})).url.removeprefix(server.address)
    assert expected == sent(server, operation, **arguments).target


@pytest.mark.parametrize("suffix", ["", "/", "/api", "/api/", "/api//"])
def test_the_address_of_the_caller_wins_with_or_without_a_slash_at_its_end(server: Loopback, suffix: str) -> None:
    operation = msgspec.structs.replace(PING, servers=("https://elsewhere.invalid",))
    with Client(server.address + suffix) as client:
        client.request(operation)
    assert f"{suffix.rstrip('/')}/ping" == server.last.target


def test_without_an_address_the_server_of_the_operation_is_used_then_that_of_the_document(server: Loopback) -> None:
    class Documented(BaseClient):
        SERVERS = (f"{server.address}/document",)

    with Documented() as client:
        client.request(PING)
        client.request(msgspec.structs.replace(PING, servers=("/relative", f"{server.address}/operation")))
    assert [seen.target for seen in server.seen] == ["/document/ping", "/operation/ping"]


@pytest.mark.parametrize(("servers", "named"), [((), "no server"), (("/api",), "only '/api'")])
def test_without_any_address_the_error_says_what_to_give(servers: tuple[str, ...], named: str) -> None:
    operation = msgspec.structs.replace(PING, servers=servers)
    with Client() as client, pytest.raises(errors.ConfigurationError) as raised:
        client.request(operation)
    assert f"the document names {named}, so where to send ping? Give base_url=" == str(raised.value)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("localhost:8080", "base_url is an address such as"),
        ("ftp://host", "base_url is an address such as"),
        ("http://", "base_url is an address such as"),
        ("http://host/?a=b", "base_url is an address such as"),
        ("", "base_url is an address such as"),
        ("http://user:secret@host", "give credentials as auth=Basic"),
    ],
)
def test_an_address_that_is_none_is_refused_at_once(address: str, complaint: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        Client(address)
    assert str(raised.value).startswith(complaint)
    assert "secret" not in str(raised.value)


def test_headers_of_the_client_go_with_every_call_and_those_of_the_call_win(server: Loopback) -> None:
    operation = msgspec.structs.replace(PING, parameters=(Header("X-Trace", str, argument="trace"),))
    with Client(server.address, headers={"x-trace": "client", "accept": "text/plain", "X-U": "ü"}) as client:
        client.request(operation)
        client.request(operation, trace="call")
    first, second = server.seen
    assert first.headers.get_all("X-Trace") == ["client"]
    assert second.headers.get_all("X-Trace") == ["call"]
    assert second.headers.get_all("Accept") == ["text/plain"]
    assert "ü".encode() == first.headers["X-U"].encode("latin-1")


@pytest.mark.parametrize("headers", [{"X": "a\r\nb"}, {"X": " a"}, {"X Y": "a"}, {"Ü": "a"}, {"": "a"}, {"X": 1}])
def test_a_header_that_http_does_not_allow_is_refused_at_once(headers: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        Client("http://localhost:1", headers=headers)


def test_a_server_that_is_not_there_is_a_failed_connection() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with Client(address, auth=Bearer("secret"), retries=0) as client, pytest.raises(errors.ConnectionFailed) as raised:
        client.request(needing(("token",)))
    assert isinstance(raised.value, ConnectionError)
    assert str(raised.value).startswith(f"GET /ping: no connection to {address} ([Errno ")
    assert "Authorization" not in raised.value.request.headers


@contextlib.contextmanager
def rude(says: bytes) -> Iterator[str]:
    """A server that takes a connection, says this and hangs up; without words it stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = Event()

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(says)
                    if not says:
                        done.wait(5)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()


@pytest.mark.parametrize(
    "says",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
def test_an_answer_that_breaks_off_or_is_no_http_is_a_failed_connection(says: bytes) -> None:
    with rude(says) as address, Client(address, retries=0) as client, pytest.raises(errors.ConnectionFailed) as raised:
        client.request(PING)
    assert not isinstance(raised.value, errors.TimedOut)


def test_a_server_that_stays_silent_is_a_time_out() -> None:
    with rude(b"") as address, Client(address, timeout=0.05) as client, pytest.raises(errors.TimedOut) as raised:
        client.request(PING)
    assert isinstance(raised.value, TimeoutError)
    assert str(raised.value) == "GET /ping: no answer in time (ReadTimeout)"

    async def call(address: str) -> None:
        async with AsyncClient(address, timeout=0.05) as client:
            await client.request(PING)

    with rude(b"") as address, pytest.raises(errors.TimedOut):
        asyncio.run(call(address))


@pytest.mark.parametrize(("name", "value"), [("Authorization", "secret\r\nX: y"), ("X-Ü", "secret"), ("A B", "secret")])
def test_what_http_does_not_allow_is_refused_without_being_quoted(server: Loopback, name: str, value: str) -> None:
    def bad(request: Request) -> Request:
        return request.with_header(name, value)

    with Client(server.address, auth=bad) as client, pytest.raises(errors.InvalidArgument) as raised:
        client.request(needing(("token",)))
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_an_httpx2_client_of_ones_own_brings_its_settings_and_stays_open(server: Loopback) -> None:
    with httpx2.Client(base_url=server.address + "/own", headers={"X-Own": "1"}, timeout=3) as http:
        with Client(http=http) as client:
            client.request(PING)
        assert not http.is_closed
        with Client(server.address, http=http) as client:
            client.request(PING)
    assert [seen.target for seen in server.seen] == ["/own/ping", "/ping"]
    assert server.last.headers["X-Own"] == "1"


def test_a_time_out_of_ones_own_client_holds_unless_another_is_given() -> None:
    with httpx2.Client(timeout=0.05) as http, rude(b"") as address, pytest.raises(errors.TimedOut):
        Client(address, http=http).request(PING)
    with httpx2.Client(timeout=60) as http, rude(b"") as address, pytest.raises(errors.TimedOut):
        Client(address, http=http, timeout=0.05).request(PING)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_a_client_that_refused_its_options_can_be_shown(kind: Any) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        kind("nowhere")
    made = next(entry.locals["self"] for entry in raised.traceback if isinstance(entry.locals.get("self"), kind))
    assert f"<{kind.__name__} without settings>" == repr(made)


def test_a_closed_client_says_so(server: Loopback) -> None:
    with Client(server.address) as client:
        client.request(PING)
    with pytest.raises(errors.ConfigurationError, match="the client is closed"):
        client.request(PING)


def test_a_deprecated_operation_warns_where_it_is_called(server: Loopback) -> None:
    old = msgspec.structs.replace(PING, deprecated=True)

    class Things(Resource):
        def ping(self) -> Any:
            return self._call(old)

    class AsyncThings(AsyncResource):
        async def ping(self) -> Any:
            return await self._call(old)

    async def call() -> None:
        async with AsyncClient(server.address) as client:
            await AsyncThings(client).ping()

    with warnings.catch_warnings(record=True) as said, Client(server.address) as client:
        warnings.simplefilter("always")
        Things(client).ping()
        asyncio.run(call())
    expected = [("the operation ping is deprecated", FilePath(__file__).name)] * 2
    told = [one for one in said if one.category is DeprecationWarning]
    assert expected == [(str(one.message), FilePath(one.filename).name) for one in told]


def test_httpx2_is_not_imported_before_the_first_call() -> None:
    program = (
        "import sys, runtime._http, runtime._auth; runtime._http.BaseClient('http://x'); print('httpx2' in sys.modules)"
    )
    folder = FilePath(errors.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
