"""The client's command line as whole processes: how soon it answers, and how fast a file goes through ``produce``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

from tests.benchmarks.duplex_peer import RECORD, fast_peer
from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Contestant, measured
from tests.benchmarks.streams import ROUTE
from tests.support import REPOSITORY

RECORDS = 4_400_000  # lines of a gigabyte
COMMAND = (sys.executable, "-m", "kafka_rest")


def rows(work: Path, rounds: int) -> Iterator[Row]:
    yield started(work, rounds)
    yield produced(work, rounds)


def started(work: Path, rounds: int) -> Row:
    contestant = Contestant("--help", [*COMMAND, "--help"], work, environment=ROUTE)
    figures = measured([contestant], rounds * 5)
    told = f"{figures['--help'].seconds * 1000:.0f} ms"
    return Row("the whole process of --help", "under 120 ms", told, figures)


def produced(work: Path, rounds: int) -> Row:
    """Of the command the whole process counts, of the library only what follows its imports."""
    few, many = (lines(work, count) for count in (RECORDS // 10, RECORDS))
    with fast_peer() as peer:
        environment = {**ROUTE, "KAFKA_REST_ENDPOINT": peer.url, "KAFKA_CLUSTER_ID": "cluster-1"}
        library = [sys.executable, "-m", "tests.benchmarks.stream_subjects", "send_many", str(peer.port), str(RECORDS)]
        contestants = [
            Contestant("send_many", library, REPOSITORY, environment=ROUTE, tells_its_seconds=True),
            Contestant("produce", [*COMMAND, "produce", "orders", str(many)], work, environment=environment),
            Contestant("produce, a tenth", [*COMMAND, "produce", "orders", str(few)], work, environment=environment),
        ]
        figures = measured(contestants, rounds)
    share = figures["send_many"].seconds / figures["produce"].seconds
    small, large = (figures[name].megabytes for name in ("produce, a tenth", "produce"))
    told = f"{share:.2f}; {large:.0f} MB, and {small:.0f} MB for a tenth"
    return Row(
        f"produce of {RECORDS:,} lines, a gigabyte, beside send_many from memory",
        "at least 0.50, in flat memory",
        told,
        figures,
    )


def lines(work: Path, count: int) -> Path:
    """Records of the size for which the peer has its answers."""
    path = work / f"{count}.ndjson"
    start, end = b'{"value":{"type":"JSON","data":{"id":1234567,"note":"', b'"}}}'
    line = start.ljust(len(RECORD) - len(end), b"x") + end + b"\n"
    with path.open("wb") as file:
        file.writelines(repeat(line, count))
    return path
