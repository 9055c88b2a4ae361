"""A model that others build on is any of them where it is used, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.document.normals import TEXT, Tree, after, cases, document_of, normal_of, or_null, ref, struct

BASE: Tree = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": TEXT},
    "discriminator": {"propertyName": "kind", "mapping": {"meow": "Cat", "purr": "#/components/schemas/Cat"}},
}


def child(*bases: str, **members: Any) -> Tree:
    return {"allOf": [*map(ref, bases), struct(**members)]}


FAMILY: dict[str, Tree] = {
    "Pet": BASE,
    "Cat": child("Pet", lives=TEXT),
    "Dog": child("Pet", bark=TEXT),
    "Lion": child("Cat", mane=TEXT),
}
USES: dict[str, tuple[Tree, Tree]] = {
    "as it is": (ref("Pet"), ref("AnyPet")),
    "in a list": ({"type": "array", "items": ref("Pet")}, {"type": "array", "items": ref("AnyPet")}),
    "in a map": (
        {"type": "object", "additionalProperties": ref("Pet")},
        {"type": "object", "additionalProperties": ref("AnyPet")},
    ),
    "or null": ({"nullable": True, "allOf": [ref("Pet")]}, or_null(ref("AnyPet"))),
    "a child with children": (ref("Cat"), ref("AnyCat")),
    "a child without": (ref("Dog"), ref("Dog")),
}


@cases(USES)
def test_a_base_is_a_union_where_it_is_used(before: Tree, expected: Tree) -> None:
    assert expected == after(before, FAMILY)[0]


def test_the_union_lists_the_whole_family_and_what_an_unknown_tag_means() -> None:
    union = after(ref("Pet"), FAMILY)[1]["AnyPet"]
    assert ["Pet", "Cat", "Dog", "Lion"] == [one["$ref"].rpartition("/")[2] for one in union["anyOf"]]
    assert {
        "propertyName": "kind",
        "mapping": {"meow": "Cat", "purr": "Cat", "Pet": "Pet", "Dog": "Dog", "Lion": "Lion"},
        "defaultMapping": "Pet",
    } == union["discriminator"]


def test_the_base_itself_stays_a_model_without_the_discriminator() -> None:
    models = after(ref("Pet"), FAMILY)[1]
    assert {"type": "object", "required": ["kind"], "properties": {"kind": TEXT}} == models["Pet"]


def test_a_family_that_is_used_nowhere_needs_no_union() -> None:
    assert {"Pet", "Cat", "Dog", "Lion"} == {*after(ref("Dog"), FAMILY)[1]}


def test_members_of_the_base_and_of_the_children_may_be_of_the_family() -> None:
    schemas = {
        "Pet": {**BASE, "properties": {"kind": TEXT, "mother": ref("Pet")}},
        "Cat": child("Pet", friend=ref("Pet")),
    }
    models = after(ref("Pet"), schemas)[1]
    assert ref("AnyPet") == models["Pet"]["properties"]["mother"] == models["Cat"]["properties"]["friend"]


@pytest.mark.parametrize("parts", [[ref("Pet")], [ref("Pet"), {"type": "object"}], [ref("Pet"), {"description": "C"}]])
def test_a_child_that_adds_nothing_is_a_model_of_its_own(parts: list[Tree]) -> None:
    schemas = {"Pet": BASE, "Cat": {"allOf": parts}, "Lion": child("Cat", mane=TEXT), "Dog": child("Pet", bark=TEXT)}
    models = after(ref("Pet"), schemas)[1]
    assert models["Pet"] == {key: models["Cat"][key] for key in models["Pet"]}
    assert [ref("Pet"), ref("Cat"), ref("Dog"), ref("Lion")] == models["AnyPet"]["anyOf"]
    assert ref("AnyCat") == after(ref("Cat"), schemas)[0]


def test_a_child_that_adds_nothing_to_a_base_that_may_be_null_may_be_null() -> None:
    schemas = {"Pet": {**BASE, "nullable": True}, "Cat": {"allOf": [ref("Pet")]}}
    assert or_null(ref("Cat")) == after(ref("Cat"), schemas)[0]
    assert or_null(ref("AnyPet")) == after(ref("Pet"), schemas)[0]


ADDS_NOTHING: dict[str, tuple[Tree, Tree, Tree]] = {
    "adds what the base forbids": (
        {**BASE, "additionalProperties": False},
        {"allOf": [ref("Pet"), struct(lives=TEXT)]},
        {**struct(kind=TEXT), "required": ["kind"], "additionalProperties": False},
    ),
    "may be the base as it is": (
        BASE,
        {"allOf": [ref("Pet"), {"anyOf": [ref("Pet"), {**struct(lives=TEXT), "required": ["lives"]}]}]},
        {"anyOf": [ref("Pet"), ref("CatOptionB")]},
    ),
}


@pytest.mark.parametrize(("base", "cat", "expected"), ADDS_NOTHING.values(), ids=ADDS_NOTHING)
def test_a_child_is_not_made_of_the_union_that_lists_it_where_it(base: Tree, cat: Tree, expected: Tree) -> None:
    models = after(ref("Pet"), {"Pet": base, "Cat": cat})[1]
    assert expected == models["Cat"]
    assert [ref("Pet"), ref("Cat")] == models["AnyPet"]["anyOf"]


PLACES: dict[str, Tree] = {
    "anyOf": {"anyOf": [ref("Pet"), TEXT]},
    "oneOf": {"oneOf": [ref("Pet"), TEXT]},
    "prefixItems": {"type": "array", "prefixItems": [ref("Pet")]},
    "an alias": ref("Alias"),
}


@pytest.mark.parametrize("body", PLACES.values(), ids=PLACES)
def test_a_reference_to_a_base_is_one_to_the_union_in(body: Tree) -> None:
    tree = normal_of(document_of(struct(a=body), {**FAMILY, "Alias": ref("Pet")}, "3.1.0")).tree
    users = {name: json.dumps(model) for name, model in tree["components"]["schemas"].items() if name != "AnyPet"}
    assert [] == [name for name, text in users.items() if f'"{ref("Pet")["$ref"]}"' in text]
    assert any(f'"{ref("AnyPet")["$ref"]}"' in text for text in users.values())


def test_a_child_that_is_a_base_itself_tells_by_its_own_member() -> None:
    cat = {**child("Pet", breed=TEXT), "discriminator": {"propertyName": "breed"}}
    models = after(struct(a=ref("Pet"), b=ref("Cat")), {**FAMILY, "Cat": cat})[1]
    assert ["kind", "breed"] == [models[name]["discriminator"]["propertyName"] for name in ("AnyPet", "AnyCat")]


ALONE: dict[str, dict[str, Tree]] = {
    "nobody builds on it": {"Pet": BASE},
    "nothing tells them apart": {"Pet": struct(kind=TEXT), "Cat": child("Pet", lives=TEXT)},
}


@pytest.mark.parametrize("schemas", ALONE.values(), ids=ALONE)
def test_a_model_stays_alone_where(schemas: dict[str, Tree]) -> None:
    assert ref("Pet") == after(ref("Pet"), schemas)[0]


def test_who_lists_the_members_of_the_family_has_told_what_may_come() -> None:
    listed = {"oneOf": [ref("Pet"), ref("Cat"), ref("Dog")]}
    family = {name: FAMILY[name] for name in ("Pet", "Cat", "Dog")}
    body, models = after(listed, family)
    assert [ref("Pet"), ref("Cat"), ref("Dog")] == models[body["$ref"].rpartition("/")[2]]["oneOf"]


def test_a_union_gets_another_name_where_its_own_is_taken() -> None:
    body, models = after(ref("Pet"), {**FAMILY, "AnyPet": struct(a=TEXT)})
    assert ref("PetFamily") == body
    assert struct(a=TEXT) == models["AnyPet"]


def test_a_mapping_to_somebody_outside_of_the_family_is_left_out() -> None:
    base = {**BASE, "discriminator": {"propertyName": "kind", "mapping": {"car": "Car", "cat": "Cat"}}}
    schemas = {"Pet": base, "Cat": child("Pet", lives=TEXT), "Car": struct(kind=TEXT)}
    assert {"cat": "Cat", "Pet": "Pet"} == after(ref("Pet"), schemas)[1]["AnyPet"]["discriminator"]["mapping"]


def test_the_run_says_so_at_the_place_of_the_base_where_explain_finds_it() -> None:
    normal = normal_of(document_of(ref("Pet"), FAMILY))
    (change,) = [one for one in normal.changes if one.rule == "family"]
    assert ("/components/schemas/Pet", "AnyPet where Pet is used: it may be Cat, Dog, Lion") == (
        change.pointer,
        change.note,
    )
    assert normal.origins["Pet"] == normal.origins["AnyPet"]
