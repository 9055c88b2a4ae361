"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

import datetime
from typing import ClassVar
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from ._json import DateTime


class Thing(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    __read_only__: ClassVar[tuple[str, ...]] = ("id",)
    id: UUID | UnsetType = UNSET
    secret: str | UnsetType = UNSET
    day: datetime.date | UnsetType = UNSET


class SendFormRequest(Struct, kw_only=True, rename="pascal", gc=False):
    to: str
    tags: list[str] | UnsetType = UNSET
    when: DateTime | UnsetType = UNSET


class UploadRequest(Struct, kw_only=True, gc=False):
    file: bytes
    more: list[bytes] | UnsetType = UNSET
    about: About | UnsetType = UNSET


class About(Struct, kw_only=True, gc=False):
    name: str | UnsetType = UNSET
