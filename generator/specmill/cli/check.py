"""``specmill check``: whether the client is what its document says; 1 and the difference if not."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from specmill.cli.choice import chosen
from specmill.cli.console import GREEN, RED, answer, answer_each_json, say, waiting
from specmill.config import COMMAND_LINE
from specmill.keep.difference import LINES
from specmill.keep.freshness import Verdict, check
from specmill.keep.writer import ADOPT, DISCARD, MEND, listed
from specmill.values import Config

FILES_SHOWN = 10
LINE_ENDS = "a checkout changed the line ends to CRLF: put `{client}/** -text` into .gitattributes"


def run(options: Namespace) -> int:
    limit = None if options.verbose else LINES
    verdicts = []
    for config in chosen(options):
        verdict = check(config, waiting=waiting, limit=limit)
        verdicts.append((config, verdict))
        if not options.json:
            _tell(config, verdict, limit)
    if options.json:
        answer_each_json([_as_json(config, verdict) for config, verdict in verdicts])
    return int(not all(verdict.fresh for _, verdict in verdicts))


def _tell(config: Config, verdict: Verdict, limit: int | None) -> None:
    answer(f"{verdict.client}: {_word(verdict)}", GREEN if verdict.fresh else RED)
    for reason in verdict.reasons:
        answer(f"  {reason}")
    for finding in verdict.findings:
        answer(f"  {finding.what:<11} {finding.path}")
    for path in verdict.unknown:
        answer(f"  not ours    {path} (no finding)")
    different = [finding.difference for finding in verdict.findings if finding.difference]
    for text in different if limit is None else different[:FILES_SHOWN]:
        answer(text)
    if limit is not None and len(different) > FILES_SHOWN:
        answer(f"… and {len(different) - FILES_SHOWN} more files (--verbose shows them)")
    for hint in _hints(config, verdict):
        say(f"hint: {hint}")


def _word(verdict: Verdict) -> str:
    if verdict.fresh:
        return "fresh"
    return "changed by hand" if verdict.edited else "stale"


def _hints(config: Config, verdict: Verdict) -> list[str]:
    found = {finding.what for finding in verdict.findings}
    hints = []
    if "line ends" in found:
        hints.append(LINE_ENDS.format(client=verdict.client))
    if verdict.findings and verdict.blocking:
        hints.append(f"move away what lies where files of the client have to go: {listed(verdict.blocking)}")
    if verdict.findings:
        same_options = " with the same options" if config.source == COMMAND_LINE else ""
        then = "then " if verdict.blocking else ""
        hints.append(f"{then}`{_mending(verdict)}`{same_options} mends it{_price(found)}")
    return hints


def _mending(verdict: Verdict) -> str:
    found = {finding.what for finding in verdict.findings}
    if "in the way" in found:
        return f"{ADOPT} --discard-edits"
    if verdict.foreign:
        return ADOPT
    return DISCARD if found & {"edited", "deleted"} else MEND


def _price(found: set[str]) -> str:
    if not found & {"in the way", "edited", "deleted"}:
        return ""
    return " and throws those changes away: move what you want to keep into an overlay or the extension folder"


def _as_json(config: Config, verdict: Verdict) -> dict[str, object]:
    return {**asdict(verdict), "fresh": verdict.fresh, "mend": _mending(verdict) if verdict.findings else None}
