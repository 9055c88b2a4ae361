"""No secret of a stream is seen anywhere, wherever the document wants it to be sent."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from runtime import errors
from runtime._duplex import AsyncRecordStream, RecordStream
from runtime._facts import Operation, Stream
from runtime._http import BaseAsyncClient, BaseClient
from tests.duplex.conversation import Conversation
from tests.duplex.peer import Peer
from tests.duplex.proxies import Proxy
from tests.runtime.calling import AsyncClient, Client
from tests.runtime.loopback import Reply, loopback
from tests.runtime.test_secrets import AUTHS, CANARY, NOBODY, found, of_error

RECORDS: Operation[Any] = Operation(
    id="write",
    method="POST",
    path="/records",
    returns={"200": Any},
    stream=Stream(Any, Any, framing="concatenated-json", verdict="error_code", accepted=(200,)),
)


def answers(talk: Conversation) -> None:
    talk.read_head()
    talk.head()
    while talk.record() is not None:
        talk.report({"error_code": 200})
    talk.end()


def refuses(talk: Conversation) -> None:
    talk.read_head()
    talk.record()
    talk.head(401, 2, Content_Type="application/json")
    talk.raw(b"{}")
    talk.half_close()
    talk.linger()


def breaks(talk: Conversation) -> None:
    talk.read_head()
    talk.record()
    talk.head()


def babbles(talk: Conversation) -> None:
    talk.read_head()
    talk.record()
    talk.head()
    talk.chunk(b"oops\r\n")
    talk.until_closed()


BEHAVIOURS = {"clean": answers, "refused": refuses, "broken": breaks, "garbled": babbles}


async def outcome(kind: type[Any], url: str, operation: Operation[Any], **options: Any) -> tuple[str, Any]:
    """All that people print, log and store of a stream, and its error if it had one."""
    if kind is AsyncClient:
        async with AsyncClient(url, **options) as client:
            return await awaited(client, operation)
    with Client(url, **options) as blocking:
        return await asyncio.to_thread(called, blocking, operation)


def called(client: BaseClient, operation: Operation[Any]) -> tuple[str, Any]:
    shown: list[str] = []
    try:
        with RecordStream[Any, Any].of(client, operation, {}) as stream:
            shown += [repr(stream), repr(stream._link), repr(stream._link.exchange)]
            stream.send({})
            shown.append(repr(list(stream)))
    except errors.ClientError as error:
        return "\n".join([*shown, *of_error(error)]), error
    return "\n".join(shown), None


async def awaited(client: BaseAsyncClient, operation: Operation[Any]) -> tuple[str, Any]:
    shown: list[str] = []
    try:
        async with AsyncRecordStream[Any, Any].of(client, operation, {}) as stream:
            shown += [repr(stream), repr(stream._driver)]
            await stream.send({})
            shown.append(repr([pair async for pair in stream]))
    except errors.ClientError as error:
        return "\n".join([*shown, *of_error(error)]), error
    return "\n".join(shown), None


def asks(peer: Peer) -> str:
    return "".join(f"{head.target} {head.headers}" for talk in peer.conversations for head in talk.heads)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("way", AUTHS)
def test_no_credential_of_a_stream_is_seen(caplog: pytest.LogCaptureFixture, way: str, kind: type[Any]) -> None:
    caplog.set_level(logging.DEBUG)
    make, scheme = AUTHS[way]
    operation = msgspec.structs.replace(RECORDS, security=((scheme,),))
    token = msgspec.json.encode({"access_token": CANARY, "token_type": "Bearer"})
    with loopback() as server:
        server.answer = lambda _: Reply(body=token)
        for name, behaviour in BEHAVIOURS.items():
            with Peer(behaviour) as peer:
                options = {"auth": make(server.address), "headers": {"X-Vault": CANARY}}
                shown, error = asyncio.run(outcome(kind, peer.url, operation, **options))
                assert "'x-vault'" in asks(peer)
            assert (name == "clean") is (error is None)
            assert (name, []) == (name, found(shown))
        shown, error = asyncio.run(outcome(kind, NOBODY, operation, auth=make(server.address)))
        assert isinstance(error, errors.ConnectionFailed)
        assert [] == found(shown + caplog.text)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("password", [CANARY, "another"])
def test_no_password_of_a_proxy_is_seen(caplog: pytest.LogCaptureFixture, password: str, kind: type[Any]) -> None:
    caplog.set_level(logging.DEBUG)
    with Peer(answers) as peer, Peer(Proxy(("me", password))) as proxy:
        place = proxy.url.replace("//", f"//me:{quote(CANARY, safe='')}@")
        shown, error = asyncio.run(outcome(kind, peer.url, RECORDS, proxy=place))
    assert (password == "another") is isinstance(error, errors.ConnectionFailed)
    assert [] == found(shown + caplog.text)
