"""Waiting for a socket without a call of Python for each thing that is ready: a lone record would wait for those."""

from __future__ import annotations

import math
import select
from typing import Protocol


class HasFileno(Protocol):
    def fileno(self) -> int: ...


class Ready:
    """``wire`` is waited for to be read, or also to be written; ``ear`` to be read."""

    def __init__(self, wire: HasFileno, ear: HasFileno) -> None:
        self._poll = select.poll()
        self._poll.register(ear, select.POLLIN)
        self._poll.register(wire, select.POLLIN)
        self._wire, self._ear = wire, ear.fileno()
        self._writes = False

    def wait(self, writes: bool, seconds: float | None) -> bool:
        """Whether the ear is among what is ready."""
        if writes != self._writes:
            self._poll.modify(self._wire, select.POLLIN | (select.POLLOUT if writes else 0))
            self._writes = writes
        for number, _ in self._poll.poll(None if seconds is None else math.ceil(seconds * 1000)):
            if number == self._ear:
                return True
        return False


class ReadyByNumber:
    """Where there is no poll, as on Windows."""

    def __init__(self, wire: HasFileno, ear: HasFileno) -> None:
        self._wire, self._ear = wire, ear

    def wait(self, writes: bool, seconds: float | None) -> bool:
        both = [self._wire, self._ear]
        return self._ear in select.select(both, [self._wire] if writes else [], [], seconds)[0]


def ready(wire: HasFileno, ear: HasFileno) -> Ready | ReadyByNumber:
    return (Ready if hasattr(select, "poll") else ReadyByNumber)(wire, ear)
