"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType


class FindThingsFilter(Struct, kw_only=True, gc=False):
    colour: str | UnsetType = UNSET
    size: Annotated[int, Meta(ge=1)] | UnsetType = UNSET


FindThingsSort: TypeAlias = Literal["asc", "desc"]


class Query(Struct, kw_only=True, gc=False):
    text: str | UnsetType = UNSET
