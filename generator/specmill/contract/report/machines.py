"""A run as JSON and as JUnit XML."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from specmill.contract.coverage import Coverage
from specmill.contract.report.reproduce import curl, program
from specmill.contract.report.text import wire
from specmill.contract.values import Finding, Result
from specmill.document.positions import place_of
from specmill.values import Document

FACTS = ("check", "operation", "place", "keyword", "sent", "expected", "got", "pointer")


def as_json(result: Result, coverage: Coverage, base: str, document: Document) -> str:
    whole = {
        "server": base,
        "seed": result.seed,
        "cases": result.cases,
        "seconds": round(result.seconds, 3),
        "proved_nothing": result.proved_nothing,
        "left_out": list(result.left_out),
        "failures": [_finding(one, base, document) for one in result.failures],
        "observations": [_finding(one, base, document) for one in result.observations],
        "of_the_document": [_finding(one, base, document) for one in result.of_the_document],
        "coverage": {
            "reached": coverage.reached,
            "cells": len(coverage.cells),
            "missing": [{"cell": str(cell), "why": why} for cell, why in coverage.missing()],
            "met": [str(cell) for cell, met in coverage.cells.items() if met],
        },
    }
    return json.dumps(whole, indent=2) + "\n"


def _finding(finding: Finding, base: str, document: Document) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(finding, name) for name in FACTS}
    told["document"] = str(place_of(document, finding.pointer)) if finding.pointer else ""
    told["records"] = [_text(one) for one in finding.records]
    told["chunks"] = [_text(one) for one in finding.chunks]
    told["wire"] = list(wire(finding.events))
    told["python"] = program(finding, base)
    told["curl"] = curl(finding, base)
    return told


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def as_junit(result: Result, checks: tuple[str, ...]) -> str:
    """One test a check; all failures of a check are in its one test."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    failed = {one.check for one in result.failures}
    lines.append(f'<testsuite name="contract" tests="{len(checks)}" failures="{len(failed)}">')
    for check in checks:
        told = "\n".join(str(one) for one in result.failures if one.check == check)
        inner = f"<failure>{escape(_visible(told))}</failure>" if told else ""
        lines.append(f'  <testcase classname="contract" name={quoteattr(check)}>{inner}</testcase>')
    return "\n".join([*lines, "</testsuite>", ""])


def _visible(text: str) -> str:
    """XML has no control characters, not even escaped ones."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
