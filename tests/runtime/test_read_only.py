"""What only the server writes is read from answers and left out of requests."""

from __future__ import annotations

import json
from typing import ClassVar

from msgspec import UNSET, Struct, UnsetType

from runtime._json import decode, encode


class Line(Struct, kw_only=True):
    __read_only__: ClassVar[tuple[str, ...]] = ("number",)
    number: int | UnsetType = UNSET
    text: str


class Order(Struct, kw_only=True):
    __read_only__: ClassVar[tuple[str, ...]] = ("id",)
    id: int | UnsetType = UNSET
    lines: list[Line]
    by_name: dict[str, Line] | UnsetType = UNSET


ANSWER = b'{"id":1,"lines":[{"number":1,"text":"a"}],"by_name":{"x":{"number":2,"text":"b"}}}'


def test_an_answer_goes_back_without_what_only_the_server_writes() -> None:
    order = decode(ANSWER, Order)
    expected = {"lines": [{"text": "a"}], "by_name": {"x": {"text": "b"}}}
    assert expected == json.loads(encode(order, Order))
    assert (order.id, order.lines[0].number) == (1, 1)  # the answer itself stays as it is
