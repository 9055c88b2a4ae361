"""Cases that Hypothesis draws: it begins with what failed before, and shrinks what fails to the least that does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.errors import Flaky

from specmill.contract.values import Finding

UNCHECKED = (  # a server may take its time, and what it is asked is not drawn by the rules of unit tests
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.too_slow,
    HealthCheck.large_base_example,
    HealthCheck.nested_given,
)
LONGEST = 96  # bytes of decisions for one case
MOST_FAULTS = 20  # of one search; behind so many the server is not worth more of anybody's time


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is spent on a search."""

    cases: int = 100
    until: float = float("inf")  # on the monotonic clock
    seed: int = 0
    database: Path | None = None  # a folder of what failed before


class _Fails(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def explored(judge: Callable[[bytes], Finding | None], effort: Effort) -> Iterator[Finding]:
    """Each fault once, by the least case that shows it."""
    known: set[tuple[str, ...]] = set()
    while len(known) < MOST_FAULTS:
        finding = _first(judge, effort, known)
        if finding is None:
            return
        known.add(finding.key)
        yield finding


def _first(judge: Callable[[bytes], Finding | None], effort: Effort, known: set[tuple[str, ...]]) -> Finding | None:
    least: list[Finding] = []

    @seed(effort.seed)
    @settings(
        max_examples=max(1, effort.cases),
        database=None if effort.database is None else DirectoryBasedExampleDatabase(effort.database),
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        phases=[Phase.reuse, Phase.generate, Phase.shrink],
        suppress_health_check=UNCHECKED,
        print_blob=False,
    )
    @given(st.binary(max_size=LONGEST))
    def case(data: bytes) -> None:
        if monotonic() >= effort.until:
            return
        finding = judge(data)
        if finding is not None and finding.key not in known:
            least[:] = [finding]
            raise _Fails(finding)

    try:
        case()
    except (_Fails, Flaky):  # one that does not fail again was seen nevertheless
        return least[0]
    return None


def explored_together(
    judge: Callable[[tuple[bytes, ...]], Finding | None], effort: Effort, count: int
) -> Iterator[Finding]:
    """Many cases at a time, for a judge that is quick with many and makes the least of a case by itself."""
    found: list[Finding] = []

    @seed(effort.seed)
    @settings(
        max_examples=max(1, effort.cases // count),
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=UNCHECKED,
    )
    @given(st.tuples(*[st.binary(min_size=4, max_size=LONGEST)] * count))
    def cases(data: tuple[bytes, ...]) -> None:
        if monotonic() < effort.until and len(found) < MOST_FAULTS and (finding := judge(data)) is not None:
            found.append(finding)

    cases()
    yield from found
