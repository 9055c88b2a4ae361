"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class GetUsersByIdPostsResponseItem(Struct, kw_only=True, gc=False):
    text: str | UnsetType = UNSET
