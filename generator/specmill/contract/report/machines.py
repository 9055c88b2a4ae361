"""A run as JSON and as JUnit XML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from specmill.contract.coverage import Coverage
from specmill.contract.report.told import told
from specmill.contract.values import Result
from specmill.values import Document


def as_json(
    result: Result, coverage: Coverage, base: str, document: Document, run: Mapping[str, Any] | None = None
) -> str:
    return written(told(result, coverage, base, document, run))


def written(whole: Mapping[str, Any]) -> str:
    return json.dumps(whole, indent=2) + "\n"


def as_junit(result: Result, checks: Sequence[str]) -> str:
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
