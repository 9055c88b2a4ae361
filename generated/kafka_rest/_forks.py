"""A child process must not touch the connections of its parent: both would write to one, and read each other's answers.

Nor can it wait for the locks of its parent, which may be held by a thread that the child does not have.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgettable(Protocol):
    def forget(self) -> None:
        """Let go of everything without a word to the server."""


_PRESENT: weakref.WeakSet[Forgettable] = weakref.WeakSet()


def remember(one: Forgettable) -> None:
    _PRESENT.add(one)


def _forget_all() -> None:
    for one in list(_PRESENT):
        one.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
