"""The same document gives the same bytes, whatever surrounds the run: whole processes, as a user's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import CASES, REPOSITORY

DOCUMENT = CASES / "clients" / "composition" / "openapi.yaml"
FOREIGN = """
[tool.ruff]
line-length = 40
[tool.ruff.format]
quote-style = "single"
[tool.black]
line-length = 50
[tool.datamodel-codegen]
output-model-type = "pydantic_v2.BaseModel"
"""


def client(output: Path, folder: Path, **environment: str) -> dict[str, bytes]:
    """All files of the client and its reference that one process writes below ``output``."""
    command = [sys.executable, "-m", "specmill", "regenerate", "--document", str(DOCUMENT)]
    command += ["--package", "shapes", "--output", str(output), "--docs", str(output / "docs")]
    inherited = {**os.environ, "PYTHONPATH": str(REPOSITORY / "generator"), **environment}
    done = subprocess.run(command, cwd=folder, env=inherited, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = (path for name in ("shapes", "docs") for path in sorted((output / name).rglob("*")) if path.is_file())
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("plain")
    return client(folder, folder, PYTHONHASHSEED="0")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"TZ": "Pacific/Kiritimati"},
        {"SOURCE_DATE_EPOCH": "0"},
        {"PATH": "/nowhere"},
        {"RUFF_CONFIG": "ruff.toml", "RUFF_LINE_LENGTH": "40"},
        {"PYTHONOPTIMIZE": "2"},
        {"NO_COLOR": "1", "COLUMNS": "20"},
    ],
    ids=lambda environment: next(iter(environment)) + "=" + next(iter(environment.values())),
)
def test_the_environment_does_not_show(environment: dict[str, str], plain: dict[str, bytes], tmp_path: Path) -> None:
    assert client(tmp_path, tmp_path, **environment) == plain


def test_a_foreign_configuration_above_the_output_does_not_show(plain: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(FOREIGN)
    (tmp_path / "ruff.toml").write_text("line-length = 30\n")
    inside = tmp_path / "deep" / "er"
    inside.mkdir(parents=True)
    assert client(inside, tmp_path) == plain


def test_the_clock_does_not_show(plain: dict[str, bytes], tmp_path: Path) -> None:
    """Nothing in the client changes with time: two runs apart by their process only, and no year in any file."""
    again = client(tmp_path, tmp_path)
    assert again == plain
    year = str(__import__("datetime").date.today().year).encode()
    assert [path for path, content in again.items() if not path.endswith("specmill.json") and year in content] == []


def test_only_the_manifest_knows_versions_and_files(plain: dict[str, bytes], tmp_path: Path) -> None:
    told = [b"0.29.1", b"0.89.0", b"composition", str(CASES).encode(), str(tmp_path).encode()]
    loud = [
        path
        for path, content in plain.items()
        if not path.endswith("specmill.json") and any(word in content for word in told)
    ]
    assert loud == []
