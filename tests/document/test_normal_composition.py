"""What the normaliser makes of allOf, oneOf and anyOf: before → after."""

from __future__ import annotations

import jsonschema_rs

from tests.document.normals import (
    AB,
    BASE,
    TEXT,
    WHOLE,
    Tree,
    after,
    cases,
    document_of,
    normal_of,
    or_null,
    ref,
    struct,
)

# allOf

ALL_OF: dict[str, tuple[Tree, Tree, Tree]] = {
    "members and what is required are united": (
        {"allOf": [ref("Base"), {**struct(name=TEXT), "required": ["name"]}]},
        {**struct(id=WHOLE, name=TEXT), "required": ["id", "name"]},
        {"Base": BASE},
    ),
    "what stands beside it counts": (
        {"allOf": [ref("Base")], **struct(name=TEXT)},
        {**struct(id=WHOLE, name=TEXT), "required": ["id"]},
        {"Base": BASE},
    ),
    "only what is required": (
        {"allOf": [ref("Base"), {"required": ["more"]}]},
        {**struct(id=WHOLE), "required": ["id", "more"]},
        {"Base": BASE},
    ),
    "the same member twice has the narrower type": (
        {"allOf": [ref("Base"), struct(id={"type": "integer", "minimum": 1})]},
        {**struct(id={"type": "integer", "minimum": 1}), "required": ["id"]},
        {"Base": BASE},
    ),
    "the outermost description": (
        {"description": "Outer", "allOf": [{"description": "Inner", **struct(a=TEXT)}, struct(b=TEXT)]},
        {**struct(a=TEXT, b=TEXT), "description": "Outer"},
        {},
    ),
    "through several floors": (
        {"allOf": [ref("Middle"), struct(c=TEXT)]},
        {**struct(id=WHOLE, b=TEXT, c=TEXT), "required": ["id"]},
        {"Middle": {"allOf": [ref("Base"), struct(b=TEXT)]}, "Base": BASE},
    ),
    "no further members": (
        {"allOf": [{**struct(a=TEXT), "additionalProperties": False}, {"required": ["a"]}]},
        {**struct(a=TEXT), "additionalProperties": False, "required": ["a"]},
        {},
    ),
}


@cases(ALL_OF)
def test_allof_is_merged(before: Tree, expected: Tree, schemas: Tree) -> None:
    _, components = after(ref("Merged"), {"Merged": before, **schemas})
    merged = {**components["Merged"], "required": sorted(components["Merged"].get("required", []))}
    assert {**expected, "required": sorted(expected.get("required", []))} == merged | {
        "properties": dict(sorted(merged["properties"].items()))
    }


