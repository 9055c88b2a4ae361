"""The parser: options of its own for each verb. It imports nothing of the client."""

from __future__ import annotations

import argparse

from .names import NAME, extension, program

WHOLE = "exit codes: 0 done; 1 the server said no, or accepted not all; 2 it could not be done"


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog=program(), description=f"Calls the operations of {NAME}.", epilog=WHOLE)
    verbs = whole.add_subparsers(dest="verb", metavar="VERB", required=True)
    _methods(verbs)
    _describe(verbs)
    _exec(verbs)
    if (add := getattr(extension(), "add", None)) is not None:
        add(verbs)
    _completion(verbs)
    return whole


def _methods(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verb = verbs.add_parser("methods", help="lists the operations", description="Lists the operations.")
    verb.add_argument("resource", nargs="?", metavar="RESOURCE", help="those of one resource")
    add_output(verb)
    verb.set_defaults(module="_cli.methods")


def _describe(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "Shows arguments, body and answers of an operation, and an example that runs."
    verb = verbs.add_parser("describe", help="shows an operation", description=about)
    verb.add_argument("operation", metavar="OPERATION", help="such as `methods` lists it")
    add_output(verb)
    verb.set_defaults(module="_cli.describe")


def _exec(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = "Calls an operation. `exec OPERATION --help` shows its own options."
    verb = verbs.add_parser("exec", help="calls an operation", description=about)
    verb.add_argument("operation", metavar="OPERATION", help="such as `methods` lists it")
    verb.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="its arguments")
    verb.set_defaults(module="_cli.exec")


def _completion(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    about = 'Prints what a shell needs to complete words: eval "$(… completion bash)".'
    verb = verbs.add_parser("completion", help="completes words in a shell", description=about)
    verb.add_argument("shell", choices=("bash", "zsh", "fish", "powershell", "words"))
    verb.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    verb.set_defaults(module="_cli.completion")


def add_output(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--output", choices=("table", "json"), default="table", help="for people (table) or machines")
