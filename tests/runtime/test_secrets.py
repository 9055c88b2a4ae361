"""No secret is seen anywhere: every place that takes one gets a canary, and then it is looked for everywhere."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import httpx2
import msgspec
import pytest

from runtime import errors
from runtime._auth import ApiKey, Auth, Basic, Bearer
from runtime._facts import Operation, Request, Scheme
from runtime._http import BaseAsyncClient, BaseClient
from runtime._network import ClientCertificate, Proxy
from runtime._oauth import ClientCredentials
from tests.runtime.calling import PING, SCHEMES, needing
from tests.runtime.certificates import Files, for_server
from tests.runtime.loopback import Reply, Seen, loopback
from tests.runtime.relay import relay
from tests.support import REPOSITORY

CLIENTS = (Path(errors.__file__).parent, REPOSITORY / "generated")
CANARY = "c4n4ry/s3cr3t"
SHAPES = (CANARY, quote(CANARY, safe=""), "YzRuNHJ5L3MzY3Iz", "c4n4ry", "s3cr3t")  # also escaped and in base64


class Client(BaseClient):
    SECURITY: ClassVar[Mapping[str, Scheme]] = SCHEMES


class AsyncClient(BaseAsyncClient):
    SECURITY: ClassVar[Mapping[str, Scheme]] = SCHEMES


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that anybody logs, at the lowest level."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def signing(request: Request) -> Request:
    return request.with_header("X-Signature", CANARY)


def token_or(api: Reply, token: Reply) -> Callable[[Seen], Reply]:
    return lambda seen: token if seen.path == "/token" else api


def failures() -> Iterator[tuple[str, Callable[[Seen], Reply]]]:
    token = Reply(body=msgspec.json.encode({"access_token": CANARY, "token_type": "Bearer"}))
    for status in (200, 302, 400, 401, 403, 404, 429, 500, 503):
        yield str(status), token_or(Reply(status, b'{"message":"no"}'), token)
    yield "html", token_or(Reply(502, b"<html>", {"Content-Type": "text/html"}), token)
    yield "nonsense", token_or(Reply(200, b"{"), token)
    yield "no-token", token_or(Reply(), Reply(401, b'{"error":"invalid_client"}'))
    yield (
        "echoing-token",
        token_or(Reply(), Reply(400, msgspec.json.encode({"error": "x", "error_description": CANARY}))),
    )
    yield "another-token", token_or(Reply(), Reply(200, b'{"access_token":"%b","token_type":"mac"}' % CANARY.encode()))


AUTHS: dict[str, tuple[Callable[[str], Auth], str]] = {
    "basic": (lambda _: Basic("me", CANARY), "user"),
    "bearer": (lambda _: Bearer(CANARY), "token"),
    "header": (lambda _: ApiKey(CANARY), "key"),
    "query": (lambda _: ApiKey(CANARY), "query"),
    "cookie": (lambda _: ApiKey(CANARY), "cookie"),
    "function": (lambda _: signing, "digest"),
    "oauth-basic": (lambda address: ClientCredentials(f"{address}/token", "me", CANARY), "oauth"),
    "oauth-post": (
        lambda address: ClientCredentials(f"{address}/token", "me", CANARY, method="client_secret_post"),
        "oauth",
    ),
}


def outcome(kind: type[Any], address: str, operation: Operation[Any], **options: Any) -> tuple[Any, Any]:
    """The client, and its answer or error."""

    async def awaited() -> tuple[Any, Any]:
        async def pause(_: float) -> None:
            return None

        async with kind(address, **options) as client:
            client._sleep = pause
            try:
                return client, await client.request(operation)
            except errors.ClientError as error:
                return client, error

    if kind is AsyncClient:
        return asyncio.run(awaited())
    with kind(address, **options) as client:
        client._sleep = lambda _: None
        try:
            return client, client.request(operation)
        except errors.ClientError as error:
            return client, error


def shown(client: Any, result: Any) -> str:
    """All that people print, log and store of a call."""
    texts = [
        repr(client),
        str(client),
        repr(client._settings),
        repr(client._settings.network),
        repr(client._settings.auth),
    ]
    texts += [repr(result), str(result)]
    if isinstance(result, BaseException):
        texts += [*of_error(result), *locals_of(result)]
    elif result is not None:
        texts += [repr(dict(result.headers)), repr(result.raw)]
    return "\n".join(texts)


def of_error(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    yield from traceback.format_exception(error)
    yield repr(error.args) + repr(getattr(error, "__notes__", ""))
    yield repr(vars(error)) + repr([plainly(value) for value in vars(error).values()])
    if isinstance(error, errors.ClientError):
        yield repr(pickle.dumps(error))
    for other in (error.__cause__, error.__context__):
        if other is not None and id(other) not in seen:
            yield from of_error(other, seen | {id(error)})


def locals_of(error: BaseException) -> Iterator[str]:
    """What a traceback shows that shows local variables; those of the tests hold what they look for."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if any(Path(frame.f_code.co_filename).is_relative_to(place) for place in CLIENTS):
            yield from (f"{frame.f_code.co_name}: {name} = {value!r}" for name, value in frame.f_locals.items())


