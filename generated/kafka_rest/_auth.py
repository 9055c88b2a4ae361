"""Credentials, and how they get into a request.

An operation names alternatives of security schemes. The first alternative that the given credentials satisfy is
used; one that needs nothing comes last, because whoever gives credentials wants them to be sent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from ._facts import Operation, Request, Scheme
from ._parameters import CONTROL, NO_COOKIE, TOKEN, unreserved
from ._secret import Hidden
from .errors import ConfigurationError

UNWRITABLE = re.compile(f"{CONTROL.pattern}|[\ud800-\udfff]")  # an error of the codec's would hold all of it


class Secret(Hidden):
    """A credential: it never shows in a repr, and goes into no pickle."""

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        if not secret or secret != secret.strip() or UNWRITABLE.search(secret):
            raise ConfigurationError("a credential is not empty and holds no line breaks or spaces at its ends")
        self._secret = secret

    @property
    def fits(self) -> type[Secret]:
        """The kind of credential that a security scheme has to take to take this one."""
        return type(self)


class Basic(Secret):
    """HTTP basic authentication: a user with a password, or an API key with its secret."""

    __slots__ = ()

    def __init__(self, user: str, password: str) -> None:
        if ":" in user:
            raise ConfigurationError("the user of HTTP basic authentication may not hold a colon")
        super().__init__(f"{user}:{password}")

    @property
    def authorization(self) -> str:
        return f"Basic {base64.b64encode(self._secret.encode()).decode()}"


class Bearer(Secret):
    """A bearer token, of HTTP, OAuth 2 or OpenID Connect."""

    __slots__ = ()

    @property
    def authorization(self) -> str:
        return f"Bearer {self._secret}"


class ApiKey(Secret):
    """An API key; the document says in which header, query parameter or cookie it goes."""

    __slots__ = ()

    @property
    def value(self) -> str:
        return self._secret


AuthFunction: TypeAlias = Callable[[Request], Request | Awaitable[Request]]
Credential: TypeAlias = Secret | AuthFunction
Auth: TypeAlias = Credential | Mapping[str, Credential] | None
Step: TypeAlias = tuple[Credential, Scheme]

HTTP: Mapping[str, type[Secret]] = {"basic": Basic, "bearer": Bearer}
KINDS: Mapping[str, type[Secret]] = {"apiKey": ApiKey, "oauth2": Bearer, "openIdConnect": Bearer}


def checked_auth(auth: Auth, schemes: Mapping[str, Scheme]) -> Auth:
    """What was given as ``auth``, if it can be used with this document at all."""
    given = auth.items() if isinstance(auth, Mapping) else [("", auth)]
    for name, credential in given:
        if credential is not None and not isinstance(credential, Secret) and not callable(credential):
            where = f"auth[{name!r}]" if name else "auth"
            kinds = "Basic, Bearer, ApiKey, ClientCredentials or a function"
            raise ConfigurationError(f"{where} is {kinds}, not {type(credential).__name__}")
        if name and name not in schemes:
            raise ConfigurationError(
                f"the document has no security scheme {name!r}, only {', '.join(schemes) or 'none'}"
            )
    return auth


def steps_for(operation: Operation[Any], auth: Auth, schemes: Mapping[str, Scheme]) -> tuple[Step, ...]:
    """Which credentials go into a request of this operation, and how."""
    if auth is None:
        return ()
    if not schemes:
        return _undeclared(auth)
    needed = [alternative for alternative in operation.security if alternative]
    for alternative in needed:
        steps = _steps(auth, alternative, schemes)
        if steps is not None:
            return steps
    if not needed or len(needed) < len(operation.security):
        return ()
    wanted = " or ".join(" and ".join(f"{name} ({_told(schemes[name])})" for name in names) for names in needed)
    raise ConfigurationError(f"{operation.id} needs {wanted}; the given credentials are {_kind(auth)}")


def applied(step: Step, request: Request) -> Request | Awaitable[Request]:
    """The request with one credential in it."""
    credential, scheme = step
    if isinstance(credential, ApiKey):
        return _with_key(request, scheme, credential)
    if isinstance(credential, Basic | Bearer):
        return request.with_header("Authorization", credential.authorization)
    if isinstance(credential, Secret):
        raise ConfigurationError(f"{type(credential).__name__} cannot go into a request as it is")
    return credential(request)


def _undeclared(auth: Auth) -> tuple[Step, ...]:
    """A document without security schemes says nothing, so what was given is sent with every call."""
    if isinstance(auth, ApiKey):
        raise ConfigurationError("the document has no security schemes, so it does not say where the ApiKey goes")
    return () if auth is None or isinstance(auth, Mapping) else ((auth, Scheme("")),)


def _steps(auth: Auth, alternative: tuple[str, ...], schemes: Mapping[str, Scheme]) -> tuple[Step, ...] | None:
    """The credentials for all schemes of one alternative; None if one of them is missing."""
    steps: list[Step] = []
    for name in alternative:
        scheme = schemes[name]
        credential = auth.get(name) if isinstance(auth, Mapping) else auth
        if credential is not None and _fits(credential, scheme):
            steps.append((credential, scheme))
        elif scheme.kind != "mutualTLS":  # the connection proves that one, not the request
            return None
    return tuple(_once(steps))


def _fits(credential: Credential, scheme: Scheme) -> bool:
    if not isinstance(credential, Secret):
        return True
    wanted = HTTP.get(scheme.scheme.lower()) if scheme.kind == "http" else KINDS.get(scheme.kind)
    return wanted is not None and issubclass(credential.fits, wanted)


def _once(steps: Iterable[Step]) -> Iterator[Step]:
    """A function that was given for the whole client is called once, however many schemes it stands for."""
    called: list[Credential] = []
    for credential, scheme in steps:
        if isinstance(credential, Secret) or credential not in called:
            called.append(credential)
            yield credential, scheme


def _with_key(request: Request, scheme: Scheme, key: ApiKey) -> Request:
    if scheme.location == "header" and TOKEN.fullmatch(scheme.name):
        return request.with_header(scheme.name, key.value)
    if scheme.location == "cookie" and not NO_COOKIE.search(key.value):
        cookies = [request.headers["Cookie"]] if "Cookie" in request.headers else []
        return request.with_header("Cookie", "; ".join([*cookies, f"{unreserved(scheme.name)}={key.value}"]))
    if scheme.location != "query":
        raise ConfigurationError(f"this ApiKey cannot go into the {scheme.location} {scheme.name!r}")
    pair = f"{unreserved(scheme.name)}={unreserved(key.value)}"
    joint = "&" if "?" in request.url else "?"
    return msgspec.structs.replace(request, url=f"{request.url}{joint}{pair}")


def _told(scheme: Scheme) -> str:
    if scheme.kind == "http":
        return {"basic": "Basic", "bearer": "Bearer"}.get(scheme.scheme.lower(), "a function")
    return {"apiKey": "ApiKey", "mutualTLS": "a client certificate"}.get(scheme.kind, "Bearer")


def _kind(auth: Auth) -> str:
    if isinstance(auth, Mapping):
        return f"those for {', '.join(auth) or 'no scheme'}"
    return "a function" if callable(auth) else type(auth).__name__
