"""Streams that nobody closes, interpreters that end, signals and forks: nothing hangs, nothing is lost in silence."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from kafka_rest import AsyncClient, Client
from kafka_rest.errors import StreamError
from tests.descriptors import descriptors
from tests.duplex.conversation import Conversation
from tests.duplex.either import Way, either, numbers, opened, records
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC
from tests.duplex.test_sending import Held
from tests.support import REPOSITORY

PLAIN_AND_TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def resources() -> tuple[set[str], set[str]]:
    """The threads of this process but for the loop's, which makes them as it likes, and what its descriptors are."""
    return {thread.name for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}, descriptors()


@contextmanager
def leaving_nothing() -> Iterator[None]:
    gc.collect()
    before = resources()
    yield
    gc.collect()
    after = resources()
    assert (set(), set()) == (after[0] - before[0], {file for file in after[1] - before[1] if "socket" in file})


@PLAIN_AND_TLS
@either
async def test_a_stream_leaves_no_thread_and_no_socket(tls: bool, way: Way) -> None:
    async def use() -> None:
        with Peer(Honest(), tls) as peer:
            async with opened(way, peer.url, peer.certificate or True) as stream:
                await stream.send_many(records(3))
                assert 3 == len([pair async for pair in stream])
            with pytest.raises(ZeroDivisionError):
                async with opened(way, peer.url, peer.certificate or True) as stream:
                    await stream.send_many(records(3))
                    raise ZeroDivisionError

    await use()  # what is made once is made
    with leaving_nothing():
        await use()


def used(stream: Any) -> None:
    stream.send_many(records(3))


def followed(stream: Any) -> None:
    stream.send_many(records(3))
    next(stream.follow())


def pulled(stream: Any) -> None:
    next(stream.exchange(records(3)))


def unused(stream: Any) -> None:
    pass


@pytest.mark.parametrize("use", [used, followed, pulled, unused])
def test_a_stream_that_nobody_holds_ends_and_says_so(use: Callable[[Any], None]) -> None:
    with Peer(Honest()) as peer, Client(peer.url) as client:
        with pytest.warns(ResourceWarning, match="a stream was not closed; 0 records without a report"):
            stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
            use(stream)
            del stream
            gc.collect()
        assert "stream" not in {thread.name for thread in threading.enumerate()}
        assert len(peer.stored) == 3 or use is unused or (use is pulled and peer.stored)


def test_records_of_an_async_stream_that_nobody_holds_are_told(caplog: pytest.LogCaptureFixture) -> None:
    held = Held()

    async def left(peer: Peer) -> None:
        async with AsyncClient(peer.url) as client:
            stream = await client.records_v3.produce_record_stream(CLUSTER, TOPIC).open()
            await stream.send_many(records(3))
            del stream
            gc.collect()
            await asyncio.sleep(0)

    with Peer(held) as peer, pytest.warns(ResourceWarning, match="3 records without a report"):
        asyncio.run(left(peer))
        held.released.set()
        gc.collect()
    assert ["a stream was not closed; 3 records without a report"] == [one.getMessage() for one in caplog.records]


def test_a_stream_whose_loop_has_ended_is_told_and_harms_nobody() -> None:
    held, kept = Held(), list[Any]()

    async def left(peer: Peer) -> None:
        client = AsyncClient(peer.url)
        kept.append(await client.records_v3.produce_record_stream(CLUSTER, TOPIC).open())
        await kept[0].send_many(records(3))

    with Peer(held) as peer:
        asyncio.run(left(peer))
        with pytest.warns(ResourceWarning, match="3 records without a report"):
            kept.clear()
            gc.collect()
        held.released.set()


def test_an_async_stream_that_another_thread_collects_ends_in_its_own_loop() -> None:
    async def left(peer: Peer) -> int:
        async with AsyncClient(peer.url) as client:
            streams = [await client.records_v3.produce_record_stream(CLUSTER, TOPIC).open()]
            await streams[0].send_many(records(3))
            driver = streams[0]._driver
            assert driver is not None
            with pytest.warns(ResourceWarning):
                collecting = threading.Thread(target=streams.clear)
                collecting.start()
                collecting.join()
            await driver.wait_until(lambda: False)
            return driver.exchange.added

    with Peer(Honest()) as peer:
        assert 3 == asyncio.run(left(peer))


PRELUDE = """
import signal, sys, threading, _thread
from kafka_rest import Client, ProduceRequest, ProduceRequestData
from kafka_rest.errors import ClientError
client = Client(sys.argv[1])
stream = client.records_v3.produce_record_stream("c", "t", window_records=5)
records = [ProduceRequest(value=ProduceRequestData(type="JSON", data=n)) for n in range(50)]
"""


def process(peer: Peer, code: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "always", "-c", PRELUDE + dedent(code), peer.url]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generated")}
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, text=True, stdin=pipe, stdout=pipe, stderr=pipe)


def test_an_interpreter_that_ends_waits_for_what_is_in_flight() -> None:
    with Peer(Honest()) as peer:
        _, said = process(peer, "stream.send_many(records)").communicate(timeout=20)
        assert 50 == len(peer.stored)
    assert "a stream was not closed; 0 records without a report" in said
    assert "Traceback" not in said


