"""When one process is not enough: several that produce, and records that go to the brokers themselves.

All of a row alternate in one run; only the ratios mean anything elsewhere. A machine that has other work to do has
fewer cores than it says, so one with nothing else is needed for the row of two processes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from tests.benchmarks.duplex_peer import fast_peer
from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Contestant, measured
from tests.benchmarks.shell import COMMAND, RECORDS, lines
from tests.benchmarks.streams import ROUTE
from tests.support import REPOSITORY

PRODUCED = 300_000  # for a library
COUNTS = (1, 2, 4)  # processes


def rows(work: Path, rounds: int) -> Iterator[Row]:
    yield processes(work, rounds)
    yield engines(work, rounds)


def processes(work: Path, rounds: int) -> Row:
    """Whole processes, from their start to their end, with all that they began."""
    path = lines(work, RECORDS)
    with fast_peer(together=True) as peer:
        environment = {**ROUTE, "KAFKA_REST_ENDPOINT": peer.url, "KAFKA_CLUSTER_ID": "cluster-1"}
        command = [*COMMAND, "produce", "orders", str(path), "--processes"]
        contestants = [
            Contestant(f"{count}", [*command, f"{count}"], work, environment=environment) for count in COUNTS
        ]
        figures = measured(contestants, rounds)
    one, two, four = (figures[f"{count}"] for count in COUNTS)
    costs = ", ".join(f"{figures[f'{count}'].cpu / RECORDS * 1e6:.2f} µs with {count}" for count in COUNTS)
    rates = f"2: {one.seconds / two.seconds:.2f} times 1, 4: {one.seconds / four.seconds:.2f}"
    asked = "2 at least 1.6 times 1 on two cores; the cost of a record does not rise"
    return Row(
        f"produce of {RECORDS:,} lines by several processes", asked, f"{rates}; {costs} of processor a record", figures
    )


def engines(work: Path, rounds: int) -> Row:
    with fast_peer() as peer, brokers() as servers:
        contestants = [
            contestant("rest", peer.url),
            contestant("kafka", servers),
            contestant("confluent-kafka", servers),
        ]
        figures = measured(contestants, rounds)
    rates = {name: PRODUCED / figure.seconds for name, figure in figures.items()}
    told = (
        f"kafka {rates['kafka'] / rates['rest']:.2f} times rest, "
        f"and {rates['kafka'] / rates['confluent-kafka']:.2f} times confluent-kafka alone"
    )
    return Row("client.produce by its two engines", "both measured", told, figures)


def contestant(name: str, address: str) -> Contestant:
    command = [sys.executable, "-m", "tests.benchmarks.engine_subjects", name, address, str(PRODUCED)]
    return Contestant(name, command, REPOSITORY, environment=ROUTE, tells_its_seconds=True)


@contextmanager
def brokers() -> Iterator[str]:
    """A cluster as a process of its own; what it holds it forgets, so that its memory does not grow."""
    command = [sys.executable, "-m", "tests.benchmarks.engine_subjects", "cluster", "", "0"]
    with Popen(command, cwd=REPOSITORY, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(10)
