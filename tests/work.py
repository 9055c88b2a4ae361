"""How much work something is, in calls of functions: the same on every machine and however busy it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType


def calls_of(work: Callable[[], object], most: int = 10_000_000) -> int:
    """The number of calls that ``work`` makes; fails, instead of going on, where they are more than ``most``."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"
        assert count < most, "this takes too long"

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
