"""Whole processes, measured side by side: alternating rounds, medians, peak memory of each."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Contestant:
    """One command. ``before`` runs ahead of every round, outside the measured time.

    Where only a part of a process counts, it prints how many seconds that took as its last words.
    """

    name: str
    command: Sequence[str]
    folder: Path
    before: Callable[[], None] = lambda: None
    environment: Mapping[str, str] | None = None
    tells_its_seconds: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """What a contestant took: median seconds of the rounds, the highest memory of any, and median processor seconds.

    The last are its own and those of all that it began and waited for.
    """

    seconds: float
    megabytes: float
    cpu: float = 0.0


def measured(contestants: Sequence[Contestant], rounds: int) -> dict[str, Figure]:
    """Each contestant once a round, so that a noisy minute hits all of them alike."""
    runs: dict[str, list[Figure]] = {contestant.name: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant in contestants:
            contestant.before()
            runs[contestant.name].append(once(contestant))
    return {
        name: Figure(
            statistics.median(run.seconds for run in all_runs),
            max(run.megabytes for run in all_runs),
            statistics.median(run.cpu for run in all_runs),
        )
        for name, all_runs in runs.items()
    }


def once(contestant: Contestant) -> Figure:
    environment = {**os.environ, **(contestant.environment or {})}
    started = time.perf_counter()
    process = subprocess.Popen(
        contestant.command,
        cwd=contestant.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{contestant.name} failed: {' '.join(contestant.command)}\n{said.decode()[-3000:]}")
    if contestant.tells_its_seconds:
        seconds = float(said.split()[-1])
    return Figure(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)
