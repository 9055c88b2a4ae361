"""One of the two documents that are compared, with what judges and makes values for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from specmill.diff.judges import Together
from specmill.document.api import Api
from specmill.document.tree import COMPONENTS, LIMIT_OF_REFERENCES, key_of
from specmill.schemas.made import Maker
from specmill.schemas.validate import Direction
from specmill.values import Operation

TEMPLATE = re.compile(r"\{[^{}]*\}")


class Side:
    def __init__(self, api: Api) -> None:
        self.api = api
        self.schemas: Mapping[str, Any] = api.normal.tree.get("components", {}).get("schemas", {})
        self.schemes: Mapping[str, Any] = api.normal.tree.get("components", {}).get("securitySchemes", {})
        self.operations = {address_of(one): one for one in api.operations}

    @cached_property
    def judges(self) -> dict[Direction, Together]:
        return {"request": Together(self.schemas, "request"), "answer": Together(self.schemas, "answer")}

    @cached_property
    def makers(self) -> dict[Direction, Maker]:
        return {direction: Maker(self.schemas, judge) for direction, judge in self.judges.items()}

    def target(self, schema: Any) -> tuple[Any, str]:
        """A schema behind its references, and the component it is; what stands beside a reference counts as well."""
        name = ""
        beside: dict[str, Any] = {}
        for _ in range(LIMIT_OF_REFERENCES):
            if not isinstance(schema, dict) or not str(schema.get("$ref", "")).startswith(COMPONENTS):
                break
            name = key_of(schema["$ref"])
            beside = {**{key: value for key, value in schema.items() if key != "$ref"}, **beside}
            schema = self.schemas.get(name, True)
        return ({**schema, **beside} if beside and isinstance(schema, dict) else schema), name

    def credentials(self, alternative: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
        """What one has to prove for this alternative, whatever the document calls the schemes."""
        found = []
        for name, scopes in alternative.items():
            what = told_of_scheme(self.schemes.get(name, {}))
            found += [what, *(f"the scope {scope} of {what}" for scope in scopes)]
        return tuple(sorted(found))

    def origin(self, pointer: str) -> str:
        """Where something of the normal form stands in the document."""
        origins = self.api.normal.origins
        start, rest = pointer, ""
        while start:
            found = origins.get(start) or origins.get(start.removeprefix("/components/schemas/"))
            if found:
                return found[0] + rest
            start, _, last = start.rpartition("/")
            rest = f"/{last}{rest}"
        return pointer


def address_of(operation: Operation) -> str:
    """What tells operations apart on the wire: the names of what is in the path are nobody's business."""
    return address(operation.method, operation.path)


def address(method: str, path: str) -> str:
    return f"{method} {TEMPLATE.sub('{}', path)}"


def told_of_scheme(scheme: Mapping[str, Any]) -> str:
    kind = scheme.get("type", "unknown")
    if kind == "http":
        return f"HTTP {str(scheme.get('scheme', '')).lower()}"
    if kind == "apiKey":
        return f"the key in the {scheme.get('in')} {scheme.get('name')}"
    if kind == "openIdConnect":
        return f"OpenID Connect of {scheme.get('openIdConnectUrl')}"
    return {"oauth2": "OAuth 2", "mutualTLS": "a client certificate"}.get(kind, f"the scheme {kind}")
