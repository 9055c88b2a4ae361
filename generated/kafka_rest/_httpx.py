"""Sends single requests with httpx2, which is imported in this module alone, when a client makes its first call.

A client's own connections are made by httpx2's transports without its client around them: that keeps cookies from
travelling between calls, and the addresses of calls, which may hold a key, out of httpx2's log.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import lru_cache
from threading import Lock
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx2

from ._facts import Headers, Request, Response
from ._network import Network, Proxy, told_of, told_of_tls
from ._parameters import TOKEN, checked_header
from ._settings import Settings
from ._steps import Failure, Outcome
from .errors import ConfigurationError

T = TypeVar("T", httpx2.HTTPTransport, httpx2.AsyncHTTPTransport)
ENCODINGS = (b"Accept-Encoding", b"gzip, deflate")  # what httpx2 can always undo
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


class NoHeader(ValueError):
    """One that HTTP does not allow. Without its value, which may be a secret."""


NO_REQUEST = (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError, NoHeader)
FAILURES = (httpx2.RequestError, *NO_REQUEST, OSError)  # some errors of TLS come as they are


class Transports(Generic[T]):
    """The connections of a client: those through one proxy are pooled."""

    def __init__(self, network: Network, make: type[T]) -> None:
        self._network = network
        self._make: type[T] = make
        self._lock = Lock()
        self._by_way: dict[tuple[bool, str], T] = {}
        self._by_origin: dict[str, T] = {}
        self._context: ssl.SSLContext | None = None

    def to(self, url: str) -> T:
        """The transport for an address. The environment is asked once for each origin."""
        origin = _origin(url)
        found = self._by_origin.get(origin)
        if found is None:
            with self._lock:
                found = self._by_origin[origin] = self._made(origin, self._network.proxy_for(url))
        return found

    def place(self, url: str) -> str:
        """Where connections for this address go, in words."""
        proxy = self._network.proxy_for(url)
        return _origin(url) if proxy is None else f"{_origin(url)} by the proxy {proxy.url}"

    def all(self) -> list[T]:
        with self._lock:
            return list(self._by_way.values())

    def _made(self, origin: str, proxy: Proxy | None) -> T:
        secure = origin.startswith("https:") or (proxy is not None and proxy.url.startswith("https:"))
        way = (secure, "" if proxy is None else f"{proxy.user}:{proxy.password}@{proxy.url}")
        if way not in self._by_way:
            context = self._tls() if secure else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            try:
                self._by_way[way] = self._make(verify=context, proxy=_theirs(proxy, context))
            except ImportError:
                raise ConfigurationError("a SOCKS proxy needs another package: pip install 'httpx2[socks]'") from None
        return self._by_way[way]

    def _tls(self) -> ssl.SSLContext:
        """Reading the authorities of the system takes longer than many a call, so it is done when TLS is needed."""
        if self._context is None:
            self._context = self._network.ssl_context()
        return self._context


class Sender:
    """Sends requests, blocking; over an httpx2 client of the user's, if there is one."""

    def __init__(self, settings: Settings, foreign: httpx2.Client | None) -> None:
        self._transports = Transports(settings.network, httpx2.HTTPTransport)
        self._foreign = foreign
        self._limits = limits(settings)

    def send(self, request: Request) -> Outcome:
        try:
            if self._foreign is not None:
                _refuse_closed(self._foreign)
                return answered(request, self._foreign.send(built_by(self._foreign, request, self._limits)))
            theirs = built(request, self._limits)
            response = self._transports.to(request.url).handle_request(theirs)
            response.request = theirs
            try:
                response.read()
            finally:
                response.close()
            return answered(request, response)
        except FAILURES as error:
            return failure_of(error, self._place(request.url))

    def _place(self, url: str) -> str:
        return _origin(url) if self._foreign is not None else self._transports.place(url)

    def close(self) -> None:
        for transport in self._transports.all():
            transport.close()


class AsyncSender:
    """Sends requests, awaited; over an httpx2 client of the user's, if there is one."""

    def __init__(self, settings: Settings, foreign: httpx2.AsyncClient | None) -> None:
        self._transports = Transports(settings.network, httpx2.AsyncHTTPTransport)
        self._foreign = foreign
        self._limits = limits(settings)

    async def send(self, request: Request) -> Outcome:
        try:
            if self._foreign is not None:
                _refuse_closed(self._foreign)
                return answered(request, await self._foreign.send(built_by(self._foreign, request, self._limits)))
            theirs = built(request, self._limits)
            response = await self._transports.to(request.url).handle_async_request(theirs)
            response.request = theirs
            try:
                await response.aread()
            finally:
                await response.aclose()
            return answered(request, response)
        except FAILURES as error:
            return failure_of(error, self._place(request.url))

    def _place(self, url: str) -> str:
        return _origin(url) if self._foreign is not None else self._transports.place(url)

    async def aclose(self) -> None:
        for transport in self._transports.all():
            await transport.aclose()


