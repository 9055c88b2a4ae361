"""What it takes to open a stream, and the ways to a server: straight or through a proxy, plain or TLS."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from msgspec import Struct

from .._calls import answer_of
from .._facts import Operation, Request
from ..errors import ClientError, ConfigurationError, ConnectionFailed, TimedOut
from .exchange import Exchange, Refusal
from .head import HeadReader, written
from .framing import Malformed
from .reports import Reports
from .wire import Wire

PORTS = {"http": 80, "https": 443}


class Opening(Struct, frozen=True):
    """One stream that is about to be opened. The request is signed; how to say so without secrets is ``call``."""

    call: str
    request: Request
    record: Any  # the type of what goes up
    report: Any  # ... and of what comes down
    accepted: Callable[[Any], bool]  # whether a report says that its record was stored
    refusal: Refusal
    context: Callable[[], ssl.SSLContext]
    proxy: str | None = None
    timeout: float | None = 10.0  # seconds for each of connecting and TLS

    def exchange(self) -> Exchange[Any, Any]:
        return Exchange(self.call, written(self.request), Reports(self.report), self.refusal)

    def connected(self) -> Wire:
        """A connection to the server; blocks. Raises ConnectionFailed."""
        target = urlsplit(self.request.url)
        try:
            return Wire(self._secured(self._reached(target), target))
        except TimeoutError as error:
            raise TimedOut(f"{self.call}: {_place(target)} did not answer in time", self.request) from error
        except (OSError, Malformed) as error:
            raise ConnectionFailed(f"{self.call}: {_told(error, target)}", self.request) from error

    def _reached(self, target: SplitResult) -> socket.socket:
        if self.proxy is None:
            return _dialled(target, self.timeout)
        proxy = urlsplit(self.proxy)
        if proxy.scheme not in PORTS:
            raise ConfigurationError(f"a stream goes through a proxy of http or https, not of {proxy.scheme}")
        connection = _dialled(proxy, self.timeout)
        try:
            if proxy.scheme == "https":
                connection = ssl.create_default_context().wrap_socket(connection, server_hostname=proxy.hostname)
            _tunnel(connection, proxy, target)
        except BaseException:
            connection.close()
            raise
        return connection

    def _secured(self, connection: socket.socket, target: SplitResult) -> socket.socket:
        if target.scheme != "https":
            return connection
        try:
            return self.context().wrap_socket(connection, server_hostname=target.hostname)
        except BaseException:
            connection.close()
            raise


def _dialled(place: SplitResult, timeout: float | None) -> socket.socket:
    connection = socket.create_connection((place.hostname or "", place.port or PORTS[place.scheme]), timeout)
    # Records wait for nothing: what has gathered is written as soon as the socket takes it.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _tunnel(connection: socket.socket, proxy: SplitResult, target: SplitResult) -> None:
    """Asks the proxy to pass on whatever comes (RFC 9110, section 9.3.6)."""
    place = f"{_bracketed(target.hostname or '')}:{target.port or PORTS[target.scheme]}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.username is not None:
        user = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        lines.append(f"Proxy-Authorization: Basic {base64.b64encode(user.encode()).decode()}")
    connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
    reader = HeadReader()
    found = None
    while found is None:
        # Byte by byte near the end would be slow, and there is nothing behind the head before we have spoken.
        data = connection.recv(4096)
        if not data:
            raise ConnectionError("the proxy closed the connection")
        found = reader.feed(data)
    head, rest = found
    if not 200 <= head.status < 300:
        raise ConnectionError(f"the proxy refused the way to {place} with {head.status}")
    if rest:
        raise Malformed("the proxy sent something of its own behind its answer")


def _told(error: Exception, target: SplitResult) -> str:
    place = _place(target)
    if isinstance(error, socket.gaierror):
        return f"there is no address for the name in {place} ({error.strerror})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate of {place} cannot be trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return f"no TLS with {place} ({error.reason or error})"
    return f"no connection to {place} ({error})"


def _place(target: SplitResult) -> str:
    return f"{target.scheme}://{_bracketed(target.hostname or '')}:{target.port or PORTS[target.scheme]}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def opening_of(operation: Operation[Any], request: Request, timeout: float | None) -> Opening:
    stream = operation.stream
    assert stream is not None  # the document marks it, or there would be no method to call
    call = f"{operation.method} {operation.path}"

    def accepted(report: Any) -> bool:
        return getattr(report, stream.verdict, None) in stream.accepted

    def refusal(status: int, headers: Mapping[str, str], body: bytes) -> ClientError:
        try:
            answer_of(operation, request, status, headers, body)
        except ClientError as error:
            return error
        raise AssertionError("a success is no refusal")

    return Opening(
        call, request, stream.record, stream.report, accepted, refusal, ssl.create_default_context, None, timeout
    )
