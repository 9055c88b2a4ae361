"""Puts a build on the disk: refuses to lose anybody's work, then swaps the whole folder at once.

Files of ours that did not change are linked into the new folder rather than written again, so they keep their
date; files that are not ours are linked into it too, so that not even an edit made meanwhile is lost.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from specmill.errors import Place, SpecmillError
from specmill.keep import manifest as manifests
from specmill.keep.disk import CACHE, Inventory, Standing, inventory, standing
from specmill.keep.manifest import Manifest
from specmill.keep.swap import flushed, put, real_folder, staged
from specmill.pyproject import shown
from specmill.values import Build

MEND = "specmill regenerate"  # the command that mends a stale client, wherever one is named
DISCARD = f"{MEND} --discard-edits"
ADOPT = f"{MEND} --adopt"
NAMED = 10  # how many files an error lists before it says "and more"
REMEDIES = {
    errno.ENOSPC: "make room on the disk and run the same command again",
    errno.EDQUOT: "make room within your quota and run the same command again",
    errno.EROFS: "this file system is read-only: choose another `output`",
    errno.EACCES: "you may not write there: change its permissions or choose another `output`",
    errno.EPERM: "you may not write there: change its permissions or choose another `output`",
    errno.ENAMETOOLONG: "choose an `output` with a shorter path",
    errno.ENOTDIR: "a file lies where a folder has to be: choose another `output`",
    errno.EEXIST: "something lies in the way: move it, or choose another `output`",
    errno.EBUSY: "if it is a mount point, mount the folder above it instead",
    errno.EXDEV: "if it is a mount point, mount the folder above it instead",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the files of a client."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # not ours: left alone


def write(build: Build, manifest: Manifest, *, discard_edits: bool = False, adopt: bool = False) -> Written:
    """Makes the client on disk the build; whoever calls holds the lock of the output folder."""
    folder = real_folder(build.config.client)
    wanted = {file.path: file.content for file in build.files} | {manifests.NAME: manifests.dumped(manifest)}
    _check_paths(wanted)
    with readable_errors(folder):
        seen = inventory(folder) if folder.exists() else {}
        old = manifests.known(folder, adopt)
        found = standing(folder, old, seen)
        _check_folder(folder, wanted, old, found, adopt)
        if not discard_edits:
            _check_edits(folder, wanted, found)
        _check_unknown(folder, wanted, found, overwrite=adopt and discard_edits)
        result = _result(folder, wanted, old, found, seen)
        if result.added or result.changed or result.removed:
            with staged(folder) as new:
                _fill(new, folder, wanted, result)
                put(new, folder, seen)
    return result


@contextmanager
def readable_errors(folder: Path) -> Iterator[None]:
    """Says what the system refused and what to do; the client on disk is what it was."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        hint = REMEDIES.get(error.errno or 0, "")
        message = f"cannot write the client: {why}; nothing was changed"
        raise SpecmillError(message, place=Place(shown(folder)), hint=hint) from error


def _check_paths(wanted: Mapping[str, bytes]) -> None:
    taken: dict[str, str] = {}
    for path in wanted:
        other = taken.setdefault(path.casefold(), path)
        if other != path:
            message = f"{other} and {path} are one file on disks that fold upper and lower case"
            raise SpecmillError(message, hint="rename one of them")
        if not manifests.is_inside(path) or CACHE in path.split("/"):
            raise SpecmillError(f"{path!r} is no path inside a client; nothing was changed")


def _check_folder(
    folder: Path, wanted: Mapping[str, bytes], old: Manifest | None, found: Standing, adopt: bool
) -> None:
    """A folder with files and no manifest is somebody else's, unless it holds nothing but what is to be written."""
    foreign = () if old or adopt else strangers(folder, wanted, found)
    if foreign:
        raise SpecmillError(
            f"the folder holds files, and no {manifests.NAME} that says they are specmill's; nothing was changed",
            place=Place(shown(folder)),
            text=listed(foreign),
            hint=f"choose another `output` or `package`, or `{ADOPT}` writes the client beside these files",
        )


def strangers(folder: Path, wanted: Mapping[str, bytes], found: Standing) -> tuple[str, ...]:
    """The unknown files that do not hold what is to be written anyway."""
    return tuple(path for path in found.unknown if not _holds(folder / path, wanted.get(path)))


def _check_edits(folder: Path, wanted: Mapping[str, bytes], found: Standing) -> None:
    """An edit that says what is to be written anyway is no loss, nor is a file that would go anyway."""
    edited = [path for path in found.edited if not _holds(folder / path, wanted.get(path))]
    deleted = [path for path in found.missing if path in wanted]
    if edited or deleted:
        names = [f"edited   {path}" for path in edited] + [f"deleted  {path}" for path in deleted]
        raise SpecmillError(
            "the client was changed by hand; nothing was written",
            place=Place(shown(folder)),
            text=listed(names),
            hint=f"`specmill check` shows the changes; keep them by moving them into an overlay or the extension "
            f"folder,\nthen `{DISCARD}` writes the files anew",
        )


def _check_unknown(folder: Path, wanted: Mapping[str, bytes], found: Standing, overwrite: bool) -> None:
    clashing = clashes(folder, wanted, found, overwrite)
    if clashing:
        raise SpecmillError(
            "files that are not specmill's lie where files of the client have to go; nothing was changed",
            place=Place(shown(folder)),
            text=listed(clashing),
            hint=f"move them away, or `{DISCARD} --adopt` overwrites those that have the very name of a file of ours",
        )


def clashes(folder: Path, wanted: Mapping[str, bytes], found: Standing, overwrite: bool) -> tuple[str, ...]:
    """No file of somebody else's may lie where a file or folder of ours has to go, or the other way round."""
    ours = {path.casefold(): path for path in wanted}
    above = {parent for path in ours for parent in _parents(path)}

    def clash(path: str) -> bool:
        key = path.casefold()
        fits = ours.get(key) == path and (overwrite or _holds(folder / path, wanted[path]))
        return (key in ours and not fits) or key in above or any(parent in ours for parent in _parents(key))

    return tuple(path for path in found.unknown if clash(path))


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts))]


def _holds(path: Path, content: bytes | None) -> bool:
    return content is not None and path.is_file() and path.read_bytes() == content


def _result(
    folder: Path, wanted: Mapping[str, bytes], old: Manifest | None, found: Standing, seen: Inventory
) -> Written:
    same = tuple(sorted(path for path in wanted if path in seen and _holds(folder / path, wanted[path])))
    present = {path for path in wanted if path in seen}
    return Written(
        added=tuple(sorted(wanted.keys() - present)),
        changed=tuple(sorted(present.difference(same))),
        removed=tuple(sorted(path for path in (old.files if old else ()) if path in seen and path not in wanted)),
        same=same,
        unknown=tuple(path for path in found.unknown if path not in wanted),
    )


def _fill(new: Path, folder: Path, wanted: Mapping[str, bytes], result: Written) -> None:
    for path in result.same:
        _carry(folder / path, new / path)
    for path in (*result.added, *result.changed):
        target = new / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(wanted[path])
    for path in result.unknown:
        _carry(folder / path, new / path)
    for path in (*result.added, *result.changed):
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


def listed(names: Sequence[str]) -> str:
    more = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return "\n".join([*names[:NAMED], *more])
