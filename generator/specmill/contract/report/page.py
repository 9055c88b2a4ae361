"""A run as one HTML page that needs nothing else: the failures, and the matrix of what was reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from html import escape

from specmill.contract.coverage import Cell, Coverage
from specmill.contract.report.reproduce import curl, program
from specmill.contract.report.text import shown, wire
from specmill.contract.values import Finding, Result
from specmill.document.positions import place_of
from specmill.values import Document

STYLE = """
:root { color-scheme: light dark; --bad: #b3261e; --good: #1b7f3b; --soft: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
table { border-collapse: collapse; } td, th { padding: .2rem .6rem; border: 1px solid var(--soft); text-align: left; }
td.met { color: var(--good); } td.not { color: var(--bad); }
pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--soft); border-radius: .4rem; font-size: .85rem; }
details { margin: .6rem 0; } details details { margin-left: 1rem; } summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; } .bad { color: var(--bad); } .good { color: var(--good); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; } dt { opacity: .7; } dd { margin: 0; }
"""


def page(result: Result, coverage: Coverage, base: str, document: Document) -> str:
    word = "nothing was proved" if result.proved_nothing else _counted(len(result.failures), "failure")
    mood = "bad" if result.failures or result.proved_nothing else "good"
    parts = [
        f"<h1>Contract of {escape(base)}: <span class={mood}>{word}</span></h1>",
        f"<p>{result.cases} cases in {result.seconds:.1f} s, seed {result.seed}. {escape(result.proved_nothing)}</p>",
        *_findings("Failures", result.failures, base, document),
        *_findings("Observations", result.observations, base, document),
        *_findings("In the document", result.of_the_document, base, document),
        *_matrix(coverage),
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Contract of {escape(base)}</title>'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n{body}\n</html>\n'
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _findings(title: str, findings: Iterable[Finding], base: str, document: Document) -> list[str]:
    rows = [_finding(finding, base, document) for finding in findings]
    return [f"<h2>{title}</h2>", *rows] if rows else []


def _finding(finding: Finding, base: str, document: Document) -> str:
    facts = {
        "operation": finding.operation,
        "place": finding.place or "/",
        "keyword": finding.keyword,
        "sent": finding.sent,
        "expected": finding.expected,
        "got": finding.got,
        "also": ", ".join(finding.also),
        "in the document": str(place_of(document, finding.pointer)) if finding.pointer else "",
    }
    told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    parts = {
        "Records": "\n".join(map(shown, finding.records)),
        "Chunks": "\n".join(map(shown, finding.chunks)),
        "On the wire": "\n".join(wire(finding.events)),
        "To see it again, in Python": program(finding, base),
        "To see it again, in a shell": curl(finding, base),
    }
    pieces = "".join(
        f"<details><summary>{name}</summary><pre>{escape(part)}</pre></details>" for name, part in parts.items() if part
    )
    head = f"{finding.check}: {finding.keyword} at {finding.place or '/'}" if finding.keyword else finding.check
    is_open = " open" if finding.kind == "failure" else ""
    return f"<details{is_open}><summary>{escape(head)}</summary><dl>{told}</dl>{pieces}</details>"


def _matrix(coverage: Coverage) -> list[str]:
    by_part: dict[tuple[str, str], list[tuple[Cell, bool]]] = defaultdict(list)
    for cell, met in coverage.cells.items():
        by_part[cell.operation, cell.part].append((cell, met))
    why = dict(coverage.missing())
    lines = [f"<h2>Coverage: {coverage.reached} of {len(coverage.cells)} cells</h2>"]
    for (operation, part), cells in by_part.items():
        reached = sum(one for _, one in cells)
        rows = "".join(
            f"<tr><td>{escape(cell.place or '/')}</td><td>{escape(cell.what)}</td><td>{cell.way}</td>"
            f"<td class={'met' if one else 'not'}>{'reached' if one else escape(why.get(cell, ''))}</td></tr>"
            for cell, one in cells
        )
        lines.append(
            f"<details><summary>{escape(operation)} · {escape(part)}: {reached} of {len(cells)}</summary>"
            f"<table><tr><th>place</th><th>what</th><th>way</th><th></th></tr>{rows}</table></details>"
        )
    return lines
