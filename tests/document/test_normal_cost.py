"""What the normaliser may cost: work grows like the document, and a hostile document ends soon."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from specmill.document.normal import normalise
from specmill.errors import SpecmillError
from tests.document.normals import (
    BASE,
    JSON,
    TEXT,
    THING,
    WHOLE,
    Tree,
    cases,
    document_of,
    normal_of,
    read_of,
    ref,
    struct,
)

# Cost and hostility


ENOUGH = 1_000_000  # calls: about half a second


def calls_of(tree: Tree) -> int:
    """How much work normalising is, in calls of functions: the same on every machine."""
    document = read_of(tree)
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"
        assert count < ENOUGH, "this takes too long"

    sys.setprofile(counted)
    try:
        normalise(document)
    finally:
        sys.setprofile(None)
    return count


def many_things(size: int) -> Tree:
    """Components that build on each other and operations with models of their own, all under one title."""
    schemas: Tree = {"Base": BASE}
    paths: Tree = {}
    for index in range(size):
        inner = {"title": "Inner", **struct(**{f"m{index}": TEXT})}
        schemas[f"Thing{index}"] = {"allOf": [ref("Base"), struct(inner=inner, next=ref(f"Thing{(index + 1) % size}"))]}
        answer = {
            "200": {
                "description": "",
                "content": {JSON: {"schema": {"title": "Answer", **struct(thing=ref(f"Thing{index}"))}}},
            }
        }
        paths[f"/things/{index}"] = {"get": {"responses": answer}}
    return {**document_of(TEXT, schemas), "paths": paths}


def chain_of_references(size: int) -> Tree:
    schemas = {f"Thing{index}": {"allOf": [ref(f"Thing{index + 1}")], "nullable": True} for index in range(size)}
    return document_of(ref("Thing0"), {**schemas, f"Thing{size}": THING})


def one_title_many_structures(size: int) -> Tree:
    members = {f"m{index}": {"title": "Same", **struct(**{f"n{index}": TEXT})} for index in range(size)}
    return document_of(struct(**members))


def one_large_enum(size: int) -> Tree:
    return document_of({"oneOf": [{"type": "string", "enum": [f"v{index}"]} for index in range(size)]})


def family(size: int) -> Tree:
    tagged = {**struct(kind=TEXT), "discriminator": {"propertyName": "kind"}}
    children = {f"Thing{index}": {"allOf": [ref("Tagged"), struct(**{f"m{index}": TEXT})]} for index in range(size)}
    return document_of(ref("Tagged"), {"Tagged": tagged, **children})


def chain_of_bases(size: int) -> Tree:
    tagged = {**struct(kind=TEXT), "discriminator": {"propertyName": "kind"}}
    children = {f"Thing{index + 1}": {"allOf": [ref(f"Thing{index}")], "title": "T"} for index in range(size)}
    return document_of(ref("Thing0"), {"Thing0": tagged, **children})


GROWING = [many_things, chain_of_references, one_title_many_structures, one_large_enum, family, chain_of_bases]


@pytest.mark.parametrize("grown", GROWING)
def test_the_work_grows_like_the_document(grown: Callable[[int], Tree]) -> None:
    assert calls_of(grown(400)) < 5 * calls_of(grown(100))


def nested(inner: Callable[[Any], Tree], depth: int) -> Any:
    schema: Any = TEXT
    for _ in range(depth):
        schema = inner(schema)
    return schema


HOSTILE: dict[str, Tree] = {
    "200 objects inside each other": document_of(nested(lambda schema: struct(a=schema), 95)),
    "200 arrays inside each other": document_of(nested(lambda schema: {"type": "array", "items": schema}, 190)),
    "200 compositions inside each other": document_of(
        nested(lambda schema: {"allOf": [schema, {"nullable": True}]}, 95)
    ),
    "200 unions inside each other": document_of(nested(lambda schema: {"oneOf": [schema, WHOLE]}, 95)),
    "200 negations inside each other": document_of(nested(lambda schema: {"not": schema}, 190)),
    "allOf that doubles on each floor": document_of(
        ref("T0"), {f"T{n}": {"allOf": [ref(f"T{n + 1}"), ref(f"T{n + 1}")]} for n in range(40)} | {"T40": THING}
    ),
    "different allOf that doubles on each floor": document_of(
        ref("T0"),
        {
            f"T{n}": {"allOf": [ref(f"T{n + 1}"), {"allOf": [ref(f"T{n + 1}")], **struct(**{f"m{n}": TEXT})}]}
            for n in range(40)
        }
        | {"T40": THING},
    ),
    "anyOf that doubles on each floor": document_of(
        ref("T0"),
        {f"T{n}": {"anyOf": [ref(f"T{n + 1}"), {"items": ref(f"T{n + 1}")}]} for n in range(40)} | {"T40": TEXT},
    ),
    "allOf of many unions": document_of(
        {"allOf": [{"oneOf": [struct(**{f"a{n}": TEXT}), struct(**{f"b{n}": WHOLE})]} for n in range(40)]}
    ),
    "null asked of unions that double": document_of(
        ref("T0"),
        {f"T{n}": {"oneOf": [ref(f"T{n + 1}"), ref(f"T{n + 1}"), {"type": "string"}]} for n in range(40)}
        | {"T40": {"enum": [None, 1, 2]}},
    ),
    "members merged on many floors": document_of(
        ref("T0"),
        {
            f"T{n}": {
                "allOf": [
                    struct(a=ref(f"T{n + 1}"), b=ref(f"T{n + 1}")),
                    struct(a=ref(f"T{n + 1}"), b=ref(f"T{n + 1}")),
                ]
            }
            for n in range(40)
        }
        | {"T40": TEXT},
    ),
    "members merged with others on many floors": document_of(
        ref("T0"),
        {f"T{n}": {"allOf": [struct(a=ref(f"T{n + 1}")), struct(a=ref(f"U{n + 1}"))]} for n in range(40)}
        | {f"U{n}": {"allOf": [struct(a=ref(f"T{n + 1}")), struct(a=ref(f"U{n + 1}"), c=TEXT)]} for n in range(40)}
        | {"T40": struct(t=TEXT), "U40": struct(u=TEXT)},
    ),
    "a struct that merges itself with another": document_of(
        ref("A"),
        {
            "A": {"allOf": [struct(next=ref("A")), struct(next=ref("B"))]},
            "B": {"allOf": [struct(next=ref("B"), b=TEXT), struct(next=ref("A"))]},
        },
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_ends_soon(name: str) -> None:
    assert calls_of(HOSTILE[name]) < ENOUGH


LOOPS: dict[str, tuple[Tree]] = {
    "itself": ({"A": ref("A")},),
    "each other": ({"A": ref("B"), "B": ref("A")},),
    "allOf of itself": ({"A": {"allOf": [ref("A"), THING]}},),
    "anyOf of itself": ({"A": {"anyOf": [ref("A"), TEXT]}},),
    "allOf of each other": ({"A": {"allOf": [ref("B")]}, "B": {"allOf": [ref("A")], **THING}},),
    "oneOf of each other, nullable": (
        {"A": {"oneOf": [ref("B"), TEXT], "nullable": True}, "B": {"oneOf": [ref("A"), WHOLE]}},
    ),
}


@cases(LOOPS)
def test_a_schema_that_means_itself_ends_in_a_normal_form_or_a_clear_error(before: Tree) -> None:
    try:
        normal_of(document_of(ref("A"), before))
    except SpecmillError as error:
        assert error.place is not None and error.hint
