"""A model goes out exactly when the document's schema allows what it says: judged by a validator that is not ours."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.emit.models import emit, schema_key
from specmill.values import Document, SourceFile
from tests.document import random_schemas
from tests.document.normals import document_of
from tests.emit.modelling import loaded
from tests.emit.test_random_models import canonical, names, to_wire, with_remarks_alone
from tests.runtime import test_schemas as keywords

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
# What a validator takes as a remark, and we do not: each has tests of its own.
OURS = re.compile('"(readOnly|discriminator)": |"format": (?="own")')


def judge_of(schemas: dict[str, Any], schema: Any) -> jsonschema_rs.Validator:
    text = json.dumps({"allOf": [schema], "$defs": schemas}).replace("#/components/schemas/", "#/$defs/")
    return jsonschema_rs.validator_for({**keywords.DRAFT, **json.loads(text)})


def disagreements(tree: Any, wires: list[Any]) -> list[tuple[str, Any]]:
    """The values that go out although they are invalid, or do not go out although they are valid."""
    normal = normalise(Document(tree, (SourceFile(Path("api.json"), "api.json", "{}", ""),)))
    operations = operations_of(normal)
    made = emit(normal, operations)
    found: list[tuple[str, Any]] = []
    with loaded(made) as (module, json_):
        space = names(module, json_)
        for operation in operations:
            assert operation.body is not None
            schema = operation.body.contents[0].schema
            type_, judge = (
                eval(made.types[schema_key(schema)], space),
                judge_of(normal.tree["components"]["schemas"], schema),
            )
            found += [(operation.id, wire) for wire in wires if not _agree(json_, type_, judge, wire)]
    return found


def _agree(json_: Any, type_: Any, judge: Any, wire: Any) -> bool:
    model = json_.decode(json.dumps(wire).encode(), type_)
    if canonical(to_wire(model)) != canonical(wire):
        return True  # no model says this, so nobody can send it
    try:
        sent = json_.encode(model, type_)
    except json_.InvalidRequest:
        return not judge.is_valid(wire)
    return bool(judge.is_valid(wire) and canonical(json.loads(sent)) == canonical(wire))


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(random_schemas.documents(), st.data())
def test_a_random_model_goes_out_exactly_when_its_schema_allows_it(given_tree: Any, data: st.DataObject) -> None:
    tree = json.loads(OURS.sub('"x-told": ', json.dumps(with_remarks_alone(given_tree))))
    wires = data.draw(st.lists(random_schemas.values(tree), min_size=3, max_size=6))
    assert disagreements(tree, [wire for wire in wires if not has_large_number(wire)]) == []


def has_large_number(wire: Any) -> bool:
    """One that a float is only near to: whether it is even, say, is another question for us than for a judge."""
    inner = wire.values() if isinstance(wire, dict) else wire if isinstance(wire, list) else ()
    return (isinstance(wire, int) and abs(wire) > 2**53) or any(map(has_large_number, inner))


def several(schemas: dict[str, Any], bodies: list[Any]) -> Any:
    """One document with an operation for each body, since making models takes its time."""
    tree = document_of({}, schemas, "3.1.0")
    paths = {f"/{index}": document_of(body)["paths"]["/things"] for index, body in enumerate(bodies)}
    for index, item in enumerate(paths.values()):
        item["post"]["operationId"] = f"send{index}"
    return tree | {"paths": paths}


def referring(schema: Any) -> Any:
    return json.loads(json.dumps(schema).replace("#/$defs/", "#/components/schemas/").replace('"uuid"', '"int64"'))


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(st.lists(keywords.schemas, min_size=6, max_size=6), st.lists(keywords.values, min_size=8, max_size=8))
def test_every_keyword_is_enforced_wherever_it_stands(schemas: list[Any], wires: list[Any]) -> None:
    known = {name: referring(schema) for name, schema in keywords.KNOWN.items()}
    bodies = [referring(schema) for schema in schemas]
    members = [{"type": "object", "properties": {"a": body}} for body in bodies]
    tree = several(known, [*bodies, *members])
    assert disagreements(tree, [*wires, *({"a": wire} for wire in wires)]) == []
