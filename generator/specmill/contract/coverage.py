"""What of the document a run has reached: cells, and why those are empty that are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specmill.contract.broken import keywords_of
from specmill.contract.positions import Position, positions
from specmill.contract.properties import PROPERTIES
from specmill.contract.schemas import Schemas
from specmill.values import JSON, Operation

ANY_ITEM = "-"
NO_CASE = "no case led there"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    operation: str
    part: str  # "body", "query limit", "security basic", "answer 200", "stream"
    place: str  # pointer in the value
    what: str  # keyword, status, media type, property
    way: str  # "satisfied", "violated", "seen", "valid", "wrong", "absent"

    def __str__(self) -> str:
        return " ".join(part for part in (self.operation, self.part, self.place, self.what, self.way) if part)


class Coverage:
    """Of one document. Cells that are met and were not foreseen are not counted. ``own`` are operations of a shard."""

    def __init__(self, operations: tuple[Operation, ...], schemas: Schemas, own: frozenset[str] | None = None) -> None:
        self._schemas = schemas
        self._own = own
        self._cells: dict[Cell, bool] = {}
        self._why: dict[Cell, str] = {}
        self._waiting: dict[tuple[str, str, str], list[Position]] = {}  # places that no value has had as yet
        self._places: dict[tuple[str, str], tuple[Position, ...]] = {}
        for operation in operations:
            for cell in self._foreseen(operation):
                self._cells[cell] = False

    def met(self, cell: Cell) -> None:
        if cell in self._cells:
            self._cells[cell] = True

    def unreachable(self, cell: Cell, why: str) -> None:
        if self._cells.get(cell) is False:
            self._why.setdefault(cell, why)

    def value(self, operation: str, part: str, value: JSON, way: str) -> None:
        """Every keyword of every place that a valid value has."""
        waiting = self._waiting.get((operation, part, way))
        if waiting is None:
            places = self._places.get((operation, part), ())
            waiting = self._waiting[operation, part, way] = list(places)
        for position in [one for one in waiting if _has(value, one.path)]:
            waiting.remove(position)
            place = pointer(position.path)
            for keyword in keywords_of(position.schema):
                self.met(Cell(operation, part, place, keyword, way))

    @property
    def cells(self) -> Mapping[Cell, bool]:
        return self._cells

    @property
    def reached(self) -> int:
        return sum(self._cells.values())

    def is_told(self, cell: Cell) -> bool:
        """Of a shard: what is empty of an operation is told by one of those that try it, or each would tell all."""
        return self._own is None or cell.operation in self._own or self._cells[cell] or cell in self._why

    def missing(self) -> Iterator[tuple[Cell, str]]:
        for cell, met in self._cells.items():
            if not met:
                yield cell, self._why.get(cell, NO_CASE)

    # --- what there is

    def _foreseen(self, operation: Operation) -> Iterator[Cell]:
        if operation.body is not None:
            for content in operation.body.contents:
                yield Cell(operation.id, "body", "", content.media_type, "sent")
                yield from self._schema(operation.id, "body", content.schema, ("satisfied", "violated"))
        for parameter in operation.parameters:
            part = f"{parameter.location} {parameter.name}"
            yield from self._schema(operation.id, part, parameter.schema, ("satisfied", "violated"))
            if parameter.required and parameter.location != "path":
                yield Cell(operation.id, part, "", "required", "violated")
        for response in operation.responses:
            part = f"answer {response.status}"
            yield Cell(operation.id, part, "", "status", "seen")
            for content in response.contents:
                yield Cell(operation.id, part, "", content.media_type, "seen")
                yield from self._schema(operation.id, part, content.schema, ("seen",))
        if operation.stream is not None:
            yield from (Cell(operation.id, "stream", str(one.number), one.name, "tried") for one in PROPERTIES)
        for alternative in operation.security:
            name = security_name(alternative)
            for way in ("valid", "wrong", "absent") if alternative else ("valid",):
                yield Cell(operation.id, f"security {name}", "", "", way)

    def _schema(self, operation: str, part: str, schema: Any, ways: tuple[str, ...]) -> Iterator[Cell]:
        places = self._places[operation, part] = positions(schema, self._schemas)
        for position in places:
            for keyword in keywords_of(position.schema):
                for way in ways:
                    yield Cell(operation, part, pointer(position.path), keyword, way)


def security_name(alternative: Mapping[str, Any]) -> str:
    return " and ".join(alternative) or "none"


def pointer(path: tuple[str | int, ...]) -> str:
    """Any item of a list stands for all of them."""
    return "".join(f"/{ANY_ITEM if isinstance(token, int) else token}" for token in path)


def _has(value: JSON, path: tuple[str | int, ...]) -> bool:
    for token in path:
        if isinstance(token, int):
            if not isinstance(value, list) or len(value) <= token:
                return False
            value = value[token]
        elif isinstance(value, dict) and token in value:
            value = value[token]
        else:
            return False
    return True
