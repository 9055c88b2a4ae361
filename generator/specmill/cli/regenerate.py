"""``specmill regenerate``: makes client and reference what the document says; 1 if it refused an update that breaks."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from typing import Any

from specmill.cli.choice import chosen
from specmill.cli.console import RED, answer, answer_each_json, error_as_json, one_line, say, waiting
from specmill.cli.docs import documented
from specmill.errors import SpecmillError
from specmill.keep.output import Making
from specmill.keep.renew import renew
from specmill.keep.summary import Summary, as_json, as_text
from specmill.keep.update import BreakingUpdate, Update, as_lines
from specmill.keep.update import as_json as update_as_json
from specmill.values import Config


def run(options: Namespace) -> int:
    outcomes = [_made(config, options) for config in chosen(options)]
    if options.json:
        answer_each_json([_as_json(*outcome) for outcome in outcomes])
    return int(any(isinstance(outcome, BreakingUpdate) for outcome, _ in outcomes))


def _made(config: Config, options: Namespace) -> tuple[Summary | BreakingUpdate, Summary | None]:
    """The client and its reference, which stays that of the old client if the new one is refused."""
    making = Making(config)
    outcome = _renewed(config, making, options)
    return outcome, None if isinstance(outcome, BreakingUpdate) else documented(config, making, options)


def _renewed(config: Config, making: Making, options: Namespace) -> Summary | BreakingUpdate:
    try:
        summary = renew(
            config,
            making=making,
            force=options.force,
            discard_edits=options.discard_edits,
            adopt=options.adopt,
            accept_breaking=options.accept_breaking,
            waiting=waiting,
        )
    except BreakingUpdate as refused:
        refused.update = _with_recordings(refused.update, config)
        if not options.json:
            _tell_refusal(refused)
        return refused
    if summary.update:
        summary = replace(summary, update=_with_recordings(summary.update, config))
    if not options.json:
        answer("\n".join(map(one_line, as_text(summary, verbose=options.verbose))))
    return summary


def _with_recordings(update: Update, config: Config) -> Update:
    """Recordings that the new document does not allow any more are touched as well."""
    if config.recordings is None:
        return update
    from specmill.diff.touched import Touched
    from specmill.serve.drift import check_config

    drifted = (Touched("recording", error.place, error.message) for error in check_config(config) if error.place)
    return replace(update, touched=(*update.touched, *drifted))


def _tell_refusal(refused: BreakingUpdate) -> None:
    answer("\n".join(map(one_line, as_lines(refused.update))))
    say(str(SpecmillError(refused.message, place=refused.place, hint=refused.hint)), RED)


def _as_json(outcome: Summary | BreakingUpdate, reference: Summary | None) -> dict[str, Any]:
    if isinstance(outcome, Summary):
        return {**as_json(outcome), "reference": as_json(reference) if reference else None}
    refusal = error_as_json(outcome)
    return {
        "outcome": "refused",
        "why": refusal["message"],
        "hint": refusal["hint"],
        "update": update_as_json(outcome.update),
    }
