"""Whatever gets lost between the document and the models is named, with its place in the document."""

from __future__ import annotations

import pytest

from specmill.emit import gate
from specmill.emit.completeness import lost
from specmill.emit.components import components_of, directions, optional_members
from specmill.emit.models import Writer
from specmill.emit.trouble import Trouble
from tests.emit.modelling import INT32, STRING, normal, or_null, ref, struct

SCHEMAS = {
    "S": struct(
        {
            "text": STRING | {"maxLength": 3, "pattern": "^a"},
            "null": or_null(ref("Kind")),
            "list": {"type": "array", "items": INT32, "uniqueItems": True},
            "number": {"type": "number", "multipleOf": 0.5, "exclusiveMinimum": 1},
            "must": ref("Leaf"),
        },
        "must",
        "undeclared",
        minProperties=2,
    ),
    "Leaf": struct({"a-b": STRING}, additionalProperties=False),
    "Open": struct({"a": STRING}, additionalProperties=ref("Leaf")),
    "Kind": {"type": "string", "enum": ["A", "B"]},
    "All": {"type": "array", "items": ref("Leaf"), "maxItems": 2},
    "Pet": {"oneOf": [ref("Leaf"), ref("Open")]},
}

LOSSES: list[tuple[str, str, str, str, str]] = [
    ("max_length=3, ", "", "S", "text", "max_length 3"),
    ("pattern='^a'", "min_length=0", "S", "text", "pattern ^a"),
    ("Kind | None | UnsetType", "Kind | UnsetType", "S", "null", "whether it may be null"),
    ("Kind | None | UnsetType", "Kind | None", "S", "null", "whether it has to be there"),
    ("must: Leaf", "must: Leaf | None", "S", "must", "whether it may be null"),
    ("must: Leaf", "must: Open", "S", "must", "refers to Leaf"),
    ("must: Leaf", "must: Any", "S", "must", "refers to Leaf"),
    ("must: Leaf", "other: Leaf", "S", "must", "the member itself"),
    ("undeclared: Any", "", "S", "", "the required member undeclared"),
    ("extra_json_schema={'uniqueItems': True}", "max_length=9", "S", "list", "uniqueItems True"),
    ("list[Int32]", "list[int]", "S", "list", "ge -2147483648"),
    ("'multipleOf': 0.5", "'multipleOf': 0.25", "S", "number", "multiple_of 0.5"),
    ("gt=1.0", "ge=1.0", "S", "number", "gt 1"),
    ("{'minProperties': 2}", "{'maxProperties': 2}", "S", "", "min_length 2"),
    ("field(name='a-b', ", "field(name='ab', ", "Leaf", "a-b", "the member itself"),
    (", forbid_unknown_fields=True", "", "Leaf", "", "additionalProperties: false"),
    ("dict[str, Leaf]", "dict[str, Any]", "Open", "", "refers to Leaf"),
    ("Literal['A', 'B']", "Literal['A']", "Kind", "", "value str 'B'"),
    ("list[Leaf]", "list[Open]", "All", "", "refers to Leaf"),
    ("max_length=2)]", "max_length=3)]", "All", "", "max_length 2"),
    ("lambda: (Leaf, Open)", "lambda: (Leaf,)", "Pet", "", "refers to Open"),
    ("class S(", "class T(", "S", "", "the model itself"),
]


def writer() -> Writer:
    components = components_of(SCHEMAS)
    made = Writer(components, directions(SCHEMAS, ()), {}, Trouble(normal(SCHEMAS)))
    made.typewrite([])
    return made


def losses_after(old: str, new: str) -> list[tuple[str, str, str]]:
    made = writer()
    source = made.module()
    assert old in source or not old
    changed = source.replace(old, new) if old else source
    sources = {name: text.replace(old, new) if old else text for name, text in made.sources.items()}
    with gate.imported(changed.encode()) as module:
        return [(one.name, one.member, one.what) for one in lost(module, sources, SCHEMAS, made.fields, made.optional)]


@pytest.mark.parametrize(("old", "new", "name", "member", "what"), LOSSES)
def test_a_loss_is_named(old: str, new: str, name: str, member: str, what: str) -> None:
    found = losses_after(old, new)
    assert (name, member, what) in found


def test_what_is_complete_has_no_losses() -> None:
    assert losses_after("", "") == []


def test_members_only_one_side_writes_may_be_left_out() -> None:
    schemas = {"S": struct({"id": STRING | {"writeOnly": True}}, "id")}
    (component,) = components_of(schemas).values()
    assert frozenset({"id"}) == optional_members(component, directions(schemas, ()))
