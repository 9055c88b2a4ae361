"""What is sent is held to the document, and whatever is answered is kept."""

from __future__ import annotations

import json
import math
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from runtime._json import InvalidRequest, UndecodableAnswer, decode, decode_strict, encode
from tests.runtime.zoo import FAR, ID, NOW, Answer, Bounded, Cat, Dog, House, Leaf, Odd, Off, On, Open, Shelf, Switch

# The classes as no type checker sees them: what an answer says need not be what a class promises.
loose: Any = SimpleNamespace(
    Answer=Answer, Bounded=Bounded, Cat=Cat, Dog=Dog, House=House, Leaf=Leaf, Odd=Odd, Open=Open, Shelf=Shelf
)

VALID: list[tuple[Any, Any, Any]] = [
    (Leaf(name="a"), Leaf, {"name": "a"}),
    (Leaf(name="a", value=None), Leaf, {"name": "a", "value": None}),
    (Leaf(name="a", value=b"\x00\xff"), Leaf, {"name": "a", "value": "AP8="}),
    (
        Answer(code=1, when=NOW, id=ID, day=NOW.date()),
        Answer,
        {"code": 1, "when": "2021-02-05T19:14:42Z", "id": str(ID), "day": "2021-02-05"},
    ),
    (Answer(code=1, data={"x": [1, None, {"y": 1.5}]}), Answer, {"code": 1, "data": {"x": [1, None, {"y": 1.5}]}}),
    (Answer(code=1, data=None), Answer, {"code": 1, "data": None}),
    (
        Answer(code=1, table={"a": None, "b": Leaf(name="x")}),
        Answer,
        {"code": 1, "table": {"a": None, "b": {"name": "x"}}},
    ),
    (Answer(code=1, several=None), Answer, {"code": 1, "several": None}),
    (Answer(code=1, class_=2.5), Answer, {"code": 1, "class": 2.5}),
    ([1, 2], list[int], [1, 2]),
    (House(pet=Cat(petType="c", name="n")), House, {"pet": {"petType": "c", "name": "n"}}),
    (House(pet=None), House, {"pet": None}),
    (House(tagged=Dog(petType="hound", name="n")), House, {"tagged": {"petType": "hound", "name": "n"}}),
    (House(tree=[[], [[]]]), House, {"tree": [[], [[]]]}),
    (House(mixed="text"), House, {"mixed": "text"}),
    (
        House(mixed=[Dog(petType="d", name="n", barks=True)]),
        House,
        {"mixed": [{"petType": "d", "name": "n", "barks": True}]},
    ),
    (Open(name="a", additional_properties={"x": 1, "*": 2}), Open, {"name": "a", "x": 1, "*": 2}),
    (
        Shelf(open=[Open(name="a", inner=Open(name="b", additional_properties={"y": 1}))]),
        Shelf,
        {"open": [{"name": "a", "inner": {"name": "b", "y": 1}}]},
    ),
    (Odd(quote="q"), Odd, {'a"b\n': "q"}),
    (
        Bounded(price=19.99, many=[1, True, "1", [1], [True]]),
        Bounded,
        {"price": 19.99, "many": [1, True, "1", [1], [True]]},
    ),
    (Bounded(several=4), Bounded, {"several": 4}),
    (Bounded(several="a"), Bounded, {"several": "a"}),
    ([On(on=True), Off(on=False)], list[Switch], [{"on": True}, {"on": False}]),
    (Bounded(big=2**64, flag=True, code=b"123456"), Bounded, {"big": 2**64, "flag": True, "code": "MTIzNDU2"}),
]


@pytest.mark.parametrize(("value", "type_", "wire"), VALID)
def test_a_value_and_its_json_are_the_same_in_both_directions(value: Any, type_: Any, wire: Any) -> None:
    raw = encode(value, type_)
    assert wire == json.loads(raw)
    assert value == decode(raw, type_)
    assert value == decode_strict(raw, type_)