def test_what_no_single_schema_can_say_stays_an_allof_and_is_told() -> None:
    parts = [{"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "b$"}]
    normal = normal_of(document_of(ref("Both"), {"Both": {"allOf": parts}}))
    assert {"allOf": parts} == normal.tree["components"]["schemas"]["Both"]
    assert [(change.rule, change.pointer) for change in normal.changes] == [("all-of", "/components/schemas/Both")]


# Unions

CAT = {**struct(kind=TEXT, a=TEXT), "required": ["kind"]}
DOG = {**struct(kind=TEXT, b=TEXT), "required": ["kind"]}

MAPPINGS: dict[str, tuple[Tree, Tree]] = {
    "by name of the component": ({}, {"Cat": "Cat", "Dog": "Dog"}),
    "by reference": ({"meow": "#/components/schemas/Cat"}, {"meow": "Cat", "Dog": "Dog"}),
    "by name": ({"woof": "Dog"}, {"woof": "Dog", "Cat": "Cat"}),
    "several values for one": ({"a": "Cat", "b": "Cat", "c": "Dog"}, {"a": "Cat", "b": "Cat", "c": "Dog"}),
}


@cases(MAPPINGS)
def test_a_discriminator_names_every_alternative(before: Tree, expected: Tree) -> None:
    discriminator = {"propertyName": "kind", **({"mapping": before} if before else {})}
    pet = {"oneOf": [ref("Cat"), ref("Dog")], "discriminator": discriminator}
    _, components = after(ref("Pet"), {"Pet": pet, "Cat": CAT, "Dog": DOG})
    assert {"propertyName": "kind", "mapping": expected} == components["Pet"]["discriminator"]


def test_a_mapping_follows_a_renamed_component() -> None:
    pet = {"oneOf": [ref("big-cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
    _, components = after(ref("Pet"), {"Pet": pet, "big-cat": CAT, "Dog": DOG})
    assert components["Pet"]["discriminator"]["mapping"] == {"big-cat": "BigCat", "Dog": "Dog"}


def test_an_inline_union_of_structs_is_a_component() -> None:
    body, components = after(struct(pet={"anyOf": [ref("Cat"), ref("Dog")]}), {"Cat": CAT, "Dog": DOG})
    assert ref("AddThingRequest") == body
    assert struct(pet=ref("AddThingRequestPet")) == components["AddThingRequest"]
    assert {"anyOf": [ref("Cat"), ref("Dog")]} == components["AddThingRequestPet"]


def test_oneof_of_listed_values_is_one_list() -> None:
    union = {"oneOf": [{"const": "a", "title": "First"}, {"const": "b"}]}
    assert after(ref("Kind"), {"Kind": union}, "3.1.0")[1]["Kind"] == AB


# What is merged, and what is not

MERGED: dict[str, tuple[Tree, Tree, Tree]] = {
    "what one side forbids is not a member": (
        {"allOf": [{**struct(a=TEXT), "additionalProperties": False}, struct(b=TEXT)]},
        {**struct(a=TEXT), "additionalProperties": False},
        {},
    ),
    "further members judge the other side's members": (
        {"allOf": [{"type": "object", "additionalProperties": {"type": "string", "maxLength": 2}}, struct(b=TEXT)]},
        {
            **struct(b={"type": "string", "maxLength": 2}),
            "additionalProperties": {"type": "string", "maxLength": 2},
        },
        {},
    ),
    "values that both list": (
        {"allOf": [struct(a={"enum": ["a", "b", "c"]}), struct(a={"enum": ["b", "c", "d"]})]},
        struct(a=ref("MergedA")),
        {"MergedA": {"type": "string", "enum": ["b", "c"]}},
    ),
    "a member that is the base and what builds on it": (
        {"allOf": [struct(next=ref("Node")), struct(next=ref("Special"))]},
        struct(next=ref("Special")),
        {"Node": struct(a=TEXT), "Special": {"allOf": [ref("Node"), struct(b=TEXT)]}},
    ),
    "multiples of both": (
        {"allOf": [struct(a={**WHOLE, "multipleOf": 4}), struct(a={**WHOLE, "multipleOf": 6})]},
        struct(a={**WHOLE, "multipleOf": 12}),
        {},
    ),
    "the reference where nothing is added": (
        {"type": "object", "properties": {"a": {"type": "object", "allOf": [ref("Merged")], "nullable": True}}},
        struct(a=or_null(ref("Merged"))),
        {},
    ),
}


@cases(MERGED)
def test_members_are_merged(before: Tree, expected: Tree, schemas: Tree) -> None:
    """``schemas`` are components before, but for those that only come out of the merging."""
    others = {key: schema for key, schema in schemas.items() if not key.startswith("Merged")}
    _, components = after(ref("Merged"), {"Merged": before, **others})
    made = {key: schema for key, schema in schemas.items() if key.startswith("Merged")}
    assert components == {**components, "Merged": expected, **made}


NOT_MERGED: dict[str, tuple[Tree]] = {
    "tuples and items": ({"allOf": [{"type": "array", "items": TEXT}, {"type": "array", "prefixItems": [WHOLE]}]},),
    "two conditions": ({"allOf": [{"if": TEXT, "then": {"maxLength": 1}}, {"if": WHOLE, "then": {"minimum": 1}}]},),
    "two demands on some item": (
        {"allOf": [{"type": "array", "contains": TEXT}, {"type": "array", "contains": WHOLE, "minContains": 2}]},
    ),
    "patterns of names beside further members": (
        {
            "allOf": [
                {"type": "object", "patternProperties": {"^a": TEXT}, "additionalProperties": False},
                struct(b=TEXT),
            ]
        },
    ),
    "what judges by all that was judged": (
        {
            "allOf": [
                {"type": "array", "prefixItems": [TEXT], "unevaluatedItems": False},
                {"type": "array", "minItems": 1},
            ]
        },
    ),
}


@cases(NOT_MERGED)
def test_what_means_something_only_in_its_place_is_not_merged(before: Tree) -> None:
    merged = after(ref("Merged"), {"Merged": before}, "3.1.0")[1]["Merged"]
    assert len(merged["allOf"]) == 2


def test_schemas_that_exclude_each_other_are_told() -> None:
    normal = normal_of(document_of(ref("None"), {"None": {"allOf": [TEXT, WHOLE]}}))
    assert normal.tree["components"]["schemas"]["NoneModel"] == {"not": {}}
    assert [change.note for change in normal.changes if change.rule == "all-of"] == [
        "no value is valid under all of these"
    ]


# Merging that leads back to itself

NEXT_A, NEXT_B = struct(next=ref("A"), a=TEXT), struct(next=ref("B"), b=TEXT)
BOTH = {"allOf": [ref("A"), ref("B")]}
NEEDS_X: Tree = {"required": ["x"]}
NEEDY: list[Tree] = [{"allOf": [ref("Node"), {"required": [name]}]} for name in "xy"]
RETURNING: dict[str, tuple[Tree, Tree]] = {
    "children of its own kind": (
        {"Node": {"allOf": [ref("Base"), struct(children={"type": "array", "items": ref("Node")})]}, "Base": BASE},
        {
            "Node": {
                **struct(id=WHOLE, children={"type": "array", "items": ref("Node")}),
                "required": ["id"],
            }
        },
    ),
    "two that hold each other": (
        {"A": {"allOf": [ref("Base"), struct(b=ref("B"))]}, "B": {"allOf": [ref("Base"), struct(a=ref("A"))]}}
        | {"Base": BASE},
        {
            "A": {**struct(id=WHOLE, b=ref("B")), "required": ["id"]},
            "B": {**struct(id=WHOLE, a=ref("A")), "required": ["id"]},
        },
    ),
    "a member that is more than its owner": (
        {"Node": struct(parent={"allOf": [ref("Node"), NEEDS_X]})},
        {
            "Node": struct(parent=ref("NodeParent")),
            "NodeParent": {**struct(parent=ref("NodeParent")), "required": ["x"]},
        },
    ),
    "deep inside a part": (
        {"Node": {"allOf": [ref("Base"), struct(up={"type": "array", "items": {"allOf": [ref("Node"), NEEDS_X]}})]}}
        | {"Base": BASE},
        {
            "Node": {**struct(id=WHOLE, up={"type": "array", "items": ref("NodeUpItem")}), "required": ["id"]},
            "NodeUpItem": {
                **struct(id=WHOLE, up={"type": "array", "items": ref("NodeUpItem")}),
                "required": ["id", "x"],
            },
        },
    ),
    "a base whose member is more than a child": (
        {"Base": struct(child={"allOf": [ref("Node"), NEEDS_X]}), "Node": {"allOf": [ref("Base"), struct(b=TEXT)]}},
        {
            "Base": struct(child=ref("BaseChild")),
            "Node": struct(child=ref("BaseChild"), b=TEXT),
            "BaseChild": {**struct(child=ref("BaseChild"), b=TEXT), "required": ["x"]},
        },
    ),
    "two that refer to themselves": (
        {"A": NEXT_A, "B": NEXT_B, "Both": BOTH},
        {"Both": struct(next=ref("Both"), a=TEXT, b=TEXT)},
    ),
    "two that refer to themselves, as a member": (
        {"A": NEXT_A, "B": NEXT_B, "Holder": struct(both=BOTH)},
        {"Holder": struct(both=ref("HolderBoth")), "HolderBoth": struct(next=ref("HolderBoth"), a=TEXT, b=TEXT)},
    ),
    "the same, or null": (
        {"Node": struct(parent={"allOf": [ref("Node"), NEEDS_X], "nullable": True})},
        {
            "Node": struct(parent=or_null(ref("NodeParent"))),
            "NodeParent": {**struct(parent=or_null(ref("NodeParent"))), "required": ["x"]},
        },
    ),
    "nothing but the owner": (
        {"Node": struct(parent={"allOf": [ref("Node")], "description": "Up"})},
        {"Node": struct(parent=ref("Node", description="Up"))},
    ),
}


@cases(RETURNING)
def test_what_leads_back_to_itself_through_members_is_a_struct(before: Tree, expected: Tree) -> None:
    components = after(ref(next(reversed(before)) if "Both" in before else next(iter(before))), before)[1]
    assert components == {**components, **expected}


def test_three_that_lead_back_to_each_other_stay_an_allof_for_good() -> None:
    parts = [ref("A"), ref("B"), {**struct(c=TEXT), "title": "C"}]
    both = after(ref("Both"), {"A": NEXT_A, "B": NEXT_B, "Both": {"allOf": parts}})[1]["Both"]
    assert both == {"allOf": [ref("A"), ref("B"), ref("C")], "x-unmerged": True}


TWICE: dict[str, tuple[Tree]] = {
    "two parts": ({"allOf": [struct(up=NEEDY[0]), struct(up=NEEDY[1])]},),
    "a part and its owner": ({"allOf": [struct(up=NEEDY[0])], **struct(up=NEEDY[1])},),
}


@cases(TWICE)
def test_members_of_one_name_that_were_lifted_apart_have_to_hold_together(before: Tree) -> None:
    tree = normal_of(document_of(ref("Node"), {"Node": before})).tree
    judge = jsonschema_rs.Draft202012Validator({**ref("Node"), "components": tree["components"]})
    assert [judge.is_valid({"up": up}) for up in ({}, {"x": 1}, {"y": 1}, {"x": 1, "y": 1})] == [False] * 3 + [True]


def test_a_base_that_lists_its_children_as_a_union_is_broken_out_of_its_circle() -> None:
    schemas = {
        "Pet": {**CAT, "oneOf": [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}},
        "Cat": {"allOf": [ref("Pet"), struct(meow=TEXT)]},
        "Dog": {"allOf": [ref("Pet"), struct(woof=TEXT)]},
    }
    normal = normal_of(document_of(ref("Pet"), schemas))
    components = normal.tree["components"]["schemas"]
    assert components["Cat"] == {**struct(kind=TEXT, a=TEXT, meow=TEXT), "required": ["kind"]}
    assert components["Pet"] == {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {"propertyName": "kind", "mapping": {"Cat": "Cat", "Dog": "Dog"}},
    }
    assert "assumed" in {change.rule for change in normal.changes}


LONG = {"type": "string", "minLength": 2}
UNIONS: dict[str, tuple[Tree, Tree, Tree]] = {
    "an alternative that cannot be is none": (
        {"type": "object", "oneOf": [ref("Cat"), TEXT, {"type": "null"}]},
        ref("Cat"),
        {"Cat": CAT},
    ),
    "null among the alternatives": (
        {"oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}]},
        or_null(ref("AddThingRequest")),
        {"Cat": CAT, "Dog": DOG},
    ),
    "the same alternative twice": ({"anyOf": [ref("Cat"), ref("Cat")]}, ref("Cat"), {"Cat": CAT}),
    "alternatives of alternatives": (
        {"anyOf": [TEXT, {"anyOf": [WHOLE, {"type": "boolean"}]}]},
        {"type": ["string", "integer", "boolean"]},
        {},
    ),
    "a number and a whole number overlap": (
        {"oneOf": [WHOLE, {"type": "number"}]},
        ref("AddThingRequest"),
        {},
    ),
    "all but some": ({"oneOf": [{}, TEXT]}, {"not": TEXT}, {}),
    "an alternative that is listed twice never fits alone": (
        {"oneOf": [ref("Cat"), ref("Cat")]},
        {"not": {}},
        {"Cat": CAT},
    ),
    "null that only one of two equal ones allows": (
        {"oneOf": [TEXT, {"type": ["string", "null"]}]},
        {"type": "null"},
        {},
    ),
    "what is listed twice is no value of the others": (
        {"oneOf": [LONG, TEXT, {**LONG, "description": "Again."}]},
        {**TEXT, "not": LONG},
        {},
    ),
    "two that exclude each other, beside a reference": (
        {"oneOf": [True, True], "anyOf": [True], **ref("Text")},
        {"not": {}},
        {"Text": TEXT},
    ),
    "no alternative can be": ({**CAT, "anyOf": [False]}, {"not": {}}, {}),
}


def test_an_alternative_that_is_listed_twice_is_told() -> None:
    normal = normal_of(document_of({"oneOf": [TEXT, WHOLE, TEXT]}))
    notes = [change.note for change in normal.changes if change.rule == "union"]
    assert notes == ["an alternative that is listed twice never fits alone, so its values are excluded"]


@cases(UNIONS)
def test_a_union_has_its_plainest_form(before: Tree, expected: Tree, schemas: Tree) -> None:
    assert after(before, schemas, "3.1.0")[0] == expected


def test_what_stands_beside_a_union_holds_for_each_alternative() -> None:
    union = {"type": "object", "required": ["id"], "properties": {"id": WHOLE}, "oneOf": [ref("Cat"), ref("Dog")]}
    _, components = after(ref("Pet"), {"Pet": union, "Cat": CAT, "Dog": DOG})
    assert components["Pet"] == {"oneOf": [ref("PetOptionACat"), ref("PetOptionBDog")]}
    merged = components["PetOptionACat"]
    assert (set(merged["properties"]), set(merged["required"])) == ({"id", "kind", "a"}, {"id", "kind"})


def test_alternatives_that_only_require_members_leave_the_struct_a_struct() -> None:
    thing = {**struct(a=TEXT, b=TEXT), "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
    merged = after(ref("Thing"), {"Thing": thing})[1]["Thing"]
    assert merged["properties"] == {"a": TEXT, "b": TEXT}
    assert [each["required"] for each in merged["oneOf"]] == [["a"], ["b"]]


def test_one_document_changes_nothing_about_the_next() -> None:
    """What all documents share is written to by none: here null, which stands inside of an exclusion."""
    things = {"Owner": struct(name=TEXT)}
    nullable = {"anyOf": [ref("Owner"), {"type": "null"}]}
    before = after(nullable, things, "3.1.0")
    inner = [{"oneOf": [{}, TEXT]}, {"oneOf": [{}, {"minimum": 1}]}]
    after({"oneOf": [{"oneOf": inner}]}, version="3.1.0")
    assert before == after(nullable, things, "3.1.0")
