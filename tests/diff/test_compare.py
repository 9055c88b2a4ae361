"""What a comparison says about several changes at once, and by which message it shows them."""

from __future__ import annotations

from typing import Any

from specmill.diff.values import Call
from tests.diff.pairs import Pair, compared, merged, sending

NAMES = ("A", "B", "C", "D")


def chain(**last: Any) -> dict[str, Any]:
    """Each model leads to the next, and each is sent by an operation of its own."""
    schemas: dict[str, Any] = {
        name: {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/{following}"}}}
        for name, following in zip(NAMES, (*NAMES[1:], "A"), strict=True)
    }
    schemas["D"]["properties"]["text"] = {"type": "string", **last}
    paths = {
        f"/{name.lower()}": {
            "put": {
                "operationId": f"put{name}",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}},
                "responses": {"204": {"description": "Taken."}},
            }
        }
        for name in NAMES
    }
    info = {"title": "A chain", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def test_a_change_of_a_model_is_shown_in_the_message_that_leads_there_on_the_shortest_way() -> None:
    [one] = compared(Pair("", chain(), chain(maxLength=3))).differences
    assert one.witness is not None and isinstance(one.witness.tried, Call)
    assert (one.where, one.witness.tried.path) == ("D.text", "/d")


def test_a_witness_is_refused_for_the_very_change_that_it_shows() -> None:
    """A member that may be ignored is not called breaking because another one is required as well."""
    old = {"type": "object", "properties": {"a": {"type": "string"}}}
    new = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}
    found = {one.id: one for one in compared(Pair("", sending(old), sending(new))).of("document")}
    assert found["request-required-property-added"].severity == "breaking"
    assert (found["request-property-removed"].severity, found["request-property-removed"].unproven) == (
        "possible",
        True,
    )


def test_a_model_that_two_operations_share_is_told_once_in_each_direction() -> None:
    tree = chain()
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/D"}}}
    for name in ("a", "b"):
        tree["paths"][f"/{name}"]["put"]["responses"] = {"200": {"description": "Here.", "content": answer}}
    narrower = chain(maxLength=3)["components"]
    other = {**tree, "components": narrower}
    assert [one.id for one in compared(Pair("", tree, other)).differences] == [
        "request-maxLength-set",
        "response-maxLength-set",
    ]


def test_a_type_without_a_name_is_compared_by_the_new_names_of_the_models_in_it() -> None:
    """What was a name for a list or a text is a list now, whose model has a new name: only the text is lost."""
    choice = {"oneOf": [{"type": "array", "items": {"enum": ["a", "b"]}}, {"type": "string"}]}
    lone = {"type": "array", "items": {"$ref": "#/components/schemas/tree-node"}}
    new = merged(sending(lone), {"components": {"schemas": {"tree-node": {"type": "number"}}}})
    found = compared(Pair("", sending(choice), new)).differences
    assert [one.what for one in found if one.id.startswith("python-argument-type")] == [
        "list[TreeNode] | str → list[TreeNode]"
    ]
