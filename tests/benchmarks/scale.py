"""What the numbers of `generator/SCALE.md` rest on: the cost of a record and of a case, measured, and what follows.

What many cores and machines do is worked out here from what one does, by the code that deals a run out; nothing of it
is measured on machines that are not there. Every row that is worked out says so.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from specmill.config import Options as BuildOptions
from specmill.config import load
from specmill.contract.options import PROFILES, Options
from specmill.contract.run import Run
from specmill.contract.shards import (
    ACCEPTED,
    BELOW,
    CALLS,
    CREDENTIALS,
    MANNERS,
    REFUSED,
    WRITTEN,
    Amounts,
    Unit,
    dealt,
    units_of,
)
from specmill.document.api import Api, api_of
from tests.benchmarks import synthetic
from tests.benchmarks.duplex_peer import RECORD, fast_peer
from tests.benchmarks.pipeline import Row
from tests.benchmarks.processes import Figure
from tests.benchmarks.serve import served
from tests.benchmarks.streams import Subject, measured_rates
from tests.support import REPOSITORY

OPERATIONS = 1_000
TRIED = ("putThing0", "putThing3")  # of these; all are alike
SHARDS = (1, 2, 8, 100)
PAUSES = (0.0, 0.005, 0.05)  # seconds that a server takes for a call
WORKED_OUT = "nothing; worked out from the rows above"
MOST = 300  # seconds for one measurement
STAGES = {
    "credentials": CREDENTIALS,
    "what has to be accepted": ACCEPTED,
    "what has to be refused": REFUSED,
    "what is no JSON, and other media types": BELOW,
    "JSON that is written otherwise": WRITTEN,
    "methods and paths": MANNERS,
    "calls that are drawn": CALLS,
}
# Published for Confluent Cloud, November 2026: megabytes and streamed requests a second, which are records.
LIMITS = {
    "Basic, Standard, Enterprise, Freight": (10, 1_000),
    "Dedicated, one CKU": (50, 3_000),
    "Dedicated, 152 CKU": (7_600, 456_000),
}
SIZES = (100, 1_000, 10_000, 100_000)  # bytes of a record


def rows(work: Path, rounds: int) -> Iterator[Row]:
    yield from of_records(work, rounds)
    yield from of_cases(work, rounds)


# --- records


def of_records(work: Path, rounds: int) -> Iterator[Row]:
    subject = Subject("send_many")
    with fast_peer() as peer:
        figures, rates = measured_rates(work, (subject,), rounds, peer)
    rate = rates[subject.label]
    size = len(RECORD)
    told = f"{rate:,.0f} a second, {1e6 / rate:.1f} µs each, {rate * size / 1e6:.1f} MB a second"
    yield Row(f"records of {size} bytes down one stream, one process", "at least 10,000 a second", told, figures)
    for name, (megabytes, requests) in LIMITS.items():
        told = "; ".join(_ends(size, megabytes, requests, rate) for size in SIZES)
        yield Row(f"what the API lets in, {name}", WORKED_OUT, told, {})


def _ends(size: int, megabytes: int, requests: int, rate: float) -> str:
    """How many records of a size a cluster takes, why no more, and how much of a core's time that is."""
    let_in = min(requests, megabytes * 1e6 / size)
    why = "requests" if let_in == requests else "bytes"
    return f"{size:,} bytes: {let_in:,.0f} a second by {why}, {let_in / rate:.2g} of this process"


