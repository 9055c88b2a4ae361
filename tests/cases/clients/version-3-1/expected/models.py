"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType


class Item(Struct, kw_only=True):
    id: Id
    name: Annotated[str, Meta(max_length=20)] | None
    version: Literal[1] | UnsetType = UNSET
    owner: Owner | None | UnsetType = UNSET
    point: (
        Annotated[
            list[Any], Meta(extra_json_schema={"prefixItems": [{"type": "number"}, {"type": "number"}], "items": False})
        ]
        | UnsetType
    ) = UNSET
    tags: Annotated[list[str], Meta(extra_json_schema={"uniqueItems": True})] | UnsetType = UNSET
    whatever: Any | UnsetType = UNSET
    count: int | str | UnsetType = UNSET


Items: TypeAlias = list[Item]


class Owner(Struct, kw_only=True, gc=False):
    __extra_json_schema__: ClassVar[dict[str, Any]] = {"minProperties": 1}
    name: str | UnsetType = UNSET


Id: TypeAlias = Annotated[str, Meta(pattern="^[a-z]+\\Z")]
