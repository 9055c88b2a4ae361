"""OAuth 2 client credentials: a token is fetched when it is needed, once, and in time."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count
from threading import Barrier, Lock
from typing import Any, ClassVar
from urllib.parse import parse_qs

import msgspec
import pytest

from runtime import errors
from runtime._auth import Auth
from runtime._duplex import AsyncRecordStream, RecordStream
from runtime._facts import Scheme
from runtime._http import BaseAsyncClient, BaseClient
from runtime._oauth import ClientCredentials
from tests.duplex.peer import Peer, in_turn
from tests.runtime.calling import PING
from tests.runtime.loopback import Loopback, Reply, Seen, loopback
from tests.runtime.test_stream_secrets import RECORDS as UNGUARDED
from tests.runtime.test_stream_secrets import answers, refuses

SECRET = "canary-secret"
NEEDED = msgspec.structs.replace(PING, security=(("oauth",),))
RECORDS = msgspec.structs.replace(UNGUARDED, security=(("oauth",),))


class Issuer:
    """A token endpoint at /token, beside an API that takes the newest tokens only."""

    def __init__(self, server: Loopback) -> None:
        self.url = f"{server.address}/token"
        self.server = server
        self.refuses: set[str] = set()  # tokens that the API takes no longer
        self.lifetime: Any = 3600
        self.replies: list[Reply] = []  # of the token endpoint, in place of its own
        self._numbers = count(1)
        self._lock = Lock()
        server.answer = self.answer

    def answer(self, seen: Seen) -> Reply:
        if seen.path != "/token":
            token = str(seen.headers["Authorization"]).removeprefix("Bearer ")
            return Reply(401 if token in self.refuses else 200)
        with self._lock:
            if self.replies:
                return self.replies.pop(0)
            told = {"access_token": f"token-{next(self._numbers)}", "token_type": "Bearer", "expires_in": self.lifetime}
        return Reply(body=msgspec.json.encode({name: value for name, value in told.items() if value is not None}))

    @property
    def fetched(self) -> list[Seen]:
        return [seen for seen in self.server.seen if seen.path == "/token"]

    @property
    def used(self) -> list[str]:
        return [seen.headers["Authorization"] for seen in self.server.seen if seen.path != "/token"]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with loopback() as server:
        yield Issuer(server)


class Client(BaseClient):
    SECURITY: ClassVar[Mapping[str, Scheme]] = {"oauth": Scheme("oauth2", token_url="/token")}


class AsyncClient(BaseAsyncClient):
    SECURITY = Client.SECURITY


def credentials(issuer: Issuer, **options: Any) -> ClientCredentials:
    return ClientCredentials(issuer.url, "me", SECRET, **options)


def test_a_token_is_fetched_once_and_sent_with_every_call(issuer: Issuer) -> None:
    with Client(issuer.server.address, auth=credentials(issuer)) as client:
        client.request(NEEDED)
        client.request(NEEDED)
    assert ["Bearer token-1", "Bearer token-1"] == issuer.used
    (seen,) = issuer.fetched
    assert "POST" == seen.method
    assert f"Basic {base64.b64encode(f'me:{SECRET}'.encode()).decode()}" == seen.headers["Authorization"]
    assert {"grant_type": ["client_credentials"]} == parse_qs(seen.body.decode())

    async def call() -> None:
        async with AsyncClient(issuer.server.address, auth=credentials(issuer)) as client:
            await client.request(NEEDED)
            await client.request(NEEDED)

    asyncio.run(call())
    assert ["Bearer token-2", "Bearer token-2"] == issuer.used[2:]


def test_scopes_further_fields_and_a_secret_in_the_form_go_along(issuer: Issuer) -> None:
    auth = credentials(issuer, scopes=["read", "write"], extra={"audience": "https://api"}, method="client_secret_post")
    with Client(issuer.server.address, auth=auth) as client:
        client.request(NEEDED)
    (seen,) = issuer.fetched
    assert "Authorization" not in seen.headers
    expected = {"grant_type": "client_credentials", "scope": "read write", "audience": "https://api"}
    expected |= {"client_id": "me", "client_secret": SECRET}
    assert {name: [value] for name, value in expected.items()} == parse_qs(seen.body.decode())


def test_a_header_escapes_what_basic_authentication_cannot_tell_apart(issuer: Issuer) -> None:
    with Client(issuer.server.address, auth=ClientCredentials(issuer.url, "a:b", "c d&ü")) as client:
        client.request(NEEDED)
    sent = issuer.fetched[0].headers["Authorization"].removeprefix("Basic ")
    assert "a%3Ab:c+d%26%C3%BC" == base64.b64decode(sent).decode()


@pytest.mark.parametrize("address", ["", "/api", "/api/"])
def test_the_document_says_where_the_tokens_are(issuer: Issuer, address: str) -> None:
    with Client(
        issuer.server.address + address, auth=ClientCredentials(client_id="me", client_secret=SECRET)
    ) as client:
        client.request(NEEDED)
    assert 1 == len(issuer.fetched)


def test_a_document_that_does_not_say_it_leaves_it_to_the_caller() -> None:
    class Silent(BaseClient):
        SECURITY: ClassVar[Mapping[str, Scheme]] = {"oauth": Scheme("oauth2")}

    auth = ClientCredentials(client_id="me", client_secret=SECRET)
    with Silent("http://localhost:1", auth=auth) as client, pytest.raises(errors.ConfigurationError) as raised:
        client.request(NEEDED)
    assert "the document names no token endpoint: give ClientCredentials(token_url, ...)" == str(raised.value)


@pytest.mark.parametrize(
    ("lifetime", "leeway", "kept", "renewed"),
    [(3600, 30, 3569, 3571), (3600, 0, 3599, 3600), (20, 30, 9, 11), ("60", 30, 29, 31)],
)
def test_a_token_is_renewed_shortly_before_it_ends(
    issuer: Issuer, lifetime: Any, leeway: float, kept: float, renewed: float
) -> None:
    issuer.lifetime = lifetime
    with Client(issuer.server.address, auth=credentials(issuer, leeway=leeway)) as client:
        for seconds in (0, kept, renewed):
            now = 1000.0 + seconds
            client._caller.clock = partial(float, now)
            client.request(NEEDED)
    assert ["Bearer token-1", "Bearer token-1", "Bearer token-2"] == issuer.used


@pytest.mark.parametrize("lifetime", [None, "long"])
def test_a_token_without_an_end_is_kept_until_the_server_refuses_it(issuer: Issuer, lifetime: Any) -> None:
    issuer.lifetime = lifetime
    with Client(issuer.server.address, auth=credentials(issuer)) as client:
        client.request(NEEDED)
        client._caller.clock = lambda: 1e12
        client.request(NEEDED)
        issuer.refuses = {"token-1"}
        client.request(NEEDED)
    assert ["token-1", "token-1", "token-1", "token-2"] == [used.removeprefix("Bearer ") for used in issuer.used]


def test_a_new_token_that_is_refused_as_well_is_the_end_of_it(issuer: Issuer) -> None:
    with Client(issuer.server.address, auth=credentials(issuer)) as client:
        client.request(NEEDED)
        issuer.refuses = {"token-1", "token-2"}
        with pytest.raises(errors.Unauthorized):
            client.request(NEEDED)
    assert 2 == len(issuer.fetched)


def test_a_first_token_that_is_refused_is_no_reason_to_fetch_another(issuer: Issuer) -> None:
    issuer.refuses = {"token-1"}
    with Client(issuer.server.address, auth=credentials(issuer)) as client, pytest.raises(errors.Unauthorized):
        client.request(NEEDED)
    assert 1 == len(issuer.fetched)


def test_a_stream_whose_token_is_refused_is_opened_again_with_another(issuer: Issuer) -> None:
    def blocking(address: str) -> None:
        with Client(address, auth=credentials(issuer)) as client:
            for _ in range(3):
                with suppress(errors.Unauthorized), RecordStream[Any, Any].of(client, RECORDS, {}) as stream:
                    list(stream.exchange([{}]))

    async def awaited(address: str) -> None:
        async with AsyncClient(address, auth=credentials(issuer)) as client:
            for _ in range(3):
                with suppress(errors.Unauthorized):
                    async with AsyncRecordStream[Any, Any].of(client, RECORDS, {}) as stream:
                        assert [{}] == [one async for one, _ in stream.exchange([{}])]

    for first, use in ((1, blocking), (3, lambda address: asyncio.run(awaited(address)))):
        with Peer(in_turn(refuses, answers, answers)) as peer:
            use(peer.url)
            told = [talk.heads[0].headers["authorization"] for talk in peer.conversations]
            assert [f"Bearer token-{number}" for number in (first, first + 1, first + 1)] == told


def test_many_threads_share_one_token_and_renew_it_once(issuer: Issuer) -> None:
    threads = 16
    barrier = Barrier(threads)
    with Client(issuer.server.address, auth=credentials(issuer)) as client, ThreadPoolExecutor(threads) as pool:

        def call(_: int) -> None:
            barrier.wait(10)
            client.request(NEEDED)

        list(pool.map(call, range(threads)))
        assert 1 == len(issuer.fetched)
        issuer.refuses = {"token-1"}
        list(pool.map(call, range(threads)))
    assert 2 == len(issuer.fetched)


def test_many_tasks_share_one_token_and_renew_it_once(issuer: Issuer) -> None:
    async def call() -> None:
        async with AsyncClient(issuer.server.address, auth=credentials(issuer)) as client:
            await asyncio.gather(*(client.request(NEEDED) for _ in range(16)))
            issuer.refuses = {"token-1"}
            await asyncio.gather(*(client.request(NEEDED) for _ in range(16)))

    asyncio.run(call())
    assert 2 == len(issuer.fetched)


def test_a_task_that_is_cancelled_while_it_fetches_blocks_nobody(issuer: Issuer) -> None:
    async def call() -> None:
        async with AsyncClient(issuer.server.address, auth=credentials(issuer)) as client:
            task = asyncio.ensure_future(client.request(NEEDED))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert 200 == (await client.request(NEEDED)).status

    asyncio.run(asyncio.wait_for(call(), 10))


def test_a_call_that_is_interrupted_while_it_fetches_blocks_nobody_though_its_error_is_kept(issuer: Issuer) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    issuer.replies = [Reply(503)]
    with Client(issuer.server.address, auth=credentials(issuer)) as client:
        client._sleep = interrupt
        with pytest.raises(KeyboardInterrupt) as raised:
            client.request(NEEDED)
        lock: Any = client._caller._lock
        assert lock.acquire(timeout=0)
        lock.release()
        assert 200 == client.request(NEEDED).status
    assert raised.traceback  # whose frames hold the steps of the call


def test_an_endpoint_that_fails_for_a_while_is_asked_again(issuer: Issuer) -> None:
    issuer.replies = [Reply(503), Reply(500)]
    with Client(issuer.server.address, auth=credentials(issuer)) as client:
        client._sleep = lambda _: None
        client.request(NEEDED)
    assert (3, ["Bearer token-1"]) == (len(issuer.fetched), issuer.used)


@pytest.mark.parametrize(
    ("reply", "told", "error"),
    [
        (
            Reply(401, b'{"error":"invalid_client","error_description":"who is\\nme?"}'),
            "401: invalid_client: who is me?",
            "invalid_client",
        ),
        (Reply(400, f'{{"error":"bad","error_description":"not {SECRET}"}}'.encode()), "400: bad: not ***", "bad"),
        (Reply(400, f'{{"error":"{SECRET}"}}'.encode()), "400: ***", "***"),
        (Reply(403, b"<html>no</html>", {"Content-Type": "text/html"}), "403", ""),
        (Reply(400, b'{"error":7,"error_description":{"a":1}}'), "400: {'a': 1}", ""),
        (Reply(200, b""), "200, but without a bearer token", ""),
        (Reply(200, b"[]"), "200, but without a bearer token", ""),
        (Reply(200, b'{"access_token":7}'), "200, but without a bearer token", ""),
        (Reply(200, b'{"access_token":"a\\nb"}'), "200, but without a bearer token", ""),
        (Reply(200, b'{"access_token":"t","token_type":"mac"}'), "200, but without a bearer token", ""),
    ],
)
def test_an_endpoint_that_gives_no_token_is_told_of_without_the_secret(
    issuer: Issuer, reply: Reply, told: str, error: str
) -> None:
    for method in ("client_secret_basic", "client_secret_post"):
        issuer.replies = [reply]
        auth = credentials(issuer, method=method)
        with Client(issuer.server.address, auth=auth) as client, pytest.raises(errors.TokenRefused) as raised:
            client.request(NEEDED)
        assert f"token endpoint {issuer.url}: {told}" == str(raised.value)
        assert (reply.status, error) == (raised.value.status, raised.value.error)
    assert [] == issuer.used


def test_an_endpoint_that_is_not_there_is_a_failed_connection_to_it(issuer: Issuer) -> None:
    auth = ClientCredentials("http://127.0.0.1:1/token?a=b", "me", SECRET, method="client_secret_post")
    with Client(issuer.server.address, auth=auth) as client, pytest.raises(errors.ConnectionFailed) as raised:
        client._sleep = lambda _: None
        client.request(NEEDED)
    assert str(raised.value).startswith("token endpoint http://127.0.0.1:1/token: ")
    assert str(raised.value).endswith("(tried 3 times)")
    assert raised.value.request.content is None


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("idp.example.com", "me", SECRET), "token_url is an address such as"),
        ((f"https://me:{SECRET}@idp", "me", SECRET), "token_url is an address such as"),
        (("https://idp", "", SECRET), "client_id is missing"),
        (("https://idp", "me", ""), "a credential is not empty"),
    ],
)
def test_credentials_that_cannot_work_are_refused_at_once(arguments: tuple[str, str, str], complaint: str) -> None:
    with pytest.raises(errors.ConfigurationError) as raised:
        ClientCredentials(*arguments)
    assert complaint in str(raised.value)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("auth", [{"oauth": ClientCredentials("https://idp", "me", SECRET)}])
def test_client_credentials_fit_where_a_bearer_token_does(auth: Auth) -> None:
    class Other(BaseClient):
        SECURITY: ClassVar[Mapping[str, Scheme]] = {"oauth": Scheme("http", scheme="basic")}

    with Other("http://localhost:1", auth=auth) as client, pytest.raises(errors.ConfigurationError) as raised:
        client.request(NEEDED)
    assert "ping needs oauth (Basic); the given credentials are those for oauth" == str(raised.value)
