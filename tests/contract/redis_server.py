"""A Redis of one's own, the system's (``apt-get install redis-server``), in memory alone."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

PROGRAM = shutil.which("redis-server")
NEEDED = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")
READY = b"Ready to accept connections"
TRIES = 5  # somebody else may take the port that was free
ACROSS = 30.0  # seconds to end in


@contextmanager
def redis_running() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its address, and the process."""
    for _ in range(TRIES):
        port = _free_port()
        process = _started(port)
        try:
            if _is_ready(process):
                yield f"redis://127.0.0.1:{port}/0", process
                return
        finally:
            process.terminate()
            process.communicate(timeout=ACROSS)
    raise AssertionError("redis-server does not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
    return port


def _started(port: int) -> subprocess.Popen[bytes]:
    assert PROGRAM is not None
    where = ("--port", str(port), "--bind", "127.0.0.1")
    keeps_nothing = ("--save", "", "--appendonly", "no", "--dir", "/")
    return subprocess.Popen([PROGRAM, *where, *keeps_nothing], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _is_ready(process: subprocess.Popen[bytes]) -> bool:
    assert process.stdout is not None
    return any(READY in line for line in process.stdout)  # which ends when it does
