"""Programs that people paste: short, whole, and run as they stand.

Address and credentials come from the environment, by ``Client.from_env()`` where the client has it, or stand in the
program where an address is given. A sample for which no values are found is left out: the page then says so.
"""

from __future__ import annotations

import ast
import json
import shlex
from argparse import ArgumentParser
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from itertools import islice
from typing import Any

from specmill.document.media_types import is_form, is_json, is_multipart, is_sequence
from specmill.emit.gate import runtime_package
from specmill.reference.credentials import WORDS, Credential, needed, prefix_of
from specmill.reference.examples import Examples
from specmill.reference.literals import WIDTH, Piece, Speller, Unspeakable
from specmill.reference.types import names_in, quoted
from specmill.reference.written import Argument, Method, Written
from specmill.values import Body, Content, Operation

MANY = 1000  # records of a sample of a stream: as many as nobody would send one by one
SMALL = 24  # letters of a value that needs no name however long its call is
DEEPEST = 8  # spaces before the call
TAKEN = frozenset(
    ("answer", "asyncio", "client", "date", "datetime", "errors", "main", "os", "report", "sent", "stream")
)
OPTIONS = {"Basic": "--user", "Bearer": "--token"}  # of a client's command line
TRIES = 8  # values of an argument that are tried
Value = tuple[Argument, Any, bool]  # an argument, its JSON, and whether bytes are as they are


