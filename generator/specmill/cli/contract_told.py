"""What contract tests tell, of a run or of its shards joined: lines, pages, and files in all forms."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from specmill.cli.console import BOLD, GREEN, RED, answer, say
from specmill.contract.merge import result_of
from specmill.contract.report.machines import as_junit, written
from specmill.contract.report.page import page_of as html_page
from specmill.contract.report.text import line, missing, page_of, summary
from specmill.contract.store import of_json, put
from specmill.contract.values import Finding, Result

Told = Mapping[str, Any]


def tell(options: Namespace, whole: Told) -> int:
    """The code to exit with."""
    result = result_of(whole)
    _lines(options, whole, result)
    _files(options, whole, result)
    return result.code


def _lines(options: Namespace, whole: Told, result: Result) -> None:
    for finding, told in zip(result.failures, whole["failures"], strict=True):
        answer(line(finding), RED)
        if not options.brief:
            answer(_indented("\n".join(page_of(told, result.seed))))
    for finding in result.of_the_document:
        answer(f"in the document: {line(finding)}")
    for finding in result.observations:
        answer(f"observed: {line(finding)}")
    for text in missing(whole["coverage"]) if options.coverage else ():
        answer(f"not reached: {text}")
    if result.left_out:
        say(f"specmill: left out for want of time, which --budget gives: {'; '.join(result.left_out)}")
    if result.proved_nothing:
        say(f"specmill: {result.proved_nothing}", RED)
    answer(summary(result, whole["coverage"]), BOLD if result.code else GREEN)


def _indented(text: str) -> str:
    return "\n".join(f"    {one}" for one in text.splitlines())


def _files(options: Namespace, whole: Told, result: Result) -> None:
    if options.json:
        _write(Path(options.json), written(whole))
    if options.junit:
        _write(Path(options.junit), as_junit(result, whole["checks"]))
    if options.html:
        _write(Path(options.html), html_page(whole))
    for finding, told in zip(result.failures, whole["failures"], strict=True) if options.record else ():
        _record(Path(options.record), finding, told, result.seed)


def _record(folder: Path, finding: Finding, told: Told, seed: int) -> None:
    path = put(folder, of_json(told["stored"]))
    _write(path.with_suffix(".txt"), "\n".join((line(finding), "", *page_of(told, seed), "")))
    say(f"stored: {path}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
