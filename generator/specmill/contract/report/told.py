"""A run as plain data: what its reports in all forms are made of, and what runs in shards are joined from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from specmill.contract.coverage import Coverage
from specmill.contract.proved import tally_as_json, unnamed_of
from specmill.contract.report.reproduce import curl, program
from specmill.contract.report.wire import wire
from specmill.contract.run import Run, title_of
from specmill.contract.store import as_json as stored_as_json
from specmill.contract.store import stored
from specmill.contract.values import Finding, Result
from specmill.document.positions import place_of
from specmill.values import Document

MARK, VERSION = "specmill contract report", 1
FACTS = ("check", "operation", "place", "keyword", "sent", "expected", "got", "pointer", "also")


def told(
    result: Result, coverage: Coverage, base: str, document: Document, run: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """``run`` is what ``facts_of`` it says."""
    return {
        MARK: VERSION,
        "server": base,
        "seed": result.seed,
        "cases": result.cases,
        "seconds": round(result.seconds, 3),
        "proved_nothing": result.proved_nothing,
        "left_out": list(result.left_out),
        **(run or {}),
        "failures": [finding_told(one, base, document, result.seed) for one in result.failures],
        "observations": [finding_told(one, base, document, result.seed) for one in result.observations],
        "of_the_document": [finding_told(one, base, document, result.seed) for one in result.of_the_document],
        "coverage": coverage_told(_matrix(coverage)),
    }


def facts_of(run: Run) -> dict[str, Any]:
    """What tells whether two reports are of one run, and what only all of them together can say."""
    options, tree = run.options, run.api.normal.tree
    text = json.dumps(tree, sort_keys=True, default=str)
    streams = (one.stream for one in run.operations)
    return {
        "shard": {"number": options.shard.number, "of": options.shard.of, "units": len(run.share)},
        "document": {"title": title_of(run.api), "sha256": sha256(text.encode()).hexdigest()},
        "tried": {"profile": options.profile.name, "cases": options.cases},
        "operations": {one.id: one.pointer for one in run.operations},
        "verdicts": [f"/{one.verdict}" for one in streams if one is not None],
        "unnamed": list(unnamed_of(run.operations, options.parameters)),
        "checks": list(run.checks),
        "tally": tally_as_json(run.tally),
    }


def finding_told(finding: Finding, base: str, document: Document, seed: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(finding, name) for name in FACTS}
    found["also"] = list(finding.also)
    found["document"] = str(place_of(document, finding.pointer)) if finding.pointer else ""
    found["records"] = [_text(one) for one in finding.records]
    found["chunks"] = [_text(one) for one in finding.chunks]
    found["wire"] = list(wire(finding.events))
    found["python"] = program(finding, base)
    found["curl"] = curl(finding, base)
    found["wanted"] = finding.case.wanted if finding.case is not None else None
    found["status"] = finding.answer.status if finding.answer is not None else None
    if finding.kind == "failure":
        found["stored"] = stored_as_json(stored(finding, seed))
    return found


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def _matrix(coverage: Coverage) -> list[list[Any]]:
    why = dict(coverage.missing())
    return [[*_words(cell), met, why.get(cell, "")] for cell, met in coverage.cells.items() if coverage.is_told(cell)]


def _words(cell: Any) -> tuple[str, str, str, str, str]:
    return cell.operation, cell.part, cell.place, cell.what, cell.way


def coverage_told(matrix: list[list[Any]]) -> dict[str, Any]:
    """A row of ``matrix`` is operation, part, place, what, way, whether it was reached, and why not."""
    named = [(" ".join(filter(None, row[:5])), row[5], row[6]) for row in matrix]
    return {
        "reached": sum(met for _, met, _ in named),
        "cells": len(named),
        "missing": [{"cell": name, "why": why} for name, met, why in named if not met],
        "met": [name for name, met, _ in named if met],
        "matrix": matrix,
    }
