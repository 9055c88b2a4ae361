"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import UNSET, Struct, UnsetType, field

from ._json import OpenStruct
from ._report import ReportStruct


class Reading(Struct, kw_only=True, gc=False):
    value: float


class ReadingReport(ReportStruct, kw_only=True, gc=False):
    """The verdict is a member that is called like what a report has already."""

    __verdict__: ClassVar[str] = "ok_"
    __accepted__: ClassVar[tuple[Any, ...]] = (True,)
    ok_: bool = field(name="ok")
    raise_for_error_: str | UnsetType = field(name="raise_for_error", default=UNSET)


class EventReport(ReportStruct, OpenStruct, kw_only=True, gc=False):
    __verdict__: ClassVar[str] = "state"
    __accepted__: ClassVar[tuple[Any, ...]] = ("stored", "stored twice")
    state: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    additional_properties: dict[str, str] = field(name="*", default_factory=dict)
