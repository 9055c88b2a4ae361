"""A copy is what came or every file that is not is named; with the source at hand, also whether it is still current."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from specmill.vendor.vendored import BEFORE
from tests.keep.builds import engines_write
from tests.vendor.copies import NEW, OLD, checked, config_in, copied, edited, findings

CHANGES: dict[str, tuple[Callable[[Path], object], dict[str, list[str]]]] = {
    "an edit": (lambda copy: edited(copy, "models.py", "mine"), {"edited": ["models.py"]}),
    "a file that is gone": (lambda copy: (copy / "resources/pets.py").unlink(), {"missing": ["resources/pets.py"]}),
    "a folder that is gone": (
        lambda copy: shutil.rmtree(copy / "resources"),
        {"missing": ["resources/__init__.py", "resources/pets.py"]},
    ),
    "an extra file": (lambda copy: edited(copy, "deep/mine.py", ""), {"extra": ["deep/mine.py"]}),
    "another licence": (
        lambda copy: edited(copy, "LICENSES/Apache-2.0.txt", "mine"),
        {"edited": ["LICENSES/Apache-2.0.txt"]},
    ),
    "other line ends": (
        lambda copy: edited(copy, "models.py", OLD["models.py"].replace("\n", "\r\n")),
        {"line ends": ["models.py"]},
    ),
    "the marks of a conflict": (
        lambda copy: edited(copy, "models.py", "<<<<<<< here\n=======\n>>>>>>> there\n"),
        {"conflict": ["models.py"]},
    ),
    "a cache of Python": (lambda copy: edited(copy, "__pycache__/models.cpython-311.pyc", ""), {}),
    "what macOS remembers of a folder": (lambda copy: edited(copy, "resources/.DS_Store", ""), {}),
    "what an update left to be undone": (lambda copy: edited(copy, BEFORE, ""), {}),
    "nothing": (lambda copy: None, {}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_file_that_is_not_as_it_came_is_found(what: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    change, expected = CHANGES[what]
    change(copy)
    assert expected == findings(copy)


def test_a_change_of_any_single_byte_is_found(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    for path in ("models.py", "ruff.toml", "LICENSES/Apache-2.0.txt"):
        whole = (copy / path).read_bytes()
        for place in range(0, len(whole), max(1, len(whole) // 20)):
            (copy / path).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert {"edited": [path]} == findings(copy)
        (copy / path).write_bytes(whole)


def test_with_its_source_at_hand_a_copy_is_current_without_a_build(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    with engines_write(NEW) as calls:
        assert checked(copy, config_in(tmp_path)).clean
    assert [] == calls


def test_what_an_update_would_bring_is_behind_and_why_is_told(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n")
    with engines_write(NEW):
        verdict = checked(copy, config_in(tmp_path))
    behind = {finding.path for finding in verdict.findings if finding.what == "behind"}
    assert {"models.py", "resources/owners.py", "resources/pets.py"} == behind
    assert ("changed: document openapi.yaml",) == verdict.reasons


def test_a_source_that_changed_without_changing_the_client_leaves_the_copy_current(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    (tmp_path / "openapi.yaml").write_text("openapi: 3.1.0\n# a comment\n")
    with engines_write(OLD):
        assert checked(copy, config_in(tmp_path)).clean


def test_a_check_writes_nothing(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    edited(copy, "models.py", "mine")
    (copy / "VENDORED.base.tar.bz2").chmod(0o444)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    findings(copy)
    assert before == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