# --- cases


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one operation in one profile."""

    before: float  # seconds until the first call: the document, and what is made of it
    seconds: Mapping[str, float]  # by kind of unit
    cases: Mapping[str, int]
    cpu: float
    megabytes: float

    def of(self, unit: Unit, amounts: Amounts, pause: float) -> float:
        number = sum(one.what == unit.what for one in units_of(API_OF[0].operations[0], amounts))
        return (self.seconds[unit.what] + pause * self.cases[unit.what]) / number


API_OF: list[Api] = []  # of the synthetic document, which takes seconds to read


def of_cases(work: Path, rounds: int) -> Iterator[Row]:
    document = _written(work)
    API_OF[:] = [_api(str(document))]
    with served("--document", str(document), "--responder", "examples") as port:
        for name in ("ci", "fuzz"):
            runs = [_measured(document, port, name) for _ in range(max(1, rounds // 2))]
            yield from _campaign(name, sorted(runs, key=lambda one: sum(one.seconds.values()))[len(runs) // 2])


def _written(work: Path) -> Path:
    """Models that hold each other three deep, as people's do: in a ring of a thousand a value has no end."""
    tree = synthetic.document(OPERATIONS)
    for number in range(2, OPERATIONS, 3):
        del tree["components"]["schemas"][f"Thing{number}"]["properties"]["next"]
    for item in tree["paths"].values():
        item["put"]["parameters"][0]["schema"] |= {"maxLength": 64}
        item["put"]["responses"]["4XX"] = {"description": "What is wrong with it"}
    path = work / "campaign.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def _measured(document: Path, port: int, profile: str) -> Measured:
    command = [sys.executable, "-m", "tests.benchmarks.scale", str(document), str(port), profile]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True, timeout=MOST)
    return Measured(**json.loads(done.stdout))


def _campaign(name: str, one: Measured) -> Iterator[Row]:
    cases, seconds = sum(one.cases.values()), sum(one.seconds.values())
    figures = {f"one operation of {OPERATIONS:,}, {name}": Figure(seconds, one.megabytes)}
    each, cpu = 1000 * seconds / cases, 1000 * one.cpu / cases
    told = f"{cases:,} cases, {each:.2f} ms each, of which {cpu:.2f} ms are the tester's own; {one.before:.1f} s before"
    yield Row(f"profile {name}, single calls of one operation", "nothing", told, figures)
    amounts = Options("", profile=PROFILES[name]).amounts
    units = tuple(unit for operation in API_OF[0].operations for unit in units_of(operation, amounts))
    for pause in PAUSES:
        told = "; ".join(_on(of, units, amounts, one, pause) for of in SHARDS)
        what = f"profile {name}, {OPERATIONS:,} operations, a server that takes {1000 * pause:g} ms a call"
        yield Row(what, WORKED_OUT, f"{OPERATIONS * cases:,} cases; {told}", {})


def _on(of: int, units: tuple[Unit, ...], amounts: Amounts, one: Measured, pause: float) -> str:
    """Until the last of so many shards has ended, and how much longer that is than if all had as much to do."""
    cost = {unit: one.of(unit, amounts, pause) for unit in {Unit("", unit.what, 0) for unit in units}}
    loads = [sum(cost[Unit("", unit.what, 0)] for unit in shard) for shard in dealt(units, amounts, of)]
    last, mean = max(loads) + one.before, statistics.mean(loads) + one.before
    return f"{of} shards {_time(last)}" + (f" ({100 * (last / mean - 1):.0f} % above the mean)" if of > 1 else "")


def _time(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 5400 else f"{seconds / 60:.1f} min"


# --- the process


def _api(document: str) -> Api:
    return api_of(load(BuildOptions(document=document, package="client", output="."), REPOSITORY)[0])


def tried(document: str, port: str, profile: str) -> dict[str, Any]:
    """Per operation, what each stage takes of those in ``TRIED``."""
    began = time.perf_counter()
    now = [(began, "", 0)]
    api = _api(document)

    def watch(stage: str) -> None:
        now.append((time.perf_counter(), stage.partition(": ")[2], run.tally.cases))

    options = Options(f"http://127.0.0.1:{port}", operations=TRIED, profile=PROFILES[profile])
    run = Run(api, options, watch)
    cpu = time.process_time()
    result = run.result()
    assert not result.failures and not result.left_out, [str(one)[:300] for one in result.failures]
    watch(": ")
    seconds, cases = dict.fromkeys(STAGES.values(), 0.0), dict.fromkeys(STAGES.values(), 0)
    for (start, stage, before), (end, _, after) in pairwise(now[1:]):
        seconds[STAGES[stage]] += (end - start) / len(TRIED)
        cases[STAGES[stage]] += (after - before) // len(TRIED)
    spent = (time.process_time() - cpu) / len(TRIED)
    return {"before": now[1][0] - began, "seconds": seconds, "cases": cases, "cpu": spent, "megabytes": _peak()}


def _peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(tried(*sys.argv[1:])))
