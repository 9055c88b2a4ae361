"""One way to use each driver, so that a test can go through all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceResponse
from kafka_rest.errors import ClientError, UnreadRefusals
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

Record: TypeAlias = ProduceRequest
Options: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Result:
    """What became of the records: those with a report, and the error that the stream ended with."""

    pairs: list[tuple[Record, ProduceResponse]] = field(default_factory=list)
    error: ClientError | None = None

    @property
    def reported(self) -> list[Record]:
        return [record for record, _ in self.pairs]

    @property
    def codes(self) -> list[Any]:
        return [report.error_code for _, report in self.pairs]

    @property
    def unknown(self) -> list[Record]:
        return list(self.error.unknown) if self.error else []

    @property
    def unsent(self) -> list[Record]:
        return list(self.error.unsent) if self.error else []


Driver: TypeAlias = Callable[[Peer, Sequence[Record], Options, bool], Result]


def pull(peer: Peer, records: Sequence[Record], options: Options, pauses: bool = False) -> Result:
    """The iterator without a thread. It cannot pause: while nobody iterates, nothing moves."""
    assert not pauses
    result = Result()
    with Client(peer.url, verify=peer.certificate) as client:
        try:
            with client.records_v3.produce_record_stream(CLUSTER, TOPIC, **options) as stream:
                for pair in stream.exchange(records):
                    result.pairs.append(pair)
        except ClientError as error:
            result.error = error
    return result


def thread(peer: Peer, records: Sequence[Record], options: Options, pauses: bool = False) -> Result:
    """The stream with one thread that owns the socket."""
    result = Result()
    with Client(peer.url, verify=peer.certificate) as client:
        try:
            with client.records_v3.produce_record_stream(CLUSTER, TOPIC, **options) as stream:
                stream.send_many(records)
                if pauses:
                    for pair in stream.follow():
                        result.pairs.append(pair)
        except UnreadRefusals:
            pass  # they are read now
        except ClientError as error:
            result.error = error
        with suppress(ClientError):
            for pair in stream:
                result.pairs.append(pair)
    return result


def loop(peer: Peer, records: Sequence[Record], options: Options, pauses: bool = False) -> Result:
    """The stream on the event loop."""
    return asyncio.run(_loop(peer, records, options, pauses))


async def _loop(peer: Peer, records: Sequence[Record], options: Options, pauses: bool) -> Result:
    result = Result()
    async with AsyncClient(peer.url, verify=peer.certificate) as client:
        stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC, **options)
        try:
            async with stream:
                await stream.send_many(records)
                if pauses:
                    async for pair in stream.follow():
                        result.pairs.append(pair)
        except UnreadRefusals:
            pass  # they are read now
        except ClientError as error:
            result.error = error
        with suppress(ClientError):
            async for pair in stream:
                result.pairs.append(pair)
    return result


DRIVERS: dict[str, Driver] = {"pull": pull, "thread": thread, "loop": loop}
