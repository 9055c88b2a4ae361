"""When a call is tried again, and after how long. No clock and no sleep is in here: all of that comes as values.

A policy is a function from a failed `Attempt` to the seconds until the next one, or None for no further one.
`Retries` is the policy of every client; it repeats only what is safe:

===================================  =======================  ==========
what happened                        GET, PUT, DELETE, ...    POST, ...
===================================  =======================  ==========
no connection: nothing was sent      yes                      yes
429: refused before it was looked at yes                      yes
408, 5XX but 501                     yes                      no
the connection broke                 yes                      no
no answer in time                    no                       no
===================================  =======================  ==========

A time-out is not followed by another one, because the caller has said how long an answer may take.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from .errors import ConfigurationError

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"})  # RFC 9110 and QUERY
NO_USE = 501  # what a server cannot do now it cannot do a second later
RESETS = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
EPOCH = 10**9  # a reset beyond it is a date in seconds,
MILLISECONDS = 10**12  # and one beyond this in milliseconds


class Attempt(Struct, frozen=True, kw_only=True):
    """One attempt that failed, with all that a policy may want to know."""

    operation: str
    method: str
    safe: bool  # to do it twice is like doing it once
    number: int  # 1 for the first
    status: int | None  # of the answer; None where none came
    headers: Mapping[str, str]  # of the answer
    sent: bool  # whether the server may have seen the request
    timed_out: bool
    lasting: bool  # it would fail the same way again: a certificate that does not match
    random: float  # from 0 to 1, for the jitter
    now: float  # seconds since 1970, to compare dates with


Policy: TypeAlias = Callable[[Attempt], float | None]


class Retries(Struct, frozen=True, kw_only=True):
    """Tries again what is safe to try again: exponential with full jitter, or as long as the server asks for."""

    times: int = 2  # after the first attempt
    first: float = 0.5  # seconds that the first pause lasts at most; each further one twice as long,
    most: float = 8.0  # up to this
    longest: float = 60.0  # a server that asks for a longer pause is not waited for
    unsafe: bool = False  # also calls that the server may have carried out already, which may do them twice

    def __post_init__(self) -> None:
        for name in ("times", "first", "most", "longest"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
                raise ConfigurationError(f"Retries: {name} is a number that is not negative, not {value!r}")

    def __call__(self, attempt: Attempt) -> float | None:
        if attempt.number > self.times or not self.allows(attempt):
            return None
        jitter = attempt.random * min(self.most, self.first * 2.0 ** min(attempt.number - 1, 64))
        asked = asked_for(attempt)
        if asked is None:
            return jitter
        # On top of what was asked for, so that not everybody who waited comes back at the same moment.
        return None if asked > self.longest else asked + min(jitter, self.longest - asked)

    def allows(self, attempt: Attempt) -> bool:
        """Whether another attempt can do no harm and may do some good."""
        if attempt.status is None and not attempt.sent:
            return not attempt.lasting
        if attempt.status == 429:
            return True
        if not (self.unsafe or attempt.safe):
            return False
        if attempt.status is None:
            return not attempt.timed_out
        return attempt.status == 408 or (attempt.status >= 500 and attempt.status != NO_USE)


def policy_of(retries: Policy | int | None) -> Policy | None:
    """The policy that was given: itself, how often to try again, or 0 or None for never."""
    if retries is None or callable(retries):
        return retries
    if isinstance(retries, int) and not isinstance(retries, bool) and retries >= 0:
        return Retries(times=retries) if retries else None
    raise ConfigurationError(f"retries is Retries(...), a count, a function from Attempt or None, not {retries!r}")


def asked_for(attempt: Attempt) -> float | None:
    """The seconds that the server asks to wait, by whichever header it says so."""
    if (after := attempt.headers.get("retry-after")) is not None:
        seconds = float(after) if NUMBER.fullmatch(after.strip()) else _until(after, attempt.now)
        if seconds is not None:
            return seconds
    if attempt.status not in (429, 503):
        return None  # other answers tell of a limit that they have not reached
    found = (_reset(attempt.headers.get(name, ""), attempt.now) for name in RESETS)
    return next((seconds for seconds in found if seconds is not None), None)


def _reset(text: str, now: float) -> float | None:
    """When a limit starts anew: in seconds from now, or as a date; both are in use under the same names."""
    if not NUMBER.fullmatch(text.strip()):
        return None
    value = float(text)
    if value < EPOCH:
        return value
    return max(0.0, (value / 1000 if value >= MILLISECONDS else value) - now)


def _until(date: str, now: float) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(date).timestamp() - now)
    except (ValueError, OverflowError):
        return None
