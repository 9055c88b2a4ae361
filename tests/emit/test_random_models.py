"""Random documents of all kinds: each has models, and what it allows can be received and sent again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specmill.document.normal import normalise
from specmill.document.operations import operations_of
from specmill.emit.models import emit, schema_key
from specmill.values import Document, SourceFile
from tests.document import oracle, random_schemas
from tests.emit.modelling import loaded

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def canonical(value: Any) -> Any:
    """A tree in which 1 and 1.0 are the same, and true is not 1."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return (value,)
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, list):
        return [canonical(one) for one in value]
    return {key: canonical(one) for key, one in value.items()}


REMARKS = {'"format": "date-time"': '"format": "own"', '"format": "byte"': '"format": "own"', '"readOnly"': '"x-set"'}


def with_remarks_alone(tree: Any) -> Any:
    """A text of any format may be any text to the judge, and what only the server sets would not be sent again."""
    text = json.dumps(tree)
    for meaningful, remark in REMARKS.items():
        text = text.replace(meaningful, remark)
    return json.loads(text)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(random_schemas.documents(), st.data())
def test_what_a_random_document_allows_can_be_received_and_sent_again(given_tree: Any, data: st.DataObject) -> None:
    tree = with_remarks_alone(given_tree)
    normal = normalise(Document(tree, (SourceFile(Path("api.json"), "api.json", "{}", ""),)))
    operations = operations_of(normal)
    made = emit(normal, operations)
    (operation,) = operations
    assert operation.body is not None
    with loaded(made) as (module, json_):
        type_ = eval(made.types[schema_key(operation.body.contents[0].schema)], names(module, json_))
        for value in data.draw(st.lists(random_schemas.values(tree), min_size=3, max_size=6)):
            received = json_.decode(json.dumps(value).encode(), type_)  # never raises
            kept = canonical(to_wire(received)) == canonical(value)
            # A member that a struct does not declare is not kept, so nothing is known about what is left.
            if kept and oracle.is_valid(tree, random_schemas.body_of(tree), value):
                assert canonical(value) == canonical(json.loads(json_.encode(received, type_)))


def to_wire(value: Any) -> Any:
    from importlib import import_module

    from specmill.emit.gate import PACKAGE

    return import_module(f"{PACKAGE}._strict").to_wire(value)


def names(module: Any, json_: Any) -> dict[str, Any]:
    import typing

    import msgspec

    known: dict[str, Any] = {name: getattr(json_, name) for name in ("Int32", "Int64", "DateTime")}
    known |= {"Annotated": typing.Annotated, "Any": Any, "Literal": typing.Literal, "Meta": msgspec.Meta}
    known |= vars(module)
    return known
