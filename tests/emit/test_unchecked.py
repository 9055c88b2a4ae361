"""What nobody can check is told by the run with its place in the document."""

from __future__ import annotations

from typing import Any

import pytest

from specmill.document.normal import normalise
from specmill.emit.unchecked import unchecked
from tests.document.normals import document_of, read_of, ref, struct

CAPITALS = r"^\p{Lu}$"
TEXT: dict[str, Any] = {"type": "string", "pattern": CAPITALS}
THING = "/components/schemas/Thing"
SAID = rf"the pattern {CAPITALS} has no equal in Python"
NEEDS = "needs to know all about the schema inside, of which a part is not checked"

TOLD: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("pattern", struct(a=TEXT), [(f"{THING}/properties/a", SAID)]),
    ("names of members", {"type": "object", "patternProperties": {CAPITALS: {}}}, [(THING, SAID)]),
    ("items", {"type": "array", "items": TEXT}, [(f"{THING}/items", SAID)]),
    (
        "negation",
        struct(a={"not": TEXT}),
        [(f"{THING}/properties/a", f"not {NEEDS}"), (f"{THING}/properties/a/not", SAID)],
    ),
    ("negated reference", struct(a={"not": ref("Text")}), [(f"{THING}/properties/a", f"not {NEEDS}")]),
    (
        "formats",
        {"oneOf": [struct(a={"type": "string", "format": name}) for name in ("email", "uri")]},
        [(THING, "oneOf is held to as anyOf: what tells the alternatives apart is not checked")],
    ),
    ("format of a model", {"oneOf": [struct(a={"type": "string", "format": "uuid"}), struct(b=ref("Thing"))]}, []),
    ("all is known", struct(a={"type": "string", "pattern": r"^\d+$"}, b={"not": ref("Thing")}), []),
]


@pytest.mark.parametrize(("schema", "expected"), [row[1:] for row in TOLD], ids=[row[0] for row in TOLD])
def test_what_cannot_be_checked_is_told_with_its_place(schema: Any, expected: list[tuple[str, str]]) -> None:
    schemas = {"Thing": schema, "Text": {"type": "string", "format": "phone"}}
    found = unchecked(normalise(read_of(document_of(ref("Thing"), schemas, "3.1.0"))))
    assert expected == sorted((change.pointer, change.note) for change in found)


def test_a_place_in_an_operation_is_a_place_of_the_document() -> None:
    (change,) = unchecked(normalise(read_of(document_of(TEXT, version="3.1.0"))))
    expected = "/paths/~1things/post/requestBody/content/application~1json/schema"
    assert (expected, SAID) == (change.pointer, change.note)
