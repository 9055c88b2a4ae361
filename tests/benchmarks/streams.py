"""How fast records go up and reports come down, beside a raw socket that sends prepared bytes and drains the answer.

Each run is a process of its own and tells its seconds itself, without imports and connecting; all runs of a row
alternate against one peer. Only the ratios mean anything elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import calls
from tests.benchmarks.duplex_peer import FastPeer, fast_peer
from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Contestant, Figure, measured
from tests.support import REPOSITORY

RECORDS = 500_000
FEW = 2000  # for those that take a millisecond a record
SOME = 50_000
MANY = 10_000_000  # of which the memory is measured
ROUTE = {"PYTHONPATH": str(REPOSITORY / "generated")}


@dataclass(frozen=True, slots=True)
class Subject:
    """One of ``stream_subjects``. ``label`` is its name in the table."""

    name: str
    records: int = RECORDS
    options: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return " ".join((self.name, *(option.lstrip("-") for option in self.options)))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Subjects beside the one that comes first."""

    what: str
    asked: str
    subjects: tuple[Subject, ...]
    told: Callable[[Mapping[str, float]], str]
    tls: bool = False


def shares(rates: Mapping[str, float]) -> str:
    """How fast the others are, as a share of the first."""
    first, *others = rates
    return ", ".join(f"{name} {rates[name] / rates[first]:.2f}" for name in others)


def multiples(rates: Mapping[str, float]) -> str:
    """How many times as fast the first is."""
    first, *others = rates
    return ", ".join(f"{rates[first] / rates[name]:.0f} times {name}" for name in others)


RAW, PURE = Subject("raw"), ("--pure",)
IN_BATCHES = "pull, batches", "send_many, batches"
COMPARISONS = (
    Comparison(
        "typed both ways, pure Python",
        "at least 0.35",
        (RAW, *(Subject(one, options=PURE) for one in ("pull", "send_many"))),
        shares,
    ),
    Comparison(
        "typed both ways, with httptools", "at least 0.45", (RAW, Subject("pull"), Subject("send_many")), shares
    ),
    Comparison(
        "reports decoded when looked at, pure Python",
        "at least 0.50",
        (RAW, *(Subject(one, options=PURE) for one in IN_BATCHES)),
        shares,
    ),
    Comparison(
        "reports decoded when looked at, with httptools",
        "at least 0.65",
        (RAW, *map(Subject, IN_BATCHES)),
        shares,
    ),
    Comparison(
        "one by one",
        "at least 0.24",
        (RAW, Subject("send", RECORDS // 2), Subject("send, awaited", RECORDS // 2)),
        shares,
    ),
    Comparison("over TLS", "at least 0.26", (RAW, Subject("send_many")), shares, tls=True),
    Comparison(
        "against the sample with two threads",
        "at least 20 times",
        (Subject("send_many"), Subject("two threads", SOME)),
        multiples,
    ),
)


def rows(work: Path, rounds: int) -> Iterator[Row]:
    for comparison in COMPARISONS:
        with fast_peer(comparison.tls) as peer:
            yield compared(work, rounds, comparison, peer)
    yield against_posts(work, rounds)
    with fast_peer() as peer:
        yield latency(work, rounds, peer)
        yield memory(work, peer)


def compared(work: Path, rounds: int, comparison: Comparison, peer: FastPeer) -> Row:
    figures = measured([contestant(work, one, peer) for one in comparison.subjects], rounds)
    return Row(comparison.what, comparison.asked, comparison.told(rates(comparison.subjects, figures)), figures)


def measured_rates(
    work: Path, subjects: tuple[Subject, ...], rounds: int, peer: FastPeer
) -> tuple[dict[str, Figure], dict[str, float]]:
    """And the records a second."""
    figures = measured([contestant(work, one, peer) for one in subjects], rounds)
    return figures, rates(subjects, figures)


def against_posts(work: Path, rounds: int) -> Row:
    subjects = Subject("send_many"), Subject("post", FEW)
    with ExitStack() as stack:
        peer = stack.enter_context(fast_peer())
        address = stack.enter_context(calls.peer())
        other = FastPeer(address, int(address.rpartition(":")[2]), None)
        figures = measured([contestant(work, subjects[0], peer), contestant(work, subjects[1], other)], rounds)
    return Row("against a call of httpx2 a record", "at least 250 times", multiples(rates(subjects, figures)), figures)


def latency(work: Path, rounds: int, peer: FastPeer) -> Row:
    subjects = Subject("latency", FEW), Subject("latency of two threads", FEW)
    figures = measured([contestant(work, one, peer) for one in subjects], rounds)
    ours, theirs = (figures[one.label].seconds * 1e6 for one in subjects)
    told = f"{ours:.0f} µs, two threads of http.client {theirs:.0f} µs"
    return Row("from send to report at 1,000 a second, p50", "not above two threads of http.client", told, figures)


def memory(work: Path, peer: FastPeer) -> Row:
    subjects = Subject("pull", MANY // 100), Subject("pull", MANY)
    few, many = (measured([contestant(work, one, peer)], 1)[one.label] for one in subjects)
    told = f"{many.megabytes:.0f} MB, and {few.megabytes:.0f} MB for a hundredth of them"
    figures = {f"{MANY // 100:,} records": few, f"{MANY:,} records": many}
    return Row(f"memory of {MANY:,} records through an iterator", "flat, under 64 MB", told, figures)


def contestant(work: Path, subject: Subject, peer: FastPeer) -> Contestant:
    command = [sys.executable, "-m", "tests.benchmarks.stream_subjects", subject.name, str(peer.port)]
    tls = ["--certificate", str(peer.certificate)] if peer.certificate else []
    arguments = [*command, str(subject.records), *subject.options, *tls]
    return Contestant(subject.label, arguments, REPOSITORY, environment=ROUTE, tells_its_seconds=True)


def rates(subjects: tuple[Subject, ...], figures: Mapping[str, Figure]) -> dict[str, float]:
    return {one.label: one.records / figures[one.label].seconds for one in subjects}
