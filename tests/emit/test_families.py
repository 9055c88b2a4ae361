"""A base of others: what comes is the child that its tag names, and any of the family can be sent."""

from __future__ import annotations

from typing import Any

import pytest

from specmill.document.operations import operations_of
from specmill.emit import models
from tests.document.normals import document_of, normal_of
from tests.emit.modelling import STRING, loaded, ref, struct

PET = {
    **struct({"kind": STRING, "name": STRING}, "kind"),
    "discriminator": {"propertyName": "kind", "mapping": {"cat": "Cat"}},
}
FAMILY = {
    "Pet": PET,
    "Cat": {"allOf": [ref("Pet"), struct({"lives": {"type": "integer"}, "friend": ref("Pet")})]},
    "Lion": {"allOf": [ref("Cat"), struct({"mane": STRING}, "mane")]},
}


def family() -> Any:
    normal = normal_of(document_of(ref("Pet"), FAMILY))
    return loaded(models.emit(normal, operations_of(normal)))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"kind":"cat","lives":9}', "Cat(kind='cat', name=UNSET, lives=9, friend=UNSET)"),
        (b'{"kind":"Lion","mane":"m"}', "Lion(kind='Lion', name=UNSET, lives=UNSET, friend=UNSET, mane='m')"),
        (b'{"kind":"Pet","name":"a"}', "Pet(kind='Pet', name='a')"),
        (b'{"kind":"newt","name":"a","legs":4}', "Pet(kind='newt', name='a')"),
        (b'{"name":"a"}', "Pet(kind=UNSET, name='a')"),
        (b'{"kind":"cat","lives":"nine"}', "Cat(kind='cat', name=UNSET, lives='nine', friend=UNSET)"),
        (
            b'{"kind":"cat","friend":{"kind":"Lion","mane":"m"}}',
            "Cat(kind='cat', name=UNSET, lives=UNSET, "
            "friend=Lion(kind='Lion', name=UNSET, lives=UNSET, friend=UNSET, mane='m'))",
        ),
    ],
)
def test_an_answer_is_the_one_that_its_tag_names(raw: bytes, expected: str) -> None:
    with family() as (module, json):
        assert expected == repr(json.decode(raw, module.AnyPet))


def test_any_of_the_family_can_be_sent() -> None:
    with family() as (module, json):
        for one in (module.Pet(kind="newt"), module.Cat(kind="cat", lives=9), module.Lion(kind="Lion", mane="m")):
            assert one == json.decode(json.encode(one, module.AnyPet), module.AnyPet)


def test_a_tag_that_names_another_one_of_the_family_is_refused() -> None:
    with family() as (module, json):
        for one in (module.Cat(kind="Lion"), module.Pet(kind="cat"), module.Lion(kind="cat", mane="m")):
            with pytest.raises(json.InvalidRequest):
                json.encode(one, module.AnyPet)
