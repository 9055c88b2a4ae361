"""Puts a new folder in the place of an old one in a single step, and mends what a killed run left.

Everything that is not finished lies in one hidden folder beside the client's, on the same file system:

    output/kafka_rest/              the client
    output/.kafka_rest.specmill/    only while a run is going on, or was killed
        1234567/                    the new folder, named by its own inode; so if the inode is another one,
                                    the two have been swapped, and this is the old client
        old/                        the old client, where the system cannot swap two folders in one step
        moving/                     the new one, where the system cannot even rename the old one
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from specmill.errors import Place, SpecmillError
from specmill.keep import manifest as manifests
from specmill.keep.disk import Inventory, inventory
from specmill.pyproject import shown

EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS happen to be the same number
NOT_SUPPORTED = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


def _known(folder: Path) -> dict[str, str]:
    """The files of ours in a folder, with their hashes; none where its manifest is gone or broken."""
    try:
        manifest = manifests.read(folder)
    except SpecmillError:
        manifest = None
    return {path: entry.sha256 for path, entry in manifest.files.items()} if manifest else {}


@dataclass(frozen=True, slots=True)
class Kind:
    """In what the folders that are swapped differ: a client here, its copy in somebody else's repository."""

    manifest: str  # the name of the file that is removed last
    known: Callable[[Path, Path], Mapping[str, str]]  # files of an old folder that the new one can do without: hashes
    may_move: bool  # file by file, where the folder cannot be renamed


CLIENT = Kind(manifests.NAME, lambda old, new: _known(old), may_move=True)


def real_folder(client: Path) -> Path:
    """Where the client really lies: a link to its folder is followed, anything else in its place is refused."""
    real = Path(os.path.realpath(client))
    if client.is_symlink() and not real.exists() and not workshop(real).exists():
        hint = "remove the link, or make the folder it points to"
        raise SpecmillError("the client's folder is a link to nowhere", place=Place(shown(client)), hint=hint)
    if client.exists() and not client.is_dir():
        hint = "move it away, or choose another `output` or `package`"
        raise SpecmillError("a file lies where the client's folder has to go", place=Place(shown(client)), hint=hint)
    return real


