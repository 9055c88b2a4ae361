"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class Search(Struct, kw_only=True):
    text: str | UnsetType = UNSET


class Hit(Struct, kw_only=True):
    score: float | UnsetType = UNSET
