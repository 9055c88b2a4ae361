"""The page of the security schemes: what each is, and how its credentials are handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specmill.reference.credentials import credential_of, fetched, prefix_of
from specmill.reference.markdown import code, link, paragraphs, plain, table
from specmill.reference.prose import blocks
from specmill.reference.world import World, heading_of_scheme
from specmill.values import Operation

MOST = 40  # calls that are named for a scheme
MEANINGS = {
    "USER": "user and password, or an API key and its secret, with a colon in between",
    "TOKEN": "a token",
    "API_KEY": "the API key",
    "TOKEN_URL": "where client credentials become a token",
    "CLIENT_ID": "which client this is",
    "CLIENT_SECRET": "what proves it",
    "BASE_URL": "the address of the server",
}

WITH_SCHEMES = (
    "Each call takes what it needs of the credentials that the client was given: one, or several by the names of their "
    "schemes, `auth={…: …}`. Whatever else proves who asks is a function from request to request. No secret stands in "
    "a repr, a message, an exception or a log of the client."
)
WITHOUT_SCHEMES = (
    "The document names no security scheme. Credentials that a client is given all the same go with every call."
)


def page(world: World) -> str:
    return paragraphs(
        "# Authentication",
        f"{link('Reference', 'README.md')} of {code(world.package)}.",
        WITH_SCHEMES if world.schemes else WITHOUT_SCHEMES,
        *(part for name, scheme in world.schemes.items() for part in _scheme(world, name, scheme)),
        *_variables(world),
        world.note("authentication", 1),
    )


def _scheme(world: World, name: str, scheme: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {plain(heading_of_scheme(name))}"
    about = scheme.get("description")
    yield blocks(about) if isinstance(about, str) else ""
    yield f"{_kind(scheme)} {_how(world, scheme)}"
    calls = [one for one in world.build.operations if any(name in way for way in one.security)]
    yield f"It opens {_calls(world, calls)}." if calls else "No call names it."


def _kind(scheme: Mapping[str, Any]) -> str:
    kind = str(scheme.get("type"))
    if kind == "http":
        return f"HTTP {code(str(scheme.get('scheme', '')))} authentication."
    if kind == "apiKey":
        return f"An API key in the {plain(str(scheme.get('in')))} {code(str(scheme.get('name')))}."
    names = {"oauth2": "OAuth 2.", "openIdConnect": "OpenID Connect.", "mutualTLS": "A client certificate."}
    return names.get(kind, f"{code(kind)}.")


def _how(world: World, scheme: Mapping[str, Any]) -> str:
    if scheme.get("type") == "mutualTLS":
        return f"The client is given it as {code('certificate=')}."
    ways = [credential_of(scheme, world.package), fetched(scheme, world.package)]
    sources = [code(f"auth={one.source}") for one in ways if one is not None]
    return f"In Python {' or '.join(sources)}." if sources else "In Python a function, which puts it into the request."


def _calls(world: World, calls: list[Operation]) -> str:
    more = f" and {len(calls) - MOST} more" if len(calls) > MOST else ""
    return ", ".join(world.to_operation(one, "") for one in calls[:MOST]) + more


def _variables(world: World) -> Iterator[str]:
    """What the samples read of the environment."""
    ways = (
        one
        for scheme in world.schemes.values()
        for one in (credential_of(scheme, world.package), fetched(scheme, world.package))
    )
    names = [variable for one in ways if one is not None for variable in one.variables]
    if not world.written.has_from_env:
        names.insert(0, f"{prefix_of(world.package)}_BASE_URL")
    if names:
        yield "## Variables of the samples"
        begin = len(prefix_of(world.package)) + 1
        yield table(("Variable", "Is"), ((code(name), MEANINGS[name[begin:]]) for name in dict.fromkeys(names)))
