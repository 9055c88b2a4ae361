"""Whoever vendors the client gives its command line a name with one line of pyproject.toml, as the README says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.client_cli.running import environment
from tests.support import REPOSITORY

HOST = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "host"
version = "1"
{scripts}
[tool.hatch.build.targets.wheel]
packages = ["kafka_rest"]
"""


def test_the_line_of_the_readme_installs_the_script(tmp_path: Path) -> None:
    (scripts,) = re.findall(
        r"```toml\n(\[project\.scripts\]\n.*?)```", (REPOSITORY / "README.md").read_text("utf-8"), re.DOTALL
    )
    leave = shutil.ignore_patterns("__pycache__")
    shutil.copytree(REPOSITORY / "generated" / "kafka_rest", tmp_path / "kafka_rest", ignore=leave)
    (tmp_path / "pyproject.toml").write_text(HOST.format(scripts=scripts), encoding="utf-8")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist", folder=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    place = tmp_path / "installed"
    run(sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place), str(wheel), folder=tmp_path)
    done = subprocess.run(
        [place / "bin" / "kafka-rest", "methods", "records"],
        env={**environment(), "PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (2, True) == (done.returncode, "hint: try `kafka-rest methods`" in done.stderr), done.stderr


def run(*command: str, folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
