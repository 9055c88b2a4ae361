"""Unions: which alternative an answer means, with nothing lost where it means none; and what may be sent as one."""

from __future__ import annotations

from types import GenericAlias
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from kafka_rest._json import InvalidRequest, decode, encode, one_of


class Circle(Struct, kw_only=True):
    radius: int


class Square(Struct, kw_only=True):
    side: int


Shape = one_of("Shape", __name__, lambda: (Circle, Square))


class Tabby(Struct, kw_only=True):
    kind: str
    lives: int | UnsetType = UNSET


class Other(Struct, kw_only=True):
    kind: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


Animal = one_of("Animal", __name__, lambda: {"cat": Tabby, "Other": Other}, tag="kind", otherwise="Other")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"kind":"cat","lives":9}', Tabby(kind="cat", lives=9)),
        (b'{"kind":"dog","name":"Rex"}', Other(kind="dog", name="Rex")),
        (b'{"name":"Rex"}', Other(name="Rex")),
        (b'{"kind":"dog","name":5}', Other(kind="dog", name=5)),  # type: ignore[arg-type]
        (b'{"kind":7}', Other(kind=7)),  # type: ignore[arg-type]
    ],
)
def test_a_tag_that_is_not_listed_means_the_default_where_there_is_one(raw: bytes, expected: Any) -> None:
    assert decode(raw, Animal) == expected


def test_what_the_default_is_for_can_be_sent() -> None:
    assert encode(Other(kind="dog"), Animal) == b'{"kind":"dog"}'


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"side":1}', Square(side=1)),
        (b'{"side":"1 m"}', Square(side="1 m")),  # type: ignore[arg-type]
        (b'{"side":null,"new":2}', Square(side=None)),  # type: ignore[arg-type]
        (b'{"edges":3}', {"edges": 3}),
        (b"{}", {}),
        (b"7", 7),
    ],
)
def test_an_object_that_resembles_no_alternative_stays_as_it_came(raw: bytes, expected: Any) -> None:
    assert decode(raw, Shape) == expected


class Cat(Struct, kw_only=True):
    kind: str
    name: str = ""


class Dog(Struct, kw_only=True):
    kind: str
    name: str = ""


Pet = one_of("Pet", __name__, lambda: {"cat": Cat, "dog": Dog}, tag="kind")
LIST_OF_PETS: Any = GenericAlias(list, Pet)
Household = one_of("Household", __name__, lambda: (Pet, LIST_OF_PETS))
Either = one_of("Either", __name__, lambda: (Cat, Dog), exclusive=True)
Number = one_of("Number", __name__, lambda: (int, float), exclusive=True)
LIST_OF_NUMBERS: Any = GenericAlias(list, Number)

REFUSED: list[tuple[Any, Any, str, str]] = [
    (Cat(kind="dog"), Pet, "Cat has the 'kind' of Dog", "$"),
    ([Cat(kind="cat"), Dog(kind="cat")], LIST_OF_PETS, "Dog has the 'kind' of Cat", "$[1]"),
    ([Dog(kind="cat")], Household, "Dog has the 'kind' of Cat", "$[0]"),
    (Cat(kind="cat"), Either, "fits 2 alternatives of Either, of which only one may fit", "$"),
    ([1.5, 2], LIST_OF_NUMBERS, "fits 2 alternatives of Number, of which only one may fit", "$[1]"),
]


@pytest.mark.parametrize(("value", "type_", "message", "path"), REFUSED)
def test_what_contradicts_its_tag_or_fits_too_much_is_not_sent(value: Any, type_: Any, message: str, path: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        encode(value, type_)
    assert (str(caught.value), caught.value.path) == (f"{message} - at `{path}`", path)


@pytest.mark.parametrize(
    ("value", "type_"),
    [(Cat(kind="cat"), Pet), ([Dog(kind="dog")], Household), (Square(side=1), Shape), ([1.5], LIST_OF_NUMBERS)],
)
def test_what_fits_is_sent(value: Any, type_: Any) -> None:
    assert value == decode(encode(value, type_), type_)
