"""The base of every client: sends single calls with httpx2, which is imported here alone and only when it is needed."""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, cast, overload

from msgspec import UNSET, UnsetType

from ._auth import Auth, applied, checked_auth, steps_for
from ._calls import Place, answer_of, checked_base, prepare
from ._facts import Answer, Operation, Request, Scheme
from ._parameters import TOKEN, checked_header
from .errors import ConfigurationError, ConnectionFailed, InvalidArgument, TimedOut

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")
R = TypeVar("R")
TIMEOUT = 60.0  # seconds for each of connecting, sending and receiving


class _Settings:
    """What the client was told, and what its document says."""

    SECURITY: ClassVar[Mapping[str, Scheme]] = {}
    SERVERS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, base_url: str | None, auth: Auth, headers: Mapping[str, str] | None) -> None:
        address = None if base_url is None else checked_base(base_url)
        self._auth = checked_auth(auth, self.SECURITY)
        self._closed = False
        self._place = Place(address, self.SERVERS, _checked(headers or {}))

    @property
    def base_url(self) -> str | None:
        """The address that calls go to instead of the servers of the document."""
        return self._place.base_url

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url or ' '.join(self.SERVERS)}>"


class BaseClient(_Settings):
    """Sends the operations of one document, one call at a time."""

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: Auth = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | UnsetType | None = UNSET,
        http: httpx2.Client | None = None,
    ) -> None:
        """The client, ready to be used; it connects when it is first needed.

        Args:
            base_url: Where calls go, instead of the servers of the document.
            auth: `Basic`, `Bearer` or `ApiKey`, a function from request to request, or one of these for each
                security scheme by name. Each operation takes what it needs.
            headers: Sent with every call.
            timeout: Seconds for each of connecting, sending and receiving; None waits for ever.
            http: An httpx2 client of your own, with the transport, proxies and certificates you want. It stays open.
        """
        super().__init__(_address_of(http) if base_url is None else base_url, auth, headers)
        self._timeout = timeout
        self._foreign = http
        self._own: httpx2.Client | None = None
        self._lock = Lock()

    def request(self, operation: Operation[T], /, **arguments: Any) -> Answer[T]:
        """Calls an operation and gives the whole answer: value, status, headers and raw content."""
        request = prepare(operation, arguments, self._place)
        signed = request
        for step in steps_for(operation, self._auth, self.SECURITY):
            signed = _not_async(applied(step, signed))
        with _told(operation, request):
            http = self._http()
            response = http.send(_built(http, signed, self._timeout))
        return answer_of(operation, request, response.status_code, response.headers, response.content)

    def close(self) -> None:
        """Closes the connections. An httpx2 client that was given stays open."""
        self._closed = True
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _http(self) -> httpx2.Client:
        if self._closed:
            raise ConfigurationError("the client is closed")
        if self._foreign is not None:
            return self._foreign
        with self._lock:
            if self._own is None:
                import httpx2

                self._own = httpx2.Client(timeout=_seconds(self._timeout))
            return self._own


