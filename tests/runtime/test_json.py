"""What is sent is held to the document, and whatever is answered is kept."""

from __future__ import annotations

import copy
import datetime as dt
import json
import math
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, cast
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType, field

from runtime._json import (
    DateTime,
    Int32,
    InvalidRequest,
    OpenStruct,
    UndecodableAnswer,
    decode,
    decode_strict,
    encode,
    one_of,
)

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
    ({"code": 1, "when": "2021-02-05T19:14:42"}, Answer, loose.Answer(code=1, when=NOW.replace(tzinfo=None))),
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


# --- unions


def test_an_alternative_is_an_instance_of_its_union() -> None:
    assert isinstance(Cat(petType="c", name="n"), Pet)
    assert isinstance([Cat(petType="c", name="n")], cast(Any, TextOrPet))
    assert isinstance({"petType": "bird"}, Tagged)
    assert not isinstance({"petType": "bird"}, Pet)
    assert not isinstance(Leaf(name="a"), Pet)
    assert not isinstance(True, one_of("Number", __name__, lambda: (int, float)))


def test_a_union_is_no_class_to_create() -> None:
    with pytest.raises(TypeError, match="Pet is a union"):
        cast(Any, Pet)(name="n")


def test_the_alternative_that_knows_most_members_wins() -> None:
    assert House(pet=Dog(petType="x", name="n", barks=True)) == decode_strict(
        b'{"pet": {"petType": "x", "name": "n", "barks": true}}', House
    )
    assert House(pet=Cat(petType="x", name="n")) == decode_strict(b'{"pet": {"petType": "x", "name": "n"}}', House)


def test_a_more_telling_type_wins_over_a_bare_string() -> None:
    assert House(mixed=NOW) == decode_strict(b'{"mixed": "2021-02-05T19:14:42Z"}', House)


def test_models_with_unions_can_be_copied_and_pickled() -> None:
    house = House(tagged=Cat(petType="cat", name="n"))
    assert house == copy.deepcopy(house)
    assert house == pickle.loads(pickle.dumps(house))


# --- any answer at all

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
leaves = st.fixed_dictionaries({"name": st.text()}, optional={"value": st.none() | st.just("AP8=")})
answers = st.fixed_dictionaries(
    {"code": st.integers(-(2**31), 2**31 - 1)},
    optional={
        "kind": st.sampled_from(["A", "B"]),
        "when": st.none() | st.just("2021-02-05T19:14:42Z"),
        "id": st.just(str(ID)),
        "day": st.just("2021-02-05"),
        "data": json_values,
        "leaf": st.none() | leaves,
        "leaves": st.lists(leaves, max_size=3),
        "table": st.dictionaries(st.text(max_size=3), st.none() | leaves, max_size=3),
        "several": st.none() | st.text() | st.integers() | st.booleans(),
    },
)
FIELDS = {member: name for name, member in zip(Answer.__struct_fields__, Answer.__struct_encode_fields__, strict=True)}
broken = json_values | st.sampled_from(["+053069-01-01T00:00:00Z", "C", None, 2**70, "2021-02-05T19:14:42"])


@given(answers, st.sampled_from(sorted(FIELDS)), broken)
def test_any_change_of_one_member_leaves_the_others_as_they_were(answer: dict[str, Any], member: str, bad: Any) -> None:
    before = decode_strict(json.dumps(answer).encode(), Answer)
    after = decode(json.dumps(answer | {member: bad}).encode(), Answer)
    for wire, name in FIELDS.items():
        if wire != member:
            assert getattr(before, name) == getattr(after, name)


@given(
    json_values, st.sampled_from([Answer, House, Open, Shelf, Odd, Bounded, list[Answer], dict[str, Pet], Tagged, int])
)
def test_no_json_at_all_makes_an_answer_undecodable(tree: Any, type_: Any) -> None:
    decode(json.dumps(tree).encode(), type_)


@given(json_values, st.sampled_from([Answer, House, Open, Shelf, Odd, Any]))
def test_what_came_and_is_valid_can_be_sent_again(tree: Any, type_: Any) -> None:
    try:
        value = decode_strict(json.dumps(tree).encode(), type_)
    except msgspec.DecodeError:
        return
    assert value == decode_strict(encode(value, type_), type_)


# --- long chains of models


@contextmanager
def chain_of_models(length: int) -> Iterator[Any]:
    space: dict[str, Any] = {"Struct": Struct, "__name__": __name__}
    source = "".join(f"class M{n}(Struct):\n    next: 'M{(n + 1) % length} | None' = None\n" for n in range(length))
    exec(source, space)
    for name, value in space.items():
        if name.startswith("M"):
            globals()[name] = value
    try:
        yield space["M0"]
    finally:
        for name in [name for name in globals() if name[0] == "M" and name[1:].isdigit()]:
            del globals()[name]


def test_a_thousand_models_in_a_circle_have_a_codec() -> None:
    with chain_of_models(1500) as first:
        raw = b'{"next":{"next":{"next":null}}}'
        assert raw == encode(decode(raw, first), first)
