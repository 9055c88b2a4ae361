"""How a program proves who asks: each security scheme as Python, with its secrets from the environment.

Where no package is named, words stand in their place: ``Basic("key", "secret")``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.reference.literals import Piece
from specmill.reference.types import quoted
from specmill.values import Operation


@dataclass(frozen=True, slots=True)
class Credential:
    """``name`` is the class it uses, ``piece`` the Python that makes it, ``variables`` the environment it reads."""

    name: str
    piece: Piece
    variables: tuple[str, ...]

    @property
    def source(self) -> str:
        return self.piece.flat()


WORDS: Mapping[str, tuple[str, ...]] = {"Basic": ("key", "secret"), "ApiKey": ("key",), "Bearer": ("token",)}


def _in_words(name: str) -> Credential:
    return Credential(name, Piece(f"{name}(", tuple(("", Piece(f'"{word}"')) for word in WORDS[name]), ")"), ())


def _credential(name: str, variables: tuple[str, ...], how: str = "{}") -> Credential:
    """``Bearer(os.environ["API_TOKEN"])``"""
    parts = tuple(("", Piece(how.format(f'os.environ["{one}"]'))) for one in variables)
    return Credential(name, Piece(f"{name}(", parts, ")"), variables)


def prefix_of(package: str) -> str:
    """What the variables of a client begin with: those of its command line are called the same."""
    return package.upper()


def class_for(scheme: Mapping[str, Any]) -> str:
    """Of the client, or nothing for what only a function of the caller's own can do."""
    kind, how = str(scheme.get("type")), str(scheme.get("scheme", "")).lower()
    if kind == "http" and how == "basic":
        return "Basic"
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and how == "bearer"):
        return "Bearer"
    return "ApiKey" if kind == "apiKey" else ""


def credential_of(scheme: Mapping[str, Any], package: str | None) -> Credential | None:
    name = class_for(scheme)
    if not name or package is None:
        return _in_words(name) if name else None
    prefix = prefix_of(package)
    if name == "Basic":
        return _credential("Basic", (f"{prefix}_USER",), '*{}.split(":", 1)')
    return _credential(name, (f"{prefix}_{'API_KEY' if name == 'ApiKey' else 'TOKEN'}",))


def fetched(scheme: Mapping[str, Any], package: str) -> Credential | None:
    """What gets its own tokens, where the document says that client credentials become one."""
    if not (scheme.get("flows") or {}).get("clientCredentials"):
        return None
    names = tuple(f"{prefix_of(package)}_{name}" for name in ("TOKEN_URL", "CLIENT_ID", "CLIENT_SECRET"))
    return _credential("ClientCredentials", names)


def together(names: Iterable[str], schemes: Mapping[str, Any], package: str | None) -> Credential | None:
    """What satisfies one alternative of an operation; None where that cannot be written down."""
    names = list(names)
    found = {name: credential_of(schemes.get(name, {}), package) for name in names}
    sure = {name: one for name, one in found.items() if one is not None}
    if len(sure) < len(found) or not sure or _clash(sure.values()):
        return None
    if len(sure) == 1:
        return next(iter(sure.values()))
    each = tuple((f"{quoted(name)}: ", one.piece) for name, one in sure.items())
    variables = tuple(variable for one in sure.values() for variable in one.variables)
    return Credential(" ".join(one.name for one in sure.values()), Piece("{", each, "}"), variables)


def _clash(found: Iterable[Credential]) -> bool:
    """Whether a request would need two headers for them where HTTP has one."""
    return [one.name for one in found if one.name != "ApiKey"][1:] != []


def needed(operation: Operation, schemes: Mapping[str, Any], package: str | None) -> Credential | None:
    """The first alternative that can be written down, if the operation cannot do without any."""
    if not operation.security or any(not alternative for alternative in operation.security):
        return None
    found = (together(alternative, schemes, package) for alternative in operation.security)
    return next((one for one in found if one is not None), None)
