"""Compares what the engine rendered with what the document holds: nothing may be missing, nothing may be new.

The templates ask a `Rendered` for each operation, parameter, body and status at the moment they write it, which is
how it gets to know them; nothing is taken for granted because it was handed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from specmill.document.positions import place_of
from specmill.emit.facade import Facade, number_of
from specmill.errors import Place, Problems, SpecmillError
from specmill.values import Normal, Operation

Part = tuple[str, str]  # ("query", "limit"), ("body", "application/json"), ("status", "5XX")


class Rendered:
    """What was rendered so far, operation by operation."""

    def __init__(self, facade: Facade) -> None:
        self._facade = facade
        self._parts: dict[tuple[str, str], list[Part]] = {}  # (method, path) of ours

    def operation(self, method: str, path: str) -> Operation:
        found = self._facade.operations.get((method.lower(), path))
        if found is None:
            raise SpecmillError(f"openapi-python-client made up an operation: {method} {path}")
        self._parts.setdefault((found.method, found.path), []).append(("operation", found.id))
        return found

    def parameter(self, operation: Operation, location: str, name: str) -> int:
        """The number of the parameter that the engine speaks of."""
        index = number_of(name)
        parameter = operation.parameters[index]
        agreed = location == parameter.location or (location, parameter.location) == ("query", "querystring")
        self._add(operation, (parameter.location if agreed else location, parameter.name))
        return index

    def content(self, operation: Operation, name: str) -> int:
        """The number of the media type of the body that the engine speaks of."""
        index = number_of(name)
        self._add(operation, ("body", operation.body.contents[index].media_type if operation.body else name))
        return index

    def status(self, operation: Operation, status: str) -> str:
        self._add(operation, ("status", status))
        return status

    def _add(self, operation: Operation, part: Part) -> None:
        self._parts[operation.method, operation.path].append(part)

    def compare(self, operations: tuple[Operation, ...], normal: Normal) -> None:
        """Raises what is missing, what is there twice and what is new, each with its place."""
        errors = tuple(error for one in operations for error in self._differences(one, normal))
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise Problems(errors)

    def _differences(self, operation: Operation, normal: Normal) -> Iterator[SpecmillError]:
        expected = sorted(parts_of(operation))
        actual = sorted(self._parts.get((operation.method, operation.path), []))
        if expected == actual:
            return
        place = place_of(normal.document, operation.pointer)
        for part in dict.fromkeys((*expected, *actual)):
            if expected.count(part) != actual.count(part):
                yield _error(operation, part, expected.count(part), actual.count(part), place)


def parts_of(operation: Operation) -> Iterator[Part]:
    """Everything of an operation that has to be rendered."""
    yield "operation", operation.id
    yield from ((parameter.location, parameter.name) for parameter in operation.parameters)
    if operation.body is not None:
        yield from (("body", content.media_type) for content in operation.body.contents)
    yield from (("status", response.status) for response in operation.responses)


def _error(operation: Operation, part: Part, expected: int, actual: int, place: Place) -> SpecmillError:
    kind, name = part
    return SpecmillError(
        f"{operation.id}: the {kind} {name!r} is {actual} times in the client and {expected} times in the document",
        place=place,
        hint="please report this document: the client would not be complete, so nothing was written",
    )