INVALID: list[tuple[Any, Any, str]] = [
    (loose.Leaf(name=1), Leaf, "$.name"),
    (loose.Leaf(name=UNSET), Leaf, "$"),
    (loose.Leaf(name=None), Leaf, "$.name"),
    (loose.Leaf(name=b"bytes"), Leaf, "$.name"),
    (loose.Leaf(name="a", value="text"), Leaf, "$.value"),
    (loose.Leaf(name="a", value="dGV4dA=="), Leaf, "$.value"),
    (loose.Answer(code=2**31), Answer, "$.code"),
    (loose.Answer(code=True), Answer, "$.code"),
    (loose.Answer(code=1, kind="C"), Answer, "$.kind"),
    (loose.Answer(code=1, when=NOW.replace(tzinfo=None)), Answer, "$.when"),
    (loose.Answer(code=1, leaves=[loose.Leaf(name="a"), loose.Leaf(name=2)]), Answer, "$.leaves[1].name"),
    (loose.Answer(code=1, table={"k": loose.Leaf(name=b"x")}), Answer, "$.table['k'].name"),
    (loose.Answer(code=1, class_=math.nan), Answer, "$.class"),
    (loose.Answer(code=1, data={"x": [math.inf]}), Answer, "$.data['x'][0]"),
    (loose.Answer(code=1, data=object()), Answer, "$"),
    (loose.Answer(code=1, data="\ud800"), Answer, "$"),
    (loose.House(pet=loose.Leaf(name="a")), House, "$.pet"),
    (loose.House(tagged=loose.Cat(petType="bird", name="n")), House, "$.tagged"),
    (loose.Open(name="a", additional_properties={"x": -1}), Open, "$.*[...]"),
    (loose.Open(name="a", additional_properties={"name": 1}), Open, "$"),
    (loose.Bounded(), Bounded, "$"),
    (loose.Bounded(many=[1]), Bounded, "$"),
    (loose.Bounded(price=1.0, many=[1, 1.0]), Bounded, "$.many"),
    (loose.Bounded(price=19.999), Bounded, "$.price"),
    (loose.Bounded(big=2**64 - 1), Bounded, "$.big"),
    (loose.Bounded(several="c"), Bounded, "$.several"),
    (loose.Bounded(several=3), Bounded, "$.several"),
    (loose.Bounded(flag=False), Bounded, "$.flag"),
    (loose.Bounded(code=b"1234567"), Bounded, "$.code"),
    (loose.Bounded(other="text"), Bounded, "$.other"),
]


