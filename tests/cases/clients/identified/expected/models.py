"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType


class Node(Struct, kw_only=True):
    weight: Weight | UnsetType = UNSET
    again: Weight | UnsetType = UNSET
    below: list[Node] | UnsetType = UNSET


Weight: TypeAlias = Annotated[float, Meta(ge=0.0)]
