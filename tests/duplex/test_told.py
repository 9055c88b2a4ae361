"""What streams say to a log and in their errors: enough to know what happened, and never a credential or a record."""

from __future__ import annotations

import io
import logging
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kafka_rest import Basic
from kafka_rest._facts import Request
from kafka_rest.errors import ClientError, InvalidArgument
from tests.duplex.conversation import Conversation
from tests.duplex.either import Way, either, opened, record, records
from tests.duplex.faults import FAULTS
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.proxies import Proxy
from tests.runtime.test_secrets import CANARY, found, locals_of, log, of_error
from tests.support import REPOSITORY

RECORD = "what the record holds"
SOME = [fault for fault in FAULTS if fault.client != "sends much"][::8]

__all__ = ["log"]  # the fixture


async def happens(way: Way, peer: Peer, **settings: Any) -> tuple[str, ClientError | None]:
    """All that can be seen of a stream, and its error."""
    seen: list[str] = []
    try:
        async with opened(
            way, peer.url, peer.certificate or True, {"auth": Basic("me", CANARY), **settings}, report_timeout=0.3
        ) as stream:
            own = stream.stream if way == "blocking" else stream
            seen += [repr(own), str(vars(own)), repr(stream)]
            await stream.send_many([record(RECORD) for _ in range(20)])
            await stream.flush()
    except ClientError as error:
        return "\n".join((*seen, *of_error(error), *locals_of(error), repr(pickle.dumps(error)))), error
    return "\n".join(seen), None


@pytest.mark.parametrize("fault", SOME, ids=[fault.name for fault in SOME])
@either
async def test_no_credential_is_seen_whatever_happens_to_a_stream(fault: Any, way: Way, log: io.StringIO) -> None:
    with Peer(fault.behaviour) as peer:
        text, _ = await happens(way, peer)
    assert [] == found(text)
    assert [] == found(log.getvalue())
    assert RECORD not in log.getvalue()


@pytest.mark.parametrize("allowed", [("me", CANARY), ("me", "other")])
@either
async def test_no_password_of_a_proxy_is_seen(allowed: tuple[str, str], way: Way, log: io.StringIO) -> None:
    with Peer(Honest()) as peer, Peer(Proxy(allowed)) as proxy:
        place = proxy.url.replace("//", f"//me:{CANARY.replace('/', '%2F')}@")
        text, error = await happens(way, peer, proxy=place)
    assert (allowed[1] == "other") is (error is not None)
    assert [] == found(text + log.getvalue())


@either
async def test_no_credential_is_seen_that_http_does_not_allow(way: Way, log: io.StringIO) -> None:
    def signs(request: Request) -> Request:
        return request.with_header("Authorization", f"Bearer {CANARY}\n")

    with Peer(Honest()) as peer:
        text, error = await happens(way, peer, auth=signs)
    assert isinstance(error, InvalidArgument)
    assert [] == found(text + log.getvalue())


def echoes(talk: Conversation) -> None:
    """A server that says the credential back, in its error."""
    head = talk.read_head()
    assert head is not None
    body = ('{"error_code":401,"message":"' + head.headers["authorization"] + '"}').encode()
    talk.head(401, len(body), Content_Type="application/json")
    talk.raw(body)
    talk.end()
    talk.linger()


@either
async def test_the_log_does_not_repeat_what_a_server_says(way: Way, log: io.StringIO) -> None:
    with Peer(echoes) as peer:
        _, error = await happens(way, peer)
    assert error is not None
    assert [] == found(log.getvalue())
    assert "unanswered: Unauthorized\n" in log.getvalue()


@either
async def test_the_log_tells_when_a_stream_begins_and_ends(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "kafka_rest")
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            await stream.send_many(records(3))
        call = "POST /kafka/v3/clusters/{cluster_id}/topics/{topic_name}/records"
        told = [one.getMessage() for one in caplog.records if one.name == "kafka_rest"]
        assert [f"{call}: a stream to {peer.url}", f"{call}: a stream is over, 3 records, 0 unanswered"] == told


def test_the_logger_has_the_name_of_the_client_wherever_it_was_copied_to(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    shutil.copytree(REPOSITORY / "generated" / "kafka_rest", tmp_path / "host" / "kafka_rest")
    code = """
import host.kafka_rest._duplex.sync, host.kafka_rest._duplex.aio, host.kafka_rest._duplex.opening
import host.kafka_rest._producer.sync, host.kafka_rest._producer.aio, host.kafka_rest._duplex.exchange, sys
modules = [module for name, module in sys.modules.items() if name.startswith("host.") and hasattr(module, "LOG")]
print(len(modules) > 6, {module.LOG.name for module in modules})
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True
    )
    assert b"True {'host.kafka_rest'}\n" == done.stdout, done.stderr
