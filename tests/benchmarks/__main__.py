"""``make bench``: every figure that README and docs quote, as one table of one run, kept as JSON as well."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from dataclasses import asdict
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from tests.benchmarks import calls, pipeline

MEASURED_WITH = ("specmill", "openapi-python-client", "datamodel-code-generator", "msgspec", "httpx2", "ruff")


def main() -> None:
    options = arguments()
    machine = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        **{name: version(name) for name in MEASURED_WITH},
    }
    print("  ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="specmill-bench-") as work:
        folder = Path(work)
        for row in chain(
            calls.rows(folder, options.rounds), pipeline.rows(folder, options.rounds, tuple(options.sizes))
        ):
            rows.append(asdict(row))
            print(f"\n{row.what}: {row.measured} (asked: {row.asked})")
            for name, figure in row.figures.items():
                print(f"    {name:32} {figure.seconds:8.3f} s {figure.megabytes:8.0f} MB", flush=True)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({"with": machine, "rows": rows}, indent=2) + "\n", encoding="utf-8")
    print(f"\nkept in {options.json}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each process runs (5)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=list(pipeline.SIZES), help="operations of the synthetic documents"
    )
    parser.add_argument("--json", type=Path, default=Path(".bench/figures.json"), help="where the figures are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