def plainly(value: Any) -> Any:
    """A request with all of its parts, whatever its repr leaves out: ours, and httpx2's."""
    parts = [getattr(value, name, None) for name in ("url", "headers", "content")]
    return [value, *(dict(part) if isinstance(part, Mapping) else str(part) for part in parts)]


def found(text: str) -> list[str]:
    return [shape for shape in SHAPES if shape in text]


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("way", AUTHS)
def test_no_credential_is_seen_whatever_the_server_answers(log: io.StringIO, way: str, kind: type[Any]) -> None:
    make, scheme = AUTHS[way]
    with loopback() as server:
        for name, answer in failures():
            server.answer = answer
            client, result = outcome(kind, server.address, needing((scheme,)), auth=make(server.address))
            assert (name, []) == (name, found(shown(client, result)))
        assert any(
            CANARY in f"{seen.target} {seen.headers} {seen.body!r}".replace("%2F", "/") for seen in server.seen
        ) or (way in ("basic", "oauth-basic"))
    assert "GET http" in log.getvalue()
    assert [] == found(log.getvalue())


def breaking_a_line(request: Request) -> Request:
    return request.with_header("Authorization", f"Bearer {CANARY}\n")


def no_text(request: Request) -> Request:
    return request.with_header("Authorization", f"Bearer {CANARY}\udc80")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("own", [False, True], ids=["", "http="])
@pytest.mark.parametrize("signs", [breaking_a_line, no_text])
def test_no_credential_is_seen_that_http_does_not_allow(
    log: io.StringIO, kind: type[Any], own: bool, signs: Callable[[Request], Request]
) -> None:
    http = (httpx2.Client if kind is Client else httpx2.AsyncClient)() if own else None
    with loopback() as server:
        client, result = outcome(kind, server.address, needing(("digest",)), auth=signs, http=http)
        assert [] == server.seen
    assert isinstance(result, errors.InvalidArgument)
    assert [] == found(shown(client, result) + log.getvalue())


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_no_key_is_seen_that_cannot_go_where_it_has_to(kind: type[Any]) -> None:
    client, result = outcome(kind, NOBODY, needing(("cookie",)), auth=ApiKey(f"{CANARY};"))
    assert isinstance(result, errors.ConfigurationError)
    assert [] == found(shown(client, result))


