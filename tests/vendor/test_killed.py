"""A kill at any moment leaves the old tree or the new one, and what somebody edited is in either."""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from specmill.errors import SpecmillError
from specmill.keep import filled, swap
from specmill.vendor.folder import locked
from specmill.vendor.vendored import BEFORE
from tests.keep.processes import in_child, killed_at
from tests.vendor.copies import LONG, changed, config_in, copied, edited, never, restored, undone, updated

NEWER = {"__init__.py": "", "long.py": changed(20), "more.py": "MORE = 1\n"}
Tree = dict[str, bytes]


@pytest.fixture(params=["exchanged at once", "renamed twice"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "renamed twice":
        monkeypatch.setattr(swap, "_system_call", lambda: None)
    return str(request.param)


def tree_of(host: Path) -> Tree:
    """All of the host's tree, hidden files as well."""
    return {path.relative_to(host).as_posix(): path.read_bytes() for path in host.rglob("*") if path.is_file()}


def visible(host: Path) -> Tree:
    """What no killed run left beside the copy."""
    return {path: content for path, content in tree_of(host).items() if not path.startswith("acme/.petstore.specmill/")}


def mended(copy: Path) -> None:
    """What any command does first."""
    with locked(copy, waiting=never):
        pass


def edited_copy(folder: Path) -> Path:
    copy = copied(folder, LONG)
    edited(copy, "long.py", changed(3))
    edited(copy, "mine.txt", "mine")
    edited(copy.parent, "host.py", "HOST = 1\n")
    return copy


def updated_copy(folder: Path) -> Path:
    copy = edited_copy(folder)
    updated(copy, config_in(folder), NEWER)
    edited(copy, "long.py", "half mended\n")
    return copy


VERBS: dict[str, tuple[Callable[[Path], Path], Callable[[Path, Path], object]]] = {
    "update": (edited_copy, lambda folder, copy: updated(copy, config_in(folder), NEWER)),
    "undo": (updated_copy, lambda folder, copy: undone(copy)),
    "restore": (updated_copy, lambda folder, copy: restored(copy)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_kill_at_any_step_leaves_the_old_tree_or_the_new_one(verb: str, way: str, tmp_path: Path) -> None:
    prepare, work = VERBS[verb]
    copy = prepare(tmp_path)
    host = tmp_path / "host"
    old = tree_of(host)
    shutil.copytree(host, tmp_path / "kept")
    work(tmp_path, copy)
    new = tree_of(host)
    assert old != new
    outcomes = []
    for step in range(1, 1000):
        shutil.rmtree(host)
        shutil.copytree(tmp_path / "kept", host)
        ended = in_child(killed_at(step, lambda: work(tmp_path, copy)))
        if way == "exchanged at once":
            assert visible(host) in (old, new)
        if copy.exists() or (copy.parent / ".petstore.specmill").exists():
            mended(copy)
        assert tree_of(host) in (old, new)
        outcomes.append(tree_of(host) == new)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert sorted(set(outcomes)) == [False, True], "some kills come too early and some too late"
    assert outcomes == sorted(outcomes), "and once it is new it stays new"


def test_a_kill_at_any_step_of_the_first_copy_leaves_none_or_a_whole_one(tmp_path: Path) -> None:
    copied(tmp_path, LONG)
    whole = tree_of(tmp_path / "host")
    for step in range(1, 1000):
        shutil.rmtree(tmp_path / "host")
        ended = in_child(killed_at(step, lambda: copied(tmp_path, LONG)))
        copy = tmp_path / "host/acme/petstore"
        assert not copy.exists() or whole == visible(tmp_path / "host")
        if ended == 0:
            break
        shutil.rmtree(copy, ignore_errors=True)
        if copy.parent.exists():
            mended(copy)
        copied(tmp_path, LONG)
        assert whole == tree_of(tmp_path / "host")
    else:
        pytest.fail("it never came to its end")


def test_an_old_copy_that_somebody_changed_after_the_swap_is_saved_not_removed(tmp_path: Path) -> None:
    copy = edited_copy(tmp_path)
    updated(copy, config_in(tmp_path), NEWER)
    late = copy.parent / ".petstore.specmill" / "1"  # the name of another inode: so this was the copy once
    late.mkdir(parents=True)
    shutil.copy(copy / "VENDORED.json", late)
    edited(late, "long.py", "work of a night")
    with pytest.raises(SpecmillError, match=r"moved beside the copy\n    .*petstore\.saved-1\nhint: take from it"):
        mended(copy)
    assert "work of a night" == (copy.parent / "petstore.saved-1/long.py").read_text()
    mended(copy)


def test_an_edit_while_the_update_is_written_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = edited_copy(tmp_path)
    from specmill.vendor import folder

    def meanwhile(*arguments: object) -> None:
        edited(copy, "long.py", "work of a night")
        swap.put(*arguments)  # type: ignore[arg-type]  # as they come

    monkeypatch.setattr(folder, "put", meanwhile)
    with pytest.raises(SpecmillError, match="somebody changed files"):
        updated(copy, config_in(tmp_path), NEWER)
    assert "work of a night" == (copy / "long.py").read_text()
    assert not (copy / BEFORE).exists()
    assert ["host.py", "petstore"] == sorted(os.listdir(copy.parent))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("verb", VERBS)
def test_whatever_the_system_refuses_leaves_the_old_tree(
    verb: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every file that has to be written."""
    prepare, work = VERBS[verb]
    copy = prepare(tmp_path)
    old = tree_of(tmp_path / "host")
    for nth in range(1, 4):
        with monkeypatch.context() as patched:
            patched.setattr(filled, "flushed", failing(nth, code))
            with pytest.raises(SpecmillError, match=r"cannot write the client: .*; nothing was changed"):
                work(tmp_path, copy)
        assert old == tree_of(tmp_path / "host")


def failing(nth: int, code: int) -> Callable[[Path], None]:
    left = nth

    def flushed(path: Path) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(code, os.strerror(code))

    return flushed


def test_a_folder_that_cannot_be_renamed_is_left_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client may be replaced file by file then; the host's tree is the old or the new one, whatever happens."""
    copy = edited_copy(tmp_path)
    old = tree_of(tmp_path / "host")

    def refused(*_: object) -> None:
        raise OSError(errno.EXDEV, "invalid cross-device link")

    monkeypatch.setattr(swap, "_trade", refused)
    with pytest.raises(SpecmillError, match=r"nothing was changed\nhint: .*\n.*put a copy of it in its place"):
        updated(copy, config_in(tmp_path), NEWER)
    assert old == tree_of(tmp_path / "host")
