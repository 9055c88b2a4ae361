"""Values of the document as Python would write them: objects as the client's models, moments as moments.

{"name": "Rex", "born": "2021-02-05"}  ->  Pet(name="Rex", born=date.fromisoformat("2021-02-05"))
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from specmill.diff.plan import Plan
from specmill.document.tree import COMPONENTS, LIMIT_OF_REFERENCES, key_of
from specmill.reference.page.layout import Group, Source, called
from specmill.schemas.validate import Judge

UNIONS = ("oneOf", "anyOf")
MOMENTS = {"date-time": datetime, "date": date}
DEEPEST = 32


class Literals:
    """``imports`` gathers what the values need: module -> names."""

    def __init__(self, plan: Plan, schemas: Mapping[str, Any], judge: Judge) -> None:
        self._plan = plan
        self._schemas = schemas
        self._judge = judge
        self.imports: dict[str, set[str]] = {}

    def source(self, value: Any, schema: Any, depth: int = 0) -> Source:
        schema, name = self._meant(schema, value)
        if depth > DEEPEST:
            return plain(value)
        if isinstance(value, dict):
            return self._object(value, schema, name, depth)
        if isinstance(value, list):
            items = schema.get("items", {})
            return Group("[", tuple(("", self.source(one, items, depth + 1)) for one in value), "]")
        if isinstance(value, str):
            return self._text(value, schema)
        return plain(value)

    def _meant(self, schema: Any, value: Any) -> tuple[Mapping[str, Any], str]:
        """The schema behind references and choices, and the name of the model that it is."""
        name = ""
        for _ in range(LIMIT_OF_REFERENCES):
            if not isinstance(schema, dict):
                return {}, name
            if str(schema.get("$ref", "")).startswith(COMPONENTS):
                key = key_of(schema["$ref"])
                model = self._plan.models.get(key)
                name = key if model is not None and model.kind == "class" else ""
                schema = self._schemas.get(key)
                if name:
                    return (schema if isinstance(schema, dict) else {}), name
            elif (chosen := self._alternative(schema, value)) is not None:
                schema = chosen
            else:
                break
        return (schema if isinstance(schema, dict) else {}), name

    def _alternative(self, schema: Mapping[str, Any], value: Any) -> Any:
        for word in UNIONS:
            for one in schema.get(word, ()):
                if self._judge.valid(one, value):
                    return one
        parts = schema.get("allOf", ())
        return parts[0] if len(parts) == 1 and "properties" not in schema else None

    def _object(self, value: Mapping[str, Any], schema: Mapping[str, Any], name: str, depth: int) -> Source:
        members = dict(self._members(schema))
        rest = schema.get("additionalProperties", {})
        if not name:
            parts = (
                (f"{text(key)}: ", self.source(one, members.get(key, rest), depth + 1)) for key, one in value.items()
            )
            return Group("{", tuple(parts), "}")
        self._use("models", name)
        attributes = self._plan.models[name].attributes
        known = [(attributes[key].name, key, one) for key, one in value.items() if key in attributes]
        return called(
            name, ((f"{python}=", self.source(one, members.get(key), depth + 1)) for python, key, one in known)
        )

    def _members(self, schema: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
        """Of an object with all that it is made of."""
        if not isinstance(schema, dict) or depth > DEEPEST:
            return
        if str(schema.get("$ref", "")).startswith(COMPONENTS):
            yield from self._members(self._schemas.get(key_of(schema["$ref"])), depth + 1)
        for part in schema.get("allOf", ()):
            yield from self._members(part, depth + 1)
        yield from schema.get("properties", {}).items()

    def _text(self, value: str, schema: Mapping[str, Any]) -> Source:
        format_ = schema.get("format")
        if format_ in MOMENTS and _reads(MOMENTS[format_].fromisoformat, value):
            kind = MOMENTS[format_].__name__
            self._use("datetime", kind)
            return f"{kind}.fromisoformat({text(value)})"
        if format_ == "uuid" and _reads(UUID, value):
            self._use("uuid", "UUID")
            return f"UUID({text(value)})"
        if format_ == "binary":
            return octets(value.encode())
        if format_ == "byte" or schema.get("contentEncoding") == "base64":
            return _decoded(value)
        return text(value)

    def _use(self, module: str, name: str) -> None:
        self.imports.setdefault(module, set()).add(name)


def plain(value: Any) -> Source:
    """A value as it is."""
    if isinstance(value, dict):
        return Group("{", tuple((f"{text(key)}: ", plain(one)) for key, one in value.items()), "}")
    if isinstance(value, list):
        return Group("[", tuple(("", plain(one)) for one in value), "]")
    return text(value) if isinstance(value, str) else repr(value)


def text(value: str) -> str:
    """In double quotes, as formatters want it; Python reads the escapes of JSON, but for halves of surrogate pairs."""
    written = json.dumps(value, ensure_ascii=False)
    return written if written.isprintable() else repr(value)


def octets(value: bytes) -> str:
    written = repr(value)
    return written if '"' in written else f'b"{written[2:-1]}"'


def _decoded(value: str) -> str:
    try:
        return octets(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return octets(value.encode("ascii", "replace"))


def _reads(read: Any, value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
