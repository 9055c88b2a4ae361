"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

from ._json import OpenStruct, one_of

SCHEMAS: dict[str, Any] = {
    "Photo": {"type": "string", "format": "binary"},
    "Page": {"type": "object", "properties": {"text": {"type": "string"}}},
}

Photo: TypeAlias = bytes


class Page(Struct, kw_only=True, gc=False):
    text: str | UnsetType = UNSET


class Scan(Struct, kw_only=True, gc=False):
    image: bytes
    title: str | UnsetType = UNSET


class Album(Struct, kw_only=True, gc=False):
    photos: list[Photo]
    cover: bytes | None | UnsetType = UNSET
    more: list[bytes] | None | UnsetType = UNSET
    sum: bytes | UnsetType = UNSET


if TYPE_CHECKING:
    SendEitherRequest: TypeAlias = "Scan | Album"
else:
    SendEitherRequest = one_of("SendEitherRequest", __name__, lambda: (Scan, Album), exclusive=True)


class SendComposedRequest(Struct, kw_only=True):
    image: bytes
    title: str | UnsetType = UNSET
    extra: Any | UnsetType = UNSET
    sealed: bytes | UnsetType = UNSET
    page: str | UnsetType = UNSET


class Bag(OpenStruct, kw_only=True):
    note: str | UnsetType = UNSET
    form: Any | UnsetType = UNSET
    signature: bytes | UnsetType = UNSET
    additional_properties: dict[str, list[bytes]] = field(name="*", default_factory=dict)


class Film(Struct, kw_only=True, gc=False):
    about: About | UnsetType = UNSET
    film: bytes | UnsetType = UNSET


class About(Struct, kw_only=True, gc=False):
    name: str | UnsetType = UNSET
