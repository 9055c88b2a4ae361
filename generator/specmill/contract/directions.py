"""What only one direction has: a request need not hold what is ``readOnly``, nor an answer what is ``writeOnly``.

Every schema of a document is copied once for each direction. In a copy the members of the other direction are
allowed no value, and nobody requires them. So makers leave them out, breakers do not break them, and an answer that
holds one is at fault.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from specmill.contract.schemas import COMPONENTS, Schemas, away_as
from specmill.contract.validator import Error, Validator
from specmill.document.api import Api
from specmill.document.pointers import find, split
from specmill.document.tree import rebuilt
from specmill.values import JSON, Body, Content, Operation, Response

Direction = Literal["request", "answer"]
T = TypeVar("T", Body, Response)
OTHERS = {"request": "readOnly", "answer": "writeOnly"}


def directed(api: Api) -> Api:
    """The same document, its bodies as requests and its responses as answers; ``document`` stays what it was."""
    if not _says_any(api.normal.tree):
        return api
    schemas = Schemas(api.normal.tree)
    request, answer = _Direction("request", schemas), _Direction("answer", schemas)
    components = {**api.normal.tree["components"], "schemas": {**request.components(), **answer.components()}}
    operations = tuple(_operation(one, request, answer) for one in api.operations)
    return Api(replace(api.normal, tree={**api.normal.tree, "components": components}), operations)


def _says_any(node: Any) -> bool:
    if isinstance(node, Mapping):
        return any(node.get(word) is True for word in OTHERS.values()) or any(map(_says_any, node.values()))
    return isinstance(node, list) and any(map(_says_any, node))


@dataclass(frozen=True, slots=True)
class _Direction:
    name: Direction
    schemas: Schemas

    def components(self) -> dict[str, Any]:
        known = self.schemas.components
        return {f"{name}-of-{self.name}": self.placed(schema) for name, schema in known.items()}

    def placed(self, schema: Any, at: str = "", away: frozenset[str] = frozenset()) -> Any:
        """With references to what is placed likewise, and the members of the other direction forbidden."""
        if not isinstance(schema, dict):
            return schema
        away |= self._away(schema)

        def inner(part: Any, at: str) -> Any:
            return self.placed(part, at, away if at.startswith("/allOf/") else frozenset())

        placed: dict[str, Any] = dict(rebuilt(schema, inner))
        if str(placed.get("$ref", "")).startswith(COMPONENTS):
            placed["$ref"] = f"{placed['$ref']}-of-{self.name}"
        if "properties" in placed:
            word = OTHERS[self.name]
            placed["properties"] = {
                name: away_as(word) if name in away else one for name, one in placed["properties"].items()
            }
        if "required" in placed:
            placed["required"] = [name for name in placed["required"] if name not in away]
        return placed

    def _away(self, schema: Any) -> frozenset[str]:
        """The names of the members that are the other direction's, in all that has to hold together."""
        whole = self.schemas.resolved(schema)
        own = {name for name, part in whole.get("properties", {}).items() if self._is_away(part)}
        return frozenset(own).union(*map(self._away, whole.get("allOf", ())))

    def _is_away(self, schema: Any) -> bool:
        return self.schemas.resolved(schema).get(OTHERS[self.name]) is True

    def contents(self, holder: T) -> T:
        return replace(holder, contents=tuple(map(self._content, holder.contents)))

    def _content(self, content: Content) -> Content:
        return replace(content, schema=self.placed(content.schema), items=self.placed(content.items))


def _operation(operation: Operation, request: _Direction, answer: _Direction) -> Operation:
    parameters = tuple(replace(one, schema=request.placed(one.schema)) for one in operation.parameters)
    responses = tuple(_response(one, answer) for one in operation.responses)
    body = request.contents(operation.body) if operation.body is not None else None
    stream = operation.stream
    if stream is not None:
        stream = replace(stream, record=request.placed(stream.record), report=answer.placed(stream.report))
    return replace(operation, parameters=parameters, body=body, responses=responses, stream=stream)


def _response(response: Response, answer: _Direction) -> Response:
    headers = tuple(replace(one, schema=answer.placed(one.schema)) for one in response.headers)
    return answer.contents(replace(response, headers=headers))


def is_of_other(error: Error) -> bool:
    """Whether all that is wrong is a member of the other direction."""
    return error.keyword in OTHERS.values()


def of_direction(value: JSON, validator: Validator) -> JSON:
    """The same without the members of the other direction."""
    value = copy.deepcopy(value)
    for error in filter(is_of_other, validator.errors(value)):
        *before, name = split(error.pointer)
        holder = find(value, before)
        if isinstance(holder, dict):
            holder.pop(name, None)
    return value
