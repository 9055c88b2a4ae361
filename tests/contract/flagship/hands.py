"""The three ways to drive a stream of the client, step by step: what one sends, and then reads."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

from kafka_rest import AsyncClient, Client, ProduceRequest, ProduceResponse
from kafka_rest.errors import ClientError
from kafka_rest.streams import AsyncRecordStream, RecordStream

Pair: TypeAlias = tuple[ProduceRequest, ProduceResponse]


class Broken(Exception):
    """The stream has ended before its time: the pairs that came first, and the records that have no report."""

    def __init__(self, error: ClientError, pairs: Sequence[Pair], never_taken: Sequence[ProduceRequest] = ()) -> None:
        super().__init__(str(error))
        self.pairs = tuple(pairs)
        self.unknown = list(error.unknown)
        self.unsent = [*error.unsent, *never_taken]


class Hand(Protocol):
    def send(self, records: Sequence[ProduceRequest]) -> None: ...

    def read(self, count: int) -> list[Pair]: ...

    def end(self) -> list[Pair]:
        """All that are left; the next record is sent on another stream."""
        ...

    def leave(self) -> None: ...


class Pull:
    """The iterator without a thread. Records lie ready until it asks for them, and where none does the stream ends."""

    def __init__(self, url: str, topic: str, window: int) -> None:
        self._client = Client(url)
        self._topic, self._window = topic, window
        self._ready: deque[ProduceRequest] = deque()
        self._stream: RecordStream[ProduceRequest, ProduceResponse] | None = None
        self._pairs: Iterator[Pair] = iter(())

    def send(self, records: Sequence[ProduceRequest]) -> None:
        self._ready.extend(records)

    def read(self, count: int) -> list[Pair]:
        found: list[Pair] = []
        try:
            while len(found) < count and (self._ready or self._stream is not None):
                found += self._next()
        except ClientError as error:
            self._close()
            left = list(self._ready)
            self._ready.clear()
            raise Broken(error, found, left) from error
        return found

    def _next(self) -> list[Pair]:
        if self._stream is None:
            of = self._client.records_v3
            self._stream = of.produce_record_stream("c", self._topic, window_records=self._window)
            self._pairs = self._stream.exchange(self._taken())
        pair = next(self._pairs, None)
        if pair is not None:
            return [pair]
        self._stream.close()
        self._stream = None
        return []

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        with suppress(ClientError):  # which has been told
            if stream is not None:
                stream.close()

    def _taken(self) -> Iterator[ProduceRequest]:
        while self._ready:
            yield self._ready.popleft()

    def end(self) -> list[Pair]:
        return self.read(10**9)

    def leave(self) -> None:
        self._client.close()


class Thread:
    """The stream whose socket a thread has."""

    def __init__(self, url: str, topic: str, window: int) -> None:
        self._client = Client(url)
        self._topic, self._window = topic, window
        self._stream: RecordStream[ProduceRequest, ProduceResponse] | None = None
        self._pairs: Iterator[Pair] = iter(())

    def send(self, records: Sequence[ProduceRequest]) -> None:
        if self._stream is None:
            of = self._client.records_v3
            self._stream = of.produce_record_stream("c", self._topic, window_records=self._window)
        given = iter(records)
        try:
            self._stream.send_many(given)
        except ClientError as error:
            self._lost(error, [], list(given))

    def read(self, count: int) -> list[Pair]:
        found: list[Pair] = []
        try:
            while len(found) < count:
                found.append(self._next())
        except ClientError as error:
            self._lost(error, found)
        return found

    def _next(self) -> Pair:
        """An iterator ends where no record waits for its report; another goes on behind it."""
        assert self._stream is not None
        pair = next(self._pairs, None)
        if pair is None:
            self._pairs = iter(self._stream)
            pair = next(self._pairs)
        return pair

    def _lost(self, error: ClientError, found: list[Pair], never_taken: Sequence[ProduceRequest] = ()) -> None:
        """What came before the end can be read behind it."""
        assert self._stream is not None
        stream, self._stream = self._stream, None
        with suppress(ClientError):
            for pair in self._pairs:
                found.append(pair)
        found += stream._delivery.pairs()
        self._pairs = iter(())
        with suppress(ClientError):  # which has been told
            stream.close()
        raise Broken(stream.failure or error, found, never_taken) from error

    def end(self) -> list[Pair]:
        found: list[Pair] = []
        try:
            if self._stream is not None:
                found += self._pairs
                found += self._stream
                self._stream.close()
        except ClientError as error:
            self._lost(error, found)
        self._stream, self._pairs = None, iter(())
        return found

    def leave(self) -> None:
        self._client.close()


class Loop:
    """The stream on an event loop, which runs for as long as somebody waits."""

    def __init__(self, url: str, topic: str, window: int) -> None:
        self._runner = asyncio.Runner()
        self._client = AsyncClient(url)
        self._topic, self._window = topic, window
        self._stream: AsyncRecordStream[ProduceRequest, ProduceResponse] | None = None
        self._known: deque[Pair] = deque()  # that have been read from the stream, and by nobody yet

    def send(self, records: Sequence[ProduceRequest]) -> None:
        if self._stream is None:
            of = self._client.records_v3
            self._stream = of.produce_record_stream("c", self._topic, window_records=self._window)
        given = iter(records)
        try:
            self._runner.run(self._stream.send_many(given))
        except ClientError as error:
            self._lost(error, list(given))

    def read(self, count: int) -> list[Pair]:
        try:
            if len(self._known) < count:
                self._runner.run(self._all())
        except ClientError as error:
            self._lost(error)
        return [self._known.popleft() for _ in range(count)]

    async def _all(self) -> None:
        assert self._stream is not None
        async for pair in self._stream:
            self._known.append(pair)

    def _lost(self, error: ClientError, never_taken: Sequence[ProduceRequest] = ()) -> None:
        assert self._stream is not None
        stream, self._stream = self._stream, None
        pairs = [*self._known, *stream._delivery.pairs()]
        self._known.clear()
        with suppress(ClientError):  # which has been told
            self._runner.run(stream.close())
        raise Broken(stream.failure or error, pairs, never_taken) from error

    def end(self) -> list[Pair]:
        try:
            if self._stream is not None:
                self._runner.run(self._all())
                self._runner.run(self._stream.close())
        except ClientError as error:
            self._lost(error)
        self._stream = None
        found = list(self._known)
        self._known.clear()
        return found

    def leave(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


HANDS: dict[str, Callable[[str, str, int], Hand]] = {"pull": Pull, "thread": Thread, "loop": Loop}
