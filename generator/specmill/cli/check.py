"""``specmill check``: whether client and reference are what the document says; 1 and the difference if not."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from specmill.cli.choice import chosen
from specmill.cli.console import GREEN, RED, answer, answer_each_json, error_as_json, one_line, say, waiting
from specmill.config import COMMAND_LINE
from specmill.errors import SpecmillError
from specmill.keep.difference import LINES
from specmill.keep.freshness import Verdict, check
from specmill.keep.output import Making, Output, client_output, reference_output
from specmill.keep.writer import KEPT, listed
from specmill.values import Config

Checked = tuple[list[tuple[Output, Verdict]], tuple[SpecmillError, ...]]
FILES_SHOWN = 10
LINE_ENDS = "a checkout changed the line ends to CRLF: put `{client}/** -text` into .gitattributes"


def run(options: Namespace) -> int:
    limit = None if options.verbose else LINES
    checked = [_checked(config, options, limit) for config in chosen(options)]
    if options.json:
        answer_each_json([_as_json(*one) for one in checked])
    return int(any(drifted or not all(one.fresh for _, one in verdicts) for verdicts, drifted in checked))


def _checked(config: Config, options: Namespace, limit: int | None) -> Checked:
    """Each output with its verdict, the client's first, and the recordings that do not fit."""
    making = Making(config)
    outputs = [output for output in (client_output(config), reference_output(config)) if output is not None]
    verdicts: list[tuple[Output, Verdict]] = []
    for output in outputs:
        verdict = check(config, output=output, making=making, waiting=waiting, limit=limit)
        verdicts.append((output, verdict))
        if not options.json:
            _tell(config, output, verdict, limit)
    drifted = _drifted(config)
    if not options.json:
        _tell_drift(drifted)
    return verdicts, drifted


def _drifted(config: Config) -> tuple[SpecmillError, ...]:
    """Recordings that today's document does not allow any more."""
    if config.recordings is None:
        return ()
    from specmill.serve.drift import check_config

    return check_config(config)


def _tell_drift(drifted: tuple[SpecmillError, ...]) -> None:
    for error in drifted:
        answer(f"{error.place}: {one_line(error.message)}", RED)
    for hint in dict.fromkeys(error.hint for error in drifted):
        say(f"hint: {hint}")


def _tell(config: Config, output: Output, verdict: Verdict, limit: int | None) -> None:
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
    for hint in _hints(config, output, verdict):
        say(f"hint: {hint}")


def _word(verdict: Verdict) -> str:
    if verdict.fresh:
        return "fresh"
    return "changed by hand" if verdict.edited else "stale"


def _hints(config: Config, output: Output, verdict: Verdict) -> list[str]:
    found = {finding.what for finding in verdict.findings}
    hints = []
    if "line ends" in found:
        hints.append(LINE_ENDS.format(client=verdict.client))
    if verdict.findings and verdict.blocking:
        hints.append(f"move away what lies where files of the {output.what} have to go: {listed(verdict.blocking)}")
    if verdict.findings:
        same_options = " with the same options" if config.source == COMMAND_LINE else ""
        then = "then " if verdict.blocking else ""
        hints.append(f"{then}`{_mending(output, verdict)}`{same_options} mends it{_price(output, found)}")
    return hints


def _mending(output: Output, verdict: Verdict) -> str:
    found = {finding.what for finding in verdict.findings}
    if "in the way" in found:
        return f"{output.adopt} --discard-edits"
    if verdict.foreign:
        return output.adopt
    return output.discard if found & {"edited", "deleted"} else output.mend


def _price(output: Output, found: set[str]) -> str:
    if not found & {"in the way", "edited", "deleted"}:
        return ""
    return f" and throws those changes away: move what you want to keep into {KEPT[output.what]}"


def _as_json(verdicts: list[tuple[Output, Verdict]], drifted: tuple[SpecmillError, ...]) -> dict[str, object]:
    told = {output.what: _verdict_as_json(output, verdict) for output, verdict in verdicts}
    recordings = [error_as_json(error) for error in drifted]
    return {**told["client"], "recordings": recordings, "reference": told.get("reference")}


def _verdict_as_json(output: Output, verdict: Verdict) -> dict[str, object]:
    mend = _mending(output, verdict) if verdict.findings else None
    return {**asdict(verdict), "fresh": verdict.fresh, "mend": mend}
