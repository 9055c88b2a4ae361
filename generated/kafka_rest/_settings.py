"""What a client is told, once it is checked: one value that feeds every engine and needs none of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict

from msgspec import Struct
from msgspec.structs import replace

from ._auth import Auth, checked_auth
from ._calls import Place, checked_base, merged
from ._facts import Request, Response, Scheme
from ._network import ClientCertificate, Network, Timeouts, Verify, network_of
from ._parameters import TOKEN, checked_header
from ._retries import Policy, Retries, policy_of
from .errors import ConfigurationError

if TYPE_CHECKING:
    import os

    import httpx2

OnRequest: TypeAlias = Callable[[Request], Request | None]
OnResponse: TypeAlias = Callable[[Response], object]
AsyncOnRequest: TypeAlias = Callable[[Request], "Request | Awaitable[Request | None] | None"]
NAME = (__package__ or "").rpartition(".")[2]


class Options(TypedDict, total=False):
    """What both clients can be told, beside the address.

    auth: `Basic`, `Bearer`, `ApiKey` or `ClientCredentials`, a function from request to request, or one of these for
        each security scheme by name. Each operation takes what it needs.
    headers: Sent with every call.
    timeout: Seconds for each step of a call, or `Timeouts(connect=, read=, write=, pool=)`; None waits for ever.
    retries: How often to try again what is safe to try again, `Retries(...)` for more say in it, 0 or None for never,
        or a function from `Attempt` to the seconds to wait, or None for no further attempt.
    verify: True for the authorities that the system trusts, a file or folder of others, an SSLContext, or False to
        trust whoever answers.
    certificate: The file with the client certificate and its key, or `ClientCertificate(file, key, password)`.
    proxy: The address of a proxy, with user and password if it asks for them; None for what HTTPS_PROXY and the like
        say, False for no proxy at all.
    """

    auth: Auth
    headers: Mapping[str, str] | None
    timeout: float | Timeouts | None
    retries: Policy | int | None
    verify: Verify
    certificate: ClientCertificate | str | os.PathLike[str] | None
    proxy: str | Literal[False] | None


class ClientOptions(Options, total=False):
    """What a client can be told: `Options`, and these.

    on_request: Called with each request before it is sent and before the credentials are in it; may return another.
    on_response: Called with each `Response`, before anybody asks what it means.
    http: An httpx2 client of your own, with the transport, proxies and certificates you want. It stays open.
        Its connections are your own affair in a child process as well.
    """

    on_request: OnRequest | None
    on_response: OnResponse | None
    http: httpx2.Client | None


class AsyncClientOptions(Options, total=False):
    """What an async client can be told: `Options`, and these. Its functions may be async.

    on_request: Called with each request before it is sent and before the credentials are in it; may return another.
    on_response: Called with each `Response`, before anybody asks what it means.
    http: An httpx2 client of your own, with the transport, proxies and certificates you want. It stays open.
        Its connections are your own affair in a child process as well.
    """

    on_request: AsyncOnRequest | None
    on_response: OnResponse | None
    http: httpx2.AsyncClient | None


class Settings(Struct, frozen=True, eq=False):
    """What a client was told, and what its document says."""

    place: Place
    auth: Auth
    schemes: Mapping[str, Scheme]
    network: Network
    policy: Policy | None
    on_request: Callable[[Request], Any] | None
    on_response: Callable[[Response], Any] | None
    timed: bool  # whether the user said how long a call may take, or leaves it to an httpx2 client

    def __repr__(self) -> str:
        return f"<Settings {self.place.base_url or ' '.join(self.place.servers)}>"

    def shown(self, request: Request) -> Request:
        """The request as errors and logs may have it: without the headers that go with every call."""
        request = request.without_credentials()
        mine = {name.lower() for name in self.place.headers} - {"user-agent"}
        kept = {name: value for name, value in request.headers.items() if name.lower() not in mine}
        return Request(request.method, request.url, kept, request.content)


def settings_of(place: Place, schemes: Mapping[str, Scheme], options: Mapping[str, Any]) -> Settings:
    """The settings, or the error that says which option is wrong."""
    _refuse_unknown(options)
    if place.base_url is not None:
        checked_base(place.base_url)
    named = {"User-Agent": NAME} if options.get("http") is None else {}
    headers = merged(named, checked_headers(options.get("headers") or {}))
    return Settings(
        replace(place, headers=headers),
        checked_auth(options.get("auth"), schemes),
        schemes,
        _network(options),
        policy_of(options.get("retries", Retries())),
        _hook(options, "on_request"),
        _hook(options, "on_response"),
        "timeout" in options or options.get("http") is None,
    )


def checked_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise ConfigurationError(f"the header {name!r} is text, not {type(value).__name__}")
        try:
            checked_header(value)
        except ValueError as error:
            raise ConfigurationError(f"the header {name!r}: {error}") from None
        if not TOKEN.fullmatch(name):
            raise ConfigurationError(f"{name!r} is not the name of a header")
    return headers


def _network(options: Mapping[str, Any]) -> Network:
    own = [name for name in ("verify", "certificate", "proxy") if name in options]
    if options.get("http") is not None and own:
        raise ConfigurationError(f"the httpx2 client brings its own {own[0]}: give it there, not beside http=")
    return network_of(
        options.get("timeout", Timeouts()),
        options.get("verify", True),
        options.get("certificate"),
        options.get("proxy"),
    )


def _hook(options: Mapping[str, Any], name: str) -> Any:
    hook = options.get(name)
    if hook is not None and not callable(hook):
        raise ConfigurationError(f"{name} is a function, not {type(hook).__name__}")
    return hook


def _refuse_unknown(options: Mapping[str, Any]) -> None:
    unknown = sorted(options.keys() - ClientOptions.__optional_keys__)
    if unknown:
        known = ", ".join(sorted(ClientOptions.__optional_keys__))
        raise TypeError(f"a client has no option {unknown[0]}; it has base_url, {known}")
