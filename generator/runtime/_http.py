"""The base of every client: settings, and the two ways to carry out the steps of a call, blocking and awaited."""

from __future__ import annotations

import importlib
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, Self, TypeVar, Unpack, cast, overload

from ._calls import Place
from ._facts import Answer, Operation, Request, Scheme
from ._forks import remember
from ._settings import AsyncClientOptions, ClientOptions, Settings, settings_of
from ._steps import Caller, Pause, Steps, Turn, Wait
from .errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio

    from ._httpx import AsyncSender, Sender

T = TypeVar("T")
R = TypeVar("R")
ANOTHER_LOOP = "this {} belongs to another event loop, in which it was used first; each loop needs one of its own"


class Base:
    """What both clients have in common: what they were told, and what their document says."""

    SECURITY: ClassVar[Mapping[str, Scheme]] = {}
    SERVERS: ClassVar[tuple[str, ...]] = ()

    _settings: Settings

    @property
    def base_url(self) -> str | None:
        """The address that calls go to instead of the servers of the document."""
        return self._settings.place.base_url

    def _placed(self, place: Place) -> Place:
        """Where requests go. An extension overrides this, if the addresses that people give need a closer look."""
        return place

    def _set(self, base_url: str | None, options: Mapping[str, Any]) -> None:
        http = options.get("http")
        address = str(http.base_url) or None if base_url is None and http is not None else base_url
        self._settings = settings_of(self._placed(Place(address, self.SERVERS)), self.SECURITY, options)
        self._closed = False

    def _refuse_closed(self) -> None:
        if self._closed:
            raise ConfigurationError("the client is closed")

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):  # they were refused, and a traceback shows what was to become a client
            return f"<{type(self).__name__} without settings>"
        return f"<{type(self).__name__} {self.base_url or ' '.join(self.SERVERS)}>"

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a client holds credentials and connections, so it cannot be copied or pickled")


class BaseClient(Base):
    """Sends the operations of one document, one call at a time. Any number of threads may share it."""

    def __init__(self, base_url: str | None = None, **options: Unpack[ClientOptions]) -> None:
        """The client, ready to be used; it connects when it is first needed.

        Args:
            base_url: Where calls go, instead of the servers of the document.
            options: See `ClientOptions`.
        """
        self._set(base_url, options)
        self._http = options.get("http")
        self._lock = Lock()
        self._sender: Sender | None = None
        self._sleep: Callable[[float], None] = time.sleep
        self._caller = Caller(self._settings, Lock())
        remember(self)

    def forget(self) -> None:
        """In a child process: the connections are its parent's."""
        self._lock = Lock()
        self._caller.forget(Lock())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # nobody forgot to close them
            self._sender = None

    def request(self, operation: Operation[T], /, **arguments: Any) -> Answer[T]:
        """Calls an operation and gives the whole answer: value, status, headers and raw content."""
        return self._done(self._caller.answered(operation, arguments))

    def close(self) -> None:
        """Closes the connections. An httpx2 client that was given stays open."""
        self._closed = True
        if self._sender is not None:
            self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _opened(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> tuple[Request, Request]:
        """The head of a call with its credentials, for an engine that sends the body itself, and without them."""
        self._refuse_closed()
        return self._done(self._caller.opened(operation, arguments))

    def _done(self, steps: Steps[R]) -> R:
        """Carries out the steps of a call."""
        answer: Any = None
        try:
            while True:
                step, answer = steps.send(answer), None
                if isinstance(step, Request):
                    answer = self._sending().send(step)
                elif isinstance(step, Pause):
                    self._sleep(step.seconds)
                elif isinstance(step, Turn):
                    cast("Lock", step.lock).acquire()
                else:
                    _refuse_async(step)
        except StopIteration as end:
            return cast(R, end.value)
        finally:
            steps.close()  # an interrupted call lets go of its lock

    def _sending(self) -> Sender:
        self._refuse_closed()
        if self._sender is None:
            with self._lock:
                if self._sender is None:
                    from ._httpx import Sender

                    self._sender = Sender(self._settings, self._http)
        return self._sender


class BaseAsyncClient(Base):
    """Sends the operations of one document, one call at a time, awaited. Any number of tasks may share it."""

    def __init__(self, base_url: str | None = None, **options: Unpack[AsyncClientOptions]) -> None:
        """The client, ready to be used; it connects when it is first needed.

        Args:
            base_url: Where calls go, instead of the servers of the document.
            options: See `AsyncClientOptions`.
        """
        import asyncio

        self._set(base_url, options)
        self._http = options.get("http")
        self._sender: AsyncSender | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # to which the connections belong
        self._sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self._caller = Caller(self._settings, asyncio.Lock())
        remember(self)

    def forget(self) -> None:
        """In a child process: the connections are its parent's."""
        import asyncio

        self._caller.forget(asyncio.Lock())
        self._sender = self._loop = None

    async def request(self, operation: Operation[T], /, **arguments: Any) -> Answer[T]:
        """Calls an operation and gives the whole answer: value, status, headers and raw content."""
        return await self._done(self._caller.answered(operation, arguments))

    async def aclose(self) -> None:
        """Closes the connections. An httpx2 client that was given stays open."""
        self._closed = True
        if self._sender is not None:
            self._refuse_elsewhere()
            await self._sender.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _opened(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> tuple[Request, Request]:
        """The head of a call with its credentials, and without them. See `BaseClient._opened`."""
        self._refuse_closed()
        return await self._done(self._caller.opened(operation, arguments))

    async def _done(self, steps: Steps[R]) -> R:
        """Carries out the steps of a call."""
        answer: Any = None
        try:
            while True:
                step, answer = steps.send(answer), None
                if isinstance(step, Request):
                    answer = await self._sending().send(step)
                elif isinstance(step, Pause):
                    await self._sleep(step.seconds)
                elif isinstance(step, Turn):
                    await cast("asyncio.Lock", step.lock).acquire()
                else:
                    answer = await step.value
        except StopIteration as end:
            return cast(R, end.value)
        finally:
            steps.close()  # a cancelled call lets go of its lock

    def _sending(self) -> AsyncSender:
        self._refuse_closed()
        if self._sender is None:
            from ._httpx import AsyncSender

            self._sender = AsyncSender(self._settings, self._http)
        self._refuse_elsewhere()
        return self._sender

    def _refuse_elsewhere(self) -> None:
        import asyncio

        here = asyncio.get_running_loop()
        if self._loop is None or self._http is not None:
            self._loop = here
        elif self._loop is not here:
            raise ConfigurationError(ANOTHER_LOOP.format("client"))


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


def _refuse_async(step: Wait) -> NoReturn:
    if hasattr(step.value, "close"):
        step.value.close()  # a coroutine that nobody awaits would complain later
    raise ConfigurationError(f"this function for {step.what} is async; use it with the async client")


def _warn_of(operation: Operation[Any]) -> None:
    if operation.deprecated:
        warnings.warn(f"the operation {operation.id} is deprecated", DeprecationWarning, stacklevel=4)
