"""A copy on the disk: opened with care, since others own what lies around it, and replaced in a single step."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from specmill.errors import Place, SpecmillError
from specmill.keep.disk import Inventory, Stamp, Standing, inventory, standing
from specmill.keep.filled import filled
from specmill.keep.lock import held
from specmill.keep.swap import Kind, put, real_folder, recover, staged, workshop
from specmill.keep.writer import listed, readable_errors
from specmill.pyproject import shown
from specmill.vendor.archive import unpacked
from specmill.vendor.vendored import BASE, BEFORE, NAME, OWN, WAY_OUT, Vendored, read

CONFLICT = b"<<<<<<< "
NAMED = "name the folder that `specmill vendor` wrote, or make a copy there with it"


@dataclass(frozen=True, slots=True)
class Opened:
    """A copy as it was found; ``base`` holds its files as they came."""

    folder: Path
    vendored: Vendored
    seen: Inventory
    found: Standing
    base: Mapping[str, bytes]

    @property
    def conflicts(self) -> tuple[str, ...]:
        return tuple(path for path in self.found.edited if _has_conflict((self.folder / path).read_bytes()))


def _known(old: Path, new: Path) -> dict[str, str]:
    """What an old copy can be cleared of: what came with it, and what the new one keeps of it to be taken back."""
    known = {path: sha256((old / path).read_bytes()).hexdigest() for path in (BASE, BEFORE) if (old / path).is_file()}
    with suppress(SpecmillError):
        if vendored := read(old):
            known |= {path: entry.sha256 for path, entry in vendored.made.files.items()}
    with suppress(SpecmillError, OSError):
        known |= {path: sha256(content).hexdigest() for path, content in unpacked((new / BEFORE).read_bytes()).items()}
    return known


COPY = Kind(NAME, _known, may_move=False)


@contextmanager
def locked(path: Path, *, waiting: Callable[[], None], shared: bool = False) -> Iterator[Path]:
    """The folder itself, behind links to it, with what a killed run left mended."""
    if path.exists() and not path.is_dir():
        raise SpecmillError("a vendored client is a folder, and this is none", place=Place(shown(path)), hint=NAMED)
    folder = real_folder(path)
    if not folder.parent.is_dir():
        raise _no_copy(folder)
    if workshop(folder).exists():
        with readable_errors(folder), held(folder.parent, waiting=waiting):
            mend(folder)
    with held(folder.parent, waiting=waiting, shared=shared):
        yield folder


def mend(folder: Path) -> None:
    """What a killed run left; stops once to tell what of it may be somebody's work."""
    saved = recover(folder, COPY)
    if saved:
        message = "a killed run left here what somebody changed since; it was moved beside the copy"
        hint = "take from it what is yours, remove it, and run the same command again"
        raise SpecmillError(
            message, place=Place(shown(folder)), text=listed([shown(path) for path in saved]), hint=hint
        )


def opened(folder: Path, expected: str | None = None) -> Opened:
    seen = listing(folder)
    vendored = read(folder, expected)
    if vendored is None:
        raise _no_copy(folder)
    found = standing(folder, vendored.made, seen, OWN)
    return Opened(folder, vendored, seen, found, _base(folder, vendored))


def _no_copy(folder: Path) -> SpecmillError:
    return SpecmillError(f"this is no vendored client: it has no {NAME}", place=Place(shown(folder)), hint=NAMED)


def listing(folder: Path) -> dict[str, Stamp]:
    """What lies in the folder; refuses what could lead out of it, or be one file where here it is two."""
    seen = inventory(folder) if folder.is_dir() else {}
    strange = [_named(folder, path) for path, stamp in seen.items() if not stat.S_ISREG(stamp.mode)]
    if strange:
        hint = "put files in their place, or move them away; nothing was read or changed through them"
        message = "there are links or devices in this folder, and a vendored client has none"
        raise SpecmillError(message, place=Place(shown(folder)), text=listed(strange), hint=hint)
    if twins := _twins(seen):
        hint = "rename or remove one of each pair"
        message = "these are one file on disks that fold upper and lower case"
        raise SpecmillError(message, place=Place(shown(folder)), text=listed(twins), hint=hint)
    return seen


def _named(folder: Path, path: str) -> str:
    return f"{path} -> {os.readlink(folder / path)}" if (folder / path).is_symlink() else path


def _twins(paths: Iterable[str]) -> list[str]:
    taken: dict[str, str] = {}
    pairs = ((taken.setdefault(path.casefold(), path), path) for path in paths)
    return [f"{one} and {other}" for one, other in pairs if one != other]


def snapshot(folder: Path, seen: Iterable[str]) -> dict[str, bytes]:
    """The folder as it is, but for an older snapshot."""
    return {path: (folder / path).read_bytes() for path in seen if path != BEFORE}


def replaced(folder: Path, target: Mapping[str, bytes], seen: Inventory) -> None:
    """Makes the folder hold these files and no others, in a single step."""
    with readable_errors(folder), staged(folder, COPY) as new:
        same = {path for path, content in target.items() if path in seen and (folder / path).read_bytes() == content}
        filled(new, folder, sorted(same), {path: target[path] for path in sorted(target.keys() - same)})
        put(new, folder, seen, COPY)


def _base(folder: Path, vendored: Vendored) -> dict[str, bytes]:
    """As good as the manifest says, file by file, so the bytes of the archive itself need no hash."""
    file = folder / BASE
    try:
        base = unpacked(file.read_bytes())
    except FileNotFoundError:
        raise SpecmillError("the base of this copy is missing", place=Place(shown(file)), hint=WAY_OUT) from None
    except SpecmillError as error:
        raise SpecmillError(error.message, place=Place(shown(file)), hint=WAY_OUT) from None
    hashes = {path: sha256(content).hexdigest() for path, content in base.items()}
    if hashes != {path: entry.sha256 for path, entry in vendored.made.files.items()}:
        message = f"the base of this copy is not what {NAME} says: one of them was changed"
        raise SpecmillError(message, place=Place(shown(file)), hint=WAY_OUT)
    return base


def _has_conflict(content: bytes) -> bool:
    return content.startswith(CONFLICT) or b"\n" + CONFLICT in content
