"""What a caller's own code does inside of a stream, it does to itself: the stream goes on and loses nothing."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

import pytest

from kafka_rest import Client
from kafka_rest._duplex.exchange import counted
from kafka_rest.errors import ConfigurationError, StreamBroken, StreamEnded
from tests.duplex.conversation import Conversation
from tests.duplex.either import Way, either, numbers, opened, record, records
from tests.duplex.faults_end import begun
from tests.duplex.honest import Honest
from tests.duplex.peer import Peer
from tests.duplex.reports import CLUSTER, TOPIC
from tests.duplex.test_sending import Held


class Mine(Exception):
    """An error of the caller's own."""


@pytest.mark.parametrize("option", ["on_report", "on_batch"])
@pytest.mark.parametrize(
    "error", [Mine("mine"), SystemExit(3), KeyboardInterrupt()], ids=lambda one: type(one).__name__
)
@either
async def test_what_a_callback_raises_is_raised_at_the_end(error: BaseException, option: str, way: Way) -> None:
    told: list[Any] = []

    def fails(*about: Any) -> None:
        told.append(about)
        raise error

    with Peer(Honest()) as peer:
        options: dict[str, Any] = {option: fails}
        with pytest.raises(type(error)) as caught:
            async with opened(way, peer.url, **options) as stream:
                await stream.send_many(records(5))
                await stream.flush()
                await stream.send(record(5))
                await stream.flush()
                assert 0 == stream.pending
        assert error is caught.value
    seen = [one[0] for one in told] if option == "on_report" else [one for (batch,) in told for one in batch.records]
    assert list(range(6)) == numbers(seen)


@pytest.mark.parametrize("option", ["on_report", "on_batch"])
@either
async def test_a_callback_that_gives_what_nobody_awaits_is_told_at_the_end(
    option: str, way: Way, recwarn: pytest.WarningsRecorder
) -> None:
    async def stores(*about: Any) -> None:
        raise AssertionError("nobody awaits this")

    with Peer(Honest()) as peer, pytest.raises(ConfigurationError, match=f"{option} of a stream is called and not"):
        async with opened(way, peer.url, **{option: lambda *about: stores(*about)}) as stream:  # type: ignore[arg-type]
            await stream.send_many(records(2))
            await stream.flush()
            await stream.send_many(records(2))
    gc.collect()
    assert [] == [str(one.message) for one in recwarn if one.category is RuntimeWarning]


@either
@pytest.mark.parametrize("count", [1, 5])
async def test_a_callback_that_takes_itself_for_an_iterator_is_told_of_every_record(count: int, way: Way) -> None:
    told: list[Any] = []

    def stops(one: Any, report: Any) -> None:
        told.append(one)
        raise StopIteration

    with Peer(Honest()) as peer, pytest.raises(RuntimeError, match="raised StopIteration"):
        async with opened(way, peer.url, on_report=stops) as stream:
            await stream.send_many(records(count))
    assert list(range(count)) == numbers(told)


@either
async def test_how_long_a_callback_takes_is_not_held_against_the_server(way: Way) -> None:
    """Whose reports lie in the socket meanwhile."""
    told: list[Any] = []
    dawdling = threading.Event()

    def dawdles(one: Any, report: Any) -> None:
        dawdling.set()
        if not told:
            time.sleep(0.5)  # longer than the server may be silent, which is what this is about
        told.append(one)

    def reports(talk: Conversation) -> None:
        if talk.read_head() is None:
            return
        talk.head()
        first, *others = talk.records(3)
        talk.report(first)
        talk.flush()
        dawdling.wait()
        for one in others:
            talk.report(one)
        talk.await_body()
        talk.end()

    with Peer(reports) as peer:
        async with opened(way, peer.url, on_report=dawdles, report_timeout=0.2) as stream:
            await stream.send_many(records(3))
    assert list(range(3)) == numbers(told)


