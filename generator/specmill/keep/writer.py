"""Puts a build on the disk: refuses to lose anybody's work, then swaps the whole folder at once."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from specmill.errors import Place, SpecmillError
from specmill.keep import manifest as manifests
from specmill.keep.disk import CACHES, Inventory, Standing, inventory, standing
from specmill.keep.filled import filled
from specmill.keep.manifest import Manifest
from specmill.keep.output import Output
from specmill.keep.sealed import is_inside
from specmill.keep.swap import put, real_folder, staged
from specmill.pyproject import shown
from specmill.values import File

ELSEWHERE = {"client": "`output` or `package`", "reference": "folder as `docs`"}
KEPT = {"client": "an overlay or the extension folder", "reference": "an overlay or a note"}
NAMED = 10  # how many files an error lists before it says "and more"
REMEDIES = {
    errno.ENOSPC: "make room on the disk and run the same command again",
    errno.EDQUOT: "make room within your quota and run the same command again",
    errno.EROFS: "this file system is read-only: choose another folder",
    errno.EACCES: "you may not write there: change its permissions or choose another folder",
    errno.EPERM: "you may not write there: change its permissions or choose another folder",
    errno.ENAMETOOLONG: "choose a folder with a shorter path",
    errno.ENOTDIR: "a file lies where a folder has to be: choose another folder",
    errno.EEXIST: "something lies in the way: move it, or choose another folder",
    errno.EBUSY: "if it is a mount point, mount the folder above it instead",
    errno.EXDEV: "if it is a mount point, mount the folder above it instead;\n"
    "if it comes with the image of a container, put a copy of it in its place",
}


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the files of a client."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # not ours: left alone


def write(
    output: Output, files: Iterable[File], manifest: Manifest, *, discard_edits: bool = False, adopt: bool = False
) -> Written:
    """Makes what is on disk these files; whoever calls holds the lock of the folder above."""
    folder = real_folder(output.folder)
    wanted = {file.path: file.content for file in files} | {manifests.NAME: manifests.dumped(manifest)}
    _check_paths(wanted)
    with readable_errors(folder, output.what):
        seen = inventory(folder) if folder.exists() else {}
        old = manifests.known(folder, adopt)
        found = standing(folder, old, seen)
        _check_folder(output, folder, wanted, old, found, adopt)
        if not discard_edits:
            _check_edits(output, folder, wanted, found)
        _check_unknown(output, folder, wanted, found, overwrite=adopt and discard_edits)
        result = _result(folder, wanted, old, found, seen)
        if result.added or result.changed or result.removed:
            with staged(folder) as new:
                filled(new, folder, (*result.same, *result.unknown), _written(wanted, result))
                put(new, folder, seen)
    return result


@contextmanager
def readable_errors(folder: Path, what: str = "client") -> Iterator[None]:
    """Says what the system refused and what to do; what is on disk is what it was."""
    try:
        yield
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        hint = REMEDIES.get(error.errno or 0, "")
        message = f"cannot write the {what}: {why}; nothing was changed"
        raise SpecmillError(message, place=Place(shown(folder)), hint=hint) from error


def _check_paths(wanted: Mapping[str, bytes]) -> None:
    taken: dict[str, str] = {}
    for path in wanted:
        other = taken.setdefault(path.casefold(), path)
        if other != path:
            message = f"{other} and {path} are one file on disks that fold upper and lower case"
            raise SpecmillError(message, hint="rename one of them")
        if not is_inside(path) or CACHES.intersection(path.split("/")):
            raise SpecmillError(f"{path!r} is no path inside a client; nothing was changed")


def _check_folder(
    output: Output, folder: Path, wanted: Mapping[str, bytes], old: Manifest | None, found: Standing, adopt: bool
) -> None:
    """A folder with files and no manifest is somebody else's, unless it holds nothing but what is to be written."""
    foreign = () if old or adopt else strangers(folder, wanted, found)
    if foreign:
        raise SpecmillError(
            f"the folder holds files, and no {manifests.NAME} that says they are specmill's; nothing was changed",
            place=Place(shown(folder)),
            text=listed(foreign),
            hint=f"choose another {ELSEWHERE[output.what]}, or `{output.adopt}` writes the {output.what} beside these "
            "files",
        )


def strangers(folder: Path, wanted: Mapping[str, bytes], found: Standing) -> tuple[str, ...]:
    """The unknown files that do not hold what is to be written anyway."""
    return tuple(path for path in found.unknown if not _holds(folder / path, wanted.get(path)))


def _check_edits(output: Output, folder: Path, wanted: Mapping[str, bytes], found: Standing) -> None:
    """An edit that says what is to be written anyway is no loss, nor is a file that would go anyway."""
    edited = [path for path in found.edited if not _holds(folder / path, wanted.get(path))]
    deleted = [path for path in found.missing if path in wanted]
    if edited or deleted:
        names = [f"edited   {path}" for path in edited] + [f"deleted  {path}" for path in deleted]
        raise SpecmillError(
            f"the {output.what} was changed by hand; nothing was written",
            place=Place(shown(folder)),
            text=listed(names),
            hint=f"`specmill check` shows the changes; keep them by moving them into {KEPT[output.what]},\n"
            f"then `{output.discard}` writes the files anew",
        )


def _check_unknown(output: Output, folder: Path, wanted: Mapping[str, bytes], found: Standing, overwrite: bool) -> None:
    clashing = clashes(folder, wanted, found, overwrite)
    if clashing:
        raise SpecmillError(
            f"files that are not specmill's lie where files of the {output.what} have to go; nothing was changed",
            place=Place(shown(folder)),
            text=listed(clashing),
            hint=f"move them away, or `{output.discard} --adopt` overwrites those that have the very name of a file "
            "of ours",
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


def _written(wanted: Mapping[str, bytes], result: Written) -> dict[str, bytes]:
    return {path: wanted[path] for path in (*result.added, *result.changed)}


def listed(names: Sequence[str]) -> str:
    more = [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    return "\n".join([*names[:NAMED], *more])
