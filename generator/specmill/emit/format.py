"""Formats what the engines wrote: the same bytes wherever and with whatever else installed.

The formatter is the ruff that was installed with specmill, found through its Python package and never by PATH.
It runs without the configuration of any folder and without any ``RUFF_*`` variable, in a folder of its own.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from specmill.errors import SpecmillError
from specmill.values import File

LINE_LENGTH = 120
GENERATED = ("models", "client")  # runtime and extension are copied byte for byte
LAYOUT = ("--isolated", "--no-cache", "--quiet", "--line-length", str(LINE_LENGTH), "--target-version", "py311")


def formatted(files: tuple[File, ...]) -> tuple[File, ...]:
    """The same files with every generated Python module sorted and formatted."""
    modules = [file for file in files if file.kind in GENERATED and file.path.endswith(".py")]
    if not modules:
        return files
    with tempfile.TemporaryDirectory(prefix="specmill-format-") as folder:
        root = Path(folder)
        _write(root, modules)
        # A line that came out too long for the formatter is no fault of the document, so only I001 is mended.
        _ruff("check", "--select", "I001", "--fix", *LAYOUT, folder=root)
        _ruff("format", *LAYOUT, folder=root)
        done = {file.path: (root / file.path).read_bytes() for file in modules}
    return tuple(replace(file, content=done.get(file.path, file.content)) for file in files)


def _write(root: Path, modules: Iterable[File]) -> None:
    for file in modules:
        path = root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _ruff(*arguments: str, folder: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
    command = [_binary(), *arguments, "."]
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SpecmillError(
            "the formatter refused what was generated: this is a fault of specmill, not of your document",
            text=(done.stderr or done.stdout).strip()[:2000],
            hint="please report it with the document that shows it; nothing was written",
        )


def _binary() -> str:
    from ruff import find_ruff_bin  # type: ignore[import-untyped]  # ruff ships no types

    try:
        return str(find_ruff_bin())
    except FileNotFoundError:
        raise SpecmillError(
            "the formatter ruff is not installed beside specmill; nothing was written",
            hint="pip install --force-reinstall specmill",
        ) from None
