"""What this process holds open, by name, so that whoever finds one too many sees which."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

HERE = Path("/proc/self/fd")


def descriptors() -> set[str]:
    """Such as ``socket:[4711]``; empty on a system that does not tell."""
    found: set[str] = set()
    for one in HERE.iterdir() if HERE.exists() else ():
        with suppress(OSError):  # the one that lists them
            found.add(os.readlink(one))
    return found
