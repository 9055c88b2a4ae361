"""A run as one HTML page that needs nothing else: the failures, and the matrix of what was reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from specmill.contract.coverage import Coverage
from specmill.contract.report.told import told
from specmill.contract.report.wire import visible
from specmill.contract.values import Result
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
    return page_of(told(result, coverage, base, document))


def page_of(whole: Mapping[str, Any]) -> str:
    base, nothing, failures = whole["server"], whole["proved_nothing"], whole["failures"]
    word = "nothing was proved" if nothing else _counted(len(failures), "failure")
    mood = "bad" if failures or nothing else "good"
    said = f"{whole['cases']} cases in {whole['seconds']:.1f} s, seed {whole['seed']}."
    parts = [
        f"<h1>Contract of {escape(base)}: <span class={mood}>{word}</span></h1>",
        f"<p>{said} {escape(nothing)}</p>",
        *_findings("Failures", failures, " open"),
        *_findings("Observations", whole["observations"]),
        *_findings("In the document", whole["of_the_document"]),
        *_matrix(whole["coverage"]),
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Contract of {escape(base)}</title>'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n{body}\n</html>\n'
    )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _findings(title: str, findings: Iterable[Mapping[str, Any]], is_open: str = "") -> list[str]:
    rows = [_finding(finding, is_open) for finding in findings]
    return [f"<h2>{title}</h2>", *rows] if rows else []


def _finding(found: Mapping[str, Any], is_open: str) -> str:
    place, keyword = found["place"] or "/", found["keyword"]
    facts = {
        "operation": found["operation"],
        "place": place,
        "keyword": keyword,
        "sent": found["sent"],
        "expected": found["expected"],
        "got": found["got"],
        "also": ", ".join(found["also"]),
        "in the document": found["document"],
    }
    told = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    parts = {
        "Records": "\n".join(map(visible, found["records"])),
        "Chunks": "\n".join(map(visible, found["chunks"])),
        "On the wire": "\n".join(found["wire"]),
        "To see it again, in Python": found["python"],
        "To see it again, in a shell": found["curl"],
    }
    pieces = "".join(
        f"<details><summary>{name}</summary><pre>{escape(part)}</pre></details>" for name, part in parts.items() if part
    )
    head = f"{found['check']}: {keyword} at {place}" if keyword else found["check"]
    return f"<details{is_open}><summary>{escape(head)}</summary><dl>{told}</dl>{pieces}</details>"


def _matrix(coverage: Mapping[str, Any]) -> list[str]:
    by_part: dict[tuple[str, str], list[list[Any]]] = defaultdict(list)
    for operation, part, *cell in coverage["matrix"]:
        by_part[operation, part].append(cell)
    lines = [f"<h2>Coverage: {coverage['reached']} of {coverage['cells']} cells</h2>"]
    for (operation, part), cells in by_part.items():
        rows = "".join(
            f"<tr><td>{escape(place or '/')}</td><td>{escape(what)}</td><td>{way}</td>"
            f"<td class={'met' if met else 'not'}>{'reached' if met else escape(why)}</td></tr>"
            for place, what, way, met, why in cells
        )
        reached = sum(cell[3] for cell in cells)
        lines.append(
            f"<details><summary>{escape(operation)} · {escape(part)}: {reached} of {len(cells)}</summary>"
            f"<table><tr><th>place</th><th>what</th><th>way</th><th></th></tr>{rows}</table></details>"
        )
    return lines
