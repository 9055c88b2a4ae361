"""What lies in a client's folder, and whose it is: specmill's, somebody's edit, or unknown."""

from __future__ import annotations

import os
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from specmill.keep import manifest as manifests
from specmill.keep.manifest import Manifest

# Python, ruff and macOS write them beside the modules, also while a run is going on; in the new folder they would be
# stale.
CACHES = frozenset(("__pycache__", ".ruff_cache", ".DS_Store"))


@dataclass(frozen=True, slots=True)
class Stamp:
    """Enough of a file's state to see that somebody touched it, but nothing that a hard link to it changes."""

    mode: int
    size: int
    modified: int


Inventory = Mapping[str, Stamp]


@dataclass(frozen=True, slots=True)
class Standing:
    """The files of a folder beside its manifest. Paths are relative, sorted, with forward slashes."""

    same: tuple[str, ...]
    edited: tuple[str, ...]
    line_ends: tuple[str, ...]  # differ in nothing but CRLF: a checkout did that, no person
    missing: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def untouched(self) -> bool:
        return not (self.edited or self.line_ends or self.missing)


def inventory(folder: Path) -> dict[str, Stamp]:
    """Every file and link below, except caches. An empty folder is nobody's work, as it is for git."""
    return {path.relative_to(folder).as_posix(): _stamp(path) for path in sorted(_leaves(folder))}


def _leaves(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as listing:
        entries = list(listing)
    for entry in entries:
        if entry.name in CACHES and not entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _leaves(Path(entry.path))
        else:
            yield Path(entry.path)


def _stamp(path: Path) -> Stamp:
    found = path.lstat()
    return Stamp(found.st_mode, found.st_size, found.st_mtime_ns)


def standing(
    folder: Path, manifest: Manifest | None, seen: Inventory, own: Container[str] = (manifests.NAME,)
) -> Standing:
    """Compares what was seen in the folder with what its manifest says was written; ``own`` is in no manifest."""
    known = manifest.files if manifest else {}
    groups: dict[str, list[str]] = {"same": [], "edited": [], "line_ends": [], "missing": []}
    for path in sorted(known):
        groups[_judged(folder / path, path in seen, known[path].sha256)].append(path)
    unknown = tuple(path for path in seen if path not in known and path not in own)
    return Standing(**{name: tuple(paths) for name, paths in groups.items()}, unknown=unknown)


def _judged(path: Path, exists: bool, wanted: str) -> str:
    if not exists:
        return "missing"
    try:
        content = path.read_bytes()
    except OSError:
        return "edited"
    if sha256(content).hexdigest() == wanted:
        return "same"
    unix = content.replace(b"\r\n", b"\n")
    return "line_ends" if sha256(unix).hexdigest() == wanted else "edited"
