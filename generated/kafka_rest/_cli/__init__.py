"""The client's command line: ``methods``, ``describe``, ``exec`` and ``completion`` for the operations of any document.

One module a verb, imported when the verb is used, so that ``--help`` needs neither msgspec nor the client. Data goes to
stdout, talk to stderr. Low to high; a file imports only from those before it::

    names       what the package, its script and its variables are called
    console     prints; hides secrets and escape sequences
    trouble     what went wrong, in words, with the next command
    table       columns
    reach       the options that say how to reach the server
    settings    options, then the environment, then a profile: the client
    wire        what --debug shows
    types       a type as a tree with its constraints
    operations  an operation by its name, with its facts
    values      words of the command line as values of an operation's arguments
    example     a call that runs
    output      an answer as JSON, as a table, or one field of it
    arguments   the parser
    methods, describe, exec, completion   the verbs

An extension brings further verbs in a module ``_verbs`` of its own (see ``names.extension``).

Exit codes: 0 done, 1 the server answered with an error or accepted not all, 2 it could not be done.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .names import PACKAGE

INTERRUPTED = 130  # 128 + SIGINT and 128 + SIGPIPE: what a shell says of a process that these ended
READER_GONE = 141


def main(argv: Sequence[str] | None = None) -> int:
    from .arguments import parser
    from .console import speak_anyhow

    speak_anyhow()
    options = parser().parse_args(argv)
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


def _run(options: object) -> int:
    try:
        run = import_module(f".{vars(options)['module']}", PACKAGE).run
        code: int = run(options)
    except (KeyboardInterrupt, BrokenPipeError, SystemExit):
        raise
    except BaseException as error:
        from .trouble import tell

        return tell(error, debug=vars(options).get("debug", False))
    return code
