"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class Order(Struct, kw_only=True):
    id: str | UnsetType = UNSET
    lines: list[Line] | UnsetType = UNSET


class Line(Struct, kw_only=True):
    amount: int | UnsetType = UNSET
    order: Order | UnsetType = UNSET
