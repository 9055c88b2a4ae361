"""``make bench``: every figure that README and docs quote, as one table of one run, kept as JSON as well."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks import calls, contract, diff, engines, pipeline, scale, serve, shell, streams
from tests.benchmarks.pipeline import Row

MEASURED_WITH = (
    "specmill",
    "openapi-python-client",
    "datamodel-code-generator",
    "msgspec",
    "httpx2",
    "httptools",
    "ruff",
)
SUBJECTS: dict[str, Callable[[Path, argparse.Namespace], Iterator[Row]]] = {
    "calls": lambda folder, options: calls.rows(folder, options.rounds),
    "streams": lambda folder, options: streams.rows(folder, options.rounds),
    "serve": lambda folder, options: serve.rows(folder, options.rounds),
    "contract": lambda folder, options: contract.rows(folder, options.rounds),
    "diff": lambda folder, options: diff.rows(folder, options.rounds),
    "scale": lambda folder, options: scale.rows(folder, options.rounds),
    "shell": lambda folder, options: shell.rows(folder, options.rounds),
    "engines": lambda folder, options: engines.rows(folder, options.rounds),
    "pipeline": lambda folder, options: pipeline.rows(folder, options.rounds, tuple(options.sizes)),
}


def main() -> None:
    options = arguments()
    machine = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": f"{platform.python_version()} ({' '.join(platform.python_build())})",
        **{name: version(name) for name in MEASURED_WITH},
    }
    print("  ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="specmill-bench-") as work:
        folder = Path(work)
        for row in (row for name in options.only for row in SUBJECTS[name](folder, options)):
            rows.append(asdict(row))
            print(f"\n{row.what}: {row.measured} (asked: {row.asked})")
            for name, figure in row.figures.items():
                print(f"    {name:32} {figure.seconds:10.5f} s {figure.megabytes:8.0f} MB", flush=True)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({"with": machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")
    print(f"\nkept in {options.json}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=SUBJECTS, default=list(SUBJECTS), help="what to measure (all)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each process runs (5)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=list(pipeline.SIZES), help="operations of the synthetic documents"
    )
    parser.add_argument("--json", type=Path, default=Path(".bench/figures.json"), help="where the figures are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
