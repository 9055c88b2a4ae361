"""What the README shows of the shell is what a shell shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.client_cli.running import environment, record
from tests.support import REPOSITORY

SHELL = (REPOSITORY / "README.md").read_text("utf-8").partition("## From the shell")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"```console\n(.*?)```", SHELL, re.DOTALL)
TIMES = re.compile(r"\(\d+\.\d s, [\d,]+/s\)|\"timestamp\":\"[^\"]+\"")  # which every run has others of


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command with the lines that it shows."""
    for block in BLOCKS:
        for piece in block.split("$ ")[1:]:
            command, *shown = piece.splitlines()
            yield command, shown


def test_every_command_of_the_readme_shows_what_stands_there(specmill_server: Any, tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text(json.dumps(record({"id": 7})))
    lines = [json.dumps(record({"id": number})) for number in range(4999)]
    (tmp_path / "orders.ndjson").write_text("\n".join([*lines, json.dumps({"value": {"data": 5000}})]))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**environment(specmill_server.url), "PATH": path}
    found = list(commands())
    assert found
    for command, shown in found:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert [TIMES.sub("", line) for line in shown] == [TIMES.sub("", line) for line in done.stdout.splitlines()], (
            command
        )
