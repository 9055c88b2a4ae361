"""Unions without a tag, in answers: the alternative that is meant, and nothing lost where none is."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from kafka_rest._json import decode, encode, one_of


class Circle(Struct, kw_only=True):
    radius: int


class Square(Struct, kw_only=True):
    side: int


Shape = one_of("Shape", __name__, lambda: (Circle, Square))


class Cat(Struct, kw_only=True):
    kind: str
    lives: int | UnsetType = UNSET


class Other(Struct, kw_only=True):
    kind: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


Pet = one_of("Pet", __name__, lambda: {"cat": Cat, "Other": Other}, tag="kind", otherwise="Other")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"kind":"cat","lives":9}', Cat(kind="cat", lives=9)),
        (b'{"kind":"dog","name":"Rex"}', Other(kind="dog", name="Rex")),
        (b'{"name":"Rex"}', Other(name="Rex")),
        (b'{"kind":"dog","name":5}', Other(kind="dog", name=5)),  # type: ignore[arg-type]
        (b'{"kind":7}', Other(kind=7)),  # type: ignore[arg-type]
    ],
)
def test_a_tag_that_is_not_listed_means_the_default_where_there_is_one(raw: bytes, expected: Any) -> None:
    assert decode(raw, Pet) == expected


def test_what_the_default_is_for_can_be_sent() -> None:
    assert encode(Other(kind="dog"), Pet) == b'{"kind":"dog"}'


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
