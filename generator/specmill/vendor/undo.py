"""The ways back: ``--undo`` to the folder before the last change, ``--restore`` to what came.

Each keeps the folder that it replaces, so both can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from specmill.errors import Place, SpecmillError
from specmill.keep.disk import Inventory
from specmill.pyproject import shown
from specmill.vendor.archive import packed, unpacked
from specmill.vendor.folder import listing, locked, opened, replaced, snapshot
from specmill.vendor.vendored import BASE, BEFORE, NAME, WAY_OUT, dumped


@dataclass(frozen=True, slots=True)
class Undone:
    folder: str
    changed: tuple[str, ...]  # the files that are others than they were, or not there any more


def undo(path: Path, *, waiting: Callable[[], None]) -> Undone:
    """Needs nothing but the snapshot: what lies around it may be in any state."""
    with locked(path, waiting=waiting) as folder:
        seen = listing(folder)
        return _put(folder, _before(folder / BEFORE), seen)


def _before(file: Path) -> dict[str, bytes]:
    try:
        return unpacked(file.read_bytes())
    except FileNotFoundError:
        hint = "only an update that was made here can be taken back here; version control knows the others"
        raise SpecmillError("there is nothing to undo", place=Place(shown(file.parent)), hint=hint) from None
    except SpecmillError as error:
        raise SpecmillError(error.message, place=Place(shown(file)), hint=WAY_OUT) from None


def restore(path: Path, *, expected: str | None, waiting: Callable[[], None]) -> Undone:
    """Every file of the copy as it came; what lies beside them stays."""
    with locked(path, waiting=waiting) as folder:
        copy = opened(folder, expected)
        came = {**copy.base, NAME: dumped(copy.vendored), BASE: (folder / BASE).read_bytes()}
        extra = {path: (folder / path).read_bytes() for path in copy.found.unknown}
        return _put(folder, {**extra, **came}, copy.seen)


def _put(folder: Path, target: Mapping[str, bytes], seen: Inventory) -> Undone:
    here = snapshot(folder, seen)
    changed = tuple(sorted(path for path in here.keys() | target.keys() if here.get(path) != target.get(path)))
    if changed:
        replaced(folder, {**target, BEFORE: packed(here)}, seen)
    return Undone(shown(folder), changed)
