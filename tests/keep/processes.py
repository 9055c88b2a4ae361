"""Real processes that are really killed: a child of this one, so that each costs milliseconds."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

# What changes a disk, as Python announces it before it happens.
CHANGES = frozenset(
    (
        "os.mkdir",
        "os.rename",
        "os.link",
        "os.symlink",
        "os.remove",
        "os.rmdir",
        "os.chmod",
        "ctypes.dlsym",
    )
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def in_child(work: Callable[[], object]) -> int:
    """Does the work in a child process; its exit status, or minus the signal that ended it."""
    return waited(started(work))


def started(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


class Gate:
    """A gate between two processes of one family: who waits at it sleeps until the other opens it."""

    def __init__(self) -> None:
        self._outside, self._inside = os.pipe()

    def open(self) -> None:
        os.write(self._inside, b".")

    def wait(self) -> None:
        os.read(self._outside, 1)


def waited(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(step: int, work: Callable[[], object]) -> Callable[[], None]:
    """The work, ended by SIGKILL right before its nth change of the disk."""

    def run() -> None:
        left = step

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event in CHANGES or (event == "open" and arguments[2] & WRITING):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()

    return run
