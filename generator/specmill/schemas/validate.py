"""Values against the schemas of a normal form, in one direction: each schema is compiled once, when it is first used.

What is sent need not have what the document calls readOnly, and an answer not what it calls writeOnly, even where
these are required.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Literal

import jsonschema_rs

from specmill.document.limits import room_for_depth
from specmill.document.tree import COMPONENTS, LIMIT_OF_REFERENCES, key_of, rebuilt
from specmill.schemas.faults import Fault, fault_of

HOME = "urn:specmill:document"
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
Direction = Literal["request", "answer"]
OTHERS = {"request": "readOnly", "answer": "writeOnly"}  # what only the other direction has


class Judge:
    def __init__(self, schemas: Mapping[str, Any], direction: Direction) -> None:
        self._schemas = schemas
        self.other = OTHERS[direction]  # how a schema says that it has no place in this direction
        self._compiled: dict[int, tuple[Any, jsonschema_rs.Validator]] = {}
        self._together: dict[int, tuple[Any, str]] = {}
        self._whole: jsonschema_rs.Validator | None = None
        self.unchecked: list[str] = []
        """Why schemas could not be compiled; what they demand is not checked."""
        with room_for_depth():
            known = {key: self._placed(schema) for key, schema in schemas.items()}
        self._registry = jsonschema_rs.Registry(
            [(HOME, {"components": {"schemas": known}})], draft=jsonschema_rs.Draft202012
        )

    def prepare(self, schemas: Iterable[Any]) -> None:
        """Compiles these at once: each compiles all that it leads to anew, which is much where all is connected."""
        held = list(schemas)
        unchecked = len(self.unchecked)
        whole = self._compile({"properties": {str(number): schema for number, schema in enumerate(held)}})
        if len(self.unchecked) == unchecked:  # otherwise one of them would leave all others unchecked
            self._whole = whole
            self._together = {id(schema): (schema, str(number)) for number, schema in enumerate(held)}

    def valid(self, schema: Any, value: Any) -> bool:
        try:
            if self._whole is not None and id(schema) in self._together:
                return self._whole.is_valid({self._together[id(schema)][1]: value})
            return self.validator(schema).is_valid(value)
        except ValueError:  # it is deeper than can be judged
            return False

    def fault(self, schema: Any, value: Any, where: str) -> Fault | None:
        validator = self.validator(schema)
        try:
            if validator.is_valid(value):
                return None
            return fault_of(next(validator.iter_errors(value)), where)
        except ValueError as error:
            return Fault(where, "", "depth", str(error))

    def validator(self, schema: Any) -> jsonschema_rs.Validator:
        found = self._compiled.get(id(schema))
        if found is None:
            found = self._compiled[id(schema)] = (schema, self._compile(schema))  # held, so that its id stays its own
        return found[1]

    def _compile(self, schema: Any) -> jsonschema_rs.Validator:
        try:
            with room_for_depth():
                return _validator(self._placed(schema), self._registry)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            self.unchecked.append(str(error))
            return _validator(True, self._registry)

    def _placed(self, schema: Any, at: str = "") -> Any:
        """The schema with references that hold from anywhere, and without the demands of the other direction."""
        if not isinstance(schema, dict):
            return schema
        placed = rebuilt(schema, self._placed)
        if "$ref" in placed:
            placed["$ref"] = HOME + schema["$ref"]
        if "discriminator" in placed and "oneOf" in placed:
            placed["anyOf" if "anyOf" not in placed else "oneOf"] = placed.pop("oneOf")  # the tag says which it is
        if _pattern(placed.get("pattern", "")) is None:
            self.unchecked.append(f"the pattern {placed.pop('pattern')!r} is none that can be checked")
        if "required" in placed and "properties" in placed:
            placed["required"] = [name for name in schema["required"] if not self._is_other(schema, name)]
        return placed

    def _is_other(self, schema: Any, name: str) -> bool:
        inner = schema["properties"].get(name)
        for _ in range(LIMIT_OF_REFERENCES):
            if not isinstance(inner, dict) or inner.get(self.other) is True:
                break
            if not str(inner.get("$ref", "")).startswith(COMPONENTS):
                return False
            inner = self._schemas.get(key_of(inner["$ref"]))
        return isinstance(inner, dict) and inner.get(self.other) is True


def _validator(schema: Any, registry: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(
        schema, registry=registry, validate_formats=True, formats=FORMATS, mask="this", offline=True
    )


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except ValueError:
        return None


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of JSON Schema does; one that cannot be read matches nothing."""
    known = _pattern(pattern)
    return known is not None and known.is_valid(text)


def _is_base64(text: str) -> bool:
    return BASE64.fullmatch(text) is not None


FORMATS = {"byte": _is_base64}
