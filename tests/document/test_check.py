"""Everything that keeps a document from becoming a client is told at once, in the order of the document."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from specmill.document.checks.structure import check_structure
from specmill.document.load import parse, read
from specmill.document.overlay import overlay
from specmill.document.refs import bundle
from specmill.document.source import read_source
from specmill.errors import Problems, SpecmillError
from specmill.values import Document, SourceFile
from tests.document.documents import ACTIONS, HEAD, bundled, config, error_of, write
from tests.support import config_of

CASES = Path(__file__).parent.parent / "cases" / "clients"
REPOSITORY = Path(__file__).parents[2]
TWILIO = REPOSITORY.parent / "shared" / "specs" / "twilio-api-v2010.json"


def document_of(tree: Any, text: str | None = None, name: str = "a.yaml") -> Document:
    text = text if text is not None else yaml.safe_dump(tree, sort_keys=False)
    return Document(tree, (SourceFile(Path(name), name, text, ""),))


def complete(**changes: Any) -> dict[str, Any]:
    """A document without a fault, with some members replaced; None removes one."""
    tree: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}}
    tree.update(changes)
    return {key: value for key, value in tree.items() if value is not None}


def expanded(entry: dict[str, Any]) -> Any:
    """The document that an entry of the corpus stands for."""
    if not isinstance(entry.get("document", {}), dict):
        return entry["document"]
    tree = complete(**entry.get("document", {}))
    if "parameter" in entry:
        entry = {"operation": {"parameters": [entry["parameter"]]}}
    if "operation" in entry:
        tree["paths"] = {"/x": {"get": {"responses": {"200": {"description": "Fine"}}, **entry["operation"]}}}
    if "schema" in entry or "schemas" in entry:
        tree["components"] = {"schemas": entry.get("schemas", {"A": entry.get("schema")})}
    return tree


CORPUS = parse(read_source(Path(__file__).parent / "corpus" / "check.yaml", Path(__file__).parent))
FAULTS = [(expanded(entry), entry["at"], entry["says"]) for entry in CORPUS["faults"]]
HINTS = [(expanded(entry), entry["hint"]) for entry in CORPUS["hints"]]
FINE = [expanded(entry) for entry in CORPUS["fine"]]

HEADS: list[tuple[Any, str, str]] = [  # tree, message, hint
    ([], "an OpenAPI document is a mapping, and this is a list", "OpenAPI 3.0, 3.1 and 3.2"),
    ("text", "and this is a single value", ""),
    (None, "and this is a single value", ""),
    ({}, "this is not an OpenAPI document: the field `openapi` is missing", "begin with `openapi: 3.1.0`"),
    ({"swagger": "2.0"}, "this is Swagger 2.0", "npx swagger2openapi a.yaml"),
    ({"asyncapi": "3.0.0"}, "this is an AsyncAPI document, not an OpenAPI document", ""),
    ({"overlay": "1.1.0"}, "this is an overlay, not an OpenAPI document", ""),
    ({"$schema": "x"}, "this is a JSON Schema, not an OpenAPI document", ""),
    (complete(openapi="4.0.0"), "OpenAPI 4.0.0 is not known here", "3.0, 3.1 and 3.2"),
    (complete(openapi="3.3.0"), "OpenAPI 3.3.0 is not known here", ""),
    (complete(openapi="2.0"), "OpenAPI 2.0 is not known here", ""),
    (complete(openapi=3), "OpenAPI 3 is not known here", ""),
    (complete(openapi=None, swagger="2.0"), "this is Swagger 2.0", ""),
    (complete(info=None), "the field `info` is missing", ""),
    (complete(info="x"), "the field `info` is missing", ""),
    (complete(paths=None), "the field `paths` is missing", "paths, components and webhooks"),
    (complete(paths=None, openapi="3.0.3", components={}), "the field `paths` is missing", "OpenAPI 3.0 demands it"),
    (complete(paths=[]), "`paths` has to be a mapping", ""),
]


@pytest.mark.parametrize(("tree", "message", "hint"), HEADS)
def test_what_is_no_openapi_document_is_told_first_and_alone(tree: Any, message: str, hint: str) -> None:
    error = error_of(lambda: check_structure(document_of(tree)))
    assert not isinstance(error, Problems)
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1", "3.2.0", "3.1", 3.1, "3.1.0-rc1"])
def test_every_openapi_3_is_read(version: Any) -> None:
    check_structure(document_of(complete(openapi=version)))


@pytest.mark.parametrize("field", ["components", "webhooks"])
@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_since_3_1_a_document_may_do_without_paths(version: str, field: str) -> None:
    check_structure(document_of(complete(openapi=version, paths=None, **{field: {}})))


@pytest.mark.parametrize(("tree", "pointer", "message"), FAULTS)
def test_a_fault_is_told_with_its_place(tree: Any, pointer: str, message: str) -> None:
    error = error_of(lambda: check_structure(document_of(tree)))
    assert not isinstance(error, Problems), str(error)
    assert (pointer, True) == (getattr(error.place, "pointer", None), message in error.message), str(error)
    assert getattr(error.place, "line", 0) > 1
    again = error_of(lambda: check_structure(document_of(tree, json.dumps(tree, indent=1), "a.json")))
    assert (pointer, True) == (getattr(again.place, "pointer", None), getattr(again.place, "line", 0) > 1)


@pytest.mark.parametrize("tree", FINE)
def test_what_leaves_no_doubt_is_let_pass(tree: Any) -> None:
    check_structure(document_of(tree))


@pytest.mark.parametrize(("tree", "hint"), HINTS)
def test_a_hint_says_what_to_do(tree: Any, hint: str) -> None:
    assert hint in error_of(lambda: check_structure(document_of(tree))).hint


MENDED = [tree for tree, hint in HINTS if "target:" in hint or "update:" in hint or "copy:" in hint]


@pytest.mark.parametrize("tree", MENDED)
def test_the_overlay_that_a_hint_offers_mends_the_fault(tmp_path: Path, tree: Any) -> None:
    write(tmp_path, openapi_yaml=json.dumps(tree))
    hint = error_of(lambda: check_structure(bundled(tmp_path))).hint
    actions = hint.partition("overlay:\n")[2]
    write(tmp_path, overlay_yaml=f"{ACTIONS}{actions}\n")
    check_structure(bundled(tmp_path))


def test_a_fault_in_another_file_is_not_offered_an_overlay(tmp_path: Path) -> None:
    write(
        tmp_path, openapi_yaml=HEAD + "paths: {}\ncomponents: {schemas: {A: {$ref: a.yaml}}}\n", a_yaml="type: int64\n"
    )
    error = error_of(lambda: check_structure(bundled(tmp_path)))
    assert "a.yaml:1:1 (at /type): int64 is no type" in str(error)
    assert "overlay" not in error.hint


def test_a_fault_of_an_overlay_is_in_the_overlay(tmp_path: Path) -> None:
    actions = ACTIONS + "- target: $\n  update:\n    components: {schemas: {A: {type: int64}}}\n"
    write(tmp_path, openapi_yaml=HEAD + "paths: {}\n", overlay_yaml=actions)
    error = error_of(lambda: check_structure(bundled(tmp_path)))
    assert str(error).startswith("overlay.yaml:6:32")


def test_all_faults_are_told_in_the_order_of_the_document() -> None:
    tree = complete(
        paths={
            "x": {"get": {"operationId": "same", "odd": 1, "security": [{"nobody": []}]}},
            "/y/{id}": {"post": {"operationId": "same", "responses": {"99": {}}}},
        },
        components={"schemas": {"A": {"type": "int64"}, "B": {"$ref": "#/components/schemas/B"}}},
    )
    error = error_of(lambda: check_structure(document_of(tree)))
    assert isinstance(error, Problems)
    assert [getattr(fault.place, "pointer", None) for fault in error.errors] == [
        "/paths/x",
        "/paths/x/get/odd",
        "/paths/x/get/security/0/nobody",
        "/paths/~1y~1{id}/post",
        "/paths/~1y~1{id}/post/operationId",
        "/paths/~1y~1{id}/post/responses/99",
        "/components/schemas/A/type",
        "/components/schemas/B",
    ]


def test_many_faults_are_counted_and_the_first_are_told() -> None:
    tree = complete(components={"schemas": {f"A{n}": {"type": "int64"} for n in range(3_000)}})
    error = error_of(lambda: check_structure(document_of(tree)))
    assert isinstance(error, Problems)
    assert (len(error.errors), error.errors[-1].message) == (26, "and 2,975 more")


def test_a_loop_is_told_once() -> None:
    loop = {f"P{n}": {"$ref": f"#/components/parameters/P{(n + 1) % 3}"} for n in range(3)}
    tail = {"P3": {"$ref": "#/components/parameters/P0"}}
    tree = complete(components={"parameters": {**tail, **loop}})
    message = error_of(lambda: check_structure(document_of(tree))).message
    assert message.endswith(" → ".join(f"#/components/parameters/P{n}" for n in (0, 1, 2, 0)))


def test_a_reference_that_many_share_is_told_at_each(tmp_path: Path) -> None:
    lost = {"$ref": "#/components/schemas/Lost"}
    tree = complete(components={"schemas": {f"A{n}": {"properties": {"a": lost}} for n in range(4)}})
    error = error_of(lambda: check_structure(document_of(tree)))
    assert isinstance(error, Problems)
    assert len(error.errors) == 4


def large(operations: int) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for number in range(operations):
        paths[f"/x{number}/{{id}}"] = {
            "get": {
                "operationId": f"get{number}",
                "parameters": [
                    {"$ref": "#/components/parameters/Id"},
                    {"name": "q", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/S{number}"}}}},
                    "4XX": {"$ref": "#/components/responses/Error"},
                },
            }
        }
    schemas = {
        f"S{number}": {
            "type": "object",
            "properties": {
                "next": {"$ref": f"#/components/schemas/S{(number + 1) % operations}"},
                "a": {"type": "string"},
            },
        }
        for number in range(operations)
    }
    shared = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    components = {"schemas": schemas, "parameters": {"Id": shared}, "responses": {"Error": {}}}
    return complete(paths=paths, components=components)


def test_time_grows_with_the_document_and_not_faster() -> None:
    def seconds(operations: int) -> float:
        document = document_of(large(operations), "")
        started = time.perf_counter()
        check_structure(document)
        return time.perf_counter() - started

    seconds(100)
    small = min(seconds(500) for _ in range(3))
    assert min(seconds(5_000) for _ in range(2)) < 30 * small


def test_a_long_chain_of_schemas_is_no_recursion() -> None:
    schemas: dict[str, Any] = {f"A{n}": {"allOf": [{"$ref": f"#/components/schemas/A{n + 1}"}]} for n in range(5_000)}
    check_structure(document_of(complete(components={"schemas": {**schemas, "A5000": {}}})))
    loop = {**schemas, "A5000": {"$ref": "#/components/schemas/A0"}}
    assert "→ … →" in str(error_of(lambda: check_structure(document_of(complete(components={"schemas": loop}), ""))))


@pytest.mark.parametrize("folder", sorted(path.name for path in CASES.iterdir()))
def test_the_documents_of_the_golden_cases_are_fine(folder: str) -> None:
    (path,) = (CASES / folder).glob("openapi.*")
    check_structure(bundled_case(path))


def bundled_case(path: Path) -> Document:
    settings = config_of(path)
    return bundle(overlay(read(settings), settings)[0], settings)


def test_the_flagship_is_fine_once_its_overlays_are_applied() -> None:
    settings = config(REPOSITORY / "spec", "kafka-rest-v3.yaml")
    overlays = tuple(path.relative_to(settings.root) for path in sorted((settings.root / "overlays").glob("*.yaml")))
    settings = replace(settings, overlays=overlays)
    document, changes = overlay(read(settings), settings)
    check_structure(bundle(document, settings))
    assert {"overlay"} == {change.rule for change in changes}
    with pytest.raises(SpecmillError, match="jsonRequestBodyExample"):
        check_structure(read(settings))


@pytest.mark.skipif(not TWILIO.exists(), reason="the document is not beside this checkout")
def test_a_large_real_document_is_fine() -> None:
    settings = config(TWILIO.parent, TWILIO.name)
    check_structure(read(settings))
