"""TLS, proxies and time-outs, with real certificates, a real proxy and real sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from runtime import errors
from runtime._network import ClientCertificate, Network, Proxy, Timeouts, from_environment, network_of
from tests.runtime.calling import PING, AsyncClient, Client
from tests.runtime.certificates import Files, authority, for_server
from tests.runtime.loopback import loopback
from tests.runtime.relay import relay

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def called(address: str, **options: Any) -> Any:
    """The status, or the error of both clients."""
    options = {"retries": 0, **options}

    async def again() -> int:
        async with AsyncClient(address, **options) as client:
            return (await client.request(PING)).status

    try:
        with Client(address, **options) as client:
            status = client.request(PING).status
    except errors.ClientError as error:
        with pytest.raises(type(error)):
            asyncio.run(again())
        return error
    assert status == asyncio.run(again())
    return status


# --- TLS


def test_a_server_is_trusted_by_the_authorities_that_were_given(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    context = ssl.create_default_context()
    authority().configure_trust(context)
    with loopback(for_server()) as server:
        assert 200 == called(server.address, verify=str(files.authority))
        assert 200 == called(server.address, verify=files.authority)
        assert 200 == called(server.address, verify=context)
        assert 200 == called(server.address, verify=False)
        assert isinstance(called(server.address, verify=folder), errors.ConnectionFailed)
        assert isinstance(called(server.address), errors.ConnectionFailed)


def test_a_certificate_that_does_not_match_is_not_tried_twice(files: Files) -> None:
    with loopback(for_server("other.example.com")) as server:
        error = called(server.address, verify=files.authority, retries=5)
    assert isinstance(error, errors.ConnectionFailed)
    assert isinstance(error.__cause__, ssl.SSLCertVerificationError)
    assert (1, False) == (error.attempts, error.sent)
    assert f"the certificate of {server.address} cannot be trusted (" in str(error)
    assert "certificate is not valid for '127.0.0.1'" in str(error)


def test_a_client_shows_its_certificate_with_its_key_and_password(files: Files) -> None:
    both = files.together()
    with loopback(for_server(asks=True)) as server:
        trust = {"verify": files.authority}
        assert isinstance(called(server.address, **trust), errors.ConnectionFailed)
        assert 200 == called(server.address, certificate=both, **trust)
        assert 200 == called(server.address, certificate=str(both), **trust)
        assert 200 == called(server.address, certificate=ClientCertificate(*files.client()), **trust)
        assert 200 == called(server.address, certificate=ClientCertificate(*files.client("canary"), "canary"), **trust)


def test_a_proxy_that_is_not_there_is_named(files: Files) -> None:
    error = called("http://localhost:9", proxy="http://me:canary@127.0.0.1:1")
    assert "no connection to http://localhost:9 by the proxy http://127.0.0.1:1 ([Errno " in str(error)


def test_a_name_that_does_not_resolve_is_told() -> None:
    error = called("http://nowhere.invalid/api")
    assert "there is no address for the name in http://nowhere.invalid (" in str(error)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (ssl.TLSVersion.TLSv1_3, "the server wants a client certificate: give certificate="),
        (ssl.TLSVersion.TLSv1_2, "the server may want a client certificate, which certificate= gives"),
    ],
)
def test_a_server_that_wants_a_certificate_is_told_of_and_not_asked_again(
    files: Files, version: ssl.TLSVersion, told: str
) -> None:
    context = for_server(asks=True)
    context.minimum_version = context.maximum_version = version
    with (
        loopback(context) as server,
        Client(server.address, verify=files.authority) as client,
        pytest.raises(errors.ConnectionFailed) as raised,
    ):
        client.request(PING)
    assert told in str(raised.value)
    assert (False, 1) == (raised.value.sent, raised.value.attempts)


@pytest.mark.parametrize("given", ["", "wrong", None])
def test_a_key_with_another_password_is_told_of_at_once_and_nobody_is_asked(files: Files, given: str | None) -> None:
    certificate, key = files.client("canary")
    with pytest.raises(errors.ConfigurationError, match=r"certificate: cannot read .*client\.key") as raised:
        Client("https://localhost", certificate=ClientCertificate(certificate, key, given))
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"verify": "none.pem"}, r"verify: cannot read none\.pem"),
        ({"verify": 7}, "verify is True, False, a file of certificates or an SSLContext, not int"),
        ({"verify": __file__}, "verify: cannot read"),
        ({"certificate": "none.pem"}, r"certificate: cannot read none\.pem"),
        ({"certificate": 7}, "certificate is a file or"),
        ({"verify": ssl.create_default_context(), "certificate": "c.pem"}, "load the client certificate into it"),
        ({"timeout": "soon"}, "timeout: connect is a number of seconds or None, not 'soon'"),
        ({"timeout": 0}, "timeout: connect is"),
        ({"timeout": True}, "timeout: connect is"),
    ],
)
def test_what_no_connection_can_be_made_with_is_refused_at_once(options: dict[str, Any], complaint: str) -> None:
    for kind in (Client, AsyncClient):
        with pytest.raises(errors.ConfigurationError, match=complaint):
            kind("https://localhost", **options)


def test_each_context_is_a_new_one_and_says_nothing_of_protocols() -> None:
    network = network_of(None, True, None, None)
    assert network.ssl_context() is not network.ssl_context()
    assert ssl.CERT_REQUIRED == network.ssl_context().verify_mode
    own = ssl.create_default_context()
    assert own is network_of(None, own, None, None).ssl_context()


# --- time-outs


def test_a_number_is_for_each_step_and_none_for_ever() -> None:
    assert Timeouts(3, 3, 3, 3) == network_of(3, True, None, None).timeouts
    assert Timeouts(None, None, None, None) == network_of(None, True, None, None).timeouts
    assert Timeouts(connect=1) == network_of(Timeouts(connect=1), True, None, None).timeouts
    assert (10, 60, 60, 60) == tuple(getattr(Network().timeouts, name) for name in Timeouts.__struct_fields__)


# --- proxies


@pytest.mark.parametrize("credentials", ["", "me:s3cret", "me%40x:a%2Fb"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_calls_go_through_a_proxy_with_and_without_a_password(files: Files, credentials: str, tls: bool) -> None:
    allowed = credentials.replace("%40", "@").replace("%2F", "/")
    with loopback(for_server() if tls else None) as server, relay(allowed) as proxy:
        assert 200 == called(server.address, proxy=proxy.address(credentials), verify=files.authority)
        origin = server.address.partition("://")[2]
        line = f"CONNECT {origin} HTTP/1.1" if tls else f"GET {server.address}/ping HTTP/1.1"
        assert [line, line] == proxy.lines
        assert "Proxy-Authorization" not in server.last.headers or not tls


def test_a_proxy_that_wants_a_password_refuses_and_is_not_asked_again(files: Files) -> None:
    with loopback(for_server()) as server, relay("me:s3cret") as proxy:
        error = called(server.address, proxy=proxy.address("me:canary"), verify=files.authority, retries=3)
    assert isinstance(error, errors.ConnectionFailed)
    assert (1, False) == (error.attempts, error.sent)
    assert f"no connection to {server.address} by the proxy {proxy.address()}: it refused (407 " in str(error)
    assert "canary" not in str(error)
    assert 2 == len(proxy.lines)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_the_environment_names_a_proxy_unless_the_caller_does(
    files: Files, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with loopback(for_server()) as server, relay("me:s3cret") as proxy, relay() as other:
        monkeypatch.setenv(variable, proxy.address("me:s3cret"))
        called(server.address, verify=files.authority)
        assert 2 == len(proxy.lines)
        called(server.address, verify=files.authority, proxy=other.address())
        called(server.address, verify=files.authority, proxy=False)
        monkeypatch.setenv("NO_PROXY", "127.0.0.0/8")
        called(server.address, verify=files.authority)
        assert (2, 2, 8) == (len(proxy.lines), len(other.lines), len(server.seen))


@pytest.mark.parametrize(
    "url", ["proxy:3128", "ftp://h", "http://", "http://me:canary@[bad", "http://h:x", "http://h:0"]
)
def test_an_address_that_is_no_proxy_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        Client("http://localhost", proxy=url)
    assert "proxy is an address such as http://user:password@proxy.example.com:3128" == str(raised.value)


def test_a_proxy_hides_its_password_and_gives_it_to_engines() -> None:
    proxy = Proxy("http://me:a%2Fb@proxy:3128/")
    assert ("http://proxy:3128", "me", "a/b") == (proxy.url, proxy.user, proxy.password)
    assert "Basic bWU6YS9i" == proxy.authorization
    assert "Proxy(...)" == repr(proxy)
    assert Proxy("http://proxy:3128").authorization is None


NAMES = [
    "example.com",
    "www.example.com",
    "wwwexample.com",
    "127.0.0.1",
    "192.168.7.1",
    "[::1]",
    "localhost",
    "a.localhost",
]
ENTRIES = ["", "*", "example.com", ".example.com", "*.example.com", "www.example.com", "EXAMPLE.com", "localhost"]
ENTRIES += [
    "127.0.0.1",
    "192.168.0.0/16",
    "192.168.7.1/33",
    "::1",
    "[::1]",
    "::/0",
    "example.com:8080",
    "http://example.com",
]
ENTRIES += ["other.org, example.com", "168.7.1", "com", "https://", "[::1]:8080"]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize(
    "variables", [{"https_proxy": "http://p:1"}, {"all_proxy": "p:1"}, {"http_proxy": "http://p:1"}], ids=str
)
def test_the_environment_is_read_as_httpx2_reads_it(
    monkeypatch: pytest.MonkeyPatch, entry: str, variables: Mapping[str, str]
) -> None:
    for name, value in {**variables, "no_proxy": entry}.items():
        monkeypatch.setenv(name, value)
    with httpx2.Client() as theirs:
        for name in NAMES:
            for url in (f"https://{name}/x", f"http://{name}:8080/x"):
                direct = theirs._transport_for_url(httpx2.URL(url)) is theirs._transport
                assert (url, direct) == (url, from_environment(url) is None)
