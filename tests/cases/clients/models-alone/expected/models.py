"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from ._json import DateTime


class Pet(Struct, kw_only=True, gc=False):
    name: str


class Arrival(Struct, kw_only=True, gc=False):
    pet: Pet | UnsetType = UNSET
    at: DateTime | UnsetType = UNSET
