"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import UNSET, Struct, UnsetType, field

from ._json import one_of


class Pet(Struct, kw_only=True, gc=False):
    pet_type: str = field(name="petType")
    name: str


class Cat(Struct, kw_only=True):
    pet_type: str = field(name="petType")
    name: str
    lives: int | UnsetType = UNSET
    friend: AnyPet | UnsetType = UNSET


class Lion(Struct, kw_only=True):
    pet_type: str = field(name="petType")
    name: str
    lives: int | UnsetType = UNSET
    friend: AnyPet | UnsetType = UNSET
    mane: bool | UnsetType = UNSET


class Dog(Struct, kw_only=True, gc=False):
    pet_type: str = field(name="petType")
    name: str
    bark: bool


class Box(Struct, kw_only=True):
    pet: AnyPet | None | UnsetType = UNSET
    cat: AnyCat | UnsetType = UNSET
    pets: dict[str, AnyPet] | UnsetType = UNSET
    either: BoxEither | UnsetType = UNSET


if TYPE_CHECKING:
    BoxEither: TypeAlias = "AnyPet | str"
else:
    BoxEither = one_of("BoxEither", __name__, lambda: (AnyPet, str), exclusive=True)

if TYPE_CHECKING:
    AnyPet: TypeAlias = "Pet | Cat | Dog | Lion"
else:
    AnyPet = one_of(
        "AnyPet",
        __name__,
        lambda: {"cat": Cat, "kitty": Cat, "Pet": Pet, "Dog": Dog, "Lion": Lion},
        tag="petType",
        otherwise="Pet",
    )

if TYPE_CHECKING:
    AnyCat: TypeAlias = "Cat | Lion"
else:
    AnyCat = one_of(
        "AnyCat", __name__, lambda: {"cat": Cat, "kitty": Cat, "Lion": Lion}, tag="petType", otherwise="cat"
    )
