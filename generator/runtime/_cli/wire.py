"""What ``--debug`` shows: requests and answers as they go over the wire, with secrets replaced."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from .._facts import SECRET_HEADERS, Request, Response
from .console import DIM, MASK, say
from .names import PACKAGE

MOST = 4_000  # letters of a body that are shown
SECRET_NAMES = (*SECRET_HEADERS, "set-cookie")


def hooks() -> dict[str, Any]:
    """Options of a client that show what it sends and gets."""
    log = logging.getLogger(PACKAGE)
    log.setLevel(logging.DEBUG)
    log.addHandler(Told())
    log.propagate = False
    return {"on_request": sent, "on_response": came}


class Told(logging.Handler):
    """What the client logs of itself: attempts, pauses, the ends of streams."""

    def emit(self, record: logging.LogRecord) -> None:
        say(f"* {record.getMessage()}", DIM)


def sent(request: Request) -> None:
    """Before the credentials are in it."""
    _show(">", f"{request.method} {request.url}", request.headers, request.content or b"")


def came(response: Response) -> None:
    _show("<", str(response.status), response.headers, response.raw)


def _show(mark: str, first: str, headers: Mapping[str, str], body: bytes) -> None:
    hidden = {name: MASK if name.lower() in SECRET_NAMES else value for name, value in headers.items()}
    text = body.decode("utf-8", "backslashreplace")
    cut = f" … {len(text) - MOST} letters more" if len(text) > MOST else ""
    lines = [first, *(f"{name}: {value}" for name, value in hidden.items()), "", *f"{text[:MOST]}{cut}".splitlines()]
    while not lines[-1]:
        lines.pop()
    say("\n".join(f"{mark} {line}".rstrip() for line in lines), DIM)
