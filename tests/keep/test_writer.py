"""The writer puts a build on the disk, and loses nothing that anybody else put there."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from specmill.errors import SpecmillError
from specmill.keep import filled, swap, writer
from tests.keep.builds import NEW, OLD, client_of, config_in, litter_in, tree_of, write_client


def test_a_first_run_writes_every_file_and_the_manifest(tmp_path: Path) -> None:
    written = write_client(config_in(tmp_path), OLD)
    assert client_of(tmp_path / "out/pets") == OLD
    assert sorted([*OLD, "specmill.json"]) == list(written.added)
    assert litter_in(tmp_path / "out") == []


def test_the_next_run_adds_changes_and_removes(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    written = write_client(config, NEW)
    assert client_of(tmp_path / "out/pets") == NEW
    assert written.added == ("resources/owners.py",)
    assert written.changed == ("models.py", "specmill.json")
    assert written.removed == ("resources/pets.py",)
    assert written.same == ("__init__.py", "resources/__init__.py")
    assert litter_in(tmp_path / "out") == []


def test_the_same_build_again_touches_nothing(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    before = (tmp_path / "out/pets").stat().st_ino
    written = write_client(config, OLD)
    assert (written.added, written.changed, written.removed) == ((), (), ())
    assert before == (tmp_path / "out/pets").stat().st_ino


def test_a_file_that_did_not_change_keeps_its_date(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    os.utime(tmp_path / "out/pets/__init__.py", (1_000_000_000, 1_000_000_000))
    write_client(config, NEW)
    assert (tmp_path / "out/pets/__init__.py").stat().st_mtime == 1_000_000_000


def test_unknown_files_and_links_stay(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    package = tmp_path / "out/pets"
    (package / "notes.txt").write_text("mine")
    (package / "deep/er").mkdir(parents=True)
    (package / "deep/er/mine.py").write_text("MINE = 1\n")
    (package / "link").symlink_to("nowhere")
    os.chmod(package / "notes.txt", 0o640)
    written = write_client(config, NEW)
    assert written.unknown == ("deep/er/mine.py", "link", "notes.txt")
    found = client_of(package)
    assert found == {**NEW, "notes.txt": "mine", "deep/er/mine.py": "MINE = 1\n", "link": "-> nowhere"}
    assert stat.S_IMODE((package / "notes.txt").stat().st_mode) == 0o640


def test_caches_of_python_go(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    cache = tmp_path / "out/pets/__pycache__"
    cache.mkdir()
    (cache / "models.cpython-311.pyc").write_bytes(b"stale")
    assert write_client(config, NEW).unknown == ()
    assert not cache.exists()


EDITS: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (lambda package: (package / "models.py").write_text("MINE = 1\n"), "edited   models.py"),
    "deleted": (lambda package: (package / "models.py").unlink(), "deleted  models.py"),
    "edited although it would go": (
        lambda package: (package / "resources/pets.py").write_text("MINE = 1\n"),
        "edited   resources/pets.py",
    ),
    "made a link": (lambda package: replaced_by_link(package / "models.py"), "edited   models.py"),
}


def replaced_by_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("resources/pets.py")


@pytest.mark.parametrize("edit", EDITS)
def test_a_hand_edit_stops_the_run_before_anything_is_written(edit: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    change, named = EDITS[edit]
    change(tmp_path / "out/pets")
    before = tree_of(tmp_path)
    with pytest.raises(SpecmillError) as caught:
        write_client(config, NEW)
    assert named == caught.value.text
    assert "--discard-edits" in caught.value.hint
    assert before == tree_of(tmp_path)


@pytest.mark.parametrize("edit", EDITS)
def test_told_to_discard_edits_it_does(edit: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    EDITS[edit][0](tmp_path / "out/pets")
    write_client(config, NEW, discard_edits=True)
    assert client_of(tmp_path / "out/pets") == NEW
    assert litter_in(tmp_path / "out") == []


def test_an_edit_that_says_what_is_written_anyway_is_no_loss(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    (tmp_path / "out/pets/models.py").write_text(NEW["models.py"])
    (tmp_path / "out/pets/resources/pets.py").unlink()
    write_client(config, NEW)
    assert client_of(tmp_path / "out/pets") == NEW


def test_line_ends_that_a_checkout_changed_are_mended_without_asking(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    for name in ("models.py", "specmill.json"):
        path = tmp_path / "out/pets" / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    written = write_client(config, OLD)
    assert written.changed == ("models.py", "specmill.json")
    assert OLD["models.py"].encode() == (tmp_path / "out/pets/models.py").read_bytes()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "out/pets").mkdir()
    (tmp_path / "out/pets/thesis.tex").write_text("years of work")
    with pytest.raises(SpecmillError, match="says they are specmill's") as caught:
        write_client(config, OLD)
    assert caught.value.text == "thesis.tex"
    assert {"openapi.yaml", "out/pets/thesis.tex"} == set(tree_of(tmp_path))


def test_a_folder_of_somebody_else_is_shared_when_told_to(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "out/pets").mkdir()
    (tmp_path / "out/pets/thesis.tex").write_text("years of work")
    write_client(config, OLD, adopt=True)
    assert client_of(tmp_path / "out/pets") == {**OLD, "thesis.tex": "years of work"}


def test_an_empty_folder_or_one_with_only_caches_is_taken(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "out/pets/__pycache__").mkdir(parents=True)
    (tmp_path / "out/pets/__pycache__/old.pyc").write_bytes(b"")
    write_client(config, OLD)
    assert client_of(tmp_path / "out/pets") == OLD


def test_a_client_that_only_lost_its_manifest_gets_it_back(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    (tmp_path / "out/pets/specmill.json").unlink()
    assert write_client(config, OLD).added == ("specmill.json",)


@pytest.mark.parametrize("foreign", ["resources/owners.py", "Models.py", "resources/owners.py/inside.txt"])
def test_an_unknown_file_where_one_of_ours_has_to_go_is_a_conflict(foreign: str, tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    path = tmp_path / "out/pets" / foreign
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    before = tree_of(tmp_path)
    with pytest.raises(SpecmillError, match="not specmill's") as caught:
        write_client(config, NEW, discard_edits=True)
    assert foreign == caught.value.text
    assert before == tree_of(tmp_path)


def test_an_unknown_file_where_a_folder_of_ours_has_to_go_is_a_conflict(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, {"models.py": ""})
    (tmp_path / "out/pets/resources").write_text("mine")
    with pytest.raises(SpecmillError, match="not specmill's"):
        write_client(config, NEW)


def test_an_empty_folder_where_a_folder_of_ours_has_to_go_is_none(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, {"models.py": ""})
    (tmp_path / "out/pets/resources").mkdir()
    write_client(config, NEW)
    assert client_of(tmp_path / "out/pets") == NEW


def test_a_conflict_is_overwritten_only_when_told_twice(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    (tmp_path / "out/pets/resources/owners.py").write_text("mine")
    write_client(config, NEW, discard_edits=True, adopt=True)
    assert client_of(tmp_path / "out/pets") == NEW


@pytest.mark.parametrize(
    "path", ["../escape.py", "/etc/passwd", "a//b.py", "a\\b.py", "c:d.py", "./a.py", "", "__pycache__/x.py", "a\0b"]
)
def test_a_path_outside_the_client_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(SpecmillError, match="no path inside a client"):
        write_client(config_in(tmp_path), {path: "x"})
    assert {"openapi.yaml"} == set(tree_of(tmp_path))


def test_files_that_differ_in_case_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecmillError, match="one file on disks that fold"):
        write_client(config_in(tmp_path), {"Pets.py": "", "pets.py": ""})


def test_a_client_behind_a_link_is_written_where_it_lies(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/pets").symlink_to(tmp_path / "elsewhere")
    write_client(config, OLD)
    write_client(config, NEW)
    assert (tmp_path / "out/pets").is_symlink()
    assert client_of(tmp_path / "elsewhere") == NEW


def test_a_link_to_nowhere_and_a_file_in_the_place_of_the_client_are_refused(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    (tmp_path / "out/pets").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SpecmillError, match="link to nowhere"):
        write_client(config, OLD)
    (tmp_path / "out/pets").unlink()
    (tmp_path / "out/pets").write_text("a file")
    with pytest.raises(SpecmillError, match="a file lies where"):
        write_client(config, OLD)


def test_new_files_have_the_permissions_of_any_new_file_and_folders_keep_theirs(tmp_path: Path) -> None:
    config = config_in(tmp_path)
    before = os.umask(0o027)
    try:
        write_client(config, OLD)
        os.chmod(tmp_path / "out/pets", 0o710)
        write_client(config, NEW)
    finally:
        os.umask(before)
    modes = {
        path: stat.S_IMODE((tmp_path / "out/pets" / path).stat().st_mode) for path in ("models.py", "resources", ".")
    }
    assert modes == {"models.py": 0o640, "resources": 0o750, ".": 0o710}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.ENAMETOOLONG, errno.EXDEV, errno.EIO])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_what_the_system_refuses_leaves_the_old_client_and_no_litter(
    code: int, nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    before = tree_of(tmp_path)
    calls = 0
    flushed = swap.flushed

    def failing(path: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise OSError(code, os.strerror(code))
        flushed(path)

    monkeypatch.setattr(filled, "flushed", failing)
    with pytest.raises(SpecmillError, match="nothing was changed") as caught:
        write_client(config, NEW)
    assert writer.REMEDIES.get(code, "") == caught.value.hint
    assert before == tree_of(tmp_path)
    assert litter_in(tmp_path / "out") == []


def test_where_links_are_not_allowed_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)
    (tmp_path / "out/pets/mine.txt").write_text("mine")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    write_client(config, NEW)
    assert client_of(tmp_path / "out/pets") == {**NEW, "mine.txt": "mine"}


@pytest.mark.parametrize("way", [None, "_system_call", "_trade"])
def test_an_edit_made_while_the_client_is_written_is_not_lost(
    way: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_rename(*_: object) -> None:
        raise OSError(errno.EXDEV, "invalid cross-device link")

    if way:
        monkeypatch.setattr(swap, way, {"_system_call": lambda: None, "_trade": cannot_rename}[way])
    config = config_in(tmp_path)
    write_client(config, OLD)
    put = swap.put

    def edited_meanwhile(new: Path, folder: Path, seen: object) -> None:
        (folder / "models.py").write_text("MINE = 'in the last moment'\n")
        (folder / "mine.py").write_text("MINE = 1\n")
        put(new, folder, seen)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "put", edited_meanwhile)
    with pytest.raises(SpecmillError, match="while it was being written"):
        write_client(config, NEW)
    expected = {**OLD, "models.py": "MINE = 'in the last moment'\n", "mine.py": "MINE = 1\n"}
    assert expected == client_of(tmp_path / "out/pets")
    assert litter_in(tmp_path / "out") == []


@pytest.mark.parametrize(("code", "is_told"), [(errno.ENOSPC, True), (errno.EIO, True), (errno.EINVAL, False)])
def test_what_does_not_reach_the_disk_is_told_but_not_that_a_folder_cannot_be_flushed(
    code: int, is_told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_in(tmp_path)
    write_client(config, OLD)

    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(SpecmillError) if is_told else nullcontext():
        write_client(config, NEW)
    assert client_of(config.client) == (OLD if is_told else NEW)
    assert litter_in(tmp_path / "out") == []
