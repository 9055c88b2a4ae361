"""Both ways to produce, so that a test can go through them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceRequestData
from kafka_rest._retries import Retries
from kafka_rest.outcomes import outcome_of
from tests.duplex.expected import PATIENT
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC

# No pause of a machine that is busy with other tests is as long; a test that waits for a limit has its own.
LIMITS: dict[str, Any] = {
    "report_timeout": PATIENT,
    "write_timeout": PATIENT,
    "close_timeout": PATIENT,
    "retries": Retries(times=10, first=0.002, most=0.02, longest=5.0),
}


@dataclass(slots=True)
class Result:
    """What was given, by the numbers of the records, and what was raised."""

    pairs: list[tuple[int, Any]] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def outcomes(self) -> dict[int, str]:
        """Of all records; ``unsent`` for those that have none."""
        found: dict[int, str] = {number: outcome_of(report) for number, report in self.pairs}
        assert len(found) == len(self.pairs), "a record was given twice"
        for name in ("unknown", "unsent"):
            for number in map(number_of, getattr(self.error, name, ())):
                assert number not in found, "a record has two outcomes"
                found[number] = name
        return found

    def numbers(self, outcome: str = "accepted") -> list[int]:
        return [number for number, report in self.pairs if outcome_of(report) == outcome]


def record(number: int, **members: Any) -> ProduceRequest:
    return ProduceRequest(value=ProduceRequestData(type="JSON", data={"n": number}), **members)


def records(count: int) -> list[ProduceRequest]:
    return [record(number) for number in range(count)]


def number_of(one: Any) -> int:
    value = one["value"] if isinstance(one, dict) else one.value
    data = value["data"] if isinstance(value, dict) else value.data
    number: int = data["n"]
    return number


Produce: TypeAlias = Callable[..., Result]


def blocking(peer: Peer, given: Iterable[Any], **options: Any) -> Result:
    result = Result()
    with Client(peer.url, verify=peer.certificate) as kafka:
        try:
            for one, report in kafka.produce(CLUSTER, TOPIC, given, **LIMITS | options):
                result.pairs.append((number_of(one), report))
        except Exception as error:
            result.error = error
    return result


def awaiting(peer: Peer, given: Iterable[Any], **options: Any) -> Result:
    return asyncio.run(consumed(peer, given, options))


async def consumed(peer: Peer, given: Any, options: dict[str, Any]) -> Result:
    result = Result()
    async with AsyncClient(peer.url, verify=peer.certificate) as kafka:
        try:
            async for one, report in kafka.produce(CLUSTER, TOPIC, given, **LIMITS | options):
                result.pairs.append((number_of(one), report))
        except Exception as error:
            result.error = error
    return result


def awaiting_both(peer: Peer, given: Iterable[Any], **options: Any) -> Result:
    """With an async iterable."""

    async def one_by_one() -> Any:
        for one in given:
            await asyncio.sleep(0)
            yield one

    return awaiting(peer, one_by_one(), **options)


PRODUCERS: dict[str, Produce] = {"blocking": blocking, "awaiting": awaiting, "async iterable": awaiting_both}