def limits(settings: Settings) -> dict[str, Any]:
    """The time-outs as an extension of a request; none where an httpx2 client has its own."""
    timeout = settings.network.timeouts
    if not settings.timed:
        return {}
    return {"timeout": {name: getattr(timeout, name) for name in timeout.__struct_fields__}}


def built(request: Request, extensions: dict[str, Any]) -> httpx2.Request:
    headers = fields(request.headers)
    if not any(name.lower() == b"accept-encoding" for name, _ in headers):
        headers.append(ENCODINGS)
    # Reading an address is a tenth of a call. One with a query is rarely sent twice, and may hold a key.
    url = httpx2.URL(request.url) if "?" in request.url else _address(request.url)
    made = httpx2.Request(request.method, url, headers=headers, content=request.content, extensions=extensions)
    return _spelt(made, request)


def fields(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As they are written. What cannot be is refused here, since httpx2 would log it with its value."""
    for name, value in headers.items():
        if not TOKEN.fullmatch(name):
            raise NoHeader(f"{name!r} is not the name of a header")
        try:
            checked_header(value)
        except ValueError as error:
            raise NoHeader(f"the header {name!r}: {error}") from None
    return [(name.encode(), value.encode()) for name, value in headers.items()]


@lru_cache(maxsize=256)
def _address(url: str) -> httpx2.URL:
    return httpx2.URL(url)


def built_by(http: httpx2.Client | httpx2.AsyncClient, request: Request, extensions: dict[str, Any]) -> httpx2.Request:
    headers = fields(request.headers)
    given: Mapping[str, Any] | None = extensions.get("timeout")
    timeout = http.timeout if given is None else httpx2.Timeout(**given)
    made = http.build_request(request.method, request.url, headers=headers, content=request.content, timeout=timeout)
    return _spelt(made, request)


def _spelt(made: httpx2.Request, request: Request) -> httpx2.Request:
    """httpx2 writes a method in capitals, but a method is spelt as it is spelt."""
    made.method = request.method
    return made


def answered(request: Request, response: httpx2.Response) -> Response:
    return Response(request, response.status_code, Headers(response.headers.multi_items()), response.content)


def _origin(url: str) -> str:
    """Scheme, host and port, as they may be shown."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0].rpartition('@')[2]}"


def failure_of(error: BaseException, place: str) -> Failure:
    """What went wrong on the way to a place.

    The error itself goes no further, because it holds the request with its credentials.
    """
    kind = type(error).__name__
    if isinstance(error, NO_REQUEST):
        told = str(error) if isinstance(error, NoHeader) else kind
        return Failure(told=f"not a request that HTTP allows ({told})", sent=False, refused=True)
    sent = not isinstance(error, NOT_SENT)
    if isinstance(error, httpx2.TimeoutException):
        return Failure(told=f"no answer in time ({kind})", sent=sent, timed_out=True)
    cause = _root(error)
    if cause is not None and told_of_tls(cause):  # by a server that has seen no request, whenever it says so
        return Failure(told=told_of(cause, place), sent=False, lasting=True, cause=cause)
    if isinstance(error, httpx2.ProxyError):
        return Failure(told=f"no connection to {place}: it refused ({error})", sent=sent, lasting=True)
    if cause is None or sent:
        return Failure(told=str(cause or error) or kind, sent=sent, cause=cause)
    lasting = isinstance(cause, ssl.SSLCertVerificationError)
    return Failure(told=told_of(cause, place), sent=False, lasting=lasting, cause=cause)


def _root(error: BaseException) -> OSError | None:
    """What the operating system said at first, without the frames that hold the request."""
    found: OSError | None = None
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            found = seen
        seen = seen.__cause__ or seen.__context__
    if found is not None:
        found.__cause__ = found.__context__ = None
        found.__traceback__ = None
    return found


def _theirs(proxy: Proxy | None, context: ssl.SSLContext) -> httpx2.Proxy | None:
    if proxy is None:
        return None
    auth = (proxy.user, proxy.password) if proxy.user or proxy.password else None
    return httpx2.Proxy(proxy.url, auth=auth, ssl_context=context if urlsplit(proxy.url).scheme == "https" else None)


def _refuse_closed(http: httpx2.Client | httpx2.AsyncClient) -> None:
    if http.is_closed:
        raise ConfigurationError("the httpx2 client that was given is closed")
