"""A file that belongs to one process at a time, while it lives: two runs on one state would tear it apart."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .._cli.trouble import CommandError

APPENDING = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)

FAR = 1 << 30  # bytes; no state is as long


def owned(path: Path) -> int:
    """Opens it for appending, or says that somebody else has it."""
    while True:
        file = os.open(path, APPENDING, 0o666)
        try:
            _lock(file, path)
            if os.path.samestat(os.fstat(file), path.stat()):
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)  # it was replaced in between


def replaced(beside: Path, path: Path, before: int) -> int:
    """Puts another file in its place, which belongs to this process as well."""
    if sys.platform == "win32":  # which replaces no file that is open
        os.close(before)
        os.replace(beside, path)
        return owned(path)
    file = os.open(beside, APPENDING)
    _lock(file, path)
    os.replace(beside, path)
    os.close(before)
    return file


def _lock(file: int, path: Path) -> None:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, FAR, os.SEEK_SET)  # others may read what is locked on no other system
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        hint = "wait for it, or give this one a state of its own"
        raise CommandError(f"another run is at work with {path}", hint) from None
