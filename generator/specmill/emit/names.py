"""Which generated name stands for what in the document: the table that ``specmill explain`` reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from specmill.document.pointers import escaped
from specmill.emit.calls import counts
from specmill.emit.client import class_names, filled, listed_tags
from specmill.emit.declared import Declared
from specmill.emit.gate import runtime_package
from specmill.values import Names, Normal, Operation

Operations = tuple[Operation, ...]


def names_of(normal: Normal, operations: Operations, fields: Mapping[str, Mapping[str, str]]) -> tuple[Names, ...]:
    """``fields`` says for each class which attribute a member of the wire became."""
    declared = Declared(normal.document.tree)
    return (
        *_models(normal, fields, declared),
        *_resources(normal, operations),
        *_calls(operations),
        *_answers(operations),
        *_exceptions(operations),
        *_schemes(normal),
        *_servers(normal, operations, declared),
    )


def _models(normal: Normal, fields: Mapping[str, Mapping[str, str]], declared: Declared) -> Iterator[Names]:
    for name, schema in normal.tree["components"]["schemas"].items():
        pointers = normal.origins.get(name, ())
        yield Names(f"models.{name}", name, pointers)
        yield from _literals(f"models.{name}", schema, pointers, declared)
        for wire, python in fields.get(name, {}).items():
            places = tuple(declared.members(pointer).get(wire, pointer) for pointer in pointers)
            yield Names(f"models.{name}.{python}", wire, places)
            yield from _literals(f"models.{name}.{python}", schema["properties"].get(wire), places, declared)


def _literals(python: str, schema: Any, pointers: tuple[str, ...], declared: Declared) -> Iterator[Names]:
    """``models.DataType['JSON']``, one for each value that a type lists."""
    values = _listed(schema)
    places = [(pointer, declared.values(pointer)) for pointer in pointers] if values else []
    for value in values:
        wire = value if isinstance(value, str) else json.dumps(value)
        at = tuple(listed.get(repr(value), pointer) for pointer, listed in places)
        yield Names(f"{python}[{value!r}]", wire, at)


def _listed(schema: Any) -> list[Any]:
    if not isinstance(schema, dict):
        return []
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _resources(normal: Normal, operations: Operations) -> Iterator[Names]:
    """The attribute of the client, also by the class that it holds."""
    first = {operation.resource: operation for operation in reversed(operations)}
    classes = class_names([operation.resource for operation in operations], normal.tree["components"]["schemas"])
    told = {tag["name"]: f"/tags/{index}" for index, tag in listed_tags(normal.document.tree)}
    for resource, operation in first.items():
        also = (classes[resource], f"Async{classes[resource]}")
        place = told.get(operation.tag, f"{operation.pointer}/tags/0")
        if operation.tag:
            yield Names(resource, operation.tag, (place,), also)
        else:
            yield Names(resource, "operations without a tag", (), also)


def _calls(operations: Operations) -> Iterator[Names]:
    for operation in operations:
        python = _called(operation)
        yield Names(python, operation.id, (operation.pointer,))
        if operation.stream:
            pointers = (operation.pointer, f"{operation.pointer}/x-stream")
            yield Names(f"{operation.resource}.{operation.stream.python_name}", operation.id, pointers)
        for parameter in operation.parameters:
            yield Names(f"{python}.{parameter.python_name}", parameter.name, (parameter.pointer,))
        if operation.body:
            yield Names(f"{python}.{operation.body.python_name}", "requestBody", (operation.body.pointer,))


def _called(operation: Operation) -> str:
    return f"{operation.resource}.{operation.python_name}"


def _answers(operations: Operations) -> Iterator[Names]:
    """What a call returns, and the headers that come with any of its answers."""
    for operation in operations:
        python = _called(operation)
        headers: dict[str, list[str]] = {}
        for response in operation.responses:
            if counts(response.status, operation, success=True):
                yield Names(f"{python}.returns[{response.status!r}]", response.status, (response.pointer,))
            for header in response.headers:
                headers.setdefault(header.name, []).append(header.pointer)
        for name, pointers in headers.items():
            yield Names(f"{python}.headers[{name!r}]", name, tuple(pointers))


def _exceptions(operations: Operations) -> Iterator[Names]:
    """The exception that a status raises, whichever call it answers."""
    pointers: dict[str, list[str]] = {}
    for operation in operations:
        for response in operation.responses:
            if counts(response.status, operation, success=False):
                pointers.setdefault(response.status, []).append(response.pointer)
    for status, places in pointers.items():
        yield Names(f"errors.{exception_of(status)}", status, tuple(places))


def exception_of(status: str) -> str:
    """The runtime's own table says it; a range stands for those of its statuses that have no class of their own."""
    number = int(status.replace("X", "9")) if status[0].isdigit() else 0
    name: str = import_module(f"{runtime_package().__name__}.errors").class_of(number, documented=True).__name__
    return name


def _schemes(normal: Normal) -> Iterator[Names]:
    for name in normal.tree["components"].get("securitySchemes", {}):
        pointer = f"/components/securitySchemes/{escaped(name)}"
        yield Names(f"client.SECURITY[{name!r}]", name, (pointer,), ("SECURITY",))


def _servers(normal: Normal, operations: Operations, declared: Declared) -> Iterator[Names]:
    """Those of the client, and those that an operation has in their stead; also by address, without variables."""
    common = tuple(filled(server) for server in normal.tree.get("servers", ()))
    yield from _listed_servers("client.SERVERS", declared, "", common, ("SERVERS",))
    for operation in operations:
        if operation.servers != common:
            path = operation.pointer.rpartition("/")[0].removesuffix("/additionalOperations")
            at = next((at for at in (operation.pointer, path) if declared.at(f"{at}/servers")), "")
            yield from _listed_servers(f"{_called(operation)}.servers", declared, at, operation.servers)


def _listed_servers(
    python: str, declared: Declared, at: str, addresses: tuple[str, ...], also: tuple[str, ...] = ()
) -> Iterator[Names]:
    for index, address in enumerate(addresses):
        pointer = f"{at}/servers/{index}"
        yield Names(f"{python}[{index}]", declared.at(f"{pointer}/url"), (pointer,), (address, *also))
