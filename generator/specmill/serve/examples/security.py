"""Whether a request has credentials of the kinds that its operation asks for. Any will do: nobody is known here."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from specmill.serve.examples.parameters import Sent
from specmill.values import Operation

Check = Callable[[Sent], bool]


class Security:
    def __init__(self, operation: Operation, schemes: Mapping[str, Any]) -> None:
        self._alternatives = tuple(
            tuple(_check(schemes.get(name, {})) for name in alternative) for alternative in operation.security
        )
        named = {name: schemes.get(name, {}) for alternative in operation.security for name in alternative}
        self.wanted = " or ".join(" and ".join(alternative) for alternative in operation.security)
        self.challenge = ", ".join(dict.fromkeys(filter(None, map(_challenge, named.values()))))
        """For WWW-Authenticate."""

    def holds(self, sent: Sent) -> bool:
        if not self._alternatives:
            return True
        return any(all(check(sent) for check in alternative) for alternative in self._alternatives)


def _check(scheme: Mapping[str, Any]) -> Check:
    kind = scheme.get("type")
    if kind == "apiKey":
        return _key(str(scheme.get("in")), str(scheme.get("name")))
    if kind == "http":
        return _authorization(str(scheme.get("scheme", "")).lower())
    if kind in ("oauth2", "openIdConnect"):
        return _authorization("bearer")
    return lambda sent: True  # such as mutualTLS, which is not seen in a request


def _key(place: str, name: str) -> Check:
    if place == "header":
        return lambda sent: bool(sent.request.lower.get(name.lower()))
    if place == "cookie":
        return lambda sent: any(given == name and value for given, value in sent.cookies)
    return lambda sent: any(given == name and value for given, value in sent.query)


def _authorization(scheme: str) -> Check:
    def check(sent: Sent) -> bool:
        given, _, credentials = sent.request.lower.get("authorization", "").partition(" ")
        if given.lower() != scheme or not credentials.strip():
            return False
        return scheme != "basic" or _is_basic(credentials.strip())

    return check


def _is_basic(credentials: str) -> bool:
    try:
        return b":" in b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return False


def _challenge(scheme: Mapping[str, Any]) -> str:
    kind = scheme.get("type")
    if kind in ("oauth2", "openIdConnect"):
        return "Bearer"
    return str(scheme.get("scheme", "")).capitalize() if kind == "http" else ""
