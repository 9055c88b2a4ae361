"""What must be true for a client after a fault, in plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.duplex.peer import Behaviour

AFTER = 5
"""How many records fare well before a fault in the middle. Tests send at least four times as many."""

Ends = Literal["clean", "unended", "early", "status", "broken", "timed out", "protocol", "unreachable"]


@dataclass(frozen=True, slots=True)
class Expected:
    """How a stream of n records ends, none of which waits for the report of another.

    | ends | means |
    |---|---|
    | clean | every record has its report, and the answer ended as announced |
    | unended | every record has its report, but the answer does not end: nothing is missing |
    | early | the answer ended as announced, but not every record has its report, or the client was not done |
    | status | an HTTP status other than 200 |
    | broken | the connection ended inside of the answer or before it |
    | timed out | nothing came for too long |
    | protocol | what came is not HTTP, or not JSON, or more reports than records |
    | unreachable | no connection came about |
    """

    ends: Ends
    least: int | None = None
    """So many records have a report at least. None is all of them; a negative number counts back from all."""
    most: int | None = None
    unreported: Literal["unknown", "unsent"] = "unknown"
    """Whether records without report can have been stored. ``unsent``: surely none has."""
    status: int | None = None
    codes: tuple[int, ...] = (200,)
    """The codes that the reports have, each at least once where there are reports enough."""

    def bounds(self, sent: int) -> tuple[int, int]:
        least, most = (sent if bound is None else bound + sent * (bound < 0) for bound in (self.least, self.most))
        return least, most


def exactly(ends: Ends, reports: int | None = None, codes: tuple[int, ...] = (200,)) -> Expected:
    return Expected(ends, reports, reports, codes=codes)


@dataclass(frozen=True, slots=True)
class Fault:
    """``client`` is what the client has to do for the fault to show: send and close; send and keep the stream open;
    or send more bytes than the kernel's buffers hold (``MUCH``)."""

    name: str
    behaviour: Behaviour
    expected: Expected
    client: Literal["sends", "pauses", "sends much"] = "sends"

    @property
    def limits(self) -> dict[str, float]:
        """The time-outs of a client that meets it: short where they are what it waits for.

        Everywhere else they are longer than any pause of a busy machine, which would be a fault more.
        """
        waits = self.client != "sends" or self.expected.ends in ("timed out", "unended")
        return dict.fromkeys(("report_timeout", "write_timeout", "close_timeout"), 1.0 if waits else PATIENT)


PATIENT = 20.0
MUCH = 16 * 1024 * 1024
