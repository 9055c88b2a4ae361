"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from ._json import DateTime, Int64


class Pet(Struct, kw_only=True):
    id: Int64
    name: Annotated[str, Meta(min_length=1)]
    nickname: str | None | UnsetType = UNSET
    born: DateTime | UnsetType = UNSET
    photo: bytes | UnsetType = UNSET
    kind: PetKind | UnsetType = UNSET
    parent: Pet | UnsetType = UNSET


class Problem(Struct, kw_only=True, gc=False):
    message: str | UnsetType = UNSET


PetKind: TypeAlias = Literal["cat", "dog"]
