"""What a caller may choose for one stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypedDict, TypeVar

from msgspec import Struct

from ..errors import ConfigurationError
from .exchange import Exchange
from .pump import Limits

R = TypeVar("R")
A = TypeVar("A")
MOST_AT_ONCE = 500


class StreamOptions(TypedDict, Generic[R, A], total=False):
    """Each may be left out.

    Attributes:
        window_records: So many records may be without a report before sending waits (20,000).
        window_bytes: ... or so many bytes of JSON (8 MiB).
        on_report: Called with each record and its report, instead of keeping them for iteration. What it raises is
            raised again when the stream is closed; the stream goes on.
        strict: Hold each record to its type as a single call does, for about twice the work (False).
        longest_record: Bytes of JSON; a longer record is refused (as many as ``window_bytes``).
        heartbeat: Seconds without a record after which a line end says that somebody is there (10; None for never).
        report_timeout: Seconds without any report while records wait for theirs (30; None for no end).
        write_timeout: Seconds in which the server takes no byte (30; None for no end).
        close_timeout: Seconds to wait for the end of the answer when all reports are there (10; None for no end).
    """

    window_records: int
    window_bytes: int
    on_report: Callable[[R, A], Any] | None
    strict: bool
    longest_record: int
    heartbeat: float | None
    report_timeout: float | None
    write_timeout: float | None
    close_timeout: float | None


class Choices(Struct, frozen=True, kw_only=True):
    """The options with their defaults."""

    window_records: int = 20_000
    window_bytes: int = 8 * 1024 * 1024
    on_report: Callable[[Any, Any], Any] | None = None
    strict: bool = False
    longest_record: int | None = None
    heartbeat: float | None = 10.0
    report_timeout: float | None = 30.0
    write_timeout: float | None = 30.0
    close_timeout: float | None = 10.0

    @property
    def limits(self) -> Limits:
        return Limits(self.heartbeat, self.report_timeout, self.write_timeout, self.close_timeout)

    @property
    def longest(self) -> int:
        return self.window_bytes if self.longest_record is None else self.longest_record

    @property
    def most_at_once(self) -> int:
        """Records that move together: a quarter of the window at most, which is what a wait for room gives."""
        return max(1, min(MOST_AT_ONCE, self.window_records // 4))

    def has_room(self, exchange: Exchange[Any, Any]) -> bool:
        return exchange.pending < self.window_records and exchange.pending_bytes < self.window_bytes


def chosen(options: StreamOptions[R, A]) -> Choices:
    for name in options:
        if name not in Choices.__struct_fields__:
            known = ", ".join(Choices.__struct_fields__)
            raise ConfigurationError(f"a stream has no option {name}; it has {known}")
    choices = Choices(**options)
    for name in ("window_records", "window_bytes", "longest_record", *TIMES):
        value = getattr(choices, name)
        if value is not None and value <= 0:
            raise ConfigurationError(f"the option {name} of a stream is more than 0, not {value}")
    return choices


TIMES = ("heartbeat", "report_timeout", "write_timeout", "close_timeout")
