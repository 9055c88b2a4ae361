"""Values for samples: what the document shows, where its own schema allows it, else one that is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specmill.document.media_types import is_json
from specmill.emit.listed import LONGEST, all_shown, holder_at, literal
from specmill.schemas.made import Impossible, Maker
from specmill.schemas.validate import Judge
from specmill.values import Content, Normal, Operation, Parameter

LITTLE, LARGE = 120, 400  # letters of a value that is made up: a sample is to be read
TEXT = "string"  # for a content about whose form no schema says anything


class Examples:
    """The examples of a document, judged as requests are."""

    def __init__(self, normal: Normal, operations: Iterable[Operation]) -> None:
        schemas: Mapping[str, Any] = normal.tree.get("components", {}).get("schemas", {})
        self._normal = normal
        self._judge = Judge(schemas, "request")
        self._judge.prepare([*schemas.values(), *(schema for one in operations for schema in one.sent())])
        self._maker = Maker(schemas, self._judge)

    def of_parameter(self, parameter: Parameter) -> Iterator[Any]:
        """Fit values, the best first."""
        yield from self._fit(all_shown(holder_at(self._normal, parameter.pointer), parameter.schema), parameter.schema)
        yield from self._made(parameter.schema)

    def accepted(self, operation: Operation, value: Any) -> bool:
        """Whether every server has to take it as the body, as far as the document says more than its schemas."""
        marks = holder_at(self._normal, operation.pointer).get("x-contract")
        return not isinstance(marks, Mapping) or self._judge.valid(marks.get("accepts", True), value)

    def of_content(self, content: Content) -> Iterator[Any]:
        yield from self._fit(all_shown(holder_at(self._normal, content.pointer), content.schema), content.schema)
        yield from self._made(content.schema)
        if not is_json(content.media_type):
            yield TEXT

    def of_schema(self, schema: Any) -> Iterator[Any]:
        yield from self._fit(all_shown({}, schema), schema)
        yield from self._made(schema)

    def _fit(self, values: Iterable[Any], schema: Any) -> Iterator[Any]:
        return (value for value in values if self._judge.valid(schema, value) and _is_short(value))

    def _made(self, schema: Any) -> Iterator[Any]:
        """One that has all that it may have, if this is little; else what is required."""
        try:
            whole, sparse = self._maker.value(schema), self._maker.value(schema, sparse=True)
            yield whole if len(literal(whole)) <= (LITTLE if sparse not in ({}, []) else LARGE) else sparse
        except Impossible:
            return


def _is_short(value: Any) -> bool:
    try:
        return len(literal(value)) <= LONGEST
    except (TypeError, RecursionError):
        return False
