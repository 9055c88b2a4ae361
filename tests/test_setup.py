"""The set-up on machines of all kinds: it takes the first Python that will do, and says what is missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import REPOSITORY

SETUP = REPOSITORY / ".ci" / "setup"
# What a Python answers when it is asked for its version, and for venv and ensurepip.
GOOD, OLD, WITHOUT_VENV = "exit 0", "exit 1", 'case "$2" in *ensurepip*) exit 1;; esac'
SHIM = "echo 'no such version is set' >&2; exit 127"


def which(folder: Path, pythons: dict[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
    """``.ci/setup --which`` on a machine that has these Pythons and hardly anything else."""
    for tool in ("sh", "dirname"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    for name, does in pythons.items():
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)
    environment = {"PATH": str(folder), **variables}
    return subprocess.run([SETUP, "--which"], env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3.11": GOOD, "python3.13": GOOD, "python3": GOOD}, "python3.11"),
        ({"python3.11": SHIM, "python3.12": GOOD, "python3": OLD}, "python3.12"),
        ({"python3.11": WITHOUT_VENV, "python3": GOOD}, "python3"),
        ({"python3": OLD, "python": GOOD}, "python"),
    ],
    ids=["first", "shim", "without-venv", "python"],
)
def test_the_first_python_that_will_do_is_taken(tmp_path: Path, pythons: dict[str, str], chosen: str) -> None:
    done = which(tmp_path, pythons)
    assert (done.stdout, done.stderr, done.returncode) == (f"{chosen}\n", "", 0)


@pytest.mark.parametrize(
    ("pythons", "variables", "told"),
    [
        ({}, {}, "No Python 3.11 or newer"),
        ({"python3": OLD}, {}, "make PYTHON="),
        ({"python3.12": WITHOUT_VENV}, {}, "apt-get install python3-venv"),
        ({"mine": OLD, "python3.11": GOOD}, {"PYTHON": "mine"}, "mine is not Python 3.11 or newer"),
        ({"python3.11": GOOD}, {"PYTHON": "/no/such python"}, "/no/such python is not Python 3.11 or newer"),
    ],
    ids=["none", "old", "without-venv", "named-but-old", "named-but-absent"],
)
def test_a_machine_without_one_is_told_what_to_do(
    tmp_path: Path, pythons: dict[str, str], variables: dict[str, str], told: str
) -> None:
    done = which(tmp_path, pythons, **variables)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stdout == ""


def test_a_python_that_is_named_is_taken_even_with_a_space_in_its_path(tmp_path: Path) -> None:
    (tmp_path / "my python").mkdir()
    named = tmp_path / "my python" / "python"
    named.write_text("#!/bin/sh\nexit 0\n")
    named.chmod(0o755)
    assert which(tmp_path, {"python3.11": GOOD}, PYTHON=str(named)).stdout == f"{named}\n"
