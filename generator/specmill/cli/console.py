"""How specmill speaks: colour on terminals only, nothing in a document can command one, errors without a traceback."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, TextIO

from specmill.errors import Problems, SpecmillError

RED, GREEN, BOLD, PLAIN = "\033[31m", "\033[32m", "\033[1m", "\033[0m"
REPORT = "this is a fault of specmill: run it again with --debug and report what it says, with the document"


def answer(text: str, colour: str = "") -> None:
    """Data."""
    _print(text, colour, sys.stdout)


def say(text: str, colour: str = "") -> None:
    """Talk."""
    sys.stdout.flush()
    _print(text, colour, sys.stderr)


def answer_json(value: Any) -> None:
    print(json.dumps(value, indent=2))


def answer_each_json(clients: list[Any]) -> None:
    """One object for the one client that most projects have; several of them under one name."""
    answer_json(clients[0] if len(clients) == 1 else {"clients": clients})


def waiting() -> None:
    say("waiting for another run of specmill …")


def _print(text: str, colour: str, stream: TextIO) -> None:
    text = harmless(text)
    print(f"{colour}{text}{PLAIN}" if colour and _is_colourful(stream) else text, file=stream)


def _is_colourful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def harmless(text: str) -> str:
    """Shows what would not be seen: escape sequences, marks that turn text around."""
    return "".join(c if c.isprintable() or c in "\n\t\xa0" else c.encode("unicode_escape").decode() for c in text)


def one_line(text: str) -> str:
    """Nor does a text of a document begin a line that seems to be specmill's."""
    return text.replace("\n", "\\n")


def fail(error: BaseException, *, as_json: bool) -> int:
    """Tells what went wrong; 2 is what the process then exits with."""
    if isinstance(error, SystemExit):
        raise error
    errors = error.errors if isinstance(error, Problems) else (_told(error),)
    for one in errors:
        say(str(one) if one.place else f"specmill: {one}", RED)
    if as_json:
        answer_json({"errors": [error_as_json(one) for one in errors]})
    return 2


def _told(error: BaseException) -> SpecmillError:
    if isinstance(error, SpecmillError):
        return error
    if isinstance(error, OSError):
        return SpecmillError(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    if isinstance(error, MemoryError):
        return SpecmillError("there is not enough memory")
    first = str(error).partition("\n")[0]
    return SpecmillError(f"{type(error).__name__}: {first}", hint=REPORT)


def error_as_json(error: SpecmillError) -> dict[str, Any]:
    place = error.place
    return {
        "message": error.message,
        "file": place.file if place else None,
        "line": (place.line or None) if place else None,
        "column": (place.column or None) if place else None,
        "pointer": (place.pointer or None) if place else None,
        "text": error.text or None,
        "hint": error.hint or None,
    }