class BaseAsyncClient(_Settings):
    """Sends the operations of one document, one call at a time, awaited."""

    def __init__(
        self,
        base_url: str | None = None,
        *,
        auth: Auth = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | UnsetType | None = UNSET,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        """The client, ready to be used; it connects when it is first needed.

        Args:
            base_url: Where calls go, instead of the servers of the document.
            auth: `Basic`, `Bearer` or `ApiKey`, a function from request to request (it may be async), or one of these
                for each security scheme by name. Each operation takes what it needs.
            headers: Sent with every call.
            timeout: Seconds for each of connecting, sending and receiving; None waits for ever.
            http: An httpx2 client of your own, with the transport, proxies and certificates you want. It stays open.
        """
        super().__init__(_address_of(http) if base_url is None else base_url, auth, headers)
        self._timeout = timeout
        self._foreign = http
        self._own: httpx2.AsyncClient | None = None

    async def request(self, operation: Operation[T], /, **arguments: Any) -> Answer[T]:
        """Calls an operation and gives the whole answer: value, status, headers and raw content."""
        request = prepare(operation, arguments, self._place)
        signed = request
        for step in steps_for(operation, self._auth, self.SECURITY):
            result = applied(step, signed)
            signed = result if isinstance(result, Request) else await result
        with _told(operation, request):
            http = self._http()
            response = await http.send(_built(http, signed, self._timeout))
        return answer_of(operation, request, response.status_code, response.headers, response.content)

    async def aclose(self) -> None:
        """Closes the connections. An httpx2 client that was given stays open."""
        self._closed = True
        if self._own is not None:
            await self._own.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _http(self) -> httpx2.AsyncClient:
        if self._closed:
            raise ConfigurationError("the client is closed")
        if self._foreign is not None:
            return self._foreign
        if self._own is None:
            import httpx2

            self._own = httpx2.AsyncClient(timeout=_seconds(self._timeout))
        return self._own


class Resource:
    """The operations of one tag."""

    def __init__(self, client: BaseClient) -> None:
        self._client = client

    def _call(self, operation: Operation[T], /, **arguments: Any) -> T:
        _warn_of(operation)
        return self._client.request(operation, **arguments).value


class AsyncResource:
    """The operations of one tag, awaited."""

    def __init__(self, client: BaseAsyncClient) -> None:
        self._client = client

    async def _call(self, operation: Operation[T], /, **arguments: Any) -> T:
        _warn_of(operation)
        return (await self._client.request(operation, **arguments)).value


class Lazy(Generic[R]):
    """An attribute of a client whose module is imported when it is first used."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __set_name__(self, owner: type, attribute: str) -> None:
        self._attribute = attribute

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: object, owner: type) -> R: ...
    def __get__(self, client: object | None, owner: type) -> Self | R:
        if client is None:
            return self
        module = importlib.import_module(f".resources.{self._module}", __package__)
        resource = cast(R, getattr(module, self._name)(client))
        vars(client)[self._attribute] = resource  # found before this descriptor from now on
        return resource


def _built(
    http: httpx2.Client | httpx2.AsyncClient, request: Request, timeout: float | UnsetType | None
) -> httpx2.Request:
    headers = [(name.encode(), value.encode()) for name, value in request.headers.items()]
    limit = http.timeout if isinstance(timeout, UnsetType) else timeout
    built = http.build_request(request.method, request.url, headers=headers, content=request.content, timeout=limit)
    built.method = request.method  # httpx2 writes it in capitals, but a method is spelt as it is spelt
    return built


def _checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        try:
            checked_header(value)
        except ValueError as error:
            raise ConfigurationError(f"the header {name!r}: {error}") from None
        if not TOKEN.fullmatch(name):
            raise ConfigurationError(f"{name!r} is not the name of a header")
    return dict(headers)


def _seconds(timeout: float | UnsetType | None) -> float | None:
    return TIMEOUT if isinstance(timeout, UnsetType) else timeout


def _address_of(http: httpx2.Client | httpx2.AsyncClient | None) -> str | None:
    return str(http.base_url) or None if http is not None else None


def _not_async(result: Any) -> Request:
    if isinstance(result, Request):
        return result
    if inspect.iscoroutine(result):
        result.close()
        raise ConfigurationError("this function for auth is async; use it with the async client")
    raise ConfigurationError(f"a function for auth returns the request, not {type(result).__name__}")


def _warn_of(operation: Operation[Any]) -> None:
    if operation.deprecated:
        warnings.warn(f"the operation {operation.id} is deprecated", DeprecationWarning, stacklevel=4)


@contextmanager
def _told(operation: Operation[Any], request: Request) -> Iterator[None]:
    """Turns what httpx2 raises into errors of this package, which hold no credentials."""
    import httpx2

    call = f"{operation.method} {operation.path}"
    try:
        yield
    except httpx2.TimeoutException as error:
        raise TimedOut(f"{call}: no answer in time ({type(error).__name__})", request) from error
    except (httpx2.LocalProtocolError, httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError) as error:
        # Without its cause: the message would quote the header that it refuses.
        raise InvalidArgument(f"{call}: not a request that HTTP allows ({type(error).__name__})") from None
    except httpx2.RequestError as error:
        raise ConnectionFailed(f"{call}: {error or type(error).__name__}", request) from error
