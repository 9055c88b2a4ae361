"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from ._json import Int32


class One(Struct, kw_only=True, gc=False):
    one: Int32 | UnsetType = UNSET


class Two(Struct, kw_only=True, gc=False):
    two: Annotated[int, Meta(ge=-9223372036854775808, le=1000)] | UnsetType = UNSET


class Problem(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    title: str | None | UnsetType = UNSET