NOBODY = "http://127.0.0.1:1"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("way", AUTHS)
@pytest.mark.parametrize("own", [False, True], ids=["", "http="])
def test_no_credential_is_seen_when_no_answer_comes(log: io.StringIO, way: str, kind: type[Any], own: bool) -> None:
    make, scheme = AUTHS[way]
    http = (httpx2.Client if kind is Client else httpx2.AsyncClient)() if own else None
    client, result = outcome(kind, NOBODY, needing((scheme,)), auth=make(NOBODY), retries=1, http=http)
    assert isinstance(result, errors.ConnectionFailed)
    assert [] == found(shown(client, result) + log.getvalue())


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_no_header_of_the_client_is_seen(log: io.StringIO, kind: type[Any]) -> None:
    with loopback() as server:
        for name, answer in failures():
            server.answer = answer
            client, result = outcome(kind, server.address, PING, headers={"X-Vault": CANARY})
            assert (name, []) == (name, found(shown(client, result)))
        assert CANARY == server.last.headers["X-Vault"]
    client, result = outcome(kind, NOBODY, PING, headers={"X-Vault": CANARY})
    assert [] == found(shown(client, result) + log.getvalue())


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("allowed", [f"me:{CANARY}", "me:other"])
def test_no_password_of_a_proxy_or_a_key_is_seen(
    log: io.StringIO, kind: type[Any], allowed: str, tmp_path: Path
) -> None:
    files = Files(tmp_path)
    options = {"certificate": ClientCertificate(*files.client(CANARY), CANARY), "verify": files.authority, "retries": 0}
    with loopback(for_server(asks=True)) as server, relay(allowed) as proxy:
        address = proxy.address(f"me:{quote(CANARY, safe='')}")
        client, result = outcome(kind, server.address, PING, proxy=address, **options)
    assert (allowed == "me:other") is isinstance(result, errors.ConnectionFailed)
    assert [] == found(shown(client, result) + log.getvalue())


@pytest.mark.parametrize(
    "make",
    [
        lambda: Client(f"http://me:{CANARY}@localhost"),
        lambda: Client(f"me:{CANARY}@localhost"),
        lambda: Client(f"http://me:{CANARY}@[bad"),
        lambda: Client(f"http://me:{CANARY}@localhost:x/"),
        lambda: Client("http://localhost", proxy=f"me:{CANARY}@proxy:1"),
        lambda: Client("http://localhost", proxy=f"http://me:{CANARY}\n@proxy:1"),
        lambda: Client("http://localhost", headers={"X-Vault": f"{CANARY}\n"}),
        lambda: Client("http://localhost", auth=f"Bearer {CANARY}"),  # type: ignore[arg-type]
        lambda: Client("http://localhost", auth={"nope": Bearer(CANARY)}),
        lambda: Bearer(f"{CANARY}\n"),
        lambda: Bearer(f"{CANARY}\udc80"),
        lambda: ClientCredentials("https://idp", "me", f"{CANARY}\udc80"),
        lambda: Basic(f"me:{CANARY}", CANARY),
        lambda: ClientCredentials(f"https://me:{CANARY}@idp", "me", CANARY),
        lambda: ClientCredentials("https://idp", "", CANARY),
    ],
)
def test_what_is_refused_is_not_quoted(make: Callable[[], Any]) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        make()
    assert [] == found("".join(of_error(raised.value)))


@pytest.mark.parametrize(
    "secret",
    [
        Basic("me", CANARY),
        Bearer(CANARY),
        ApiKey(CANARY),
        ClientCredentials("https://idp", "me", CANARY),
        Proxy(f"http://me:{CANARY.replace('/', '%2F')}@proxy"),
        ClientCertificate("file", None, CANARY),
    ],
    ids=lambda secret: type(secret).__name__,
)
def test_a_secret_has_no_repr_and_no_pickle(secret: Any) -> None:
    assert [] == found(f"{secret!r} {secret!s} {[secret]}")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="holds credentials, so it cannot be pickled"):
            pickle.dumps(secret, protocol)
    assert secret is copy.copy(secret) is copy.deepcopy(secret)


def test_the_log_tells_of_calls_without_their_bodies(log: io.StringIO) -> None:
    with loopback() as server:
        server.first = [Reply(503, b'{"message":"c4n4ry"}')]
        outcome(Client, server.address, PING)
    lines = [line for line in log.getvalue().splitlines() if "ping" in line and "trying" not in line]
    assert [f"GET {server.address}/ping: 503 in", f"GET {server.address}/ping: 200 in"] == [
        line.rpartition(" ")[0].rpartition(" ")[0] for line in lines
    ]
    assert "GET /ping: 503, trying again in 0." in log.getvalue()
    assert [] == found(log.getvalue())
