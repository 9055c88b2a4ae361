"""``specmill docs``: makes the reference what the document says, and leaves the client as it is."""

from __future__ import annotations

from argparse import Namespace

from specmill.cli.choice import chosen
from specmill.cli.console import answer, answer_each_json, one_line, waiting
from specmill.errors import Place, SpecmillError
from specmill.keep.output import Making, reference_output
from specmill.keep.renew import renew
from specmill.keep.summary import Summary, as_json, as_text
from specmill.values import Config


def run(options: Namespace) -> int:
    configs = [config for config in chosen(options) if config.docs is not None]
    if not configs:
        (config, *_) = chosen(options)
        hint = 'write docs = "docs" in [tool.specmill], or give --docs'
        raise SpecmillError("`docs` is not set: where is the reference to go?", place=Place(config.source), hint=hint)
    summaries = [documented(config, Making(config), options) for config in configs]
    if options.json:
        answer_each_json([as_json(one) for one in summaries if one is not None])
    return 0


def documented(config: Config, making: Making, options: Namespace) -> Summary | None:
    """The reference, made and told of; None where none is wanted."""
    output = reference_output(config)
    if output is None:
        return None
    summary = renew(
        config,
        output=output,
        making=making,
        force=options.force,
        discard_edits=options.discard_edits,
        adopt=options.adopt,
        waiting=waiting,
    )
    if not options.json:
        answer("\n".join(map(one_line, as_text(summary, verbose=options.verbose))))
    return summary
