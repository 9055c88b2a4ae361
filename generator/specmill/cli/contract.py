"""``specmill contract URL``: tries a running server, and tells exactly what does not hold."""

from __future__ import annotations

import contextlib
import random
import re
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from specmill.cli.choice import chosen_one
from specmill.cli.console import BOLD, GREEN, RED, answer, harmless, say
from specmill.cli.ending import ended_by_sigterm
from specmill.contract.options import PROFILES, Options
from specmill.contract.report.machines import as_json, as_junit
from specmill.contract.report.page import page as html_page
from specmill.contract.report.text import line, missing, page, summary
from specmill.contract.run import Run
from specmill.contract.security import Credentials
from specmill.contract.store import Stored, read, read_all, write
from specmill.contract.values import Finding, Result
from specmill.document.api import api_of
from specmill.errors import Place, SpecmillError

SECONDS = {"s": 1, "m": 60, "h": 3600, "": 1}
STOPPED = "it was stopped before its end"
EXAMPLES = "examples"  # below the folder of failures: what Hypothesis keeps
CLEAR = "\r\033[K"


def run(options: Namespace) -> int:
    asked = _asked(options)
    api = api_of(chosen_one(options))
    progress = Progress()
    tests = Run(api, asked, progress)
    say(f"seed {asked.seed}")
    stored = _stored(options)
    try:
        result = asked.cleaner.of(_result(tests, stored, options.replay is not None))
    finally:
        progress.clear()
    _told(options, tests, result)
    _files(options, tests, result)
    return result.code


def _result(tests: Run, stored: tuple[Stored, ...], only_stored: bool) -> Result:
    """Also what was found so far, when somebody ends it."""
    with contextlib.suppress(KeyboardInterrupt), ended_by_sigterm():
        return tests.result(stored, only_stored)
    so_far = tests.told(only_stored)
    return replace(so_far, proved_nothing=STOPPED, left_out=(*so_far.left_out, f"all behind {tests.stage_now}"))


class Progress:
    """What is being tried, on a terminal alone."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()

    def __call__(self, stage: str) -> None:
        if self._shows:
            print(f"{CLEAR}{harmless(stage)[:100]} …", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._shows:
            print(CLEAR, end="", file=sys.stderr, flush=True)


# --- what is asked


def _asked(options: Namespace) -> Options:
    profile = PROFILES[options.profile]
    seed = options.seed
    if seed is None:
        seed = random.SystemRandom().randrange(2**31) if profile.random else 0
    pairs = [_pair(one, "=", "--param", "NAME=VALUE") for one in options.param]
    first = {name: value for name, value in reversed(pairs)}
    keys = dict(_pair(one, "=", "--key", "SCHEME=SECRET") for one in options.key)
    folder = Path(options.record) / EXAMPLES if options.record and profile.random else None
    return Options(
        options.url.rstrip("/"),
        Credentials(options.user, options.token, keys or None),
        first,
        {name: value for name, value in pairs if value != first[name]},
        tuple(_pair(one, ":", "--header", "'Name: value'") for one in options.header),
        tuple(options.operation),
        seed,
        profile,
        options.cases,
        _seconds(options.budget) if options.budget is not None else None,
        Path(options.cacert) if options.cacert else None,
        not options.insecure,
        options.patience,
        folder,
        options.idle,
    )


def _pair(text: str, sign: str, option: str, form: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found or not name.strip():
        raise SpecmillError(f"this is not {form}: {text!r}", place=Place(option))
    return name.strip(), value.strip() if sign == ":" else value


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", text)
    if found is None:
        raise SpecmillError(f"this is no length of time: {text!r}", place=Place("--budget"), hint="like 30s, 5m or 1h")
    return float(found[1]) * SECONDS[found[2]]


def _stored(options: Namespace) -> tuple[Stored, ...]:
    if options.replay is not None:
        return (read(Path(options.replay)),)
    return read_all(Path(options.record)) if options.record else ()


# --- what is told


def _told(options: Namespace, tests: Run, result: Result) -> None:
    for finding in result.failures:
        answer(line(finding), RED)
        if not options.brief:
            answer(_indented(_page(tests, finding)))
    for finding in result.of_the_document:
        answer(f"in the document: {line(finding)}")
    for finding in result.observations:
        answer(f"observed: {line(finding)}")
    for text in missing(tests.coverage) if options.coverage else ():
        answer(f"not reached: {text}")
    if result.left_out:
        say(f"specmill: left out for want of time, which --budget gives: {'; '.join(result.left_out)}")
    if result.proved_nothing:
        say(f"specmill: {result.proved_nothing}", RED)
    answer(summary(result, tests.coverage), BOLD if result.code else GREEN)


def _page(tests: Run, finding: Finding) -> str:
    return "\n".join(page(finding, tests.options.url, tests.api.normal.document, tests.options.seed))


def _indented(text: str) -> str:
    return "\n".join(f"    {one}" for one in text.splitlines())


def _files(options: Namespace, tests: Run, result: Result) -> None:
    url, document = tests.options.url, tests.api.normal.document
    if options.json:
        _write(Path(options.json), as_json(result, tests.coverage, url, document))
    if options.junit:
        _write(Path(options.junit), as_junit(result, tests.checks))
    if options.html:
        _write(Path(options.html), html_page(result, tests.coverage, url, document))
    for finding in result.failures if options.record else ():
        path = write(Path(options.record), finding, tests.options.seed)
        _write(path.with_suffix(".txt"), f"{line(finding)}\n\n{_page(tests, finding)}\n")
        say(f"stored: {path}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
