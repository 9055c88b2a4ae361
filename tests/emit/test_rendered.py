"""Nothing of a document is lost on the way through the engine: what it rendered is what the document holds."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openapi_python_client.parser import GeneratorData

from specmill.document.operations import operations_of
from specmill.emit import client, models
from specmill.emit.engine import Engine
from specmill.emit.facade import facade
from specmill.emit.rendered import Rendered, parts_of
from specmill.errors import Problems, SpecmillError
from specmill.values import Operation
from tests.emit.clients import METHODS, config_in, everything, facts_of, imported, normal_of, sources, written


def test_everything_arrives_in_the_client(tmp_path: Path) -> None:
    tree = everything()
    operations = operations_of(normal_of(tree))
    with imported(written(tree, tmp_path)) as package:
        found = facts_of(package)
    assert len(operations) == len(METHODS) + 1
    for operation in operations:
        fact = found[operation.id]
        assert (operation.method, operation.path) == (fact.method, fact.path)
        assert [(one.location, one.name) for one in operation.parameters] == [
            (one.location, one.name) for one in fact.parameters
        ]
        assert {one.status for one in operation.responses} == {*fact.returns, *fact.errors}
        if operation.body:
            assert [one.media_type for one in operation.body.contents] == list(fact.body.contents)


def without_the_first(engine: Engine, what: str) -> None:
    """The engine as it would be if it lost something."""
    endpoint = next(iter(engine.collections.values()))[0]
    if what == "operation":
        next(iter(engine.collections.values())).pop(0)
    elif what == "status":
        endpoint.responses.patterns.pop(0)
    elif what == "body":
        endpoint.bodies.pop(0)
    else:
        getattr(endpoint, f"{what}_parameters").pop(0)


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("operation", "the operation 'get_by_id' is 0 times in the client and 1 times in the document"),
        ("path", "the path 'id' is 0 times"),
        ("query", "the query 'a<' is 0 times"),
        ("header", "the header 'a' is 0 times"),
        ("cookie", "the cookie 'a' is 0 times"),
        ("body", "the body 'application/json' is 0 times"),
        ("status", "the status '200' is 0 times"),
    ],
)
def test_what_the_engine_loses_is_an_error_with_its_place(
    what: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Engine.__init__

    def losing(self: Engine, *arguments: Any) -> None:
        original(self, *arguments)
        without_the_first(self, what)

    monkeypatch.setattr(Engine, "__init__", losing)
    with pytest.raises(SpecmillError) as raised:
        sources(everything())
    assert told in str(raised.value)
    error = raised.value.errors[0] if isinstance(raised.value, Problems) else raised.value
    assert error.place is not None
    assert error.place.pointer == "/paths/~1{id}/get"


def test_what_the_engine_renders_twice_or_makes_up_is_an_error_too() -> None:
    operation = operations_of(normal_of(everything()))[0]
    shown = facade((operation,))
    ((method, path),) = shown.operations
    rendered = Rendered(shown)
    for kind, name in (*parts_of(operation), ("status", "200")):
        if kind == "operation":
            rendered.operation(method, path)
        elif kind == "status":
            rendered.status(operation, name)
        elif kind == "body":
            assert operation.body
            names = [content.media_type for content in operation.body.contents]
            rendered.content(operation, f"application/b{names.index(name)}+json")
        else:
            index = [(one.location, one.name) for one in operation.parameters].index((kind, name))  # type: ignore[arg-type]
            rendered.parameter(operation, kind, f"p{index}")
    with pytest.raises(SpecmillError, match="the status '200' is 2 times in the client and 1 times"):
        rendered.compare((operation,), normal_of(everything()))
    with pytest.raises(SpecmillError, match="made up an operation: GET /nowhere"):
        rendered.operation("GET", "/nowhere")


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, responses=(replace(one.responses[0], status="20x"),)),
        lambda one: replace(one, parameters=(replace(one.parameters[0], location="body"),)),
    ],
    ids=["status", "location"],
)
def test_what_the_engine_does_not_understand_is_an_error_of_ours(change: Callable[[Operation], Operation]) -> None:
    normal = normal_of(everything())
    operations = tuple(change(one) for one in operations_of(normal)[:1])
    with pytest.raises(SpecmillError, match="openapi-python-client"):
        client.emit(normal, operations, models.emit(normal, operations), config_in(Path()))


def test_a_warning_of_the_engine_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    original = GeneratorData.from_dict

    def warning(*arguments: Any, **named: Any) -> Any:
        warnings.warn("something is odd", stacklevel=1)
        return original(*arguments, **named)

    monkeypatch.setattr(GeneratorData, "from_dict", warning)
    with pytest.raises(SpecmillError, match="openapi-python-client warns: something is odd"):
        sources(everything())
