"""Which generated name stands for what in the document: the table that ``specmill explain`` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specmill.document.pointers import escaped
from specmill.values import Names, Normal, Operation


def names_of(
    normal: Normal, operations: tuple[Operation, ...], fields: Mapping[str, Mapping[str, str]]
) -> tuple[Names, ...]:
    """``fields`` says for each class which attribute a member of the wire became."""
    return (*_models(normal, fields), *_calls(operations))


def _models(normal: Normal, fields: Mapping[str, Mapping[str, str]]) -> Iterator[Names]:
    for name in normal.tree["components"]["schemas"]:
        pointers = normal.origins.get(name, ())
        yield Names(f"models.{name}", name, pointers)
        for wire, python in fields.get(name, {}).items():
            inside = f"/properties/{escaped(wire)}"
            yield Names(f"models.{name}.{python}", wire, tuple(pointer + inside for pointer in pointers))


def _calls(operations: tuple[Operation, ...]) -> Iterator[Names]:
    for operation in operations:
        python = f"{operation.resource}.{operation.python_name}"
        yield Names(python, operation.id, (operation.pointer,))
        if operation.stream:
            yield Names(f"{operation.resource}.{operation.stream.python_name}", operation.id, (operation.pointer,))
        for parameter in operation.parameters:
            yield Names(f"{python}.{parameter.python_name}", parameter.name, (parameter.pointer,))
        if operation.body:
            yield Names(f"{python}.{operation.body.python_name}", "requestBody", (operation.body.pointer,))
