"""A run told to people: one line a failure, and a page of each."""

from __future__ import annotations

from collections.abc import Iterator

from specmill.contract.coverage import Coverage
from specmill.contract.properties import PROPERTIES
from specmill.contract.report.reproduce import curl, program
from specmill.contract.values import Event, Finding, Result
from specmill.document.positions import place_of
from specmill.values import Document

SHOWN = 240  # characters of a piece
FIRST, LAST = 30, 10  # events, and chunks
BY_NUMBER = {str(one.number): one for one in PROPERTIES}


def line(finding: Finding) -> str:
    return str(finding).replace("\n", "\\n")


def page(finding: Finding, base: str, document: Document, seed: int) -> Iterator[str]:
    """Line by line."""
    if finding.pointer:
        yield f"in the document: {place_of(document, finding.pointer)}"
    if finding.check == "stream" and (known := BY_NUMBER.get(finding.keyword)) is not None:
        yield f"property {known.number}, {known.name}: {known.broken}; it {known.does}"
    yield f"seed: {seed}"
    yield from _listed("records", finding.records)
    yield from _listed("chunks", finding.chunks)
    if finding.events:
        yield "on the wire:"
        yield from (f"  {one}" for one in wire(finding.events))
    if (text := program(finding, base)) is not None:
        yield "to see it again:"
        yield from (f"  {one}" for one in text.splitlines())
    if (text := curl(finding, base)) is not None:
        yield f"or: {text}"


def _listed(name: str, some: tuple[bytes, ...]) -> Iterator[str]:
    if some:
        yield f"{name}:"
        yield from (f"  {shown(one)}" for one in some[:FIRST])
    if len(some) > FIRST:
        yield f"  … and {len(some) - FIRST} more"


def wire(events: tuple[Event, ...]) -> Iterator[str]:
    """Both directions on one clock."""
    left_out = max(0, len(events) - FIRST - LAST)
    for number, event in enumerate(events):
        if left_out and number == FIRST:
            yield f"… {left_out} more …"
        if left_out and FIRST <= number < FIRST + left_out:
            continue
        arrow = ">" if event.side == "client" else "<"
        which = f" [{event.connection}]" if event.connection else ""
        yield f"{event.at:8.4f}{which} {arrow} {shown(event.data) if event.what == 'data' else event.what}"


def shown(data: bytes) -> str:
    text = repr(data[:SHOWN])[2:-1]
    return text if len(data) <= SHOWN else f"{text}… ({len(data)} bytes)"


def summary(result: Result, coverage: Coverage) -> str:
    failures = len(result.failures)
    word = "nothing was proved" if result.proved_nothing else "all held"
    if result.left_out and not result.proved_nothing:
        word = "what was tried held"
    if failures:
        word = "1 failure" if failures == 1 else f"{failures} failures"
    cells = f"{coverage.reached} of {len(coverage.cells)} cells reached"
    return f"{word}: {result.cases} cases in {result.seconds:.1f} s, {cells}, seed {result.seed}"


def missing(coverage: Coverage) -> Iterator[str]:
    """What was not reached, and why."""
    for cell, why in coverage.missing():
        yield f"{cell}: {why}"