def until_asleep(pid: int) -> None:
    """Whoever was interrupted while it works, not while it waits, would be told another story."""
    asleep = 0
    while asleep < 50:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        asleep = asleep + 1 if state == "S" else 0


WAITS = {
    "a full window": "stream.send_many(records)",
    "flush": "stream.send(records[0]); stream.flush()",
    "iteration": "stream.send(records[0]); [pair for pair in stream]",
    "exchange": "[pair for pair in stream.exchange(records)]",
    "close": "stream.send(records[0]); stream.close()",
}


# A signal just ahead of a wait does not end it. So does none that another thread is given, which can be arranged.
UNSEEN = (
    """Thread(target=Event().wait, daemon=True).start(); signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])"""
)


@pytest.mark.parametrize("beforehand", ["", UNSEEN], ids=["seen", "unseen"])
@pytest.mark.parametrize("where", WAITS)
def test_ctrl_c_ends_the_waiting_and_the_stream_can_still_be_closed(where: str, beforehand: str) -> None:
    held = Held()
    waiting = threading.Event()

    def behaviour(talk: Conversation) -> None:
        talk.read_head()
        first = talk.record()
        waiting.set()
        assert held.released.wait(10)
        talk.head()
        talk.report(first)
        while (one := talk.record()) is not None:
            talk.report(one)
        talk.end()

    code = f"""
    from signal import SIG_BLOCK, SIGINT, pthread_sigmask
    from threading import Event, Thread
    {beforehand}
    try:
        {WAITS[where]}
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    sys.stdin.readline()
    stream.close()
    print("closed with", stream.pending, "pending", flush=True)
    """
    with Peer(behaviour) as peer:
        command = [sys.executable, "-c", PRELUDE + dedent(code), peer.url]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generated")}
        with subprocess.Popen(
            command,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as child:
            assert child.stdin and child.stdout and child.stderr
            assert waiting.wait(10)
            until_asleep(child.pid)
            child.send_signal(signal.SIGINT)
            assert "interrupted\n" == child.stdout.readline(), child.stderr.read()
            held.released.set()
            child.stdin.write("\n")
            child.stdin.flush()
            assert "closed with 0 pending\n" == child.stdout.readline(), child.stderr.read()
            child.wait(10)


def test_threads_that_send_at_once_keep_each_its_own_order() -> None:
    with Peer(Honest()) as peer, Client(peer.url) as client:
        with client.records_v3.produce_record_stream(CLUSTER, TOPIC, window_records=50) as stream:
            ready = threading.Barrier(4)

            def send(first: int) -> None:
                ready.wait()
                for one in records(300, first):
                    stream.send(one)

            threads = [threading.Thread(target=send, args=(first,)) for first in (0, 1000, 2000, 3000)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            found = numbers(stream)
        assert found == [one["value"]["data"] for one in peer.stored]
        for first in (0, 1000, 2000, 3000):
            assert list(range(first, first + 300)) == [one for one in found if first <= one < first + 1000]


def test_one_client_serves_streams_of_many_threads() -> None:
    found: dict[int, list[Any]] = {}
    with Peer(Honest()) as peer, Client(peer.url) as client:

        def stream_through(number: int) -> None:
            with client.records_v3.produce_record_stream(CLUSTER, TOPIC) as stream:
                found[number] = numbers(stream.exchange(records(100, number)))

        threads = [threading.Thread(target=stream_through, args=(number * 100,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {number * 100: list(range(number * 100, number * 100 + 100)) for number in range(8)} == found


def test_records_given_while_another_thread_closes_are_answered_or_told() -> None:
    with Peer(Honest()) as peer, Client(peer.url) as client:
        for _ in range(10):
            stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
            taken: list[int] = []
            told: list[BaseException] = []
            begun = threading.Event()

            def send(stream: Any = stream, taken: Any = taken, told: Any = told, begun: Any = begun) -> None:
                try:
                    for number, one in enumerate(records(400)):
                        stream.send(one)
                        taken.append(number)
                        begun.set()
                except Exception as error:
                    told.append(error)
                begun.set()

            sender = threading.Thread(target=send)
            sender.start()
            begun.wait()
            failure: StreamError | None = None
            try:
                stream.close()
            except StreamError as error:
                failure = error
            sender.join()
            answered = numbers(pair for pair in stream._delivery.pairs())
            errors = [one for one in (failure, *told) if isinstance(one, StreamError)]
            rest = numbers(errors[-1].unacknowledged) if errors else []
            assert set(taken) <= {*answered, *rest}
            assert 1 >= len(set(map(id, errors)))


def test_a_stream_that_its_own_thread_collects_ends_without_waiting_for_itself() -> None:
    errors: list[Any] = []
    with Peer(Honest()) as peer, Client(peer.url) as client:
        streams: list[Any] = []
        done = threading.Event()

        def drops(one: Any, report: Any) -> None:
            streams.clear()
            gc.collect()
            done.set()

        hook, sys.unraisablehook = sys.unraisablehook, errors.append
        try:
            with pytest.warns(ResourceWarning, match="a stream was not closed"):
                streams.append(client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_report=drops))
                streams[0].send(records(1)[0])
                assert done.wait(10)
                for thread in threading.enumerate():
                    if thread.name == "stream":
                        thread.join(10)
        finally:
            sys.unraisablehook = hook
        assert [] == errors
        assert 1 == len(peer.stored)