@pytest.mark.parametrize(("value", "type_", "path"), INVALID)
def test_what_the_document_does_not_allow_is_not_sent(value: Any, type_: Any, path: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        encode(value, type_)
    assert path == caught.value.path
    assert isinstance(caught.value, ValueError)


LENIENT: list[tuple[Any, Any, Any]] = [
    # unknown members go, listed or not
    ({"code": 1, "new": 2}, Answer, loose.Answer(code=1)),
    ({"code": 1, "kind": "C"}, Answer, loose.Answer(code=1, kind="C")),
    ({"code": 1, "when": FAR, "kind": "A"}, Answer, loose.Answer(code=1, when=FAR, kind="A")),
    ({"code": 1, "when": "2021-02-05T19:14:42"}, Answer, loose.Answer(code=1, when="2021-02-05T19:14:42")),
    ({"code": 1, "when": "2021-02-05T19:14:42Z", "kind": "C"}, Answer, loose.Answer(code=1, when=NOW, kind="C")),
    ({"code": 1, "when": "2016-12-31T23:59:60Z"}, Answer, loose.Answer(code=1, when="2016-12-31T23:59:60Z")),
    ({"code": 1, "when": 1612552482}, Answer, loose.Answer(code=1, when=1612552482)),
    ({"code": None, "kind": None}, Answer, loose.Answer(code=None, kind=None)),
    ({"kind": "A"}, Answer, loose.Answer(code=UNSET, kind="A")),
    ({"code": 2**40}, Answer, loose.Answer(code=2**40)),
    ({"code": 3.0}, Answer, loose.Answer(code=3)),
    ({"code": "3"}, Answer, loose.Answer(code="3")),
    ({"code": 1, "leaf": "text", "id": "no"}, Answer, loose.Answer(code=1, leaf="text", id="no")),
    (
        {"code": 1, "leaf": {"name": 1, "value": "??"}},
        Answer,
        loose.Answer(code=1, leaf=loose.Leaf(name=1, value="??")),
    ),
    (
        {"code": 1, "leaves": [{"name": "a"}, 5, {}]},
        Answer,
        loose.Answer(code=1, leaves=[loose.Leaf(name="a"), 5, loose.Leaf(name=UNSET)]),
    ),
    (
        {"code": 1, "table": {"a": {"name": 1}, "b": 2}},
        Answer,
        loose.Answer(code=1, table={"a": loose.Leaf(name=1), "b": 2}),
    ),
    ({"code": 1, "leaves": {"name": "a"}}, Answer, loose.Answer(code=1, leaves={"name": "a"})),
    ([{"name": "a"}], Answer, [{"name": "a"}]),
    ("text", Answer, "text"),
    (None, Answer, None),
    (
        {"tagged": {"petType": "bird", "name": "n"}, "pets": [{"petType": "cat"}]},
        House,
        loose.House(tagged={"petType": "bird", "name": "n"}, pets=[loose.Cat(petType="cat", name=UNSET)]),
    ),
    ({"pet": {"petType": "x", "barks": 1}}, House, loose.House(pet=loose.Dog(petType="x", name=UNSET, barks=1))),
    ({"tree": [[], "leaf"]}, House, loose.House(tree=[[], "leaf"])),
    ({"name": 1, "x": "no", "y": 2}, Open, loose.Open(name=1, additional_properties={"x": "no", "y": 2})),
    ({"open": [{"x": 1}, 2]}, Shelf, loose.Shelf(open=[loose.Open(name=UNSET, additional_properties={"x": 1}), 2])),
    ({'a"b\n': 5, "plain": "x"}, Odd, loose.Odd(quote=5, plain="x")),
]


@pytest.mark.parametrize(("wire", "type_", "value"), LENIENT)
def test_one_broken_promise_of_an_answer_does_not_lose_the_rest(wire: Any, type_: Any, value: Any) -> None:
    decoded = decode(json.dumps(wire).encode(), type_)
    assert value == decoded
    assert repr(value) == repr(decoded)  # 3 is not 3.0 here


def test_decode_strict_holds_to_the_type() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_strict(b'{"code": 1, "kind": "C"}', Answer)


def test_absent_null_and_a_value_are_three_things() -> None:
    for wire in (b'{"code":1}', b'{"code":1,"when":null}', b'{"code":1,"when":"2021-02-05T19:14:42Z"}'):
        assert wire == encode(decode(wire, Answer), Answer)


@pytest.mark.parametrize("raw", [b"", b"<html>", b"{", b"nul", b"\xff\xfe", b'{"a":1}}'])
def test_only_what_is_no_json_at_all_is_undecodable(raw: bytes) -> None:
    with pytest.raises(UndecodableAnswer):
        decode(raw, Answer)


LOOSE: list[tuple[bytes, Any]] = [
    (b'\xef\xbb\xbf{"code": 1}', Answer(code=1)),
    (b'{"code": 1, "data": "\\ud800"}', Answer(code=1, data="\ud800")),
    (b'{"code": 1, "data": "\xff"}', Answer(code=1, data="�")),
    (b'{"code": 1, "class": 1e999}', Answer(code=1, class_=math.inf)),
    (b'{"code": 1, "data": ' + b"9" * 400 + b"}", Answer(code=1, data=int("9" * 400))),
]


@pytest.mark.parametrize(("raw", "value"), LOOSE)
def test_what_is_meant_as_json_is_read(raw: bytes, value: Any) -> None:
    assert value == decode(raw, Answer)


def test_an_answer_deeper_than_python_goes_is_kept_or_refused_but_never_crashes() -> None:
    deep = b'{"tree":' + b"[" * 450 + b'"x"' + b"]" * 450 + b"}"
    assert isinstance(decode(deep, House), House)
    with pytest.raises(UndecodableAnswer):
        decode(b"[" * 100_000, House)
