"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from ._json import DateTime, Int32, Int64
from ._report import ReportStruct


class ProduceRequest(Struct, kw_only=True):
    partition_id: Int32 | None | UnsetType = UNSET
    headers: list[ProduceRequestHeader] | UnsetType = UNSET
    key: ProduceRequestData | None | UnsetType = UNSET
    value: ProduceRequestData | None | UnsetType = UNSET
    timestamp: DateTime | None | UnsetType = UNSET


class ProduceResponse(ReportStruct, kw_only=True, gc=False):
    __verdict__: ClassVar[str] = "error_code"
    __accepted__: ClassVar[tuple[Any, ...]] = (200,)
    error_code: Int32
    message: str | UnsetType = UNSET
    cluster_id: str | UnsetType = UNSET
    topic_name: str | UnsetType = UNSET
    partition_id: Int32 | UnsetType = UNSET
    offset: Int64 | UnsetType = UNSET
    timestamp: DateTime | None | UnsetType = UNSET
    key: ProduceResponseData | None | UnsetType = UNSET
    value: ProduceResponseData | None | UnsetType = UNSET


class ProduceRequestHeader(Struct, kw_only=True, gc=False):
    name: str
    value: bytes | None | UnsetType = UNSET


class ProduceRequestData(Struct, kw_only=True):
    type: DataType | UnsetType = UNSET
    data: Any | UnsetType = UNSET


DataType: TypeAlias = Literal["BINARY", "JSON", "STRING"]


class ProduceResponseData(Struct, kw_only=True, gc=False):
    size: int
    type: DataType


class Error(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    """One problem that came up while the operation was carried out."""

    id: Annotated[str, Meta(max_length=255)] | UnsetType = UNSET
    status: str | UnsetType = UNSET
    code: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    detail: str | UnsetType = UNSET
    source: ErrorSource | UnsetType = UNSET
    error_code: Int32 | UnsetType = UNSET
    message: str | None | UnsetType = UNSET


class ErrorSource(Struct, kw_only=True, gc=False):
    """Which part of the request is to blame, where one is: a query parameter or a property of the body."""

    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET
