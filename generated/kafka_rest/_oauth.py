"""OAuth 2 client credentials (RFC 6749, section 4.4): what is asked of the token endpoint, and what it answers."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Literal
from urllib.parse import quote_plus, urlencode, urljoin, urlsplit

import msgspec
from msgspec import Struct

from ._auth import Bearer, Secret
from ._facts import Request, Response
from .errors import ConfigurationError, TokenRefused

CODE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,80}")  # RFC 6749: what an error code is made of
LONGEST = 200  # characters of a description that a message shows
HIDDEN = "***"


class ClientCredentials(Secret):
    """A client that gets its own bearer tokens, keeps each until shortly before it ends, and then gets the next.

    Args:
        token_url: Where to get them; the document says it if this does not.
        client_id: Which client this is.
        client_secret: What proves it.
        scopes: What the tokens are for, where the server wants to know.
        extra: Further fields of the request, such as ``{"audience": ...}``.
        method: How the secret travels: ``client_secret_basic`` in a header, ``client_secret_post`` in the form.
        leeway: How many seconds before its end a token is no longer used.
    """

    __slots__ = ("client_id", "extra", "leeway", "method", "scopes", "token_url")

    def __init__(
        self,
        token_url: str | None = None,
        client_id: str = "",
        client_secret: str = "",
        *,
        scopes: Iterable[str] = (),
        extra: Mapping[str, str] | None = None,
        method: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic",
        leeway: float = 30.0,
    ) -> None:
        super().__init__(client_secret)
        if not client_id:
            raise ConfigurationError("ClientCredentials: client_id is missing")
        if method not in ("client_secret_basic", "client_secret_post"):
            raise ConfigurationError("ClientCredentials: method is client_secret_basic or client_secret_post")
        self.token_url = token_url and checked_token_url(token_url)
        self.client_id = client_id
        self.scopes = tuple(scopes.split() if isinstance(scopes, str) else scopes)
        self.extra = dict(extra or {})
        self.method = method
        self.leeway = leeway

    @property
    def fits(self) -> type[Secret]:
        return Bearer

    def request(self, url: str) -> Request:
        """What is sent to the token endpoint."""
        form = {"grant_type": "client_credentials", **self.extra}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if self.scopes:
            form["scope"] = " ".join(self.scopes)
        if self.method == "client_secret_post":
            form |= {"client_id": self.client_id, "client_secret": self._secret}
        else:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self._secret)}"  # section 2.3.1 has them encoded first
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return Request("POST", url, headers, urlencode(form).encode())

    def token(self, response: Response, now: float) -> Token:
        """The token in an answer of the token endpoint; raises TokenRefused."""
        found = self._read(response, _fields(response.raw), now)
        if isinstance(found, TokenRefused):
            raise found  # here, where no variable that a traceback shows holds what the endpoint said
        return found

    def _read(self, response: Response, fields: Mapping[str, object], now: float) -> Token | TokenRefused:
        if not 200 <= response.status < 300:
            return self._refused(response, fields)
        bearer = _bearer(fields)
        if bearer is None:
            return TokenRefused(f"{_place(response)}: {response.status}, but without a bearer token", response.status)
        return Token(bearer, self._ends(fields.get("expires_in"), now))

    def _ends(self, lifetime: object, now: float) -> float:
        """When to stop using it. Of a token that lives shorter than the leeway, half its life."""
        try:
            seconds = float(lifetime) if isinstance(lifetime, (int, float, str)) else float("inf")
        except ValueError:
            seconds = float("inf")
        return now + max(seconds - self.leeway, seconds / 2)

    def _refused(self, response: Response, fields: Mapping[str, object]) -> TokenRefused:
        code = fields.get("error")
        error = code if isinstance(code, str) and CODE.fullmatch(code) else ""
        told = " ".join(str(fields.get("error_description") or "").split()).replace(self._secret, HIDDEN)[:LONGEST]
        error = error.replace(self._secret, HIDDEN)
        said = "".join(f": {part}" for part in (error, told) if part)
        return TokenRefused(f"{_place(response)}: {response.status}{said}", response.status, error)


class Token(Struct, frozen=True, eq=False):
    """A token, and when it is no longer used."""

    bearer: Bearer
    ends: float


def token_url(credential: ClientCredentials, documented: str, base: Callable[[], str]) -> str:
    """Where this credential becomes a token. The document may say it relative to its server."""
    if credential.token_url:
        return credential.token_url
    if not documented:
        raise ConfigurationError("the document names no token endpoint: give ClientCredentials(token_url, ...)")
    return documented if "://" in documented else checked_token_url(urljoin(f"{base()}/", documented))


def checked_token_url(url: str) -> str:
    """The address of a token endpoint, if it is one; never quoted, as it may hold a secret by mistake."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and "@" not in url
    except ValueError:
        good = False
    if not good:
        raise ConfigurationError("token_url is an address such as https://idp.example.com/oauth2/token")
    return url


def _bearer(fields: Mapping[str, object]) -> Bearer | None:
    token, kind = fields.get("access_token"), fields.get("token_type", "bearer")
    if not isinstance(token, str) or not isinstance(kind, str) or kind.lower() != "bearer":
        return None
    try:
        return Bearer(token)
    except ConfigurationError:
        return None


def _fields(raw: bytes) -> Mapping[str, object]:
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, ValueError):
        found = None
    return found if isinstance(found, dict) else {}


def _place(response: Response) -> str:
    return f"token endpoint {response.request.url.partition('?')[0]}"
