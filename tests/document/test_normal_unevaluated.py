"""What a schema says about members that nothing else speaks of, once its parts are merged."""

from __future__ import annotations

import jsonschema_rs

from tests.document.normals import TEXT, THING, WHOLE, Tree, after, cases, document_of, normal_of, ref, struct

OPEN: Tree = {"type": "object", "additionalProperties": {}}
CLOSED: Tree = {"additionalProperties": False}
NO_OTHERS: Tree = {"unevaluatedProperties": False}
STILL_AROUND: Tree = {"unevaluatedProperties": {"not": {}}}
UNEVALUATED: dict[str, tuple[Tree, Tree]] = {
    "merged parts are a closed object": (
        {"allOf": [ref("Thing"), struct(b=TEXT)], **NO_OTHERS},
        {**struct(a=TEXT, b=TEXT), **CLOSED},
    ),
    "what a reference stands for is a closed copy": ({**ref("Thing"), **NO_OTHERS}, {**THING, **CLOSED}),
    "an allOf of one reference too": ({"allOf": [ref("Thing")], **NO_OTHERS}, {**THING, **CLOSED}),
    "an object by itself": ({**struct(b=TEXT), **NO_OTHERS}, {**struct(b=TEXT), **CLOSED}),
    "a part sees itself alone": (
        {"allOf": [{**struct(b=TEXT), **NO_OTHERS}, struct(b={"type": "string", "maxLength": 1})]},
        {**struct(b={"type": "string", "maxLength": 1}), **CLOSED},
    ),
    "further members of a kind": (
        {"allOf": [ref("Thing"), struct(b=TEXT)], "unevaluatedProperties": WHOLE},
        {**struct(a=TEXT, b=TEXT), "additionalProperties": WHOLE},
    ),
    "nothing is left to judge where a part speaks of all members": (
        {"allOf": [ref("Thing"), OPEN], **NO_OTHERS},
        {**THING, "additionalProperties": {}},
    ),
    "through recursion": (
        {"allOf": [ref("Thing"), struct(next=ref("Holder"))], **NO_OTHERS},
        {**struct(a=TEXT, next=ref("Holder")), **CLOSED},
    ),
    "a union keeps them around it": (
        {"anyOf": [ref("Thing"), struct(b=TEXT)], **NO_OTHERS},
        {**STILL_AROUND, "allOf": [ref("HolderMemberOptionA")]},
    ),
    "so do listed objects": (
        {"allOf": [{"enum": [{"a": ""}, {"b": ""}, {}]}], **NO_OTHERS},
        {**STILL_AROUND, "allOf": [ref("HolderMemberOptionA")]},
    ),
    "so does a condition": (
        {**THING, "if": struct(b=TEXT), **NO_OTHERS},
        {**THING, "if": ref("HolderMemberIf"), **STILL_AROUND},
    ),
}


@cases(UNEVALUATED)
def test_words_about_the_whole_close_what_is_merged(before: Tree, expected: Tree) -> None:
    schemas = {"Thing": THING, "Holder": struct(member=before)}
    made = after(ref("Holder"), schemas, "3.1.0")[1]
    assert made["HolderMember"] == expected


MEMBERS: tuple[Tree, ...] = ({}, {"a": ""}, {"b": ""}, {"a": "", "b": ""}, {"c": 1}, {"a": "", "c": ""}, {"b": "bb"})


@cases(UNEVALUATED)
def test_members_that_nothing_speaks_of_are_judged_the_same_before_and_after(before: Tree, expected: Tree) -> None:
    tree = document_of(ref("Holder"), {"Thing": THING, "Holder": struct(member=before)}, "3.1.0")
    judges = [
        jsonschema_rs.Draft202012Validator({**ref("Holder"), "components": each["components"]})
        for each in (tree, normal_of(tree).tree)
    ]
    verdicts = [[judge.is_valid({"member": member}) for member in (*MEMBERS, None, 1)] for judge in judges]
    assert verdicts[0] == verdicts[1]
    assert {True, False} == {*verdicts[0]}


NO_OBJECTS: dict[str, tuple[Tree]] = {
    "scalars": ({"allOf": [TEXT], **NO_OTHERS},),
    "nothing": ({"allOf": [TEXT, WHOLE], **NO_OTHERS},),
    "anything": ({"allOf": [{}], **NO_OTHERS},),
    "listed objects": ({"allOf": [{"enum": [{"a": 1}, {"b": 1}]}], **NO_OTHERS},),
    "listed scalars": ({"allOf": [{"enum": ["a", "b"]}], **NO_OTHERS},),
    "or null": ({"allOf": [ref("Thing")], "type": ["object", "null"], **NO_OTHERS},),
}


@cases(NO_OBJECTS)
def test_words_about_members_stand_beside_whatever_comes_out(before: Tree) -> None:
    """``normal_of`` holds the result against the laws and normalises it again."""
    after(struct(member=before), {"Thing": THING}, "3.1.0")
