"""How many cases the contract tester judges a second through one stream, and how many records Hypothesis draws for it.

One process each; the emulator has one of its own.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from specmill.config import Options as BuildOptions
from specmill.config import load
from specmill.contract import records
from specmill.contract.options import Options
from specmill.contract.record_tests import RecordCase
from specmill.contract.run import Run
from specmill.contract.talker import Talker
from specmill.contract.wire import address_of
from specmill.document.api import Api, api_of
from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Contestant, measured
from tests.benchmarks.serve import served
from tests.support import REPOSITORY

CASES = 20_000
DRAWN = 4_000
AT_ONCE = 20  # records of one drawing, as when they go down a stream
HERE = [sys.executable, "-m", "tests.benchmarks.contract"]


def rows(work: Path, rounds: int) -> Iterator[Row]:
    yield judged(rounds)
    yield drawn(rounds)


def judged(rounds: int) -> Row:
    with served("--behaviour", "judge=document", "--behaviour", "stall=0s") as port:
        figures = measured([Contestant("one stream", [*HERE, str(port)], REPOSITORY, tells_its_seconds=True)], rounds)
    rate = CASES / figures["one stream"].seconds
    what = "records that have to be accepted, each judged, through one stream at a time to the emulator"
    return Row(what, "at least 5,000 a second", f"{rate:,.0f} a second", figures)


def drawn(rounds: int) -> Row:
    kinds = [Contestant(kind, [*HERE, kind], REPOSITORY, tells_its_seconds=True) for kind in ("valid", "broken")]
    figures = measured(kinds, rounds)
    told = ", ".join(f"{DRAWN / figure.seconds:,.0f} {kind} a second" for kind, figure in figures.items())
    return Row("records that Hypothesis draws and jsonschema-rs confirms", "at least 2,000 a second", told, figures)


# --- the processes


def api() -> Api:
    return api_of(load(BuildOptions(), REPOSITORY)[0])


def judge(port: str) -> float:
    run = Run(api(), Options(f"http://127.0.0.1:{port}", parameters={"cluster_id": "c", "topic_name": "t"}))
    single = run.single(run.operations[0], Talker(address_of(run.options.url)))
    tried = run.streams(single).records()
    assert tried is not None
    some: list[RecordCase] = []
    for number in range(3 * CASES):
        case = tried.case_of(random.Random(number).randbytes(40))
        if case is not None and case.wanted == "accepted":
            some.append(case)
    began = time.perf_counter()
    assert [] == list(tried.judged(some[:CASES]))
    seconds = time.perf_counter() - began
    assert CASES <= len(some) and CASES == run.tally.accepted
    return seconds


def draw(valid: bool) -> float:
    some = st.tuples(*[records(api(), valid=valid)] * AT_ONCE)
    found: list[object] = []

    @settings(
        max_examples=DRAWN // AT_ONCE,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(some)
    def collect(drawn: tuple[object, ...]) -> None:
        found.extend(drawn)

    began = time.perf_counter()
    collect()
    return (time.perf_counter() - began) * DRAWN / len(found)


if __name__ == "__main__":
    (what,) = sys.argv[1:]
    print(judge(what) if what.isdecimal() else draw(what == "valid"))
