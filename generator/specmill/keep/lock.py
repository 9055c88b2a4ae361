"""One run at a time: holds the output folder itself, so that a killed run leaves no lock behind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path


@contextmanager
def held(folder: Path, *, waiting: Callable[[], None], shared: bool = False) -> Iterator[None]:
    """Holds ``folder``, which is made if it is absent, and goes again if it is still empty in the end.

    ``waiting`` is called once if somebody else holds it. A reader holds it ``shared``.
    """
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        _swept(made)
        raise
    # Windows has no such locks, and cannot open a folder either: there, each run is still whole.
    with _locked(folder, shared, waiting) if os.name == "posix" else nullcontext():
        try:
            yield
        finally:
            _swept(made)  # while it is still held: afterwards it may be somebody else's


def _swept(folders: list[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # not empty, which is what was hoped for
            folder.rmdir()


@contextmanager
def _locked(folder: Path, shared: bool, waiting: Callable[[], None]) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _wait(descriptor, shared, waiting)
        while not _is_still(folder, descriptor):  # the run we waited for had made it, and took it away again
            os.close(descriptor)
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder, os.O_RDONLY)
            _wait(descriptor, shared, waiting)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, shared: bool, waiting: Callable[[], None]) -> None:
    import fcntl

    how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(descriptor, how)
    except OSError:
        return  # a file system without locks, as some network shares are: the swap is still atomic


def _is_still(folder: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(folder), os.fstat(descriptor))
    except OSError:
        return False
