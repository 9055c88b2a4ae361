"""``specmill regenerate``: makes the client what its document says."""

from __future__ import annotations

from argparse import Namespace

from specmill.cli.choice import chosen
from specmill.cli.console import answer, answer_each_json, one_line, waiting
from specmill.keep.renew import renew
from specmill.keep.summary import as_json, as_text


def run(options: Namespace) -> int:
    summaries = []
    for config in chosen(options):
        summary = renew(
            config,
            force=options.force,
            discard_edits=options.discard_edits,
            adopt=options.adopt,
            waiting=waiting,
        )
        summaries.append(summary)
        if not options.json:
            answer("\n".join(map(one_line, as_text(summary, verbose=options.verbose))))
    if options.json:
        answer_each_json([as_json(summary) for summary in summaries])
    return 0
