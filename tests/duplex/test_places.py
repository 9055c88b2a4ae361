"""Proxies and places are what they are called, by the opinion of plain sockets and the standard library."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

import pytest

from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.places import PLACES, Place
from tests.duplex.plain import HEAD, body, numbered
from tests.duplex.proxies import TUNNEL, Proxy, basic
from tests.duplex.understood import understood
from tests.duplex.wire import LAST_CHUNK, answer_head

PLAIN_AND_TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
MET = {place.name: place for place in PLACES}


def asked(proxy: Peer, target: str, *, credentials: str = "") -> tuple[socket.socket, bytes]:
    """A connection to the proxy, and all that it says to a CONNECT up to the end of its head."""
    client = socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
    password = f"Proxy-Authorization: {credentials}\r\n" if credentials else ""
    client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{password}\r\n".encode())
    said = b""
    while b"\r\n\r\n" not in said and (piece := client.recv(4096)):
        said += piece
    return client, said


def secured(client: socket.socket, peer: Peer, tls: bool) -> socket.socket:
    if not tls:
        return client
    context = ssl.create_default_context(cafile=peer.certificate)
    return context.wrap_socket(client, server_hostname="127.0.0.1")


def heard(client: socket.socket) -> bytes:
    data = b""
    while not data.endswith(LAST_CHUNK):
        data += client.recv(65536)
    return data


@PLAIN_AND_TLS
@pytest.mark.parametrize("credentials", [None, ("user", "pass:wörd")])
def test_a_proxy_is_transparent_both_ways_at_once(tls: bool, credentials: tuple[str, str] | None) -> None:
    with Peer(Honest(), tls) as peer, Peer(Proxy(credentials)) as proxy:
        client, said = asked(proxy, f"127.0.0.1:{peer.port}", credentials=basic(*credentials) if credentials else "")
        assert TUNNEL == said
        with secured(client, peer, tls) as stream:
            stream.sendall(HEAD + body(numbered(1), closes=False))
            while not (first := stream.recv(65536)):
                pass
            stream.sendall(body(numbered(5000)))
            assert len(understood(first + heard(stream)).reports) == 5001
    assert len(peer.stored) == 5001
    assert [f"127.0.0.1:{peer.port}"] == [talk.heads[0].target for talk in proxy.conversations]


@pytest.mark.parametrize("given", ["", basic("user", "wrong")])
def test_a_proxy_with_a_password_refuses_everyone_without(given: str) -> None:
    with Peer(Proxy(("user", "right"))) as proxy:
        client, said = asked(proxy, "127.0.0.1:1", credentials=given)
        client.close()
    assert said.startswith(b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n')


@pytest.mark.parametrize("status", [403, 502, 503])
def test_a_proxy_refuses_with_the_status_that_it_is_told(status: int) -> None:
    with Peer(Honest()) as peer, Peer(Proxy(refuses=status)) as proxy:
        client, said = asked(proxy, f"127.0.0.1:{peer.port}")
        client.close()
    assert said.startswith(answer_head(status, {})[:-2])
    assert [] == peer.conversations


def test_a_proxy_says_502_for_a_server_that_is_not_there() -> None:
    with MET["a port where nobody listens"].opened() as url, Peer(Proxy()) as proxy:
        client, said = asked(proxy, url.removeprefix("http://"))
        client.close()
    assert said.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")


def test_a_proxy_leads_a_name_to_where_it_knows() -> None:
    with Peer(Honest()) as peer, Peer(Proxy(host="127.0.0.1")) as proxy:
        client, _ = asked(proxy, f"inside.invalid:{peer.port}")
        with client:
            client.sendall(HEAD + body(numbered(2)))
            assert len(understood(heard(client)).reports) == 2


def test_a_buffering_proxy_hands_records_on_and_keeps_the_answer_until_the_server_closes() -> None:
    with Peer(Honest()) as peer, Peer(Proxy(buffers=True)) as proxy:
        client, said = asked(proxy, f"127.0.0.1:{peer.port}")
        assert TUNNEL == said
        with client:
            client.sendall(HEAD + body(numbered(2)))
            client.settimeout(0.15)
            with pytest.raises(TimeoutError):
                client.recv(1)
            assert numbered(2) == peer.stored
            client.settimeout(5)
            client.shutdown(socket.SHUT_WR)
            assert len(understood(heard(client)).reports) == 2


def outcome(place: Place) -> str:
    """How one request by http.client goes; the certificate of the tests is trusted."""
    with place.opened() as url:
        at = urlsplit(url)
        limit = 0.3 if "TimeoutError" in str(OUTCOMES[place.name]) else 20.0
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=limit)
        if at.scheme == "https":
            context = ssl.create_default_context(cafile=place.certificate)
            connection = http.client.HTTPSConnection(at.hostname or "", at.port, timeout=limit, context=context)
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        except OSError as error:
            return f"no connection: {type(error).__name__}"
        try:
            connection.request("POST", "/", body=b"{}", headers={"Content-Type": "application/json"})
            return f"status {connection.getresponse().status}"
        except (OSError, http.client.HTTPException) as error:
            return f"no answer: {type(error).__name__}"
        finally:
            connection.close()


OUTCOMES = {
    "a name that does not resolve": {"no connection: gaierror"},
    "a port where nobody listens": {"no connection: ConnectionRefusedError"},
    "a port whose queue is full": {"no connection: TimeoutError"},
    "a certificate of another name": {"IP address mismatch, certificate is not valid for '127.0.0.1'."},
    "a certificate of a stranger": {"unable to get local issuer certificate"},
    "a certificate that has expired": {"certificate has expired"},
    "a plain server behind https": {"no connection: SSLError"},
    "a TLS server behind http": {"no answer: RemoteDisconnected", "no answer: ConnectionResetError"},
    "a silent server behind https": {"no connection: TimeoutError"},
    "a silent server": {"no answer: TimeoutError"},
}


@pytest.mark.parametrize("name", MET)
def test_a_place_is_as_it_is_called(name: str) -> None:
    assert outcome(MET[name]) in OUTCOMES[name]
