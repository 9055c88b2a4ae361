"""The one process that most runs are: its producer, with its books."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any, Protocol

from msgspec import Raw

from .._cli.console import say
from .._producer.sync import Producer
from .books import Books


class Hands(Protocol):
    """Who produces."""

    def wake(self) -> None:
        """Something has happened; any thread may say so."""
        ...

    def rounds(self) -> Generator[bool, None, None]:
        """After each, what has come stands in the books; whether anything has."""
        ...

    def rest(self) -> list[int]:
        """At the end: the numbers of what certainly was not sent; all else that is known goes into the books."""
        ...


class Alone:
    def __init__(self, producer: Producer, books: Books, shows: bool) -> None:
        self._producer, self._books = producer, books
        self._shows = shows

    def wake(self) -> None:
        self._producer.wake()

    def rounds(self) -> Generator[bool, None, None]:
        with closing(self._producer.bursts()) as bursts:
            for burst in bursts:
                if burst:
                    self._settle(burst)
                yield bool(burst)

    def rest(self) -> list[int]:
        production = self._producer.production
        self._books.settle(next(production.burst()))
        _, unsent = production.without_outcome()
        return [entry.number for entry in unsent]

    def _settle(self, burst: list[Any]) -> None:
        if self._shows:
            for entry, value in burst:
                line, text = self._books.origins[entry.number]
                record = text.decode() if isinstance(entry.record, Raw) else entry.record
                say(f"> line {line} {record}\n< {value}")
        self._books.settle(burst)
