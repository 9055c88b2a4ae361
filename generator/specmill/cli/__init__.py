"""The command line: the only place that prints and exits. One module a verb, imported when the verb is used.

Data goes to stdout, talk to stderr. Exit codes: 0 fine, 1 findings, 2 could not do it.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from io import TextIOWrapper

from specmill.cli.arguments import MERGE, parser

INTERRUPTED = 130  # 128 + SIGINT and 128 + SIGPIPE: what a shell says of a process that these ended
READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if argv is None else argv
    options = parser(whole="serve" in given).parse_args(_as_one_verb(list(given)))
    try:
        code = _run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more on its way out, into a pipe that nobody reads.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    return code


def _as_one_verb(given: list[str]) -> list[str]:
    """A verb of two words, whose first is one by itself: what follows that is an address, and ``merge`` is none."""
    return [MERGE, *given[2:]] if given[:2] == MERGE.split() else given


def _run(options: Namespace) -> int:
    from importlib import import_module

    try:
        name = options.verb.replace(" ", "_")
        code: int = import_module(f"specmill.cli.{name}").run(options)
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except BaseException as error:
        if options.debug:
            raise
        from specmill.cli.console import fail

        return fail(error, as_json=options.json is True)  # of some verbs it is a file
    return code
