"""Do the paths, their parameters and the names of their operations fit together?

Seen from `paths`, through every reference: a path item or a parameter may stand elsewhere and be used twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from specmill.document import repairs
from specmill.document.checks.findings import Findings
from specmill.document.checks.references import References
from specmill.document.faults import closest, shown
from specmill.document.pointers import Path, Token
from specmill.document.shape import METHODS, QUERY

BRACES = re.compile(r"\{([^{}]*)\}")


class Paths:
    def __init__(self, findings: Findings, references: References) -> None:
        self.findings = findings
        self.references = references
        self.operations: dict[str, tuple[str, Path]] = {}  # operationId -> "GET /path", path
        self.calls: dict[str, tuple[str, Path]] = {}  # "GET /x/{}" without the names of its parameters -> title, path

    def check(self, paths: dict[str, Any], path: Path) -> None:
        for template, item in paths.items():
            if template.startswith("x-"):
                continue
            here = (path, template)
            if not template.startswith("/"):
                self.findings.add(here, "a path begins with a slash", f"write /{shown(template)}")
            self._check_template(template, here)
            resolved, at = self.references.resolved("path item", item, here)
            if isinstance(resolved, dict):
                self._check_operations(template, resolved, at)

    def _check_template(self, template: str, path: Path) -> None:
        names = Counter(BRACES.findall(template))
        if "" in names or re.search("[{}]", BRACES.sub("", template)):
            self.findings.add(path, "the braces of this path do not fit together", "each parameter is written {name}")
        for name, times in names.items():
            if times > 1 and name:
                self.findings.add(path, f"the parameter {{{shown(name)}}} stands twice in this path")

    def _check_twice(self, method: str, template: str, path: Path) -> None:
        """Two spellings of one path may share it out, as documents do; but one call has one description."""
        title = f"{method.upper()} {shown(template)}"
        other, first = self.calls.setdefault(f"{method} {BRACES.sub('{}', template)}", (title, path))
        if first is not path:
            message = f"this is the same call as {other} at {self.findings.place(first)}"
            self.findings.add(
                path, message, "leave one of the two out", lambda tokens: repairs.removal(tokens, message)
            )

    def _check_operations(self, template: str, item: dict[str, Any], path: Path) -> None:
        in_template = dict.fromkeys(BRACES.findall(template))
        shared = self._path_parameters(item, path)
        for name in shared:
            if name not in in_template:
                self._unused(template, name, shared[name])
        for method, operation, at in _operations(item, path):
            if not isinstance(operation, dict):
                continue
            self._check_twice(method, template, at)
            self._check_id(operation, f"{method.upper()} {shown(template)}", at)
            own = self._path_parameters(operation, at)
            for name in own:
                if name not in in_template and name not in shared:
                    self._unused(template, name, own[name])
            for name in in_template:
                if name and name not in own and name not in shared:
                    self._undefined(template, name, at)

    def _path_parameters(self, holder: dict[str, Any], path: Path) -> dict[str, Path]:
        found: dict[str, Path] = {}
        parameters = holder.get("parameters")
        for index, parameter in enumerate(parameters if isinstance(parameters, list) else ()):
            here = ((path, "parameters"), index)
            resolved, _ = self.references.resolved("parameter", parameter, here)
            if isinstance(resolved, dict) and resolved.get("in") == "path" and isinstance(resolved.get("name"), str):
                found.setdefault(resolved["name"], here)
        return found

    def _unused(self, template: str, name: str, path: Path) -> None:
        def hint() -> str:
            close = closest(name, BRACES.findall(template))
            return f"did you mean {shown(close[0])}?" if close else "add it to the path, or remove the parameter"

        message = f"the path {shown(template)} has no {{{shown(name)}}}"
        self.findings.add(path, message, hint, lambda tokens: repairs.removal(tokens, "The path has no such parameter"))

    def _undefined(self, template: str, name: str, path: Path) -> None:
        parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}

        def repair(tokens: list[Token]) -> str:
            return repairs.update(tokens, {"parameters": [parameter]}, "The path has this parameter")

        message = f"the parameter {{{shown(name)}}} of {shown(template)} is not defined"
        self.findings.add(path, message, "add it to `parameters`", repair)

    def _check_id(self, operation: dict[str, Any], title: str, path: Path) -> None:
        name = operation.get("operationId")
        if not isinstance(name, str):
            return
        other, first = self.operations.setdefault(name, (title, path))
        if first is not path:
            place = self.findings.place((first, "operationId"))
            message = f"the operationId {shown(name)} stands twice: {title}, and {other} at {place}"
            self.findings.add((path, "operationId"), message, "an operationId is the name of one operation")


def _operations(item: dict[str, Any], path: Path) -> Iterator[tuple[str, Any, Path]]:
    for method, operation in item.items():
        if method in METHODS or method == QUERY:
            yield method, operation, (path, method)
    more = item.get("additionalOperations")
    for method, operation in more.items() if isinstance(more, dict) else ():
        yield method, operation, ((path, "additionalOperations"), method)