@either
async def test_a_callback_may_send_but_not_wait(way: Way) -> None:
    said: list[str] = []
    told: list[Any] = []

    def again(one: Any, report: Any) -> None:
        told.append(one)
        if len(told) > 3:
            return
        inner = stream.stream if way == "blocking" else stream
        inner.send_nowait(record(len(told)))
        if way == "blocking":
            with pytest.raises(ConfigurationError, match="a callback cannot wait") as caught:
                inner.flush()
            said.append(str(caught.value))

    with Peer(Honest()) as peer:
        async with opened(way, peer.url, on_report=again) as stream:
            await stream.send(record(0))
            await stream.flush()
            while stream.pending:
                await stream.flush()
    assert [0, 1, 2, 3] == numbers(told) == [one["value"]["data"] for one in peer.stored]
    assert way == "async" or 3 == len(said)


def test_no_thread_is_taken_for_that_of_a_stream_which_has_ended() -> None:
    """Though it is given the same number, and then everything it does would seem to be done by a callback."""
    caught: list[BaseException] = []

    def cuts(talk: Conversation) -> None:
        begun(talk)
        talk.cut()

    def closes(stream: Any) -> None:
        try:
            stream.close()
        except StreamBroken as error:
            caught.append(error)

    with Peer(cuts) as peer, Client(peer.url) as client:
        for _ in range(5):
            stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
            stream.send_many(records(30))
            with pytest.raises(StreamBroken):
                stream.flush()
            for thread in threading.enumerate():
                if thread.name == "stream":
                    thread.join()
            other = threading.Thread(target=closes, args=(stream,))
            other.start()
            other.join()
    assert 5 == len(caught)


def test_a_callback_that_closes_its_stream_ends_it_and_the_owner_is_told_how() -> None:
    held = Held()
    with Peer(held) as peer, Client(peer.url) as client:

        def closes(one: Any, report: Any) -> None:
            told.append(one)
            stream.close()
            if len(told) == 1:
                raise Mine("mine")

        told: list[Any] = []
        stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC, on_report=closes)
        stream.send_many(records(3))
        held.released.set()
        with pytest.raises(Mine):
            stream.close()
        assert [0, 1, 2] == numbers(told)


@pytest.mark.parametrize("call", ["send_many", "exchange", "batches"])
@either
async def test_what_a_generator_raises_reaches_the_caller_and_what_it_gave_is_answered(call: str, way: Way) -> None:
    def given() -> Iterator[Any]:
        yield from records(3)
        raise Mine("mine")

    found: list[Any] = []
    with Peer(Honest()) as peer:
        async with opened(way, peer.url) as stream:
            with pytest.raises(Mine):
                if call == "send_many":
                    await stream.send_many(given())
                elif call == "exchange":
                    async for pair in stream.exchange(given()):
                        found.append(pair)
                elif way == "async":
                    async for batch in stream.batches(given()):
                        found += batch
                else:
                    for batch in await stream.batches(given()):
                        found += batch
            await stream.flush()
            if call == "send_many":
                found += [pair async for pair in stream]
        assert [0, 1, 2][: len(found)] == numbers(found)
        assert [0, 1, 2] == [one["value"]["data"] for one in peer.stored]


@pytest.mark.parametrize("way", ["exchange", "batches"])
def test_whoever_hears_what_a_generator_raises_is_told_how_many_reports_are_still_to_come(way: str) -> None:
    held = Held()

    def given() -> Iterator[Any]:
        yield from records(3)
        raise Mine("mine")

    with Peer(held) as peer, Client(peer.url) as client:
        stream = client.records_v3.produce_record_stream(CLUSTER, TOPIC)
        with pytest.raises(Mine) as caught, stream:
            try:
                list(getattr(stream, way)(given()))
            finally:
                held.released.set()
        first, second = caught.value.__notes__
        assert first.startswith("3 records from before without a report so far: closing the stream waits")
        assert second.startswith("3 records with a report that nobody has looked at, 0 of them refused")
        assert [0, 1, 2] == numbers(stream)