def workshop(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.specmill")


@contextmanager
def staged(folder: Path, kind: Kind = CLIENT) -> Iterator[Path]:
    """An empty folder to fill; whatever becomes of it, nothing is left of it beside the client."""
    work = workshop(folder)
    try:
        work.mkdir()
    except FileExistsError:
        hint = "if no other run is at work, look into it and remove it"
        raise SpecmillError("a run left this folder behind", place=Place(shown(work)), hint=hint) from None
    try:
        (work / "new").mkdir()
        new = work / str((work / "new").stat().st_ino)
        os.rename(work / "new", new)
        yield new
    finally:
        recover(folder, kind)


def put(new: Path, folder: Path, seen: Inventory, kind: Kind = CLIENT) -> None:
    """Makes ``new`` the folder. ``seen`` is what the old one held when it was decided what to carry over."""
    if not folder.exists():
        os.rename(new, folder)
        return
    try:
        old = _trade(new, folder)
    except OSError as error:
        if error.errno != errno.EXDEV or os.path.ismount(folder) or not kind.may_move:
            raise
        _check_unchanged(folder, seen, folder)
        _move_files(new, folder)
        return
    try:
        _check_unchanged(old, seen, folder)
    except SpecmillError:
        _trade_back(old, new, folder)
        raise
    flushed(folder.parent)
    _cleared(old, kind)


def _check_unchanged(old: Path, seen: Inventory, folder: Path) -> None:
    try:
        unchanged = inventory(old) == seen
    except OSError:
        unchanged = False
    if not unchanged:
        hint = "close what writes there and run the same command again"
        message = "somebody changed files of the client while it was being written"
        raise SpecmillError(message, place=Place(shown(folder)), hint=hint)


def _trade(new: Path, folder: Path) -> Path:
    """Where the old folder lies afterwards."""
    if _exchange(new, folder):
        return new
    aside = new.with_name("old")
    os.rename(folder, aside)
    os.rename(new, folder)  # killed just before this, the next run finds ``old`` and puts it back
    return aside


def _trade_back(old: Path, new: Path, folder: Path) -> None:
    if old == new:
        _exchange(old, folder)
    else:
        os.rename(folder, new)
        os.rename(old, folder)


def _move_files(new: Path, folder: Path) -> None:
    """The third way, for a folder that comes from the image of a container: such a one cannot be renamed.

    Each file is replaced in one step, the manifest last; a run that is killed meanwhile is finished by the next.
    """
    moving = new.with_name("moving")
    os.rename(new, moving)
    try:
        _finish_moving(moving, folder)
    except OSError as error:
        message = f"only a part of the client could be written: {error.strerror}"
        raise SpecmillError(message, place=Place(shown(folder)), hint="run the same command again") from error


def _finish_moving(moving: Path, folder: Path) -> None:
    wanted = manifests.read(moving)
    if wanted:  # otherwise all of it has been moved
        for path in _known(folder).keys() - wanted.files.keys():
            (folder / path).unlink(missing_ok=True)
        for path in (*wanted.files, manifests.NAME):
            if (moving / path).exists() and not _is_twin(moving / path, folder / path):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                os.replace(moving / path, folder / path)
    _cleared(moving, CLIENT)


def _is_twin(path: Path, twin: Path) -> bool:
    return twin.is_file() and twin.read_bytes() == path.read_bytes()


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two folders so that nobody ever sees either missing; False where the system cannot."""
    import ctypes

    call = _system_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    code = ctypes.get_errno()
    if code in NOT_SUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _system_call() -> Callable[[bytes, bytes], int] | None:
    import ctypes

    if os.name != "posix":
        return None
    library = ctypes.CDLL(None, use_errno=True)
    if hasattr(library, "renameat2"):
        here = -100  # AT_FDCWD; of no meaning, since both paths are absolute
        return lambda one, other: int(library.renameat2(here, one, here, other, EXCHANGE))
    if hasattr(library, "renamex_np"):
        return lambda one, other: int(library.renamex_np(one, other, EXCHANGE))
    return None


def recover(folder: Path, kind: Kind = CLIENT) -> list[Path]:
    """Mends a swap that was cut short and clears the rest away. Gives back what had to be saved from it."""
    work = workshop(folder)
    if not work.is_dir():
        return []
    if (work / "old").exists() and not folder.exists():
        os.rename(work / "old", folder)
    if (work / "moving").exists():
        _finish_moving(work / "moving", folder)
    saved: list[Path] = []
    for part in sorted(work.iterdir()):
        if _is_spare(part, folder, kind):
            _cleared(part, kind)
        else:
            saved.append(_saved(part, folder))
    with suppress(OSError):  # something could not be removed: the next run tries again
        work.rmdir()
    return saved


def _is_spare(part: Path, folder: Path, kind: Kind) -> bool:
    """A folder that was never the client, or an old client all of which is known or is in the new one."""
    if part.name in ("new", str(part.lstat().st_ino)):
        return True
    known = kind.known(part, folder)
    paths = (path for path in inventory(part) if path != kind.manifest)
    return all(_is_known(part / path, folder / path, known.get(path)) for path in paths)


def _is_known(path: Path, twin: Path, digest: str | None) -> bool:
    if not stat.S_ISREG(path.lstat().st_mode):
        return twin.is_symlink() or twin.exists()
    return sha256(path.read_bytes()).hexdigest() == digest or _is_twin(path, twin)


def _saved(part: Path, folder: Path) -> Path:
    """Moves what may hold somebody's work out of the hidden folder, where it would be overlooked."""
    number = 1
    while (to := folder.with_name(f"{folder.name}.saved-{number}")).exists():
        number += 1
    os.rename(part, to)
    return to


def _cleared(folder: Path, kind: Kind) -> bool:
    """Removes a folder, its manifest last: without it nobody could tell what the rest is."""
    try:
        for parent, folders, names in os.walk(folder, topdown=False):
            os.chmod(parent, stat.S_IRWXU)
            for child in (Path(parent, name) for name in folders):
                child.unlink() if child.is_symlink() else child.rmdir()
            for name in sorted(names, key=lambda name: name == kind.manifest):
                os.unlink(Path(parent, name))
        folder.rmdir()
    except OSError:
        return False
    return True


def flushed(path: Path) -> None:
    """Asks the system to bring a file, or the names in a folder, onto the disk, where it can."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # a folder, on Windows
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in NOT_SUPPORTED:
            raise
    finally:
        os.close(descriptor)
