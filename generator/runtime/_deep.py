"""Room for msgspec: it follows all references of a model at once, and a long chain of models needs a deep stack."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

STACK = 512 * 2**20  # reserved, not used, until something needs it
FRAMES = 100_000
_alone = threading.Lock()  # the settings below are the whole process's


def deeply(make: Callable[[], T]) -> T:
    """What ``make`` returns; on a deep stack if the usual one is not deep enough."""
    try:
        return make()
    except RecursionError:
        return on_deep_stack(make)


def on_deep_stack(make: Callable[[], T]) -> T:
    """What ``make`` returns or raises in a thread with a stack of its own."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(make())
        except BaseException as error:
            failed.append(error)

    with _alone:
        limit, size = sys.getrecursionlimit(), threading.stack_size(STACK)
        try:
            sys.setrecursionlimit(max(limit, FRAMES))
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)
    if failed:
        raise failed[0]
    return done[0]
