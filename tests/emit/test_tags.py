"""Discriminators over unions that have discriminators themselves: the innermost alternative is the one decoded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emit.modelling import STRING, lines_of, loaded, models_of, ref, struct

LEAF = struct({"kind": STRING, "name": STRING}, "kind")


def union(tag: str, **mapping: str) -> dict[str, Any]:
    alternatives = [ref(name) for name in dict.fromkeys(mapping.values())]
    return {"oneOf": alternatives, "discriminator": {"propertyName": tag, "mapping": mapping}}


LEAVES = {"Cat": LEAF, "Dog": LEAF, "Fish": LEAF}
PET = {"Pet": union("kind", cat="Cat", kitten="Cat", dog="Dog")}
ANIMAL = {"Animal": union("kind", Pet="Pet", fish="Fish")}
ZOO = {"Zoo": union("kind", Animal="Animal", stone="Stone"), "Stone": LEAF}


@pytest.mark.parametrize("outer", ["Animal", "Zoo"])
@pytest.mark.parametrize(("kind", "expected"), [("cat", "Cat"), ("kitten", "Cat"), ("dog", "Dog"), ("fish", "Fish")])
def test_an_outer_union_decodes_and_encodes_the_innermost_alternative(outer: str, kind: str, expected: str) -> None:
    schemas = LEAVES | PET | ANIMAL | ZOO
    raw = f'{{"kind":"{kind}","name":"a"}}'.encode()
    with loaded(models_of(schemas, sent=[ref(outer)], received=[ref(outer)])) as (module, json):
        union_type = getattr(module, outer)
        value = json.decode(raw, union_type)
        assert expected == type(value).__name__
        assert raw == json.encode(value, union_type)


def test_an_answer_with_a_new_tag_stays_as_it_came() -> None:
    with loaded(models_of(LEAVES | PET | ANIMAL, received=[ref("Animal")])) as (module, json):
        assert {"kind": "newt", "legs": 4} == json.decode(b'{"kind":"newt","legs":4}', module.Animal)


UNDECIDED = {
    "an inner union without a discriminator": {"Pet": {"oneOf": [ref("Cat"), ref("Dog")]}, **ANIMAL},
    "an inner union told apart by another member": {"Pet": union("name", cat="Cat", dog="Dog"), **ANIMAL},
    "one value for two alternatives": {"Pet": union("kind", cat="Cat", fish="Dog"), **ANIMAL},
}


@pytest.mark.parametrize("schemas", UNDECIDED.values(), ids=UNDECIDED.keys())
def test_values_that_decide_nothing_are_no_table(schemas: dict[str, Any]) -> None:
    assert 'Animal = one_of("Animal", __name__, lambda: (Pet, Fish))' in lines_of(LEAVES | schemas)


def test_an_outer_table_lists_the_values_of_the_inner_one() -> None:
    table = '{"fish": Fish, "cat": Pet, "kitten": Pet, "dog": Pet}'
    assert f'Animal = one_of("Animal", __name__, lambda: {table}, tag="kind")' in lines_of(LEAVES | PET | ANIMAL)
