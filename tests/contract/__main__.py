"""``make contract``: the tester on every faulty server and on the honest ones, as a table."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

from specmill.contract.options import QUICK, Profile
from specmill.contract.run import Run
from tests.contract import rival
from tests.contract.faulty import TEMPERAMENTS, VARIANTS
from tests.contract.faulty.foreign import FOREIGN
from tests.contract.table import OfTheSeed, Row, false_alarms, foreign_false_alarms, foreign_row, row_of

SEEDS = 200
WHOLE = len(TEMPERAMENTS)  # runs of honest servers with all that there is; in the others only what the seed changes
DRAWN = Profile("drawn", 40, 240, 2, 6, 12, 0.0, False)
WORKERS = 3 * (os.cpu_count() or 2)  # most of the time a faulty server is waited for


def flagship_row(number: int) -> Row:
    return row_of(VARIANTS[number])


def other_row(pair: tuple[int, int]) -> Row:
    one = FOREIGN[pair[0]]
    return foreign_row(one, one.variants[pair[1]])


def rival_of(number: int) -> bool:
    return rival.finds(VARIANTS[number])


def rival_of_other(pair: tuple[int, int]) -> bool:
    one = FOREIGN[pair[0]]
    return rival.finds_foreign(one, one.variants[pair[1]])


def honest(seed: int) -> list[str]:
    """One run of an honest server, each seed with the next temperament; the foreign ones now and then."""
    temper = TEMPERAMENTS[seed % len(TEMPERAMENTS)]
    how: tuple[Profile, type[Run]] = (QUICK, Run) if seed < WHOLE else (DRAWN, OfTheSeed)
    found = [f"{temper.name}, seed {seed}: {one}" for one in false_alarms(temper, seed, *how)]
    if seed % 20 == 0:
        kind = Run if seed < WHOLE else OfTheSeed
        alarms = [(one, alarm) for one in FOREIGN for alarm in foreign_false_alarms(one, seed, kind)]
        found += [f"{one.name}, seed {seed}: {alarm}" for one, alarm in alarms]
    return found


def main(arguments: Sequence[str]) -> int:
    seeds = int(arguments[0]) if arguments else SEEDS
    began = time.monotonic()
    others = [(which, number) for which, one in enumerate(FOREIGN) for number in range(len(one.variants))]
    with ProcessPoolExecutor(WORKERS) as pool:
        rows = [pool.submit(flagship_row, number) for number in range(len(VARIANTS))]
        rows += [pool.submit(other_row, pair) for pair in others]
        runs = [pool.submit(honest, seed) for seed in range(seeds)]
        table = [row.result() for row in rows]
        alarms = [alarm for run in runs for alarm in run.result()]
        seconds = time.monotonic() - began
        if rival.command() is not None:  # behind all that is timed
            found = [pool.submit(rival_of, number) for number in range(len(VARIANTS))]
            found += [pool.submit(rival_of_other, pair) for pair in others]
            table = [replace(row, rival=one.result()) for row, one in zip(table, found, strict=True)]
    for row in table:
        print(row)
    return told(table, alarms, seeds, seconds)


def told(table: Sequence[Row], alarms: Sequence[str], seeds: int, seconds: float) -> int:
    found = [row for row in table if row.found is not None]
    some = [row for row in table if row.first is not None]
    for group in dict.fromkeys(row.group for row in table):
        of_group = [row for row in table if row.group == group]
        other = "" if rival.command() is None else f", Schemathesis {sum(bool(row.rival) for row in of_group)}"
        print(f"{group:<12} {sum(row.found is not None for row in of_group)} of {len(of_group)}{other}")
    print(f"{len(some)} of {len(table)} faulty servers are found, {len(found)} by a check that names their fault")
    print(f"median time to the first failure: {statistics.median(row.first_after for row in table):.2f} s")
    print(f"{len(alarms)} false alarms over {seeds} seeds; all in {seconds:.0f} s")
    for alarm in alarms:
        print(f"  {alarm}")
    return int(len(found) < len(table) or bool(alarms))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
