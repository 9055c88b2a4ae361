"""The command line of the flagship as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import REPOSITORY

COMMAND = (sys.executable, "-m", "kafka_rest")
ROUTE = str(REPOSITORY / "generated")
PATIENCE = 120  # seconds after which a process that hangs fails its test


def environment(url: str = "", **variables: str) -> dict[str, str]:
    """Nothing of the user's own: neither variables of this API nor a profile."""
    kept = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "COVERAGE_PROCESS_START")
    clean = {name: os.environ[name] for name in kept if name in os.environ}
    named = {"KAFKA_REST_ENDPOINT": url, "KAFKA_CLUSTER_ID": "lkc-1"} if url else {}
    return {**clean, "PYTHONPATH": ROUTE, "KAFKA_REST_CONFIG": os.devnull, **named, **variables}


def ran(
    *words: str, url: str = "", stdin: bytes = b"", cwd: Path | None = None, **variables: str
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    done = subprocess.run(
        [*COMMAND, *words],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(url, **variables),
        timeout=PATIENCE,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in err, err
    return done.returncode, out, err


def records(count: int, first: int = 1) -> bytes:
    """Lines of whole records, whose value is the number of the line."""
    return b"".join(json.dumps(record(number)).encode() + b"\n" for number in range(first, first + count))


def record(data: Any) -> dict[str, Any]:
    return {"value": {"type": "JSON", "data": data}}


def stored(served: Any, topic: str = "orders") -> list[Any]:
    return [one.json for one in served.records(topic)]


def each(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
