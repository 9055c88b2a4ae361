"""How the command line speaks: colour on terminals only, no text commands a terminal, no secret is ever shown."""

from __future__ import annotations

import base64
import os
import sys
from io import TextIOWrapper
from typing import TextIO

RED, DIM, BOLD, PLAIN = "\033[31m", "\033[2m", "\033[1m", "\033[0m"
MASK = "***"
SHORTEST = 3  # letters of a secret; one that is shorter would be masked in every word
_secrets: set[str] = set()


def speak_anyhow() -> None:
    """A terminal that lacks a letter is shown its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def keep_secret(*texts: str) -> None:
    """From now on none of these is shown, alone or as HTTP spells user and password."""
    for text in texts:
        spelt = (text, base64.b64encode(text.encode()).decode()) if text else ()
        _secrets.update(one for one in (*spelt, *text.split(":", 1)) if len(one) >= SHORTEST)


def masked(text: str) -> str:
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def harmless(text: str) -> str:
    """Shows what would not be seen: escape sequences, marks that turn text around."""
    return "".join(c if c.isprintable() or c in "\n\t\xa0" else c.encode("unicode_escape").decode() for c in text)


def answer(text: str, colour: str = "") -> None:
    """Data. A pipe gets it as it is; a terminal is not commanded by it."""
    shown = harmless(text) if sys.stdout.isatty() else text
    print(coloured(shown, colour, sys.stdout))


def answer_bytes(raw: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)
    sys.stdout.buffer.flush()


def say(text: str, colour: str = "") -> None:
    """Talk."""
    sys.stdout.flush()
    print(coloured(harmless(masked(text)), colour, sys.stderr), file=sys.stderr, flush=True)


def coloured(text: str, colour: str, stream: TextIO) -> str:
    return f"{colour}{text}{PLAIN}" if colour and is_colourful(stream) else text


def is_colourful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
