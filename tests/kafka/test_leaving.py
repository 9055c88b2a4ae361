"""Whoever leaves a production in the middle leaves no thread, no task and no socket, and is told of every record."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import signal
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client, ProduceRequest
from kafka_rest._producer import sync
from kafka_rest.errors import ConfigurationError
from tests.descriptors import descriptors
from tests.duplex.conversation import Conversation
from tests.duplex.honest import Honest
from tests.duplex.peer import Behaviour, Peer
from tests.duplex.reports import CLUSTER, TOPIC
from tests.kafka.producers import LIMITS, record
from tests.runtime.test_forks import in_a_child

COUNT = 3000


class Given:
    """Records that count how many were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[ProduceRequest]:
        for number in range(COUNT):
            one = record(number)  # Ctrl-C in here gives nothing, and Python looks for none between the next two lines
            self.taken = number + 1
            yield one

    async def awaited(self) -> AsyncIterator[ProduceRequest]:
        for one in self:
            await asyncio.sleep(0)
            yield one


class Failed(Exception):
    pass


def closes(running: Any) -> int:
    next(running)
    running.close()
    return 1


def breaks(running: Any) -> int:
    for _ in running:
        break
    return 1


def fails(running: Any) -> int:
    next(running)
    with pytest.raises(Failed):
        running.throw(Failed())
    return 1


def interrupted(running: Any) -> int:
    """By Ctrl-C, while nothing comes."""
    seen = 0
    with pytest.raises(KeyboardInterrupt):
        for _ in running:
            seen += 1
    return seen


def interrupted_unseen(running: Any) -> int:
    """As by a signal just ahead of a wait, which does not end it: here because another thread is given the signal."""
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        return interrupted(running)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


async def breaks_awaiting(running: Any) -> int:
    async for _ in running:
        break
    return 1


async def closes_awaiting(running: Any) -> int:
    await anext(running)
    await running.aclose()
    return 1


async def cancelled(running: Any) -> int:
    """While nothing comes."""
    seen = 0

    async def consume() -> None:
        nonlocal seen
        async for _ in running:
            seen += 1

    task = asyncio.create_task(consume())
    while not seen:
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 3)
    return seen


def reports_once(talk: Conversation) -> None:
    if talk.read_head() is None:
        return
    talk.head()
    if (one := talk.record()) is not None:
        talk.report(one)
    talk.linger()


def interrupts(talk: Conversation) -> None:
    """When the stream is open and under way."""
    if talk.read_head() is None:
        return
    talk.head()
    talk.report(talk.records(1)[0])
    talk.records(1)
    talk.flush()
    os.kill(os.getpid(), signal.SIGINT)
    talk.linger()


def judge(told: list[str], seen: int, given: Given) -> None:
    (line,) = [one for one in told if one.startswith("a production was left")]
    assert given.taken == seen + sum(map(int, re.findall(r"(\d+) records", line))), line


@pytest.fixture(autouse=True)
def a_short_farewell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "FAREWELL", 0.3)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    threads, before = set(threading.enumerate()), descriptors()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()
    assert [] == [one for one in set(threading.enumerate()) - threads if one.is_alive()]
    assert set() == descriptors() - before


@pytest.mark.parametrize(
    ("leave", "behaviour", "connections"),
    [
        (closes, Honest(), 2),
        (breaks, Honest(), 2),
        (fails, Honest(), 2),
        (fails, reports_once, 2),
        (interrupted, interrupts, 1),
        (interrupted_unseen, interrupts, 1),
    ],
)
def test_a_caller_may_leave(
    leave: Callable[[Any], int], behaviour: Behaviour, connections: int, caplog: pytest.LogCaptureFixture
) -> None:
    given = Given()
    with Peer(behaviour) as peer, Client(peer.url) as kafka:
        seen = leave(kafka.produce(CLUSTER, TOPIC, given, **LIMITS, connections=connections))
        gc.collect()
    judge(caplog.messages, seen, given)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["iterable", "async iterable"])
@pytest.mark.parametrize(
    ("leave", "behaviour"),
    [(closes_awaiting, Honest()), (breaks_awaiting, Honest()), (cancelled, reports_once)],
)
def test_a_task_may_leave(
    leave: Any, behaviour: Behaviour, asynchronous: bool, caplog: pytest.LogCaptureFixture
) -> None:
    given = Given()

    async def run(url: str) -> int:
        async with AsyncClient(url) as kafka:
            records = given.awaited() if asynchronous else given
            seen: int = await leave(kafka.produce(CLUSTER, TOPIC, records, **LIMITS, connections=2))
            gc.collect()
            for _ in range(1000):
                if len(asyncio.all_tasks()) == 1:
                    break
                await asyncio.sleep(0.005)
            assert {asyncio.current_task()} == asyncio.all_tasks()
            return seen

    with Peer(behaviour) as peer:
        seen = asyncio.run(run(peer.url))
    judge(caplog.messages, seen, given)


def test_a_child_process_leaves_the_production_to_its_parent(caplog: pytest.LogCaptureFixture) -> None:
    with Peer(Honest()) as peer, Client(peer.url) as kafka:
        running = kafka.produce(CLUSTER, TOPIC, Given(), **LIMITS)
        next(running)

        def use() -> None:
            nonlocal running
            caplog.clear()
            with pytest.raises(ConfigurationError, match="another process than the one that began the production"):
                list(running)
            assert [] == caplog.messages

        def drop() -> None:
            nonlocal running
            caplog.clear()
            with warnings.catch_warnings(record=True, action="always") as told:
                del running
                gc.collect()
            assert ([], []) == (caplog.messages, [str(one.message) for one in told])

        for child in (drop, use):
            assert 0 == in_a_child(child)
        assert COUNT - 1 == len(list(running))
        assert COUNT == len(peer.stored)
