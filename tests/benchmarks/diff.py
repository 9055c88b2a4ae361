"""How long a comparison takes: whole processes over two versions of a document with 200 operations."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.pipeline import REAL, Row
from tests.benchmarks.processes import Contestant, measured
from tests.benchmarks.synthetic import document

OPERATIONS = 200
EVERY = 10  # how many of the operations and models there are for each that is changed


def rows(work: Path, rounds: int) -> Iterator[Row]:
    trees = {"synthetic": document(OPERATIONS)}
    if REAL.exists():
        trees["a public API"] = json.loads(REAL.read_text(encoding="utf-8"))
    contestants = [
        Contestant(f"{name}, {how}", specmill(*_written(tree, how, work / name.replace(" ", "-"))), work)
        for name, tree in trees.items()
        for how in ("unchanged", "changed")
    ]
    figures = measured(contestants, rounds)
    slowest = max(figure.seconds for figure in figures.values())
    yield Row(f"two versions of {OPERATIONS} operations", "at most 3 s", f"at most {slowest:.2f} s", figures)


def specmill(old: Path, new: Path) -> list[str]:
    return [sys.executable, "-m", "specmill", "diff", str(old), str(new)]


def _written(tree: dict[str, Any], how: str, folder: Path) -> tuple[Path, Path]:
    folder.mkdir(exist_ok=True)
    old, new = folder / "old.json", folder / f"{how}.json"
    old.write_text(json.dumps(tree), encoding="utf-8")
    new.write_text(json.dumps(changed(tree) if how == "changed" else tree), encoding="utf-8")
    return old, new


def changed(tree: dict[str, Any]) -> dict[str, Any]:
    """Every tenth model has a narrower member and every tenth path is gone."""
    result: dict[str, Any] = json.loads(json.dumps(tree))
    for number, schema in enumerate(result["components"]["schemas"].values()):
        texts = [one for one in schema.get("properties", {}).values() if one.get("type") == "string"]
        if number % EVERY == 0 and texts:
            texts[0]["maxLength"] = 3
    for number, path in enumerate(list(result["paths"])):
        if number % EVERY == 0:
            del result["paths"][path]
    return result
