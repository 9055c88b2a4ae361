"""What it takes to open a stream, and the ways to a server: straight or through a proxy, plain or TLS."""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from .._calls import answer_of
from .._facts import Headers, Operation, Request, Stream
from .._network import Network, Proxy, told_of
from .._settings import Settings
from ..errors import ClientError, ConfigurationError, ConnectionFailed, TimedOut
from .exchange import Exchange
from .framing import Malformed
from .head import HeadReader, written
from .parsed import parser_of_httptools
from .reports import Reports
from .wire import Wire

LOG = logging.getLogger((__package__ or "").rpartition(".")[0])
PORTS = {"http": 80, "https": 443}


class Opening(Struct, frozen=True, eq=False):
    """One stream that is about to be opened. ``shown`` is the request without its credentials."""

    operation: Operation[Any]
    request: Request
    shown: Request
    network: Network
    refused: Callable[[Request], None]  # by a 401

    @property
    def stream(self) -> Stream:
        assert self.operation.stream is not None  # the document marks it, or there would be no method to call
        return self.operation.stream

    @property
    def call(self) -> str:
        return f"{self.operation.method} {self.operation.path}"

    def exchange(self) -> Exchange[Any, Any]:
        return Exchange(self.call, written(self.request), Reports(self.stream.report), self._refusal)

    def connected(self) -> Wire:
        """A connection to the server; blocks. Raises ConnectionFailed."""
        parser_of_httptools()  # now, since an import takes its time, and the first answer shall not wait for it
        target = urlsplit(self.request.url)
        proxy = self.network.proxy_for(self.request.url)
        with self._telling_of(_place(target) if proxy is None else f"the proxy {_place(urlsplit(proxy.url))}"):
            connection = _reached(target, proxy, self.network.timeouts.connect)
        with self._telling_of(_place(target)):
            if proxy is not None:
                _through(connection, proxy, target)
            wire = Wire(_secured(connection, target, self.network))
        LOG.debug("%s: a stream to %s", self.call, _place(target))
        return wire

    @contextmanager
    def _telling_of(self, place: str) -> Iterator[None]:
        """What goes wrong inside does so there."""
        try:
            yield
        except TimeoutError as error:
            raise TimedOut(f"{self.call}: {place} did not answer in time", self.shown, sent=False) from error
        except (OSError, Malformed) as error:
            raise ConnectionFailed(f"{self.call}: {told_of(error, place)}", self.shown, sent=False) from error

    def _refusal(self, status: int, headers: Mapping[str, str], body: bytes) -> ClientError:
        """What an answer that is no success stands for."""
        if status == 401:
            self.refused(self.request)
        try:
            answer_of(self.operation, self.shown, status, Headers(headers.items()), body)
        except ClientError as error:
            return error
        raise AssertionError("a success is no refusal")


def opening_of(
    settings: Settings,
    operation: Operation[Any],
    requests: tuple[Request, Request],
    refused: Callable[[Request], None],
) -> Opening:
    """Of the request with its credentials, and the one without."""
    return Opening(operation, *requests, settings.network, refused)


def _reached(target: SplitResult, proxy: Proxy | None, timeout: float | None) -> socket.socket:
    """The server, or the proxy that leads to it."""
    if proxy is None:
        return _dialled(target, timeout)
    place = urlsplit(proxy.url)
    if place.scheme not in PORTS:
        raise ConfigurationError(f"a stream goes through a proxy of http or https, not of {place.scheme}")
    connection = _dialled(place, timeout)
    if place.scheme == "http":
        return connection
    try:
        return ssl.create_default_context().wrap_socket(connection, server_hostname=place.hostname)
    except BaseException:
        connection.close()
        raise


def _through(connection: socket.socket, proxy: Proxy, target: SplitResult) -> None:
    try:
        _tunnel(connection, proxy, target)
    except BaseException:
        connection.close()
        raise


def _secured(connection: socket.socket, target: SplitResult, network: Network) -> socket.socket:
    if target.scheme != "https":
        return connection
    try:
        context = network.ssl_context()
        if context is not network.verify:  # one that the caller made is used as it is
            context.set_alpn_protocols(["http/1.1"])
        # A connection that ends without a word of TLS was cut, whatever the answer looks like.
        return context.wrap_socket(connection, server_hostname=target.hostname, suppress_ragged_eofs=False)
    except BaseException:
        connection.close()
        raise


def _dialled(place: SplitResult, timeout: float | None) -> socket.socket:
    connection = socket.create_connection((place.hostname or "", place.port or PORTS[place.scheme]), timeout)
    # Records wait for nothing: what has gathered is written as soon as the socket takes it.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _tunnel(connection: socket.socket, proxy: Proxy, target: SplitResult) -> None:
    """Asks the proxy to pass on whatever comes (RFC 9110, section 9.3.6)."""
    place = f"{_bracketed(target.hostname or '')}:{target.port or PORTS[target.scheme]}"
    connection.sendall(_asking(place, proxy))
    reader = HeadReader()
    found = None
    while found is None:
        data = connection.recv(4096)
        if not data:
            raise ConnectionError("the proxy closed the connection")
        found = reader.feed(data)
    head, rest = found
    if not 200 <= head.status < 300:
        raise ConnectionError(f"the proxy refused the way to {place} with {head.status}")
    if rest:
        raise Malformed("the proxy sent something of its own behind its answer")


def _asking(place: str, proxy: Proxy) -> bytes:
    """Apart, so that no variable that a traceback shows holds the password."""
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    return "\r\n".join([*lines, "", ""]).encode()


def _place(target: SplitResult) -> str:
    return f"{target.scheme}://{_bracketed(target.hostname or '')}:{target.port or PORTS[target.scheme]}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
