"""The places of a schema at which a value can be wrong, each with how to get a value that has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from specmill.contract.choices import Choices
from specmill.contract.schemas import Schemas, alternatives, members_of, types_of
from specmill.contract.valid import MOST_CHOICES, Make, Makers
from specmill.values import JSON, Schema

Token = str | int
MOST = 2000  # places of one schema; what is deeper says the same again
DEEPEST = 20  # steps to a place: models in a ring of hundreds would take gigabytes for values that nobody sends
ROUNDS = 2  # how often one component may contain itself on the way to a place


@dataclass(frozen=True, slots=True)
class Step:
    token: Token
    schema: Schema  # of the value there, alternatives already chosen
    nullable: bool  # whether another alternative of the same place is null


@dataclass(frozen=True, slots=True)
class Position:
    """``steps`` lead from the root to it; ``root`` is the alternative of the root by which it is reached."""

    root: Schema
    steps: tuple[Step, ...]

    @property
    def schema(self) -> Schema:
        return self.steps[-1].schema if self.steps else self.root

    @property
    def path(self) -> tuple[Token, ...]:
        return tuple(step.token for step in self.steps)

    def base(self, makers: Makers, choices: Choices, several: bool = False) -> JSON:
        """A valid value that has this place; its lists with ``several`` items, where they may have them."""
        value = here = makers.of(self.root)(choices, 0)
        schema = self.root
        for depth, step in enumerate(self.steps, 1):
            make = makers.of(step.schema)
            made = make(choices, depth)
            if isinstance(here, list):
                _fill(here, 2 if several and _takes_two(schema) else int(step.token) + 1, make, depth, made)
                here[int(step.token)] = made
            else:
                here[step.token] = made
            here, schema = made, step.schema
        return value


def _fill(items: list[JSON], wanted: int, make: Make, depth: int, other: JSON) -> None:
    """So many items, none equal to another or to this one where that can be had."""
    for number in range(MOST_CHOICES):
        if len(items) >= wanted:
            return
        item = make(Choices(bytes([number] * 4)), depth)
        if item != other and item not in items:
            items.append(item)
    items += [make(Choices(b""), depth) for _ in range(wanted - len(items))]


def _takes_two(schema: Schema) -> bool:
    return schema.get("maxItems", 2) >= 2 and schema.get("items", True) is not False and "prefixItems" not in schema


def changed(value: JSON, path: tuple[Token, ...], new: JSON) -> JSON:
    """The same with another value at this place."""
    if not path:
        return new
    here = value
    for token in path[:-1]:
        here = here[token]
    here[path[-1]] = new
    return value


def value_at(value: JSON, path: tuple[Token, ...]) -> Any:
    for token in path:
        value = value[token]
    return value


def positions(schema: Any, schemas: Schemas, each_item: bool = False) -> tuple[Position, ...]:
    """With ``each_item`` the second of the items of a list is a place beside the first."""
    found: list[Position] = []
    for root in _chosen(schema, schemas):
        for position in _below(Position(root, ()), schemas, (), each_item):
            found.append(position)
            if len(found) >= MOST:
                return tuple(found)
    return tuple(found)


def _chosen(schema: Any, schemas: Schemas) -> Iterator[Schema]:
    """The alternatives of a schema, each without references at its top; null alone is no place of its own."""
    resolved = schemas.resolved(schema)
    parts = alternatives(resolved)
    if not parts:
        if types_of(resolved) != ("null",):
            yield resolved
        return
    for part in parts:
        yield from _chosen(part, schemas)


def _below(position: Position, schemas: Schemas, trail: tuple[int, ...], each_item: bool) -> Iterator[Position]:
    schema = position.schema
    marks = [id(part) for part in schema.get("properties", {}).values()] or [id(schema.get("items"))]
    if trail.count(marks[0]) >= ROUNDS or len(trail) > DEEPEST:
        return
    yield position
    trail = (*trail, marks[0])
    for token, child in _children(schema, each_item):
        nullable = schemas.allows_null(child)
        parent = _leading_to(token, position)
        for chosen in _chosen(child, schemas):
            below = Position(parent.root, (*parent.steps, Step(token, chosen, nullable)))
            yield from _below(below, schemas, trail, each_item)


def _leading_to(token: Token, position: Position) -> Position:
    """The same place with a value that has this token, where its schema allows others as well."""
    kind = "array" if isinstance(token, int) else "object"
    if types_of(position.schema) == (kind,):
        return position
    narrow = {**position.schema, "type": kind}
    if not position.steps:
        return Position(narrow, ())
    *before, last = position.steps
    return Position(position.root, (*before, Step(last.token, narrow, last.nullable)))


def _children(schema: Schema, each_item: bool) -> Iterator[tuple[Token, Any]]:
    yield from members_of(schema).items()
    if schema.get("prefixItems"):
        yield 0, schema["prefixItems"][0]
    elif isinstance(schema.get("items"), dict):
        yield 0, schema["items"]
        if each_item and _takes_two(schema):
            yield 1, schema["items"]
    if isinstance(schema.get("additionalProperties"), dict):
        yield "another member", schema["additionalProperties"]
