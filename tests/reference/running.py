"""Runs the samples of a page as a reader would: one after the other, in one folder, against one server."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.reference.pages import Block

PATIENCE = 60  # seconds after which a command that hangs fails its test
TIMES = re.compile(r"\(\d+\.\d s, [\d,]+/s\)|\"timestamp\":\"[^\"]+\"")  # which every run has others of


def run_python(block: Block, page: str, environment: Mapping[str, str]) -> None:
    """In this process, as a program of its own; what it prints is what the page shows, if it shows something."""
    told = io.StringIO()
    code = compile("\n" * block.line + block.text, page, "exec")
    with variables(environment), contextlib.redirect_stdout(told):
        exec(code, {"__name__": "__main__"})
    if block.shown is not None:
        assert block.shown == told.getvalue()


@contextlib.contextmanager
def variables(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_shell(block: Block, folder: Path, environment: Mapping[str, str]) -> None:
    """``sh`` is commands alone; in ``console`` each stands behind a ``$`` and above what it shows."""
    if block.language == "sh":
        code, told = shell(block.text, folder, environment)
        assert 0 == code, told
        return
    for piece in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, *shown = piece.splitlines()
        _, told = shell(command, folder, environment)
        assert timeless(shown) == timeless(told.splitlines()), command


def timeless(lines: list[str]) -> list[str]:
    return [TIMES.sub("", line) for line in lines]


def shell(command: str, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", command],
        cwd=folder,
        env={**environment, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stdout
