"""What went wrong, in words: status, code, message, and what to do about it. Never a traceback, never a secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import (
    ApiError,
    ClientError,
    ConfigurationError,
    ConnectionFailed,
    InvalidAnswer,
    InvalidArgument,
    TimedOut,
    TokenRefused,
    _phrase,
    told_by,
)
from .console import RED, say
from .names import PREFIX, program

ANSWERED, FAILED = 1, 2  # exit codes
CODES = ("error_code", "code")  # members in which a body has a code of its own
ADVICE = {
    400: "compare what was sent with `{program} describe OPERATION`; --debug shows it",
    401: f"the credentials are missing or wrong: give --user or --token, or set {PREFIX}_USER or {PREFIX}_TOKEN",
    403: "the server knows these credentials, but they may not do this: ask for the right, or take others",
    404: "nothing has that name: look at the address (--base-url) and the names in its path",
    405: "the server does not have this operation: look at --base-url",
    408: "the server grew tired of waiting: try again",
    409: "it clashes with what is there: look at that first",
    413: "it is larger than the server takes: send less at once",
    415: "the server does not take this media type: choose another one with --content-type",
    422: "compare what was sent with `{program} describe OPERATION`; --debug shows it",
    429: "too many requests: try again later{after}",
}
SERVER_FAULT = "the server failed, not the command: try again later{after}"
REDIRECTED = "what was asked for is elsewhere: give that address as --base-url"


class CommandError(Exception):
    """What was asked for cannot be done, in words, with the next command."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def tell(error: BaseException, *, debug: bool = False) -> int:
    """Says it and gives the exit code."""
    if debug:
        import traceback

        say("".join(traceback.format_exception(error)).rstrip())
    message, hint, code = explained(error)
    say(f"{program()}: {message}", RED)
    if hint:
        say(f"  hint: {hint}")
    return code


def explained(error: BaseException) -> tuple[str, str, int]:
    """Message, hint and exit code."""
    if isinstance(error, CommandError):
        return str(error), error.hint, FAILED
    if isinstance(error, ApiError):
        return *_answered(error), ANSWERED
    if isinstance(error, ClientError):
        return str(error), _advice_before(error), FAILED
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", "", FAILED
    if isinstance(error, MemoryError):
        return "there is not enough memory", "", FAILED
    first = str(error).partition("\n")[0]
    hint = "this is a fault of the client: run it again with --debug and report what it says"
    return f"{type(error).__name__}: {first}", hint, FAILED


def _answered(error: ApiError) -> tuple[str, str]:
    codes = "".join(f" ({name} {code})" for name, code in _codes(error.body))
    message = f"{error.status}{_phrase(error.status)}{codes}{told_by(error.body)} - {error.call}"
    if isinstance(error, InvalidAnswer):
        return f"{message}: the answer is not what the document says", "--debug shows the answer as it came"
    after = error.headers.get("retry-after", "")
    family = {3: REDIRECTED, 5: SERVER_FAULT}.get(error.status // 100, "")
    hint = ADVICE.get(error.status, family)
    return message, hint.format(program=program(), after=f", after {after} s" if after.isdigit() else "")


def _codes(body: Any) -> Iterator[tuple[str, Any]]:
    for name in CODES:
        code = body.get(name) if isinstance(body, dict) else getattr(body, name, None)
        if isinstance(code, int | str) and code != "":
            yield name, code


def _advice_before(error: ClientError) -> str:
    """No answer came that could be looked at."""
    if isinstance(error, TimedOut):
        return "wait longer with --timeout SECONDS, or look whether the server is well"
    if isinstance(error, ConnectionFailed):
        return "is a server there? Look at --base-url, --proxy and --ca"
    if isinstance(error, TokenRefused):
        return "the credentials for the token are wrong, or its server is not well"
    if isinstance(error, InvalidArgument):
        return f"`{program()} describe OPERATION` shows what it takes"
    if isinstance(error, ConfigurationError):
        return f"give --base-url URL, set {PREFIX}_BASE_URL, or write it into a profile" if _no_place(error) else ""
    return ""


def _no_place(error: ConfigurationError) -> bool:
    return "where to send" in str(error)
