"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from ._json import DateTime


class ApiV2CallList(Struct, kw_only=True, gc=False):
    from_: str | UnsetType = field(name="from", default=UNSET)
    from_2: str | UnsetType = field(name="From", default=UNSET)
    from_3: str | UnsetType = field(name="from-", default=UNSET)
    field_1_st: str | UnsetType = field(name="1st", default=UNSET)
    field_: str | UnsetType = field(name="", default=UNSET)
    str_: Annotated[str, Meta(max_length=4)] | UnsetType = field(name="str", default=UNSET)
    int_: int | UnsetType = field(name="int", default=UNSET)
    list_: list[str] | UnsetType = field(name="list", default=UNSET)
    datetime_: DateTime | UnsetType = field(name="datetime", default=UNSET)
    struct: str | UnsetType = field(name="Struct", default=UNSET)
    unset: str | UnsetType = field(name="UNSET", default=UNSET)
    init: str | UnsetType = field(name="__init__", default=UNSET)
    status: Status | UnsetType = UNSET


class ApiV2CallList2(Struct, kw_only=True, gc=False):
    size: int


Status: TypeAlias = Literal["new", "New", "NEW", "n-e-w", "", 'with "quotes"', "it's"]


class AnyModel(Struct, kw_only=True):
    literal: LiteralModel | UnsetType = field(name="Literal", default=UNSET)


class LiteralModel(Struct, kw_only=True):
    any: AnyModel | UnsetType = UNSET


class NoneModel(Struct, kw_only=True, gc=False):
    x: str | UnsetType = UNSET


class ClientModel(Struct, kw_only=True, gc=False):
    x: int | UnsetType = UNSET
