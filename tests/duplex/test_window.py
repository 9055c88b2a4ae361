"""What is in flight is bounded, in records and in bytes, and whoever sends waits; the peer counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.duplex.conversation import Conversation
from tests.duplex.either import either, numbers, opened, record, records
from tests.duplex.peer import Peer

PAUSE = 0.02  # seconds in which a client that does not keep to its window would show


class Slow:
    """Answers a record only when no other comes; knows the most that were without an answer at any time.

    It begins to answer when so many have come that a client which sends ahead has filled its window.
    """

    def __init__(self, window: int) -> None:
        self.window = window
        self.most = self.most_bytes = 0

    def __call__(self, talk: Conversation) -> None:
        talk.read_head()
        talk.head()
        talk.flush()
        waiting = talk.records(self.window)
        self._count(waiting)
        while True:
            one = talk.record_within(PAUSE)
            if one is not None:
                waiting.append(one)
                self._count(waiting)
                continue
            if waiting:
                talk.report(waiting.pop(0))
                talk.flush()
            elif (one := talk.record()) is None:  # the client has ended it
                break
            else:
                waiting.append(one)
        talk.end()

    def _count(self, waiting: list[Any]) -> None:
        self.most = max(self.most, len(waiting))
        self.most_bytes = max(self.most_bytes, sum(len(str(each)) for each in waiting))


@pytest.mark.parametrize("window", [1, 2, 3, 7])
@pytest.mark.parametrize("call", ["send", "send_many", "exchange", "batches"])
@either
async def test_no_more_records_are_in_flight_than_the_window_has(call: str, window: int, way: str) -> None:
    slow, count = Slow(window), 3 * window + 2
    with Peer(slow) as peer:
        async with opened(way, peer.url, window_records=window) as stream:
            if call == "send":
                for one in records(count):
                    await stream.send(one)
                    assert stream.pending <= window
            elif call == "send_many":
                await stream.send_many(iter(records(count)))
            elif call == "exchange":
                assert list(range(count)) == numbers([pair async for pair in stream.exchange(records(count))])
            else:
                batches = stream.batches(records(count))
                found = [one async for one in batches] if way == "async" else list(await batches)
                assert list(range(count)) == numbers(pair for batch in found for pair in batch)
    assert window == slow.most


@pytest.mark.parametrize("call", ["send", "send_many"])
@either
async def test_large_records_wait_by_their_bytes(call: str, way: str) -> None:
    slow, size, count = Slow(3), 10_000, 8
    large = [record("x" * size) for _ in range(count)]
    with Peer(slow) as peer:
        async with opened(way, peer.url, window_bytes=3 * size, longest_record=2 * size) as stream:
            if call == "send":
                for one in large:
                    await stream.send(one)
            else:
                await stream.send_many(iter(large))
    assert 3 * size < slow.most_bytes < 5 * size, "three records, and perhaps one more"


@either
async def test_a_window_opens_again_as_reports_come(way: str) -> None:
    slow = Slow(4)
    with Peer(slow) as peer:
        async with opened(way, peer.url, window_records=4) as stream:
            await stream.send_many(records(9))
            await stream.flush()
            assert 0 == stream.pending
            await stream.send_many(records(3, first=9))
            assert list(range(12)) == numbers([pair async for pair in stream])
