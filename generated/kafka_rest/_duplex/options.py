"""What a caller may choose for one stream."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, Generic, TypedDict, TypeVar

from msgspec import Struct

from ..errors import ConfigurationError
from .batches import Batch
from .delivery import NOT_AWAITED
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
            raised again when the stream is closed; the stream goes on. Nobody awaits it: ``async for`` gives the same
            pairs to whoever has to wait for something.
        on_batch: Instead of ``on_report``: called with each `Batch`, whose reports are decoded when looked at.
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
    on_batch: Callable[[Batch[R, A]], Any] | None
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
    on_batch: Callable[[Batch[Any, Any]], Any] | None = None
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

    @property
    def most_bytes_at_once(self) -> int:
        return self.window_bytes // 4

    def has_room(self, exchange: Exchange[Any, Any]) -> bool:
        return exchange.pending < self.window_records and exchange.pending_bytes < self.window_bytes


def chosen(options: StreamOptions[R, A]) -> Choices:
    for name in options:
        if name not in Choices.__struct_fields__:
            known = ", ".join(Choices.__struct_fields__)
            raise ConfigurationError(f"a stream has no option {name}; it has {known}")
    choices = Choices(**options)
    if choices.on_report is not None and choices.on_batch is not None:
        raise ConfigurationError("a stream has on_report or on_batch, not both")
    for name in CALLBACKS:
        _check_callback(name, getattr(choices, name))
    for name in SIZES:
        if not is_size(value := choices.longest if name == "longest_record" else getattr(choices, name)):
            raise ConfigurationError(f"the option {name} of a stream is a whole number of 1 or more, not {value!r}")
    for name in TIMES:
        if not is_time(value := getattr(choices, name)):
            raise ConfigurationError(f"the option {name} of a stream is more than 0 seconds or None, not {value!r}")
    return choices


CALLBACKS = ("on_report", "on_batch")
SIZES = ("window_records", "window_bytes", "longest_record")
TIMES = ("heartbeat", "report_timeout", "write_timeout", "close_timeout")


def is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def is_time(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0)


def _check_callback(name: str, callback: Any) -> None:
    """It is called while the socket has its turn, which cannot wait, so what is async would never run."""
    if callback is None:
        return
    if not callable(callback):
        raise ConfigurationError(f"the option {name} of a stream is a function, not {callback!r}")
    if any(is_async(one) for one in (callback, type(callback).__call__) for is_async in ASYNC):
        raise ConfigurationError(NOT_AWAITED.format(name))


ASYNC = (iscoroutinefunction, isasyncgenfunction)
