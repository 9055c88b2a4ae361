"""The report of an operation that is marked as a stream: a success of the call that has a verdict of its own."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct

from .errors import RecordRefused, told_by


class ReportStruct(Struct):
    """A report on one record. The document says which member holds the verdict, and which values accept the record."""

    __verdict__: ClassVar[str] = ""
    __accepted__: ClassVar[tuple[Any, ...]] = ()

    @property
    def ok(self) -> bool:
        """Whether the record was accepted."""
        return getattr(self, self.__verdict__) in self.__accepted__

    def raise_for_error(self) -> None:
        """Raises `RecordRefused`, which holds this report, unless the record was accepted."""
        if not self.ok:
            verdict = getattr(self, self.__verdict__)
            raise RecordRefused(f"the record was not accepted: {self.__verdict__} {verdict!r}{told_by(self)}", self)


def accepts(report: Any) -> bool:
    """Whether a report says that its record was accepted; what is no report at all does not."""
    return bool(getattr(report, "ok", False))
