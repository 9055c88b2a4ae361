"""A judge that compiles all components at once: of a document whose models lead to one another, each alone is all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import jsonschema_rs

from specmill.document.pointers import escaped
from specmill.document.tree import COMPONENTS, component, key_of
from specmill.schemas.faults import Fault
from specmill.schemas.validate import Direction, Judge

Error = tuple[Any, tuple[str | int, ...]]  # its kind, and where in the value


class Together(Judge):
    def __init__(self, schemas: Mapping[str, Any], direction: Direction) -> None:
        super().__init__(schemas, direction)
        self._names = tuple(schemas)

    @cached_property
    def _all(self) -> dict[str, Any]:
        return {"properties": {name: {"$ref": component(name)} for name in self._names}}

    def valid(self, schema: Any, value: Any) -> bool:
        name = _named(schema)
        return super().valid(schema, value) if name is None else super().valid(self._all, {name: value})

    def fault(self, schema: Any, value: Any, where: str) -> Fault | None:
        name = _named(schema)
        if name is None:
            return super().fault(schema, value, where)
        found = super().fault(self._all, {name: value}, where)
        return None if found is None else replace(found, pointer=found.pointer.removeprefix(f"/{escaped(name)}"))

    def errors(self, schema: Any, value: Any) -> Iterator[Error]:
        name = _named(schema)
        whole, wrapped = (schema, value) if name is None else (self._all, {name: value})
        for error in _errors(self.validator(whole), wrapped):
            yield error.kind, tuple(error.instance_path)[0 if name is None else 1 :]


def _errors(validator: jsonschema_rs.Validator, value: Any) -> list[jsonschema_rs.ValidationError]:
    try:
        return list(validator.iter_errors(value))
    except ValueError:  # it is deeper than can be judged
        return []


def _named(schema: Any) -> str | None:
    """The component that a schema is, if it is nothing else."""
    if isinstance(schema, dict) and len(schema) == 1 and str(schema.get("$ref", "")).startswith(COMPONENTS):
        return key_of(schema["$ref"])
    return None
