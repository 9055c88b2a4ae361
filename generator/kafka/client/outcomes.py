"""What became of a record: *accepted*, *refused*, or *unknown*, which is never turned into one of the others.

What each code of a report means for its record. A record may be sent again without a second thought only where it
certainly was not stored:

=====================================  ==========  ==========================================================
code                                   meaning     because
=====================================  ==========  ==========================================================
200                                    accepted    it is stored
400, 413, 422, 40002, 40402            refused     it would be refused again as it is
40101, 40301                           refused     the server's own rights have to change first
40401                                  refused     the server has waited a minute for topic or partition itself
40403                                  refused     it is almost certain, not certain, that nothing was stored
429, 42901                             again       it was thrown away before anybody looked at it
408                                    unknown     the server says no, and stores it
50003                                  unknown     a time-out can follow a write
500, 50002, 50302, everything else     unknown     nothing says that it was not stored
=====================================  ==========  ==========================================================

Where nobody has said what is to become of unknown ones, `produce` ends with one more error than `errors` tells of::

    StreamError
    └── DeliveryUnknown               records may have been stored or not: unknown, unsent

A 400 whose message begins as `TERMINAL` says is about the stream: reading it failed here. The record in whose place it
stands was not stored, nor was any behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from .errors import RecordRefused, StreamError
from .models import ProduceResponse

Outcome: TypeAlias = Literal["accepted", "refused", "unknown"]
Meaning: TypeAlias = Literal["accepted", "refused", "again", "unknown"]

ACCEPTED = 200
CODE = attrgetter("error_code")
MEANINGS: Mapping[int, Meaning] = {
    ACCEPTED: "accepted",
    400: "refused",
    413: "refused",
    422: "refused",
    40002: "refused",
    40101: "refused",
    40301: "refused",
    40401: "refused",
    40402: "refused",
    40403: "refused",
    429: "again",
    42901: "again",
    408: "unknown",
    500: "unknown",
    50002: "unknown",
    50003: "unknown",
    50302: "unknown",
}
TOO_OLD = 408  # the stream takes no record any more
TERMINAL = ("Bad Request: Error processing message: ", "Bad Request: Error processing JSON: ")
# The one terminal report that is about the record in whose place it stands.
TOO_LARGE = "Bad Request: Error processing message: Produce request size"
# ... and those that no record is to blame for: silence, and a connection or a time limit that ended.
BLAMELESS = ("Idle timeout", "Early EOF", "starting JSON stream", "processing message: null")


class Unconfirmed(Struct, frozen=True):
    """Stands beside its record where a report would: no report says what became of it, or what it says is not known.

    Attributes:
        outcome: "unknown", or "refused" for a record that could not be sent at all.
        reason: In words.
        report: The report that leaves it open, where there was one.
    """

    outcome: Literal["refused", "unknown"]
    reason: str
    report: ProduceResponse | None = None

    @property
    def ok(self) -> bool:
        """Never: it is not known to be accepted."""
        return False

    def raise_for_error(self) -> None:
        """Raises `RecordRefused`, which holds this."""
        raise RecordRefused(f"the record is {self.outcome}: {self.reason}", self)


class DeliveryUnknown(StreamError):
    """Records may have been stored or not, and the caller has not said what to do with such.

    Whatever is known has been given before. ``unknown`` and ``unsent`` hold the records that were taken and have no
    other outcome, in the order in which they were given; what was not taken is still in the iterable.
    """


def outcome_of(report: ProduceResponse | Unconfirmed) -> Outcome:
    """What became of the record that this came with."""
    if isinstance(report, Unconfirmed):
        return report.outcome
    meaning = meaning_of(report)
    return "refused" if meaning == "again" else meaning


def meaning_of(report: ProduceResponse) -> Meaning:
    """What a report says about its record; one that nobody foresaw says nothing."""
    code = report.error_code
    return MEANINGS.get(code, "unknown") if isinstance(code, int | float) else "unknown"


def are_accepted(reports: list[ProduceResponse]) -> bool:
    """Whether all of them say so. Quicker than to ask for the meaning of each."""
    return list(map(CODE, reports)).count(ACCEPTED) == len(reports)


def is_terminal(report: ProduceResponse) -> bool:
    """Whether a report says that the server reads no further, if none follows it."""
    return report.error_code == 400 and _message(report).startswith(TERMINAL)


def blames_its_record(report: ProduceResponse) -> bool:
    return _message(report).startswith(TOO_LARGE)


def blames_nobody(report: ProduceResponse) -> bool:
    return any(words in _message(report) for words in BLAMELESS)


def told(report: ProduceResponse) -> str:
    return f"{report.error_code} {_message(report)}".strip()


def _message(report: Any) -> str:
    return report.message if isinstance(report.message, str) else ""
