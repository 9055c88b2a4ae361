"""A document can neither run code, nor read what it may not, nor take more than its share of time and memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.document.attacks import KEPT, MADE, WRITTEN, attempt

pytest.importorskip("resource")

REPOSITORY = Path(__file__).parents[2]
SECONDS = 10  # of the processor for one document
IN_ONE_WORKER = pytest.mark.xdist_group("untrusted")
SAID = {**KEPT, **{name: message for name, (_, message) in MADE.items() if not name.endswith(".txt")}}


@cache
def attacked() -> dict[str, dict[str, str | float]]:
    """How each document ended, in one process that may take no more memory than a gigabyte."""
    with TemporaryDirectory() as folder:
        return attacked_in(Path(folder))


def attacked_in(folder: Path) -> dict[str, dict[str, str | float]]:
    shutil.copytree(WRITTEN, folder, dirs_exist_ok=True)
    for name, (text, _) in MADE.items():
        (folder / name).write_text(text, encoding="utf-8")
    before = set(os.listdir(folder))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "generator"), str(REPOSITORY)])}
    done = subprocess.run(
        [sys.executable, "-m", "tests.document.attacks", str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    assert set(os.listdir(folder)) == before  # no canary
    return {outcome["name"]: outcome for outcome in map(json.loads, done.stdout.splitlines())}


@pytest.fixture
def outcomes() -> dict[str, dict[str, str | float]]:
    return attacked()


@IN_ONE_WORKER
@pytest.mark.parametrize("name", SAID)
def test_an_attack_ends_soon_and_in_a_clear_error(outcomes: dict[str, dict[str, str | float]], name: str) -> None:
    outcome = outcomes[name]
    assert SAID[name] in str(outcome["said"])
    assert str(outcome["said"]).startswith(name) or name.startswith(
        ("file-loop", "every-level", "many-files", "overlaid")
    )
    assert float(outcome["seconds"]) < SECONDS


def test_every_file_of_the_corpus_is_tried() -> None:
    parts = {"file-loop-a.json", "file-loop-b.json"}
    assert {path.name for path in WRITTEN.iterdir()} == KEPT.keys() | parts


@IN_ONE_WORKER
def test_an_error_is_short_and_moves_no_cursor(outcomes: dict[str, dict[str, str | float]]) -> None:
    for outcome in outcomes.values():
        lines = str(outcome["said"]).splitlines()
        assert max(map(len, lines)) < 1_000
        assert all(line.isprintable() for line in lines)


def test_a_link_leads_nowhere_that_a_path_would_not(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("type: string\n")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (inner / "loop.yaml").symlink_to(inner / "loop.yaml")
    for reference, message in (("link.yaml", "leaves the document's folder"), ("loop.yaml", "loop.yaml")):
        text = "openapi: 3.1.0\ninfo: {title: A, version: '1'}\npaths: {}\n"
        text += f"components: {{schemas: {{A: {{$ref: {reference}}}}}}}\n"
        (inner / "openapi.yaml").write_text(text)
        assert message in attempt(inner, "openapi.yaml")
