"""Models with everything that generated ones have, to send and to receive."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from runtime._json import DateTime, Int32, OpenStruct, one_of

Kind: TypeAlias = Literal["A", "B"]

FAR = "+055039-01-01T00:00:00Z"  # what the public server prints
NOW = dt.datetime(2021, 2, 5, 19, 14, 42, tzinfo=dt.UTC)
ID = UUID("6f3c1b7e-0d3f-4f0e-9a56-0d6b2a1f7c11")


class Leaf(Struct, kw_only=True):
    name: str
    value: bytes | UnsetType | None = UNSET


class Answer(Struct, kw_only=True):
    code: Int32
    kind: Kind | UnsetType = UNSET
    when: DateTime | UnsetType | None = UNSET
    day: dt.date | UnsetType = UNSET
    id: UUID | UnsetType = UNSET
    data: Any | UnsetType = UNSET
    leaf: Leaf | UnsetType | None = UNSET
    leaves: list[Leaf] | UnsetType = UNSET
    table: dict[str, Leaf | None] | UnsetType = UNSET
    several: str | int | bool | UnsetType | None = UNSET
    class_: float | UnsetType = field(name="class", default=UNSET)


class Cat(Struct, kw_only=True):
    petType: str
    name: str
    lives: int | UnsetType = UNSET


class Dog(Struct, kw_only=True):
    petType: str
    name: str
    barks: bool | UnsetType = UNSET


if TYPE_CHECKING:
    Pet: TypeAlias = Cat | Dog
    Tagged: TypeAlias = Cat | Dog
    Tree: TypeAlias = "list[Tree]"
    TextOrPet: TypeAlias = str | Tagged | list[Pet] | dt.datetime
else:
    Pet = one_of("Pet", __name__, lambda: (Cat, Dog))
    Tagged = one_of("Tagged", __name__, lambda: {"cat": Cat, "dog": Dog, "hound": Dog}, tag="petType")
    Tree = one_of("Tree", __name__, lambda: (list[Tree],))
    TextOrPet = one_of("TextOrPet", __name__, lambda: (str, Tagged, list[Pet], DateTime))


class On(Struct, kw_only=True):
    on: Annotated[bool, Meta(extra_json_schema={"const": True})]


class Off(Struct, kw_only=True):
    on: Annotated[bool, Meta(extra_json_schema={"const": False})]


if TYPE_CHECKING:
    Switch: TypeAlias = On | Off
else:
    Switch = one_of("Switch", __name__, lambda: (On, Off))


class House(Struct, kw_only=True):
    pet: Pet | UnsetType | None = UNSET
    tagged: Tagged | UnsetType = UNSET
    pets: list[Tagged] | UnsetType = UNSET
    tree: Tree | UnsetType = UNSET
    mixed: TextOrPet | UnsetType = UNSET


class Open(OpenStruct, kw_only=True):
    name: str
    inner: Open | UnsetType | None = UNSET
    additional_properties: dict[str, Annotated[int, Meta(ge=0)]] = field(name="*", default_factory=dict)


class Shelf(Struct, kw_only=True):
    open: list[Open]


class Odd(Struct, kw_only=True):
    __wire_names__: ClassVar[dict[str, str]] = {"quote": 'a"b\n'}
    quote: str
    plain: int | UnsetType = UNSET


class Bounded(Struct, kw_only=True):
    __extra_json_schema__: ClassVar[dict[str, Any]] = {"minProperties": 1, "dependentRequired": {"many": ["price"]}}
    many: Annotated[list[Any], Meta(extra_json_schema={"uniqueItems": True})] | UnsetType = UNSET
    price: Annotated[float, Meta(extra_json_schema={"multipleOf": 0.01})] | UnsetType = UNSET
    big: Annotated[int, Meta(extra_json_schema={"minimum": 2**64})] | UnsetType = UNSET
    flag: Annotated[bool, Meta(extra_json_schema={"enum": [True]})] | UnsetType = UNSET
    code: Annotated[bytes, Meta(extra_json_schema={"maxLength": 8})] | UnsetType = UNSET
    several: (
        Annotated[str, Meta(extra_json_schema={"enum": ["a", "b"]})]
        | Annotated[int, Meta(extra_json_schema={"multipleOf": 2})]
        | UnsetType
    ) = UNSET
    other: Annotated[Any, Meta(extra_json_schema={"not": {"type": "string"}})] | UnsetType = UNSET
