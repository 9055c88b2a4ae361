"""How often a process that produces looks for garbage."""

from __future__ import annotations

import gc

RARELY = 100_000  # new objects


def collect_rarely() -> None:
    """A window of records would else be looked through again and again, and none of them is a cycle."""
    gc.set_threshold(RARELY)
