"""An environment with a client's two dependencies and nothing else, lent from the one that the tests run in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from specmill.vendor.contents import DEPENDENCIES


def needed(names: Iterable[str]) -> dict[str, Distribution]:
    """The distributions of these names, and of what they need on this machine."""
    found: dict[str, Distribution] = {}
    pending = list(names)
    while pending:
        name = re.sub(r"[-_.]+", "-", pending.pop()).lower()
        if name not in found:
            found[name] = distribution(name)
            asked = map(Requirement, found[name].requires or ())
            pending += [one.name for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def environment_in(folder: Path) -> Path:
    """Its Python. Nothing is downloaded: packages are linked, which takes a second."""
    venv.create(folder, with_pip=False, symlinks=True)
    (there,) = folder.glob("lib/python*/site-packages")
    for one in needed(DEPENDENCIES).values():
        for top in {path.parts[0] for path in one.files or () if path.parts[0] not in ("..", "__pycache__")}:
            link = there / top
            if not link.exists():
                link.symlink_to(Path(str(one.locate_file(top))))
    return folder / "bin" / "python"


def run(python: Path, *arguments: str, cwd: Path, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(python), *arguments],
        cwd=cwd,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tool(name: str) -> str:
    """A command of the environment that the tests run in."""
    return str(Path(sys.executable).parent / name)
