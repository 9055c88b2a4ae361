"""Fills the new folder before it is swapped in.

Files of ours that did not change are linked into it rather than written again, so they keep their date; files that
are not ours are linked into it too, so that not even an edit made meanwhile is lost.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from specmill.keep.swap import flushed


def filled(new: Path, folder: Path, carried: Iterable[str], written: Mapping[str, bytes]) -> None:
    """``carried`` are files of the old folder that stay as they are."""
    for path in carried:
        _carry(folder / path, new / path)
    for path, content in written.items():
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    for path in written:
        flushed(new / path)
    for parent, _, _ in os.walk(new, topdown=False):
        _like(Path(parent), folder / Path(parent).relative_to(new))


def _carry(path: Path, target: Path) -> None:
    """Links a file into the new folder; copies it where the file system or its owner does not allow links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        target.symlink_to(os.readlink(path))
    else:
        try:
            os.link(path, target)
        except OSError:
            shutil.copy2(path, target)


def _like(folder: Path, old: Path) -> None:
    """Gives a folder the permissions of the one it replaces."""
    if old.is_dir():
        shutil.copymode(old, folder)
    flushed(folder)