@dataclass(frozen=True)
class Samples:
    """The samples of one client."""

    written: Written
    examples: Examples
    address: str = ""

    @property
    def package(self) -> str:
        return self.written.build.config.package

    @cached_property
    def schemes(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.written.build.normal.tree.get("components", {}).get("securitySchemes", {})
        return found

    # ---------------------------------------------------------------- in Python

    def call(self, operation: Operation, credential: Credential | None = None, *, short: bool = False) -> str:
        """One call; ``short`` takes the shortest example, and a credential stands for those of the environment."""
        made = _Program(self, operation, credential)
        method = self._method(operation)
        values = self._values(operation, short)
        before, call = made.call(f"client.{operation.resource}.{method.name}", values, len("answer = "))
        body = made.told(call, method, "")
        return made.text(before, body)

    def awaited(self, operation: Operation) -> str:
        made = _Program(self, operation)
        method = self._method(operation)
        values = self._values(operation, short=True)
        before, call = made.call(f"client.{operation.resource}.{method.name}", values, len("answer = await "))
        body = made.told(call, method, "await ")
        return made.text_of_main(before, body)

    def handled(self, operation: Operation) -> str:
        """One call whose errors are looked at."""
        made = _Program(self, operation)
        method = self._method(operation)
        values = self._values(operation, short=True)
        before, call = made.call(f"client.{operation.resource}.{method.name}", values, len("print()"))
        body = [
            "try:",
            *(f"    {line}" for line in f"print({call})".split("\n")),
            "except errors.ApiError as error:",
            "    print(error.status, error.body)",
            "except errors.ConnectionFailed as error:",
            '    print("no answer:", error)',
        ]
        return made.text(before, body, "errors")

    def stream(self, operation: Operation) -> str:
        made = _Program(self, operation)
        before, opening = self._opening(made, operation)
        body = [
            f"with {opening} as stream:",
            f"    stream.send_many([record] * {MANY})",
            "    for sent, report in stream:",
            *(f"        {line}" for line in self._looked_at(operation)),
        ]
        return made.text(before, body)

    def awaited_stream(self, operation: Operation) -> str:
        made = _Program(self, operation)
        before, opening = self._opening(made, operation)
        body = [
            f"async with {opening} as stream:",
            f"    await stream.send_many([record] * {MANY})",
            "    async for sent, report in stream:",
            *(f"        {line}" for line in self._looked_at(operation)),
        ]
        return made.text_of_main(before, body)

    def model(self, name: str, schema: Any, senders: Iterable[Operation]) -> str:
        """How a model is made, best as an operation shows it; nothing where no values can be told."""
        bodies = (operation.body for operation in islice(senders, TRIES) if operation.body is not None)
        shown = (value for body in bodies for value in self.examples.of_content(default_content(body)))
        for value in islice((*shown, *self.examples.of_schema(schema)), TRIES):
            speller = Speller(self.written.models)
            try:
                piece = speller.spelled(ast.Name(name), value)
            except Unspeakable:
                continue
            if piece.begin == f"{name}(":
                lines = [f"value = {piece.laid_out(0, len('value = '))}"]
                return _with_imports(self.package, speller.modules, speller.used, lines)
        return ""

    def _opening(self, made: _Program, operation: Operation) -> tuple[list[str], str]:
        """What makes a record, and the call that opens the stream."""
        assert operation.stream is not None
        method = self.written.resources[operation.resource].methods[operation.stream.python_name]
        body = operation.body
        given = [one for one in self._values(operation, short=True) if body is None or one[0].name != body.python_name]
        taken = {argument.name for argument in method.arguments}
        record = made.record(operation, self.examples)
        before, call = made.call(
            f"client.{operation.resource}.{method.name}", [one for one in given if one[0].name in taken]
        )
        return [*record, *before], call

    def _looked_at(self, operation: Operation) -> list[str]:
        """What is done with a report: one that is a model says whether its record was accepted."""
        assert operation.stream is not None
        report = self.written.resources[operation.resource].methods[operation.stream.python_name].returns
        names = [name for name in names_in(report) if name in self.written.models]
        kept = names and self.written.models[names[-1]].kind == "struct"
        return ["if not report.ok:", "    print(sent, report)"] if kept else ["print(report)"]

    def _method(self, operation: Operation) -> Method:
        return self.written.resources[operation.resource].methods[operation.python_name]

    # ---------------------------------------------------------------- from the shell

    def command(self, operation: Operation) -> str:
        """``python -m petstore exec pets.find_pets --owner joe``"""
        if _only_by_key(operation, self.schemes):
            raise Unspeakable
        words = ["python", "-m", self.package, "exec", f"{operation.resource}.{operation.python_name}"]
        lines = [" ".join(words), *self._reached(operation)]
        for argument, value, _ in self._values(operation, short=True):
            lines.append(self._option(operation, argument, value))
        flat = " ".join(lines)
        return flat if len(flat) <= WIDTH else " \\\n  ".join(lines)

    def _reached(self, operation: Operation) -> Iterator[str]:
        """The options for address and credentials, if they stand in the program."""
        if not self.address:
            return
        yield f"--base-url {self.address}"
        held = needed(operation, self.schemes, None)
        if held is not None and held.name in OPTIONS:
            yield f"{OPTIONS[held.name]} {':'.join(WORDS[held.name])}"

    def _option(self, operation: Operation, argument: Argument, value: Any) -> str:
        body = operation.body
        if body is not None and argument.name == body.python_name:
            content = default_content(body)
            if is_form(content.media_type) and not is_json(content.media_type):
                raise Unspeakable
            option = "--json" if is_json(content.media_type) or content.items is not None else "--body"
        else:
            option = f"--{argument.name.replace('_', '-')}"
            if option in _options_of_exec():
                return f"@{argument.name}={shlex.quote(_word(value))}"
        text = _word(value) if option != "--json" else _json(value)
        return f"{option} {shlex.quote(text)}"

    # ---------------------------------------------------------------- values

    def _values(self, operation: Operation, short: bool) -> list[Value]:
        """What is given: all that is required, and the body in any case."""
        method = self._method(operation)
        parameters = {one.python_name: one for one in operation.parameters}
        body = operation.body
        found: list[Value] = []
        for argument in method.arguments:
            if body is not None and argument.name == body.python_name:
                found.append(self._body(operation, argument, body, short))
            elif argument.required:
                values = self._speakable(argument, self.examples.of_parameter(parameters[argument.name]), False)
                found.append((argument, values[0], False))
        return found

    def _body(self, operation: Operation, argument: Argument, body: Body, short: bool) -> Value:
        content = default_content(body)
        raw = _is_raw(content)
        values = self._speakable(argument, self.examples.of_content(content), raw)
        return argument, self.shortest(operation, values) if short else values[0], raw

    def shortest(self, operation: Operation, values: list[Any]) -> Any:
        """Among those that every server takes, if there are such: a short sample is to show a success."""
        accepted = [value for value in values if self.examples.accepted(operation, value)]
        return min(accepted or values, key=lambda value: len(_json(value)))

    def _speakable(self, argument: Argument, values: Iterable[Any], raw: bool) -> list[Any]:
        found = [value for value in islice(values, TRIES) if self.speaks(argument.type, value, raw)]
        if not found:
            raise Unspeakable
        return found

    def speaks(self, type_: ast.expr, value: Any, raw: bool = False) -> bool:
        try:
            Speller(self.written.models).spelled(type_, value, raw=raw)
        except Unspeakable:
            return False
        return True


class _Program:
    """One program while it is put together."""

    def __init__(self, samples: Samples, operation: Operation, credential: Credential | None = None) -> None:
        self._samples = samples
        self._speller = Speller(samples.written.models)
        self._from_env = samples.written.has_from_env and not samples.address
        place = None if samples.address else samples.package
        own = None if self._from_env else needed(operation, samples.schemes, place)
        self._credential = credential or own

    def opening(self, word: str, name: str, indent: int = 0) -> list[str]:
        """``with Client(…) as client:``"""
        auth = (("auth=", self._credential.piece),) if self._credential else ()
        given = self._samples.address
        base = quoted(given) if given else f'os.environ["{prefix_of(self._samples.package)}_BASE_URL"]'
        address = (("", Piece(base)),)
        call = f"{name}.from_env(" if self._from_env else f"{name}("
        piece = Piece(f"{word} {call}", auth if self._from_env else (*address, *auth), ") as client:")
        return [
            " " * indent + line if index == 0 else line for index, line in enumerate(piece.laid_out(indent).split("\n"))
        ]

    def call(self, function: str, values: Iterable[Value], before: int = 0) -> tuple[list[str], str]:
        """What stands before the call, and the call. A value that does not fit into the line gets a name."""
        values = list(values)
        pieces = {one.name: self._speller.spelled(one.type, value, raw=raw) for one, value, raw in values}
        named = {one.name for one, _, _ in values if one.named}
        lines: list[str] = []
        room = WIDTH - DEEPEST - before
        for name, piece in pieces.items():
            if piece.parts and len(piece.flat()) > SMALL and len(_call(function, pieces, named).flat()) > room:
                variable = f"{name}_" if name in TAKEN else name
                lines += [f"{variable} = {piece.laid_out(0, len(variable) + 3)}", ""]
                pieces[name] = Piece(variable)
        return lines, _call(function, pieces, named).laid_out(0, DEEPEST + before)

    def record(self, operation: Operation, examples: Examples) -> list[str]:
        """``record = …``, the shortest that the document shows."""
        assert operation.stream is not None and operation.body is not None
        method = self._samples.written.resources[operation.resource].methods[operation.stream.python_name]
        record_type = _first_argument(method)
        content = default_content(operation.body)
        values = islice((*examples.of_content(content), *examples.of_schema(operation.stream.record)), TRIES)
        taken = [value for value in values if self._samples.speaks(record_type, value)]
        if not taken:
            raise Unspeakable
        piece = self._speller.spelled(record_type, self._samples.shortest(operation, taken))
        return [f"record = {piece.laid_out(0, 9)}", ""]

    def told(self, call: str, method: Method, word: str) -> list[str]:
        """The call, and what is done with its answer."""
        if ast.unparse(method.returns) == "None":
            return f"{word}{call}".split("\n")
        return [*f"answer = {word}{call}".split("\n"), "print(answer)"]

    def text(self, before: list[str], body: Iterable[str], *names: str) -> str:
        """A program that blocks."""
        lines = [*before, *self.opening("with", "Client"), *(f"    {line}" for line in body)]
        return self._whole(["Client", *names], set(), lines)

    def text_of_main(self, before: list[str], body: Iterable[str]) -> str:
        """A program that is awaited."""
        inside = [*self.opening("async with", "AsyncClient", 4), *(f"        {line}" for line in body)]
        lines = [*before, "", "async def main():", *inside, "", "", "asyncio.run(main())"]
        return self._whole(["AsyncClient"], {"import asyncio"}, lines)

    def _whole(self, clients: list[str], modules: set[str], lines: list[str]) -> str:
        needs_os = any("os.environ" in line for line in lines)
        names = {*clients, *self._speller.used, *(self._credential.name.split() if self._credential else ())}
        modules = {*modules, *self._speller.modules, *({"import os"} if needs_os else ())}
        return _with_imports(self._samples.package, modules, names, lines)


def _call(function: str, pieces: Mapping[str, Piece], named: Collection[str]) -> Piece:
    return Piece(f"{function}(", tuple((f"{one}=" * (one in named), piece) for one, piece in pieces.items()), ")")


def _with_imports(package: str, modules: Iterable[str], names: Iterable[str], lines: list[str]) -> str:
    own = f"from {package} import {', '.join(sorted(names))}"
    if len(own) > WIDTH:
        own = "\n".join([f"from {package} import (", *(f"    {name}," for name in sorted(names)), ")"])
    standard = sorted(modules, key=lambda line: (line.startswith("from"), line))
    return "\n".join([*standard, *([""] if standard else []), own, "", *lines])


def default_content(body: Body) -> Content:
    """That of the media type that is sent by itself."""
    return next((one for one in body.contents if is_json(one.media_type)), body.contents[0])


def _is_raw(content: Content) -> bool:
    """Whether bytes stand in it as they are, and not as base64 in JSON."""
    name = content.media_type
    return is_multipart(name) or not (is_json(name) or is_sequence(name))


def _first_argument(method: Method) -> ast.expr:
    """``Pet`` of ``RecordStream[Pet, Report]``"""
    assert isinstance(method.returns, ast.Subscript) and isinstance(method.returns.slice, ast.Tuple)
    return method.returns.slice.elts[0]


def _word(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _only_by_key(operation: Operation, schemes: Mapping[str, Any]) -> bool:
    """Whether it needs what the command line has no option for."""
    ways = [{str(schemes.get(name, {}).get("type")) for name in one} for one in operation.security]
    return bool(ways) and not any(not way or (len(way) == 1 and way != {"apiKey"}) for way in ways)


@cache
def _options_of_exec() -> frozenset[str]:
    """What the command line of a client takes itself, so that an argument of that name is given in another way."""
    parser = ArgumentParser()
    import_module(f"{runtime_package().__name__}._cli.reach").add_settings(parser)
    own = ("--json", "--body", "--file", "--output", "--select")
    return frozenset([*parser._option_string_actions, *own])
