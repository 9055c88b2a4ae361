"""Takes records from what the caller gives, and keeps what it raised until all that came before is seen to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterable
from itertools import islice
from time import perf_counter
from typing import Any

from .rules import AHEAD

QUICK = 0.001  # seconds


class Intake:
    """In large pieces where they come quickly, and one by one where each has to be waited for."""

    ahead = AHEAD

    def __init__(self, records: Iterable[Any]) -> None:
        self.empty = False
        self.error: BaseException | None = None
        self._records = iter(records)
        self._count = 1

    def some(self, most: int) -> list[Any]:
        start = perf_counter()
        asked = min(self._count, most)
        found: list[Any] = []
        try:
            found.extend(islice(self._records, asked))  # which keeps what came before an exception
        except BaseException as error:
            self.error = error
        self.empty = len(found) < asked
        quick = perf_counter() - start < QUICK
        self._count = self._count * 2 if quick else max(1, self._count // 2)
        return found


class AsyncIntake:
    """The same for what is awaited: a task takes records ahead, but never more than there is room for."""

    def __init__(self, records: AsyncIterable[Any], bell: asyncio.Event) -> None:
        self.empty = False
        self.error: BaseException | None = None
        self._ahead: list[Any] = []
        self._most = 1
        self._closing = False
        self._bell = bell
        self._room = asyncio.Event()
        self._task = asyncio.ensure_future(self._run(records))

    def some(self, most: int) -> list[Any]:
        found = self._ahead[:most]
        del self._ahead[:most]
        self._most = most - len(found)
        self._room.set()
        self.empty = self._task.done() and not self._ahead
        return found

    async def close(self, timeout: float) -> list[Any]:
        """What was taken ahead, and is nowhere else. A record that is on its way may come, for so many seconds; then
        whoever is to give it is cancelled, which for a generator is the end."""
        self._closing = True
        self._room.set()
        try:
            await asyncio.wait({self._task}, timeout=timeout)
        finally:
            self._task.cancel()
        await asyncio.wait({self._task})
        found, self._ahead = self._ahead, []
        return found

    async def _run(self, records: AsyncIterable[Any]) -> None:
        try:
            async for record in records:
                self._ahead.append(record)
                self._bell.set()
                while len(self._ahead) >= self._most and not self._closing:
                    self._room.clear()
                    await self._room.wait()
                if self._closing:
                    return
        except Exception as error:
            self.error = error
        finally:
            # When this task is done, which it is by the time that anybody can be woken.
            asyncio.get_running_loop().call_soon(self._bell.set)
