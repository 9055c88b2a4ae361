"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from ._json import one_of

if TYPE_CHECKING:
    Animal: TypeAlias = "Pet | Fish"
else:
    Animal = one_of("Animal", __name__, lambda: {"Fish": Fish, "cat": Pet, "kitten": Pet, "dog": Pet}, tag="kind")

if TYPE_CHECKING:
    Pet: TypeAlias = "Cat | Dog"
else:
    Pet = one_of("Pet", __name__, lambda: {"cat": Cat, "kitten": Cat, "dog": Dog}, tag="kind")


class Cat(Struct, kw_only=True, gc=False):
    kind: str
    name: str | UnsetType = UNSET


class Dog(Struct, kw_only=True, gc=False):
    kind: str
    name: str | UnsetType = UNSET


class Fish(Struct, kw_only=True, gc=False):
    kind: str
    name: str | UnsetType = UNSET
