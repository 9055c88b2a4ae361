"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from ._json import one_of


class Hit(Struct, kw_only=True, gc=False):
    score: float | UnsetType = UNSET


if TYPE_CHECKING:
    Pet: TypeAlias = "Cat | Other"
else:
    Pet = one_of("Pet", __name__, lambda: {"cat": Cat, "Other": Other}, tag="kind", otherwise="Other")


class Cat(Struct, kw_only=True, gc=False):
    kind: str
    lives: int | UnsetType = UNSET


class Other(Struct, kw_only=True, gc=False):
    kind: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class Search(Struct, kw_only=True, gc=False):
    text: str | UnsetType = UNSET


class Filter(Struct, kw_only=True, gc=False):
    since: int | UnsetType = UNSET
    kinds: list[str] | UnsetType = UNSET


class Event(Struct, kw_only=True, gc=False):
    event: str | UnsetType = UNSET
    data: Pet
    retry: int | UnsetType = UNSET
