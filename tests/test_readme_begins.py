"""Where the README begins: its first program prints what stands under it, and each of its three ways in can be gone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.support import CASES, REPOSITORY

BEGINNING = (REPOSITORY / "README.md").read_text("utf-8").partition("## What it does that others do not")[0]
WAYS = BEGINNING.partition("## Three ways in")[2]
PROGRAM, SHOWN = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", BEGINNING, re.DOTALL)[0]
MAINTAIN, VENDOR, CONTRACT = re.findall(r"```sh\n(.*?)```", WAYS, re.DOTALL)
PATIENCE = 300  # seconds after which one that hangs fails


def gone(way: str, folder: Path, said: Path) -> tuple[int, str]:
    """The commands in a shell that ends at the first one that fails; what they said, in a file, since a server in the
    background would keep a pipe open."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with said.open("wb") as file:
        shell = subprocess.Popen(
            ["sh", "-e", "-c", way],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            shell.wait(PATIENCE)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGTERM)  # the server as well
    return shell.returncode, said.read_text("utf-8")


def test_the_first_program_prints_what_stands_under_it(specmill_server: Any, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "KAFKA_REST_ENDPOINT": specmill_server.url,
        "PYTHONPATH": str(REPOSITORY / "generated"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (SHOWN, "") == (re.sub(" +\n", "\n", done.stdout), done.stderr)


def test_the_way_of_whoever_keeps_a_client(tmp_path: Path) -> None:
    shutil.copy(CASES / "clients" / "minimal" / "openapi.yaml", tmp_path)
    code, said = gone(MAINTAIN, tmp_path, tmp_path / "said")
    assert 0 == code, said
    assert ": fresh" in said.splitlines()[-1]


def test_the_way_of_whoever_vendors_it(tmp_path: Path) -> None:
    source, host = tmp_path / "kafka-client", tmp_path / "host"
    host.mkdir()
    source.symlink_to(REPOSITORY, target_is_directory=True)
    code, said = gone(VENDOR, host, tmp_path / "said")
    assert 0 == code, said
    assert "src/acme/_kafka: as it came" == said.splitlines()[-1]
    assert (host / "src" / "acme" / "_kafka" / "VENDORED.json").is_file()


def test_the_way_of_whoever_tests_a_server(tmp_path: Path) -> None:
    port = free_port()
    way = CONTRACT.replace("8082", str(port)).replace("&\n", f"&\n{sys.executable} -c '{waits(port)}'\n")
    code, said = gone(way, REPOSITORY, tmp_path / "said")
    assert 0 == code, said
    assert "all held: " in said


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def waits(port: int) -> str:
    """For the server, as a reader does who looks at what it says before the next command."""
    return (
        "import socket, time\n"
        "while True:\n"
        "    try:\n"
        f'        socket.create_connection(("127.0.0.1", {port})).close()\n'
        "        break\n"
        "    except OSError:\n"
        "        time.sleep(0.05)\n"
    )
