"""Every name of the normal form knows all the places of the document that it stands for."""

from __future__ import annotations

from typing import Any

from specmill.document.normal import normalise
from specmill.values import Document

KIND = {"type": "string", "enum": ["a", "b"]}
BOX: dict[str, Any] = {"type": "object", "title": "Box", "properties": {"kind": KIND}}


def test_what_is_inside_of_a_copy_is_a_place_of_its_own() -> None:
    responses = {
        status: {"description": "", "content": {"application/json": {"schema": BOX}}} for status in ("200", "404")
    }
    paths = {"/x": {"get": {"operationId": "x", "responses": responses}}}
    tree = {"openapi": "3.0.3", "info": {"title": "O", "version": "1"}, "paths": paths}
    origins = normalise(Document(tree, ())).origins
    places = [f"/paths/~1x/get/responses/{status}/content/application~1json/schema" for status in responses]
    assert tuple(places) == origins["Box"]
    assert tuple(f"{place}/properties/kind" for place in places) == origins["BoxKind"]