@either
async def test_whoever_leaves_by_an_error_is_told_of_reports_that_he_has_not_looked_at(way: Way) -> None:
    inner: Any = None
    with Peer(Honest()) as peer:
        with pytest.raises(Mine) as caught:
            async with opened(way, peer.url) as stream:
                inner = stream
                await stream.send_many([*records(2), record(partition_id=-1)])
                async for _ in stream:
                    raise Mine("mine")
        (note,) = caught.value.__notes__
        assert "2 records with a report that nobody has looked at, 1 of them refused: iterating" in note
        assert 2 == len([pair async for pair in inner])


def test_what_an_async_generator_raises_reaches_the_caller() -> None:
    async def given() -> AsyncIterator[Any]:
        for one in records(3):
            yield one
        raise Mine("mine")

    async def exchanged(peer: Peer) -> list[Any]:
        found = []
        async with opened("async", peer.url) as stream:
            with pytest.raises(Mine):
                async for pair in stream.exchange(given()):
                    found.append(pair)
        return found

    with Peer(Honest()) as peer:
        assert [0, 1, 2] == numbers(asyncio.run(exchanged(peer)))


def test_an_exchange_that_is_left_stops_feeding() -> None:
    given: list[int] = []

    async def endless() -> AsyncIterator[Any]:
        while True:
            given.append(len(given))
            yield record(given[-1])

    async def left(peer: Peer) -> int:
        async with opened("async", peer.url, window_records=10) as stream:
            pairs = stream.exchange(endless())
            async for _ in pairs:
                break
            await pairs.aclose()
            before = len(given)
            await stream.flush()
            assert before == len(given)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            assert not [task for task in others if "send_many" in repr(task)]
            return 1 + sum([1 async for _ in stream])

    with Peer(Honest()) as peer:
        assert asyncio.run(left(peer)) == len(peer.stored)


@pytest.mark.parametrize("call", ["flush", "send_many", "iterate", "close", "submit"])
def test_cancellation_at_any_wait_leaves_a_stream_that_tells_what_became_of_its_records(call: str) -> None:
    """The peer answers nothing before the waiting was cancelled."""
    held = Held()

    async def waits(stream: Any) -> None:
        if call == "flush":
            await stream.flush()
        elif call == "send_many":
            await stream.send_many(records(50, first=3))
        elif call == "iterate":
            async for _ in stream:
                pass
        elif call == "close":
            await stream.close()
        else:
            await (await stream.submit(record(3)))

    async def cancelled(peer: Peer) -> None:
        async with opened("async", peer.url, window_records=8) as stream:
            await stream.send_many(records(3))
            waiting = asyncio.ensure_future(waits(stream))
            for _ in range(10):  # it comes to where it waits, and stays there
                await asyncio.sleep(0)
            assert not waiting.done()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            held.released.set()
            if call == "close":
                error = stream.failure
                assert [0, 1, 2] == numbers((*error.unknown, *error.unsent))
                return
            found = numbers([pair async for pair in stream])
            assert found == list(range(len(found)))
            assert len(found) == len(peer.stored)

    with Peer(held) as peer:
        if call == "close":
            with pytest.raises(StreamEnded, match="cancelled"):
                asyncio.run(cancelled(peer))
        else:
            asyncio.run(cancelled(peer))


@pytest.mark.parametrize("own", [True, False], ids=["an error of its own", "the stream's"])
@either
async def test_whoever_leaves_by_an_error_is_told_of_records_without_a_report(own: bool, way: Way) -> None:
    def breaks(talk: Conversation) -> None:
        begun(talk, 1)
        talk.reset()

    streams: list[Any] = []
    with Peer(breaks) as peer:
        with pytest.raises(Mine if own else StreamBroken) as caught:
            async with opened(way, peer.url) as stream:
                streams.append(stream)
                await stream.send_many(records(3))
                with suppress(StreamBroken):
                    async for _ in stream.follow():
                        pass
                raise Mine("mine") if own else stream.failure
        failure = streams[0].failure
        assert isinstance(failure, StreamBroken)
        given = failure.unacknowledged
        notes = [note for note in getattr(caught.value, "__notes__", []) if "without a report" in note]
        if own:
            (note,) = notes
            assert note.startswith(f"{counted(len(given))} without a report, which the stream has in `failure`: POST ")
        else:
            assert [] == notes
        assert [1, 2][-len(given) :] == numbers(given)
