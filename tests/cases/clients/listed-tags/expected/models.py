"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from ._json import one_of

if TYPE_CHECKING:
    Event: TypeAlias = "Created | Changed"
else:
    Event = one_of("Event", __name__, lambda: {"created": Created, "renamed": Changed, "moved": Changed}, tag="kind")


class Created(Struct, kw_only=True, gc=False):
    kind: Literal["created"] = "created"
    id: int | UnsetType = UNSET


class Changed(Struct, kw_only=True, gc=False):
    kind: ChangedKind
    to: str | UnsetType = UNSET


ChangedKind: TypeAlias = Literal["renamed", "moved"]
