"""What a caller gives to be sent, in pieces that go together: large ones where records come quickly and are small."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from time import perf_counter
from typing import Generic, TypeVar

from ..errors import InvalidRecord
from .options import Choices
from .records import Records

R = TypeVar("R")
QUICK = 0.001  # seconds


class Source(Generic[R]):
    """Takes records one by one where each has to be waited for; ``empty`` says that none is left."""

    def __init__(self, given: Iterable[R], records: Records[R], choices: Choices) -> None:
        self.empty = False
        self._given = iter(given)
        self._records = records
        self._most = choices.most_at_once
        self._most_bytes = choices.most_bytes_at_once
        self._count = 1
        self._pieces: deque[tuple[list[R], bytes]] = deque()
        self._error: BaseException | None = None
        self._last = False
        self._taken = 0

    def ahead(self) -> list[R]:
        """The records of the next piece, none at the end.

        What cannot be sent raises InvalidRecord, and what the caller's iterable raises is raised: once all that came
        before it has been given.
        """
        if not self._pieces and self._error is None:
            self._take()
        if self._pieces:
            return self._pieces[0][0]
        self.empty = self._last
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        return []

    def piece(self) -> tuple[list[R], bytes]:
        """The next piece: records and their lines."""
        piece = self._pieces.popleft()
        self.empty = self._last and not self._pieces and self._error is None
        return piece

    def rest(self) -> Iterator[tuple[list[R], bytes]]:
        """What was taken and not given yet."""
        while self._pieces:
            yield self._pieces.popleft()

    def tell(self, error: BaseException) -> None:
        """What the caller's iterable raised, and nobody has seen, is seen beside the error that came first."""
        own, self._error = self._error, None
        if own is not None:
            tell_beside(error, own)

    def _take(self) -> None:
        some = self._some()
        try:
            self._add(some, self._records.many(some))
            self._taken += len(some)
        except InvalidRecord as error:
            self._error, self._last = error, True
            error.position = self._taken + len(error.sent)
            before = list(error.sent)
            self._add(before, self._records.many(before))

    def _some(self) -> list[R]:
        start = perf_counter()
        found: list[R] = []
        try:
            found.extend(islice(self._given, self._count))
        except BaseException as error:
            self._error = error
        self._last = len(found) < self._count
        quick = perf_counter() - start < QUICK
        self._count = min(self._count * 2, self._most) if quick else max(1, self._count // 2)
        return found

    def _add(self, records: list[R], lines: bytes) -> None:
        """In halves, where so many have more bytes than shall go together."""
        if len(records) > 1 and len(lines) > self._most_bytes:
            half = self._count = self._most = len(records) // 2
            self._add(records[:half], self._records.many(records[:half]))
            self._add(records[half:], self._records.many(records[half:]))
        elif records:
            self._pieces.append((records, lines))


def tell_beside(error: BaseException, own: BaseException) -> None:
    """As its context and in a note, since a context gives way to a cause, and to what the caller is handling."""
    if error.__context__ is None:
        error.__context__ = own
    error.add_note(f"and the records ended with {own!r}")
