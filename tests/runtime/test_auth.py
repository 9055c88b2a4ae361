"""Credentials: the alternative that they satisfy is used, and nobody ever sees them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import msgspec
import pytest

from runtime import errors
from runtime._auth import ApiKey, Auth, Basic, Bearer
from runtime._facts import Cookie, Query, Request, Scheme
from runtime._http import BaseClient
from tests.runtime.calling import PING, AsyncClient, Client, needing, sent
from tests.runtime.loopback import Loopback, loopback


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as state:
        yield state


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def signed(request: Request) -> Request:
    return request.with_header("X-Signed", f"{request.method} {len(request.content or b'')}")


ALL = {"user": Basic("u", "p"), "token": Bearer("t"), "key": ApiKey("k"), "query": ApiKey("q&"), "cookie": ApiKey("c")}


@pytest.mark.parametrize(
    ("alternatives", "auth", "expected"),
    [
        ([("user",)], Basic("u", "pä:ss"), {"Authorization": basic("u", "pä:ss")}),
        ([("token",)], Bearer("t"), {"Authorization": "Bearer t"}),
        ([("oauth",)], Bearer("t"), {"Authorization": "Bearer t"}),
        ([("user",), ("oauth",)], Bearer("t"), {"Authorization": "Bearer t"}),
        ([("oauth",), ("user",)], ALL, {"Authorization": basic("u", "p")}),
        ([("key",)], ApiKey("k"), {"X-Key": "k"}),
        ([("cookie",)], ApiKey("k"), {"Cookie": "sid=k"}),
        ([("key", "token")], ALL, {"X-Key": "k", "Authorization": "Bearer t"}),
        ([("key", "oauth"), ("user", "cookie")], ALL, {"Authorization": basic("u", "p"), "Cookie": "sid=c"}),
        ([(), ("token",)], Bearer("t"), {"Authorization": "Bearer t"}),
        ([(), ("token",)], ApiKey("k"), {}),
        ([(), ("token",)], None, {}),
        ([()], Bearer("t"), {}),
        ([], Bearer("t"), {}),
        ([("token",)], None, {}),
        ([("digest",)], signed, {"X-Signed": "GET 0"}),
        ([("digest", "key")], signed, {"X-Signed": "GET 0"}),
        ([("digest", "key")], {"digest": signed, "key": ApiKey("k")}, {"X-Signed": "GET 0", "X-Key": "k"}),
        ([("mtls",)], Bearer("t"), {}),
        ([("mtls", "token")], Bearer("t"), {"Authorization": "Bearer t"}),
    ],
)
def test_the_first_alternative_that_the_credentials_satisfy_is_used(
    server: Loopback, alternatives: list[tuple[str, ...]], auth: Auth, expected: dict[str, str]
) -> None:
    seen = sent(server, needing(*alternatives), auth)
    names = ("Authorization", "X-Key", "Cookie", "X-Signed")
    assert expected == {name: seen.headers[name] for name in names if name in seen.headers}


def test_a_key_in_the_query_is_escaped_and_comes_last(server: Loopback) -> None:
    operation = msgspec.structs.replace(needing(("query",)), parameters=(Query("a", int),))
    assert sent(server, operation, ApiKey("k&"), a=1).target == "/ping?a=1&api%20key=k%26"
    assert sent(server, operation, ApiKey("k")).target == "/ping?api%20key=k"


def test_a_cookie_key_joins_the_cookies_of_the_call(server: Loopback) -> None:
    operation = msgspec.structs.replace(needing(("cookie",)), parameters=(Cookie("a", int),))
    assert sent(server, operation, ApiKey("k"), a=1).headers["Cookie"] == "a=1; sid=k"


@pytest.mark.parametrize(
    ("scheme", "key"),
    [(Scheme("apiKey", location="header", name="a b"), "k"), (Scheme("apiKey", location="cookie", name="a"), "k; x")],
)
def test_a_key_that_cannot_go_where_the_document_says_is_refused(scheme: Scheme, key: str) -> None:
    class Odd(BaseClient):
        SECURITY: ClassVar[Mapping[str, Scheme]] = {"odd": scheme}

    with pytest.raises(errors.ConfigurationError) as raised:
        Odd("http://localhost:1", auth=ApiKey(key)).request(needing(("odd",)))
    assert f"this ApiKey cannot go into the {scheme.location} {scheme.name!r}" == str(raised.value)


def test_a_document_without_security_schemes_gets_what_was_given(server: Loopback) -> None:
    with BaseClient(server.address, auth=Bearer("t")) as client:
        client.request(PING)
    assert server.last.headers["Authorization"] == "Bearer t"
    with pytest.raises(errors.ConfigurationError, match="does not say where the ApiKey goes"):
        BaseClient(server.address, auth=ApiKey("k")).request(PING)


@pytest.mark.parametrize(
    ("auth", "given"),
    [
        (ApiKey("secret"), "ApiKey"),
        ({"user": Basic("secret", "secret")}, "those for user"),
        ({}, "those for no scheme"),
    ],
)
def test_credentials_that_satisfy_nothing_are_an_error_that_says_what_would(auth: Auth, given: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        Client("http://localhost:1", auth=auth).request(needing(("token",), ("user", "key")))
    wanted = "token (Bearer) or user (Basic) and key (ApiKey)"
    assert f"ping needs {wanted}; the given credentials are {given}" == str(raised.value)


@pytest.mark.parametrize(
    ("auth", "complaint"),
    [
        ("token", "auth is Basic, Bearer, ApiKey, ClientCredentials or a function, not str"),
        ({"token": "secret"}, "auth['token'] is Basic, Bearer, ApiKey, ClientCredentials or a function, not str"),
        ({"tokn": Bearer("secret")}, "the document has no security scheme 'tokn', only user, token"),
    ],
)
def test_credentials_of_no_kind_are_refused_at_once(auth: Any, complaint: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        Client("http://localhost:1", auth=auth)
    assert str(raised.value).startswith(complaint)


@pytest.mark.parametrize("secret", ["a\nb", "a\r\nX: y", "", " a", "a ", "\x00"])
def test_a_secret_that_cannot_stand_in_a_header_is_refused_without_being_told(secret: str) -> None:
    for kind in (Bearer, ApiKey):
        with pytest.raises(errors.ConfigurationError) as raised:
            kind(secret)
        assert str(raised.value) == "a credential is not empty and holds no line breaks or spaces at its ends"


def test_an_async_function_signs_for_the_async_client_only(server: Loopback) -> None:
    async def later(request: Request) -> Request:
        await asyncio.sleep(0)
        return signed(request)

    async def call() -> None:
        async with AsyncClient(server.address, auth=later) as client:
            await client.request(needing(("token",)))

    asyncio.run(call())
    assert server.last.headers["X-Signed"] == "GET 0"
    with pytest.raises(errors.ConfigurationError, match="this function for auth is async"):
        Client(server.address, auth=later).request(needing(("token",)))


def test_no_repr_and_no_message_shows_a_secret(server: Loopback) -> None:
    server.answers(401, b'{"message":"who are you?"}')
    for auth in (Basic("secret", "secret"), Bearer("secret"), ApiKey("secret")):
        client = Client(server.address, auth=auth, headers={"X-Trace": "secret"})
        shown = [repr(auth), str(auth), f"{client!r}"]
        for operation in (needing(("user",), ("token",), ("query",)), needing(("oauth",), ("user",), ("key",))):
            with pytest.raises(errors.Unauthorized) as raised:
                client.request(operation)
            shown += [str(raised.value), repr(raised.value), repr(raised.value.request)]
            shown += [raised.value.request.url, repr(vars(raised.value)["request"].headers.get("Authorization"))]
        assert "secret" not in " ".join(shown)
