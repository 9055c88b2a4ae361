"""An update takes what the source has and keeps what somebody edited; one command takes all of it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specmill.errors import SpecmillError
from specmill.vendor.vendored import BASE, BEFORE, NAME
from tests.keep.builds import Files
from tests.vendor.copies import (
    LONG,
    NEW,
    OLD,
    changed,
    checked,
    config_in,
    copied,
    edited,
    findings,
    restored,
    steps,
    undone,
    updated,
)


def held_in(copy: Path) -> dict[str, bytes]:
    """Everything in a copy but the snapshot of an update."""
    files = (path for path in copy.rglob("*") if path.is_file() and path.name != BEFORE)
    return {path.relative_to(copy).as_posix(): path.read_bytes() for path in files}


def test_what_nobody_touched_is_replaced(tmp_path: Path) -> None:
    copy, fresh = copied(tmp_path), copied(other(tmp_path), NEW)
    done = updated(copy, config_in(tmp_path), NEW)
    assert {"models.py": "changed", "resources/owners.py": "added", "resources/pets.py": "removed"} == steps(done)
    assert held_in(fresh) == held_in(copy)
    assert checked(copy).clean


def other(folder: Path) -> Path:
    (folder / "other").mkdir()
    return folder / "other"


def test_an_update_to_the_same_source_changes_nothing(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    done = updated(copy, config_in(tmp_path), OLD)
    assert (False, {}) == (done.written, steps(done))
    assert not (copy / BEFORE).exists()


def test_an_edit_is_merged_with_what_comes(tmp_path: Path) -> None:
    copy = copied(tmp_path, LONG)
    edited(copy, "long.py", changed(3))
    done = updated(copy, config_in(tmp_path), {**LONG, "long.py": changed(20)})
    assert {"long.py": "merged"} == steps(done)
    assert changed(3, 20) == (copy / "long.py").read_text()
    assert {"edited": ["long.py"]} == findings(copy)


# What was here and what comes, by what became of it. ``None`` is no file.
ROWS: dict[str, tuple[str | None, str | None, str | None, dict[str, str]]] = {
    "an edit of what stays as it came": (changed(3), changed(), changed(3), {"long.py": "kept"}),
    "an edit that the source has now as well": (changed(3), changed(3), changed(3), {}),
    "an edit of what the source removed": (changed(3), None, changed(3), {"long.py": "conflict"}),
    "a removal of what stays as it came": (None, changed(), None, {"long.py": "kept"}),
    "a removal of what the source changed": (None, changed(9), changed(9), {"long.py": "restored"}),
    "a removal of what the source removed": (None, None, None, {}),
    "an edit of what is no text": ("\0", changed(9), "\0", {"long.py": "conflict"}),
}


@pytest.mark.parametrize("what", ROWS)
def test_what_is_here_counts_unless_nobody_made_it(what: str, tmp_path: Path) -> None:
    here, there, expected, told = ROWS[what]
    copy = copied(tmp_path, LONG)
    (copy / "long.py").unlink() if here is None else edited(copy, "long.py", here)
    source: Files = {"__init__.py": "", **({} if there is None else {"long.py": there})}
    assert told == steps(updated(copy, config_in(tmp_path), source))
    assert expected == ((copy / "long.py").read_text() if (copy / "long.py").exists() else None)


def conflicting(folder: Path) -> Path:
    copy = copied(folder, LONG)
    edited(copy, "long.py", changed(9, to="ours"))
    done = updated(copy, config_in(folder), {**LONG, "long.py": changed(9, to="theirs")})
    assert {"long.py": "conflict"} == steps(done)
    return copy


def test_an_edit_is_merged_whatever_the_line_ends_of_its_editor(tmp_path: Path) -> None:
    copy = copied(tmp_path, LONG)
    edited(copy, "long.py", changed(3).replace("\n", "\r\n"))
    done = updated(copy, config_in(tmp_path), {**LONG, "long.py": changed(20)})
    assert ({"long.py": "merged"}, changed(3, 20)) == (steps(done), (copy / "long.py").read_bytes().decode())


def test_a_conflict_is_marked_and_found(tmp_path: Path) -> None:
    copy = conflicting(tmp_path)
    assert (
        "<<<<<<< here\nours 9\n||||||| as it came\nline 9\n=======\ntheirs 9\n>>>>>>>" in (copy / "long.py").read_text()
    )
    assert {"conflict": ["long.py"]} == findings(copy)


def test_no_update_runs_over_the_conflicts_of_another(tmp_path: Path) -> None:
    copy = conflicting(tmp_path)
    before = held_in(copy)
    with pytest.raises(SpecmillError, match=r"conflicts of an earlier update are left\n    long.py\nhint: .* --undo"):
        updated(copy, config_in(tmp_path), LONG)
    assert before == held_in(copy)


def test_a_conflict_that_is_mended_is_an_edit(tmp_path: Path) -> None:
    copy = conflicting(tmp_path)
    edited(copy, "long.py", changed(9, to="both"))
    assert {"edited": ["long.py"]} == findings(copy)
    assert {"long.py": "merged"} == steps(
        updated(copy, config_in(tmp_path), {**LONG, "long.py": changed(9, 20, to="theirs")})
    )


def test_files_beside_the_copy_s_own_stay(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, "mine/notes.txt", "mine")
    updated(copy, config_in(tmp_path), NEW)
    assert "mine" == (copy / "mine/notes.txt").read_text()


@pytest.mark.parametrize("path", ["resources/owners.py", "Resources/Owners.py", "resources/owners.py/deep.txt"])
def test_a_file_where_one_of_the_source_has_to_go_stops_the_update(path: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, path, "mine")
    before = held_in(copy)
    with pytest.raises(SpecmillError, match="lie where files of the client have to go"):
        updated(copy, config_in(tmp_path), NEW)
    assert before == held_in(copy)


def test_a_file_that_says_what_comes_anyway_stops_nothing(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, "resources/owners.py", NEW["resources/owners.py"])
    updated(copy, config_in(tmp_path), NEW)
    assert checked(copy).clean


def test_an_update_is_taken_back_and_that_too(tmp_path: Path) -> None:
    copy = copied(tmp_path, LONG)
    edited(copy, "long.py", changed(3))
    edited(copy, "mine.txt", "mine")
    old = held_in(copy)
    updated(copy, config_in(tmp_path), {"__init__.py": "new"})
    new = held_in(copy)
    assert old != new
    undone(copy)
    assert old == held_in(copy)
    undone(copy)
    assert new == held_in(copy)


def test_what_was_done_after_an_update_is_kept_when_it_is_taken_back(tmp_path: Path) -> None:
    copy = conflicting(tmp_path)
    edited(copy, "long.py", "half mended")
    edited(copy, "mine.txt", "mine")
    undone(copy)
    assert changed(9, to="ours") == (copy / "long.py").read_text()
    undone(copy)
    assert ("half mended", "mine") == ((copy / "long.py").read_text(), (copy / "mine.txt").read_text())


@pytest.mark.parametrize("state", ["<<<<<<< a merge\n", "{}", ""])
def test_even_a_copy_with_a_broken_manifest_goes_back(state: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    old = held_in(copy)
    updated(copy, config_in(tmp_path), NEW)
    edited(copy, NAME, state)
    undone(copy)
    assert old == held_in(copy)


def test_without_an_update_there_is_nothing_to_undo(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    with pytest.raises(SpecmillError, match="there is nothing to undo"):
        undone(copy)


def test_a_copy_is_restored_to_what_came_and_that_is_taken_back(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    came = held_in(copy)
    edited(copy, "models.py", OLD["models.py"].replace("\n", "\r\n"))
    edited(copy, NAME, (copy / NAME).read_text().replace("\n", "\r\n"))
    edited(copy, "mine.txt", "mine")
    (copy / "resources/pets.py").unlink()
    dirty = held_in(copy)
    assert (NAME, "models.py", "resources/pets.py") == restored(copy).changed
    assert came | {"mine.txt": b"mine"} == held_in(copy)
    undone(copy)
    assert dirty == held_in(copy)


def test_files_that_did_not_change_keep_their_date(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    before = (copy / "resources/__init__.py").stat().st_mtime_ns
    updated(copy, config_in(tmp_path), NEW)
    assert before == (copy / "resources/__init__.py").stat().st_mtime_ns


def test_a_copy_of_another_client_is_not_updated_from_this_one(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    config = config_in(tmp_path)
    stranger = type(config)(config.root, config.document, "orders", config.output)
    with pytest.raises(SpecmillError, match="this is a copy of pets, and the source is of orders"):
        updated(copy, stranger, NEW)


Tree = Mapping[str, str | None]
PATHS = ("__init__.py", "long.py", "b.py")
# Three tags, three places for each: short texts that touch each other often.
texts = st.none() | st.lists(st.sampled_from(["a", "b", "c"]), max_size=4).map(
    lambda tags: "".join(f"{t}\n" for t in tags)
)
trees = st.fixed_dictionaries(dict.fromkeys(PATHS, texts))


@settings(deadline=None, max_examples=60)
@given(base=trees, here=trees, there=trees)
def test_nothing_edited_is_ever_lost(
    tmp_path_factory: pytest.TempPathFactory, base: Tree, here: Tree, there: Tree
) -> None:
    """What somebody made is in the copy afterwards, line by line, and all of it comes back."""
    folder = tmp_path_factory.mktemp("any")
    copy = copied(folder, only_files(base))
    mine = {path: marked(text) for path, text in only_files(here).items()}
    for path in only_files(base).keys() - mine.keys():
        (copy / path).unlink()
    for path in [path for path in mine if path in only_files(base) or path not in only_files(there)]:
        edited(copy, path, mine[path])
    old = held_in(copy)
    updated(copy, config_in(folder), only_files(there))
    for path, content in old.items():
        if b"mine" in content:
            assert_kept(content, (copy / path).read_bytes())
    if (copy / BEFORE).exists():
        undone(copy)
    assert old == held_in(copy)


def only_files(tree: Tree) -> Files:
    return {path: text for path, text in tree.items() if text is not None}


def marked(text: str) -> str:
    """Lines that nobody else wrote."""
    return "".join(f"mine {number}: {line}\n" for number, line in enumerate(text.splitlines()))


def assert_kept(before: bytes, after: bytes) -> None:
    lines = after.splitlines()
    assert [line for line in before.splitlines() if line.startswith(b"mine")] == [
        line for line in lines if line.startswith(b"mine")
    ]


def test_the_manifest_of_an_updated_copy_is_that_of_a_fresh_one(tmp_path: Path) -> None:
    copy, fresh = copied(tmp_path, LONG), copied(other(tmp_path), {**LONG, "long.py": changed(20)})
    edited(copy, "long.py", changed(3))
    updated(copy, config_in(tmp_path), {**LONG, "long.py": changed(20)})
    assert json.loads((fresh / NAME).read_bytes()) == json.loads((copy / NAME).read_bytes())
    assert (fresh / BASE).read_bytes() == (copy / BASE).read_bytes()
