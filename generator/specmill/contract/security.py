"""Credentials: those of the user as they go on the wire, wrong ones of the same form, and none."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from specmill.contract.calls import Draft
from specmill.contract.coverage import security_name
from specmill.values import Operation

BEARERS = ("oauth2", "openIdConnect")


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the user gave: a pair for basic authentication, a token, and keys by the name of their scheme."""

    user: str = ""  # KEY:SECRET
    token: str = ""
    keys: Mapping[str, str] | None = None

    def of(self, name: str, scheme: Mapping[str, Any]) -> str:
        """For one security scheme; empty if there is nothing for it."""
        if self.keys is not None and name in self.keys:
            return self.keys[name]
        kind = scheme.get("type")
        if kind == "http":
            return self.user if scheme.get("scheme", "").lower() == "basic" else self.token
        return self.token if kind in BEARERS else ""

    @property
    def secrets(self) -> dict[str, str]:
        """Everything that no report may show, by the variable of a shell from which one takes it."""
        own = {"TOKEN": self.token, "KEY_AND_SECRET": self.user, "SECRET": self.user.partition(":")[2]}
        keys = {re.sub(r"\W", "_", name, flags=re.ASCII).upper(): key for name, key in (self.keys or {}).items()}
        basic = {f"BASIC_{name}": basic_of(secret) for name, secret in keys.items() if ":" in secret}
        return {"BASIC": basic_of(self.user), **own, **basic, **keys}


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to authenticate, and how it is tried."""

    name: str
    way: str  # "valid", "wrong", "absent", "unknown"
    fields: tuple[tuple[str, str], ...] = ()
    query: str = ""
    what: str = ""  # in words
    malformed: bool = False  # no credentials at all: as bad a request as one that lacks them
    doubtful: bool = False  # a server may have its reasons to let it in

    @property
    def about(self) -> str:
        return f"{self.what or f'{self.way} credentials'} for {self.name}"

    def on(self, draft: Draft) -> Draft:
        return replace(draft, credentials=self.fields, secret_query=self.query)


def alternatives_of(
    operation: Operation, schemes: Mapping[str, Any], credentials: Credentials
) -> Iterator[Alternative | str]:
    """How each alternative of the document can be tried; of one without credentials just its name."""
    for alternative in operation.security:
        name = security_name(alternative)
        given = {scheme: credentials.of(scheme, schemes.get(scheme, {})) for scheme in alternative}
        if not all(given.values()):
            yield name
            continue
        valid = _put(name, "valid", given, schemes)
        yield valid
        yield from _spelt(valid)
        for scheme, secret in given.items():
            for wrong in _wrong(secret, schemes.get(scheme, {})):
                put = _put(name, "wrong", {**given, scheme: wrong.secret}, schemes)
                yield replace(put, what=wrong.what, malformed=not wrong.secret, doubtful=wrong.doubtful)
        yield from _garbled(valid)
    if operation.security and {} not in operation.security:
        yield Alternative("all", "absent")
        yield Alternative("all", "unknown", (("Authorization", "Specmill none"),))


def _put(name: str, way: str, given: Mapping[str, str], schemes: Mapping[str, Any]) -> Alternative:
    fields: list[tuple[str, str]] = []
    query: list[str] = []
    for scheme_name, secret in given.items():
        scheme = schemes.get(scheme_name, {})
        if scheme.get("type") == "apiKey":
            if scheme.get("in") == "query":
                query.append(f"{quote(scheme['name'], safe='')}={quote(secret, safe='')}")
            elif scheme.get("in") == "cookie":
                fields.append(("Cookie", f"{scheme['name']}={secret}"))
            else:
                fields.append((scheme["name"], secret))
        elif scheme.get("type") == "http" and scheme.get("scheme", "").lower() == "basic":
            fields.append(("Authorization", f"Basic {basic_of(secret)}"))
        else:
            fields.append(("Authorization", f"Bearer {secret}"))
    return Alternative(name, way, tuple(fields), "&".join(query))


def basic_of(user: str) -> str:
    return base64.b64encode(user.encode()).decode()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A secret that is close to the right one."""

    what: str
    secret: str
    doubtful: bool = False


def _wrong(secret: str, scheme: Mapping[str, Any]) -> Iterator[Wrong]:
    """Each is what a server lets in that compares in one careless way."""
    if scheme.get("type") != "http" or scheme.get("scheme", "").lower() != "basic":
        yield from _close_to(secret)
        yield Wrong("an empty secret", "")
        return
    user, _, password = secret.partition(":")
    for wrong in _close_to(password):
        yield replace(wrong, secret=f"{user}:{wrong.secret}")
    yield Wrong("an empty secret", f"{user}:")
    yield Wrong("a secret with a space behind it", f"{secret} ")
    yield Wrong("a secret with a space before it", f"{user}: {password}")
    yield Wrong("another user with the right secret", f"x{user}:{password}")
    if user.swapcase() != user:
        yield Wrong("a user in other case", f"{user.swapcase()}:{password}", doubtful=True)  # as mail addresses are


def _close_to(secret: str) -> Iterator[Wrong]:
    if not secret:
        return
    yield Wrong("wrong credentials", secret[:-1] + ("x" if secret[-1] in "ABCD" else "A"))  # in base64 they differ, too
    if len(secret) > 1:
        yield Wrong("a secret without its last letter", secret[:-1])
    yield Wrong("a secret with a letter more", f"{secret}x")
    if secret.swapcase() != secret:
        yield Wrong("a secret in other case", secret.swapcase())


def _spelt(valid: Alternative) -> Iterator[Alternative]:
    """The name of a scheme is the same in lower and in upper case, RFC 9110, 11.1."""
    for spelling in (str.lower, str.upper):
        if (fields := _with_scheme(valid, spelling)) != valid.fields:
            yield replace(valid, fields=fields, what=f"valid credentials by a scheme in {spelling.__name__} case")


def _garbled(valid: Alternative) -> Iterator[Alternative]:
    """What is right but for its scheme, and for basic authentication what is nothing at all."""
    wrong = replace(valid, way="wrong")
    if (fields := _with_scheme(valid, lambda scheme: "Specmill")) != valid.fields:
        yield replace(wrong, fields=fields, what="right credentials by an unknown scheme")
    if any(text.startswith("Basic ") for _, text in valid.fields):
        for what, text in GARBAGE:
            fields = _with_credentials(valid, text)
            yield replace(wrong, fields=fields, what=f"credentials that are {what}", malformed=True)


GARBAGE = (
    ("no base64", "!!!!"),
    ("no UTF-8", base64.b64encode(b"\xff\xfe:\xff").decode()),
    ("without a colon", base64.b64encode(b"specmill").decode()),
)


def _with_scheme(one: Alternative, named: Callable[[str], str]) -> tuple[tuple[str, str], ...]:
    def spelt(name: str, text: str) -> str:
        scheme, space, credentials = text.partition(" ")
        return named(scheme) + space + credentials if name == "Authorization" else text

    return tuple((name, spelt(name, text)) for name, text in one.fields)


def _with_credentials(one: Alternative, text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"Basic {text}" if name == "Authorization" else value) for name, value in one.fields)
