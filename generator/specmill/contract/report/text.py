"""A run told to people: one line a failure, and a page of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specmill.contract.properties import PROPERTIES
from specmill.contract.report.told import finding_told
from specmill.contract.report.wire import visible
from specmill.contract.values import Finding, Result
from specmill.values import Document

FIRST = 30  # records and chunks
BY_NUMBER = {str(one.number): one for one in PROPERTIES}


def line(finding: Finding) -> str:
    return str(finding).replace("\n", "\\n")


def page(finding: Finding, base: str, document: Document, seed: int) -> Iterator[str]:
    """Line by line."""
    return page_of(finding_told(finding, base, document), seed)


def page_of(told: Mapping[str, Any], seed: int) -> Iterator[str]:
    if told["document"]:
        yield f"in the document: {told['document']}"
    if told["check"] == "stream" and (known := BY_NUMBER.get(told["keyword"])) is not None:
        yield f"property {known.number}, {known.name}: {known.broken}; it {known.does}"
    yield f"seed: {seed}"
    yield from _listed("records", told["records"])
    yield from _listed("chunks", told["chunks"])
    if told["wire"]:
        yield "on the wire:"
        yield from (f"  {one}" for one in told["wire"])
    if told["python"] is not None:
        yield "to see it again:"
        yield from (f"  {one}" for one in told["python"].splitlines())
    if told["curl"] is not None:
        yield f"or: {told['curl']}"


def _listed(name: str, some: Sequence[str]) -> Iterator[str]:
    if some:
        yield f"{name}:"
        yield from (f"  {visible(one)}" for one in some[:FIRST])
    if len(some) > FIRST:
        yield f"  … and {len(some) - FIRST} more"


def summary(result: Result, coverage: Mapping[str, Any]) -> str:
    """``coverage`` as it is told."""
    failures = len(result.failures)
    word = "nothing was proved" if result.proved_nothing else "all held"
    if result.left_out and not result.proved_nothing:
        word = "what was tried held"
    if failures:
        word = "1 failure" if failures == 1 else f"{failures} failures"
    cells = f"{coverage['reached']} of {coverage['cells']} cells reached"
    return f"{word}: {result.cases} cases in {result.seconds:.1f} s, {cells}, seed {result.seed}"


def missing(coverage: Mapping[str, Any]) -> Iterator[str]:
    """What was not reached, and why."""
    for one in coverage["missing"]:
        yield f"{one['cell']}: {one['why']}"
