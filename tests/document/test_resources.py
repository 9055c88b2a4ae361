"""Schemas with a name of their own: `$id`, `$anchor`, and dynamic references where they are ones like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.document.test_refs import schema_at

IDENTIFIED = """
components:
  schemas:
    Pet:
      $id: https://example.com/schemas/pet
      $defs:
        Name: {$anchor: name, type: string}
        Tag: {$id: tag, $defs: {Color: {type: integer}}, properties: {color: {$ref: '#/$defs/Color'}}}
      properties:
        name: {$ref: '#/$defs/Name'}
        named: {$ref: '#name'}
        tag: {$ref: tag}
        friend: {$ref: '#'}
        other: {$ref: '#/components/schemas/Other'}
        sibling: {$ref: other}
    Other: {$id: 'https://example.com/schemas/other', $defs: {Name: {$anchor: name, type: boolean}}}
"""
PLACES_OF_IDENTIFIED = {
    "https://example.com/schemas/pet": "#/components/schemas/Pet",
    "https://example.com/schemas/pet#": "#/components/schemas/Pet",
    "https://example.com/schemas/pet#/$defs/Name": "#/components/schemas/Pet/$defs/Name",
    "https://example.com/schemas/pet#name": "#/components/schemas/Pet/$defs/Name",
    "https://example.com/schemas/other#name": "#/components/schemas/Other/$defs/Name",
    "https://example.com/schemas/tag": "#/components/schemas/Pet/$defs/Tag",
    "https://example.com/schemas/tag#/$defs/Color": "#/components/schemas/Pet/$defs/Tag/$defs/Color",
}


@pytest.mark.parametrize(("reference", "place"), PLACES_OF_IDENTIFIED.items())
def test_the_id_of_a_schema_is_a_name_that_is_looked_up_nowhere_else(
    tmp_path: Path, reference: str, place: str
) -> None:
    assert {"$ref": place} == schema_at(tmp_path, reference, rest=IDENTIFIED)[1]


def test_references_inside_of_a_schema_with_an_id_begin_at_it(tmp_path: Path) -> None:
    tree, _ = schema_at(tmp_path, "#/components/schemas/Pet", rest=IDENTIFIED)
    pet = tree["components"]["schemas"]["Pet"]
    here = "#/components/schemas/Pet"
    assert {
        "name": f"{here}/$defs/Name",
        "named": f"{here}/$defs/Name",
        "tag": f"{here}/$defs/Tag",
        "friend": here,
        "other": "#/components/schemas/Other",
        "sibling": "#/components/schemas/Other",
    } == {name: member["$ref"] for name, member in pet["properties"].items()}
    assert f"{here}/$defs/Tag/$defs/Color" == pet["$defs"]["Tag"]["properties"]["color"]["$ref"]


def test_a_dynamic_reference_whose_anchor_stands_once_is_one_like_any_other(tmp_path: Path) -> None:
    rest = """
components:
  schemas:
    Node: {$dynamicAnchor: node, properties: {below: {type: array, items: {$dynamicRef: '#node', title: Below}}}}
    Leaf: {$dynamicRef: '#/components/schemas/Node'}
"""
    tree, schema = schema_at(tmp_path, "#node", rest=rest)
    node = {"$ref": "#/components/schemas/Node"}
    assert node == schema == tree["components"]["schemas"]["Leaf"]
    assert {"title": "Below", **node} == tree["components"]["schemas"]["Node"]["properties"]["below"]["items"]


def test_a_dynamic_reference_that_something_can_take_the_place_of_is_left_to_the_check(tmp_path: Path) -> None:
    rest = """
components:
  schemas:
    Of: {$id: of, $defs: {T: {$dynamicAnchor: T}}, properties: {all: {type: array, items: {$dynamicRef: '#T'}}}}
    OfText: {$id: of-text, $ref: of, $defs: {T: {$dynamicAnchor: T, type: string}}}
"""
    tree, _ = schema_at(tmp_path, "of-text", rest=rest)
    assert {"$dynamicRef": "#T"} == tree["components"]["schemas"]["Of"]["properties"]["all"]["items"]
