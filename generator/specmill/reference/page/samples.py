"""Calls as people would paste them: in Python, awaited, as a stream, and for the client's command line.

What they need is in them: the import, the address, the credentials and values that the document allows, its own
examples before made ones. So each runs against ``specmill serve``.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Any

from specmill.diff.plan import Call, Plan
from specmill.document.media_types import is_form, is_json, is_sequence
from specmill.reference.page.layout import Group, Source, called, laid_out
from specmill.reference.page.literals import Literals, octets, text
from specmill.schemas.validate import Judge
from specmill.values import Content, Operation

SERVER = "http://127.0.0.1:8082"  # where ``specmill serve`` is; the page puts the reader's own in its place
BASIC = '("key", "secret")'
PLACEHOLDER = "..."


@dataclass(frozen=True, slots=True)
class Sample:
    name: str  # "Call", "Stream", ...
    language: str  # "python" or "sh"
    code: str


@dataclass(frozen=True, slots=True)
class World:
    """What the samples of all operations share."""

    package: str
    plan: Plan
    schemas: Mapping[str, Any]
    schemes: Mapping[str, Any]
    judge: Judge


Values = Mapping[str, Any]  # argument -> value, of those that have one


def samples_of(operation: Operation, values: Values, world: World) -> Iterator[Sample]:
    """``values`` are those of the required arguments, by their names in Python."""
    python = Python(operation, values, world)
    yield Sample("Call", "python", python.call())
    yield Sample("Async call", "python", python.awaited())
    if operation.stream is not None:
        yield Sample("Stream", "python", python.stream())
        yield Sample("Async stream", "python", python.awaited_stream())
    yield Sample("Command", "sh", command(operation, values, world))


class Python:
    """All samples of one operation in Python."""

    def __init__(self, operation: Operation, values: Values, world: World) -> None:
        self._operation = operation
        self._world = world
        self._literals = Literals(world.plan, world.schemas, world.judge)
        self._values = values
        self._plan = world.plan.calls[f"{operation.resource}.{operation.python_name}"]

    def call(self) -> str:
        lines = [f"with {self._client('Client')} as client:", indent(self._printed(4), "    ")]
        return self._script("Client", lines)

    def awaited(self) -> str:
        inner = self._printed(8, "await ")
        lines = ["", "async def main():", f"    async with {self._client('AsyncClient', 4)} as client:"]
        return self._script("AsyncClient", [*lines, indent(inner, " " * 8), "", "", "asyncio.run(main())"])

    def stream(self) -> str:
        lines = [
            f"records = {self._records()}",
            "",
            f"with {self._client('Client')} as client:",
            f"    with {self._opened(4)} as stream:",
            "        stream.send_many(records)",
            "        for record, report in stream:",
            "            print(report)",
        ]
        return self._script("Client", lines)

    def awaited_stream(self) -> str:
        lines = [
            f"records = {self._records()}",
            "",
            "",
            "async def main():",
            f"    async with {self._client('AsyncClient', 4)} as client:",
            f"        async with {self._opened(8)} as stream:",
            "            await stream.send_many(records)",
            "            async for record, report in stream:",
            "                print(report)",
            "",
            "",
            "asyncio.run(main())",
        ]
        return self._script("AsyncClient", lines)

    # --- parts

    def _printed(self, depth: int, before: str = "") -> str:
        source = self._called(self._plan, f"client.{self._plan.name}")
        if set(self._plan.returns) == {"None"}:
            return before + laid_out(source, before=len(before) + depth)
        return f"answer = {before}{laid_out(source, before=len(before) + 9 + depth)}\nprint(answer)"

    def _opened(self, depth: int) -> str:
        stream = self._operation.stream
        assert stream is not None
        name = f"{self._operation.resource}.{stream.python_name}"
        beside = len("async with  as stream:")
        return laid_out(self._called(self._world.plan.calls[name], f"client.{name}"), depth, beside)

    def _called(self, call: Call, name: str) -> Source:
        """Required arguments alone, those by position first."""
        given = [one for one in call.arguments if one.required or one.name in self._values]
        return called(
            name,
            (
                ("" if one.place is not None and one.required else f"{one.name}=", self._argument(one.name))
                for one in given
            ),
        )

    def _argument(self, name: str) -> Source:
        if name not in self._values:
            return PLACEHOLDER
        value, operation = self._values[name], self._operation
        if operation.body is not None and name == operation.body.python_name:
            content = sent_by_itself(operation)
            assert content is not None
            if holds_value(content) or not isinstance(value, str):
                return self._literals.source(value, content.schema)
            return text(value) if content.media_type.startswith("text/") else octets(value.encode())
        schema = next(one.schema for one in operation.parameters if one.python_name == name)
        return self._literals.source(value, schema)

    def _records(self) -> str:
        stream, body = self._operation.stream, self._operation.body
        assert stream is not None
        value = self._values.get(body.python_name) if body else None
        record = self._literals.source(value, stream.record) if value is not None else PLACEHOLDER
        return laid_out(Group("[", (("", record),), "] * 3"), before=len("records = "))

    def _client(self, name: str, depth: int = 0) -> str:
        beside = len("async with  as client:") if depth else len("with  as client:")
        auth = self._auth()
        arguments = [("", text(SERVER)), *([("auth=", auth)] if auth else [])]
        return laid_out(called(name, arguments), depth, beside)

    def _auth(self) -> str:
        """Of the first alternative that one credential is enough for."""
        for alternative in self._operation.security:
            for scheme in alternative if len(alternative) == 1 else ():
                kind, argument = credential(self._world.schemes.get(scheme, {}))
                if kind:
                    self._literals.imports.setdefault("", set()).add(kind)
                    return f"{kind}{argument}"
        return ""

    def _script(self, client: str, lines: list[str]) -> str:
        imports = self._literals.imports
        imports.setdefault("", set())
        own = sorted({client} | {name for name in imports[""]}, key=lambda name: (name.lower(), name))
        package = self._world.package
        found = [
            f"from {module} import {', '.join(sorted(imports[module]))}"
            for module in ("datetime", "uuid")
            if module in imports
        ]
        if client == "AsyncClient":
            found.insert(0, "import asyncio")
        found += [""] if found else []
        found += [f"from {package} import {', '.join(own)}"]
        if "models" in imports:
            found += [f"from {package}.models import {', '.join(sorted(imports['models']))}"]
        return "\n".join([*found, "", *lines])


def credential(scheme: Mapping[str, Any]) -> tuple[str, str]:
    """The class of the client that holds one, and its arguments."""
    kind, name = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind == "http" and name == "basic":
        return "Basic", BASIC
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and name == "bearer"):
        return "Bearer", '("token")'
    return ("ApiKey", '("key")') if kind == "apiKey" else ("", "")


def sent_by_itself(operation: Operation) -> Content | None:
    """The content that the client sends if it is told nothing."""
    contents = operation.body.contents if operation.body else ()
    return next((one for one in contents if is_json(one.media_type)), contents[0] if contents else None)


def holds_value(content: Content) -> bool:
    """Whether it is a value rather than text or bytes."""
    return is_json(content.media_type) or is_form(content.media_type) or is_sequence(content.media_type)


def command(operation: Operation, values: Values, world: World) -> str:
    """``python -m petstore exec pets.get_pet --owner Ann``, on several lines if it is long."""
    body = operation.body
    words = [f"python -m {world.package} exec {operation.resource}.{operation.python_name}", f"--base-url {SERVER}"]
    words += [f"{option} {shlex.quote(given)}" for option, given in _credentials(operation, world)]
    for name, value in values.items():
        content = sent_by_itself(operation) if body is not None and name == body.python_name else None
        option = name if content is None else "json" if holds_value(content) else "body"
        given = value if isinstance(value, str) and option != "json" else json.dumps(value, ensure_ascii=False)
        words.append(f"--{option.replace('_', '-')} {shlex.quote(given)}")
    return " \\\n    ".join(words)


def _credentials(operation: Operation, world: World) -> Iterator[tuple[str, str]]:
    for alternative in operation.security:
        for scheme in alternative if len(alternative) == 1 else ():
            kind, _ = credential(world.schemes.get(scheme, {}))
            if kind in ("Basic", "Bearer"):
                yield ("--user", "key:secret") if kind == "Basic" else ("--token", "token")
                return
