"""Unions that msgspec cannot decode, any answer at all, and models in long chains."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from runtime._json import decode, decode_strict, encode, one_of
from tests.runtime.zoo import ID, NOW, Answer, Bounded, Cat, Dog, House, Leaf, Odd, Open, Pet, Shelf, Tagged, TextOrPet


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
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
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
