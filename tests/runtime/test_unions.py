"""Unions without a tag, in answers: the alternative that is meant, and nothing lost where none is."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct

from kafka_rest._json import decode, one_of


class Circle(Struct, kw_only=True):
    radius: int


class Square(Struct, kw_only=True):
    side: int


Shape = one_of("Shape", __name__, lambda: (Circle, Square))


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
